#![no_main]

mod scratch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scratch::with("p.json", bytes, |path| drop(formats::panelapp::read(path))));
