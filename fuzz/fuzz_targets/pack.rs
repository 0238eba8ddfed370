#![no_main]

mod scratch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scratch::with("p.gmspack", bytes, |path| {
    if let Ok(pack) = formats::Pack::open(path) {
        let _ = pack.verify();
        let _ = pack.transcripts();
    }
}));
