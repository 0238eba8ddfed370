#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for unit in interop::hl7::read(bytes) {
        if let Ok(message) = unit.message {
            let _ = interop::hl7::content(&message);
        }
    }
});
