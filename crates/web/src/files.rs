//! Files that are the same for everybody: styles and scripts.

use crate::compression::takes_gzip;
use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use std::{collections::BTreeMap, io::Write, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

/// Every file as gzip: made once, so that nobody has the service compress a script of a megabyte again and again.
static SMALL: LazyLock<BTreeMap<String, Bytes>> = LazyLock::new(|| {
    let small = |name: &str| compressed(&Files::get(name)?.data);
    Files::iter().filter_map(|name| Some((name.to_string(), small(&name)?))).collect()
});

fn compressed(file: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(file).ok()?;
    Some(encoder.finish().ok()?.into())
}

/// A file by its name.
pub(crate) async fn get(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Files::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        _ => "application/octet-stream",
    };
    let head = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400"), (header::VARY, "accept-encoding")];
    match SMALL.get(&name).filter(|_| takes_gzip(&headers)) {
        Some(small) => (head, [(header::CONTENT_ENCODING, "gzip")], small.clone()).into_response(),
        None => (head, file.data.into_owned()).into_response(),
    }
}
