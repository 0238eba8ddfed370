#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = interop::ga4gh::phenopacket::features(text);
});
