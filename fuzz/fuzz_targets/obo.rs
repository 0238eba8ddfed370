#![no_main]

mod scratch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scratch::with("hp.obo", bytes, |path| drop(formats::obo::read(path))));
