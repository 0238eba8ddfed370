#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = interop::ga4gh::matchmaker::read(bytes);
});
