//! What lies around a variant: the family's calls as they stand in the file, the reference bases, the transcripts.

use crate::{Desk, ServiceResult};
use access::Action;
use care::OrderId;
use formats::{FileResult, vcf::Stream};
use genome::{Contig, Evidence, Reference, Transcript, Variant};
use std::path::PathBuf;

/// A stretch of the genome with what a case has there.
pub struct Region {
    /// Contig.
    pub contig: Contig,
    /// First base, 1-based.
    pub start: u32,
    /// Last base.
    pub end: u32,
    /// Reference bases, where the pack has all of them.
    pub bases: Option<String>,
    /// Transcripts of the pack that overlap it.
    pub transcripts: Vec<Transcript>,
    /// The VCF's header lines, with the column line.
    pub header: Vec<String>,
    /// The VCF's data lines in the region, as they stand.
    pub lines: Vec<String>,
}

/// Bases shown on either side of a variant.
const MARGIN_BASES: u32 = 250;

/// The region around a variant of a case.
#[crate::boxed]
pub async fn region(desk: &Desk, order: OrderId, variant: &Variant) -> ServiceResult<Region> {
    let permit = desk.permit(Action::ReadCase, order).await?;
    let status = desk.status(&permit, order).await?;
    let input = status.analyses.iter().rev().find_map(|(_, a)| a.input.as_ref());
    let input = input.ok_or(crate::ServiceError::NotFound("sequence data"))?;
    let vcf = desk.service.store.blobs().file(&input.vcf_sha256).await?;
    let knowledge = std::sync::Arc::clone(&desk.service.knowledge);
    let (contig, start, end) = (variant.contig, variant.position.get().saturating_sub(MARGIN_BASES).max(1), variant.end() + MARGIN_BASES);
    let (header, lines) = tokio::task::spawn_blocking(move || calls(vcf, contig, start, end)).await.map_err(anyhow::Error::from)??;
    let evidence: &dyn Evidence = &*knowledge.evidence;
    let bases = (evidence as &dyn Reference).bases(contig, start, end).map(|b| String::from_utf8_lossy(&b).into_owned());
    let transcripts = knowledge.transcripts_at(contig, start, end).into_iter().cloned().collect();
    Ok(Region { contig, start, end, bases, transcripts, header, lines })
}

/// Header and the lines that touch a stretch; reading ends once a sorted file is past it.
fn calls(vcf: PathBuf, contig: Contig, start: u32, end: u32) -> FileResult<(Vec<String>, Vec<String>)> {
    let mut stream = Stream::open(&vcf)?;
    let samples = stream.header().samples.clone();
    let mut header = stream.header().meta.clone();
    let mut columns = vec!["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"];
    if !samples.is_empty() {
        columns.push("FORMAT");
        columns.extend(samples.iter().map(String::as_str));
    }
    header.push(columns.join("\t"));
    let mut lines = Vec::new();
    while let Some(chunk) = stream.next_chunk()? {
        let mut past = false;
        for (number, line) in chunk.lines() {
            let record = formats::vcf::Record::parse(line, samples.len()).map_err(|e| Stream::line_error(&vcf, number, e))?;
            let last = record.position.saturating_add(record.reference.len() as u32).saturating_sub(1);
            if record.contig == Some(contig) && record.position <= end && last >= start {
                lines.push(String::from_utf8_lossy(line).into_owned());
            }
            past |= !lines.is_empty() && (record.contig != Some(contig) || record.position > end);
        }
        if past {
            break;
        }
    }
    Ok((header, lines))
}
