#![no_main]

use jiff::civil::date;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = interop::fhir::intake::read_on(bytes, date(2026, 11, 30));
});
