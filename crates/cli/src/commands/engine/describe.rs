//! `gms describe`

use crate::arguments::Describe;
use annotation::{Knowledge, name};
use engine::reference;
use genome::{Build, Score, Variant, consequence, hgvs};
use std::{fmt::Write, process::ExitCode};

/// Names each variant in every way; a text that names none is said so, and the others are still told.
pub fn run(arguments: &Describe) -> anyhow::Result<ExitCode> {
    let knowledge = reference::knowledge(&reference::open(&arguments.reference)?)?;
    let mut all_read = true;
    for text in &arguments.variants {
        match name::variant(text, &knowledge) {
            Ok(named) => {
                named.notes.iter().for_each(|note| eprintln!("note: {note}"));
                print!("{}", describe(&named.variant.normalise(&*knowledge.evidence), &knowledge));
            }
            Err(error) => {
                all_read = false;
                eprintln!("error: {error}");
            }
        }
    }
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn describe(variant: &Variant, knowledge: &Knowledge) -> String {
    let evidence = &*knowledge.evidence;
    let mut text = format!("{variant}\n  {}\n", hgvs::genomic(variant, Build::GRCh38, evidence));
    for transcript in knowledge.transcripts_at(variant.contig, variant.position.get(), variant.end() + 1) {
        let Some(effect) = consequence::effect(variant, transcript, evidence) else { continue };
        let coding = effect.hgvs_c.as_deref().unwrap_or("outside");
        let protein = effect.hgvs_p.as_deref().unwrap_or("");
        let _ = writeln!(text, "  {}({}):{coding} {protein} {}", transcript.id, transcript.symbol, effect.term_names());
        if let Some(why) = &effect.uncertain {
            let _ = writeln!(text, "    {why}");
        }
    }
    let _ = match evidence.frequency(variant) {
        Some(f) => {
            writeln!(text, "  frequency {:.5} % of {} alleles, {} homozygotes", f.overall * 100.0, f.alleles_examined, f.homozygotes)
        }
        None if evidence.has_frequencies_at(variant.contig, variant.position.get()) => {
            writeln!(text, "  not seen in the pack's frequencies, which cover this place")
        }
        None => writeln!(text, "  the pack has no frequencies here"),
    };
    let detail = evidence.frequency_detail(variant);
    if detail.hemizygotes > 0 {
        let _ = writeln!(text, "    {} hemizygotes", detail.hemizygotes);
    }
    for (group, share) in &detail.groups {
        let _ = writeln!(text, "    {:.5} % {}", share * 100.0, group.name());
    }
    if detail.filtered {
        let _ = writeln!(text, "    the source's own filters failed: not counted as evidence");
    }
    let _ = match evidence.assertion(variant) {
        Some(a) => writeln!(text, "  ClinVar {}: {}, {} star(s)", a.variation, a.significance.name(), a.stars),
        None => writeln!(text, "  not in the pack's ClinVar"),
    };
    if let Some(conditions) = evidence.conditions(variant) {
        let _ = writeln!(text, "    {conditions}");
    }
    for score in Score::ALL {
        if let Some(value) = evidence.score(score, variant) {
            let _ = writeln!(text, "  {score} {value:.3}");
        }
    }
    text
}
