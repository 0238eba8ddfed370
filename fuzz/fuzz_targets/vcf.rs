#![no_main]

mod scratch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| scratch::with("f.vcf", bytes, |path| drop(formats::vcf::inspect::inspect(path, 5))));
