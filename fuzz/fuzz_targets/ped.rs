#![no_main]

mod scratch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scratch::with("f.ped", bytes, |path| drop(formats::ped::read(path))));
