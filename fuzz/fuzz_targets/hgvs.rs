#![no_main]

use genome::{
    Build, Contig, HgncId, Mane, Reference, Strand, Transcript,
    hgvs::{self, Description},
    transcript::Exon,
};

/// The same eight bases over and over.
struct Eight;

impl Reference for Eight {
    fn bases(&self, _: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
        (start > 0 && start <= end && end <= 10_000).then(|| (start..=end).map(|p| b"ACGTTTGA"[p as usize % 8]).collect())
    }
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(description) = text.parse::<Description>() else { return };
    let shown = description.to_string();
    assert_eq!(shown.parse::<Description>().map(|d| d.to_string()), Ok(shown), "what is written must be read");
    let transcript = Transcript {
        id: "NM_1.1".into(),
        protein_id: None,
        gene: HgncId(1),
        symbol: "G".into(),
        contig: Contig::from_number(1).expect("a contig"),
        strand: if text.len() % 2 == 0 { Strand::Forward } else { Strand::Reverse },
        exons: vec![Exon { start: 100, end: 200 }, Exon { start: 300, end: 400 }],
        coding: Some(Exon { start: 150, end: 350 }),
        mane: Mane::Select,
    };
    let _ = hgvs::resolve(&description, Build::GRCh38, &Eight, &|_| Some(&transcript));
});
