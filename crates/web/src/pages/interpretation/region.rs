//! The region around a variant: neighbouring calls as a table, and as tracks in IGV where scripts run.

use crate::{
    error::PageError,
    pages::{Banner, Layout, PageResult, id, interpretation::reads, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::extract::Path;
use care::{OrderId, laboratory::alignment::ReadsKind};
use genome::{Build, Variant, transcript::Strand};
use serde::Serialize;
use service::{
    ServiceError,
    interpretation::{self, region::Region},
    laboratory::alignments::{self, CaseReads},
};

#[derive(Template)]
#[template(path = "interpretation/region.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    variant: Variant,
    place: String,
    samples: Vec<String>,
    /// Position, alleles, filter, and each sample's genotype.
    calls: Vec<(String, String, String, Vec<String>)>,
    transcripts: Vec<String>,
    has_bases: bool,
    /// Reads that are drawn, and those that cannot be drawn here: whose, by the names of their samples.
    reads: Vec<String>,
    undrawn: Vec<String>,
    /// Reads that the latest analysis says are somebody else's.
    doubtful: Vec<String>,
    tracks: String,
}

/// What the script gives to IGV.
#[derive(Serialize)]
struct Tracks {
    locus: String,
    fasta: Option<String>,
    vcf: String,
    /// BED, twelve columns.
    transcripts: String,
    reads: Vec<ReadsTrack>,
}

/// Reads in IGV.
#[derive(Serialize)]
struct ReadsTrack {
    name: String,
    url: String,
    index: String,
}

pub(crate) async fn get(At(desk): At, Path((order, variant)): Path<(String, String)>) -> PageResult {
    let order = id(&order, "order")?;
    let variant: Variant = variant.parse().map_err(|_| PageError::Service(ServiceError::NotFound("such variant")))?;
    let region = interpretation::region::region(&desk, order, &variant).await?;
    let registered = alignments::registered_for_reading(&desk, order).await?;
    let (doubtful, sure): (Vec<_>, Vec<_>) = registered.iter().partition(|reads| reads.is_contradicted);
    let (drawn, undrawn): (Vec<_>, Vec<_>) = sure.into_iter().partition(|reads| reads.file.kind == ReadsKind::Bam);
    let columns: Vec<&str> = region.header.last().map_or("", String::as_str).split('\t').collect();
    show(&Page {
        layout: Layout::new(format!("Around {variant}"), Some(&desk.staff))
            .about(Banner::for_action(&desk, Action::ReadCase, order).await?)
            .for_work(),
        order,
        place: place(&region),
        samples: columns.iter().skip(9).map(|s| (*s).to_owned()).collect(),
        calls: region.lines.iter().map(|line| call(line)).collect(),
        transcripts: region.transcripts.iter().map(|t| format!("{} ({})", t.symbol, t.id)).collect(),
        has_bases: region.bases.is_some(),
        reads: drawn.iter().map(|reads| reads.whose.clone()).collect(),
        doubtful: doubtful.iter().map(|reads| reads.whose.clone()).collect(),
        undrawn: undrawn.iter().map(|reads| reads.whose.clone()).collect(),
        tracks: tracks(&region, drawn.iter().map(|reads| reads_track(order, reads)).collect())?,
        variant,
    })
}

fn place(region: &Region) -> String {
    format!("{}:{}-{}", region.contig, region.start, region.end)
}

fn call(line: &str) -> (String, String, String, Vec<String>) {
    let columns: Vec<&str> = line.split('\t').collect();
    let column = |index: usize| columns.get(index).copied().unwrap_or("");
    let genotypes = columns.iter().skip(9).map(|c| c.split(':').next().unwrap_or("").to_owned()).collect();
    (column(1).into(), format!("{} → {}", shortened(column(3)), shortened(column(4))), column(6).into(), genotypes)
}

fn shortened(allele: &str) -> String {
    match allele.char_indices().nth(20) {
        Some((end, _)) => format!("{}… ({} bases)", &allele[..end], allele.len()),
        None => allele.to_owned(),
    }
}

/// The tracks as JSON that cannot end the element it stands in.
fn tracks(region: &Region, reads: Vec<ReadsTrack>) -> PageResult<String> {
    let length = region.contig.length(Build::GRCh38);
    let fasta = region.bases.as_ref().map(|bases| format!(">{} @len={length}\n{bases}\n", place(region)));
    // The file may say `chr1` where the pack says `1`; IGV is told the pack's name throughout.
    let lines = region.lines.iter().filter_map(|line| Some(format!("{}\t{}", region.contig, line.split_once('\t')?.1)));
    let vcf = region.header.iter().cloned().chain(lines).collect::<Vec<_>>().join("\n");
    let transcripts = region.transcripts.iter().map(bed).collect();
    let tracks = Tracks { locus: place(region), fasta, vcf, transcripts, reads };
    Ok(serde_json::to_string(&tracks).map_err(PageError::fault)?.replace('<', "\\u003c"))
}

/// A BAM as IGV is told of it: it fetches the parts that it draws.
fn reads_track(order: OrderId, of: &CaseReads) -> ReadsTrack {
    let address = |index| format!("/orders/{order}/reads/{}", reads::address_name(of.id, of.file.kind, index));
    ReadsTrack { name: of.whose.clone(), url: address(None), index: address(Some(of.file.index_kind.extension())) }
}

fn bed(transcript: &genome::Transcript) -> String {
    let extent = transcript.extent();
    let coding = transcript.coding.unwrap_or(genome::transcript::Exon { start: extent.end + 1, end: extent.end });
    let strand = if transcript.strand == Strand::Forward { '+' } else { '-' };
    let list = |value: &dyn Fn(&genome::transcript::Exon) -> u32| {
        transcript.exons.iter().map(|e| value(e).to_string()).collect::<Vec<_>>().join(",")
    };
    format!(
        "{}\t{}\t{}\t{} {}\t0\t{strand}\t{}\t{}\t0\t{}\t{}\t{}\n",
        transcript.contig,
        extent.start - 1,
        extent.end,
        transcript.symbol,
        transcript.id,
        coding.start - 1,
        coding.end,
        transcript.exons.len(),
        list(&|e| e.end - e.start + 1),
        list(&|e| e.start - extent.start),
    )
}
