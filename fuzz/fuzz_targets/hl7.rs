#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(message) = interop::hl7::Message::read(text) {
        let _ = interop::hl7::order::read(&message);
    }
});
