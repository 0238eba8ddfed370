//! Registered reads and their indices, in the parts that a genome browser asks for; and a session for IGV on somebody's own machine.

use crate::{
    address::Address,
    error::PageError,
    pages::{PageResult, id},
    range::{self, Requested},
    session::{At, row},
};
use axum::{
    body::Body,
    extract::{FromRequestParts, Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use care::{AlignmentId, OrderId, laboratory::alignment::ReadsKind};
use genome::{Contig, Variant};
use serde::Deserialize;
use service::{
    Desk, Service, ServiceError,
    laboratory::alignments::{self, Readable, ReadsPart, pass},
};
use std::sync::Arc;
use tower_sessions::Session;

/// Bases that a session shows on either side of a variant.
const MARGIN_BASES: u32 = 250;

/// The pass of a program that has no session.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PassQuery {
    pass: String,
}

/// Where a session begins.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PlaceQuery {
    /// A variant.
    variant: String,
}

/// Sends reads or their index, whole or a part.
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    Path((order, name)): Path<(String, String)>,
    Query(query): Query<PassQuery>,
    request: Request,
) -> PageResult<Response> {
    let (mut parts, _) = request.into_parts();
    let order: OrderId = id(&order, "order")?;
    let by_pass = if query.pass.is_empty() { None } else { pass::desk(&service, order, &query.pass).await? };
    let desk = match by_pass {
        Some(desk) => desk,
        None => At::from_request_parts(&mut parts, &service).await?.0,
    };
    let (alignment, part) = named(&name).ok_or(ServiceError::NotFound("registered file of reads"))?;
    let readable = alignments::readable(&desk, order, alignment, part).await?;
    // An address that ends otherwise is of no file that there is.
    if name != file_name(alignment, &readable, part) {
        return Err(PageError::Service(ServiceError::NotFound("registered file of reads")));
    }
    answered(&desk, &readable, &parts.method, &parts.headers).await
}

/// The file that an address names: its identifier, and whether the index is meant.
fn named(name: &str) -> Option<(AlignmentId, ReadsPart)> {
    let mut ends = name.split('.');
    let alignment = ends.next()?.parse().ok()?;
    let part = match ends.count() {
        1 => ReadsPart::Reads,
        2 => ReadsPart::Index,
        _ => return None,
    };
    Some((alignment, part))
}

/// How a file is named in an address: so that a genome browser knows its kind, and finds its index.
fn file_name(alignment: AlignmentId, readable: &Readable, part: ReadsPart) -> String {
    address_name(alignment, readable.file.kind, (part == ReadsPart::Index).then(|| readable.file.index_kind.extension()))
}

/// The same from its parts.
pub(crate) fn address_name(alignment: AlignmentId, kind: ReadsKind, index: Option<&str>) -> String {
    let end = index.map_or_else(String::new, |index| format!(".{index}"));
    format!("{alignment}.{}{end}", kind.extension())
}

/// The bytes that a request is for, or that there are none.
async fn answered(desk: &Desk, readable: &Readable, method: &Method, headers: &HeaderMap) -> PageResult<Response> {
    let bytes = readable.kept.bytes;
    let tag = format!("\"{}\"", readable.kept.sha256);
    // A part is named of what is sent alone (RFC 9110, section 14.2).
    let requested = if *method == Method::GET { range::of_request(headers, bytes, &tag) } else { Requested::Whole };
    let (status, range, said) = match requested {
        Requested::Whole => (StatusCode::OK, 0..bytes, None),
        Requested::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first..last + 1, Some(format!("bytes {first}-{last}/{bytes}"))),
        Requested::Beyond => (StatusCode::RANGE_NOT_SATISFIABLE, 0..0, Some(format!("bytes */{bytes}"))),
    };
    let length = range.end - range.start;
    let body = if *method == Method::HEAD || length == 0 {
        Body::empty()
    } else {
        Body::from_stream(alignments::bytes(desk, readable, range).await?.into_stream())
    };
    let mut response = (status, body).into_response();
    let values = [
        (header::CONTENT_TYPE, Some("application/octet-stream".to_owned())),
        (header::CONTENT_LENGTH, Some(length.to_string())),
        (header::ACCEPT_RANGES, Some("bytes".to_owned())),
        (header::ETAG, Some(tag)),
        (header::CONTENT_RANGE, said),
    ];
    for (name, value) in values {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// A session for IGV on somebody's own machine: the reads of the order, on GRCh38, for as long as its pass counts. It ends when they sign
/// out here.
pub(crate) async fn session(
    At(desk): At,
    session: Session,
    Path(order): Path<String>,
    Query(query): Query<PlaceQuery>,
    Address(base): Address,
) -> PageResult<Response> {
    let order: OrderId = id(&order, "order")?;
    let mut resources = String::new();
    let session = session.id().ok_or(PageError::SignIn)?;
    let pass = pass::issue(&desk, order, &row(&session)).await?;
    let registered = alignments::registered_for_reading(&desk, order).await?;
    for reads in registered.iter().filter(|reads| !reads.is_contradicted) {
        let address = |index| format!("{base}/orders/{order}/reads/{}?pass={pass}", address_name(reads.id, reads.file.kind, index));
        resources += &format!(
            "    <Resource path=\"{}\" index=\"{}\" type=\"{}\" name=\"{}\"/>\n",
            escaped(&address(None)),
            escaped(&address(Some(reads.file.index_kind.extension()))),
            reads.file.kind.extension(),
            escaped(&reads.whose),
        );
    }
    let place = query.variant.parse::<Variant>().map_or_else(|_| "all".to_owned(), |variant| place(&variant));
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<Session genome=\"hg38\" locus=\"{place}\" version=\"8\">\n  \
         <Resources>\n{resources}  </Resources>\n</Session>\n"
    );
    let named = "attachment; filename=\"igv.xml\"";
    Ok(([(header::CONTENT_TYPE, "application/xml"), (header::CONTENT_DISPOSITION, named)], xml).into_response())
}

/// What is around a variant, by the names that IGV's GRCh38 has for contigs.
fn place(variant: &Variant) -> String {
    let contig = if variant.contig == Contig::MT { "chrM".to_owned() } else { format!("chr{}", variant.contig) };
    let first = variant.position.get().saturating_sub(MARGIN_BASES).max(1);
    format!("{contig}:{first}-{}", variant.end().saturating_add(MARGIN_BASES))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_reads_or_their_index() {
        let alignment = AlignmentId(uuid::Uuid::from_u128(5));
        let of = |index| address_name(alignment, ReadsKind::Bam, index);
        assert_eq!(named(&of(None)), Some((alignment, ReadsPart::Reads)));
        assert_eq!(named(&of(Some("bai"))), Some((alignment, ReadsPart::Index)));
        for other in ["", "x.bam", &alignment.to_string(), &format!("{alignment}.bam.bai.gz")] {
            assert_eq!(named(other), None, "{other}");
        }
    }

    #[test]
    fn a_session_begins_around_its_variant() {
        assert_eq!(place(&"MT-3243-A-G".parse().expect("a variant")), "chrM:2993-3493");
        assert_eq!(place(&"1-100-A-G".parse().expect("a variant")), "chr1:1-350");
    }
}
