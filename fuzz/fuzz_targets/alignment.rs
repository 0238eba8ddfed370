#![no_main]

mod scratch;

use formats::alignment;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scratch::with("f.bam", bytes, |path| {
    let header = alignment::header(path);
    let kind = header.as_ref().map_or(alignment::Kind::Bam, |header| header.kind);
    let header = header.unwrap_or(alignment::Header { kind, contigs: vec![], samples: vec![], is_sorted: false });
    drop(alignment::index::check(path, &header, bytes.len() as u64));
    drop(alignment::reference::faults(&header));
}));
