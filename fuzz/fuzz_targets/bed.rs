#![no_main]

mod scratch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scratch::with("f.bed", bytes, |path| drop(formats::bed::regions(path).map(Iterator::count))));
