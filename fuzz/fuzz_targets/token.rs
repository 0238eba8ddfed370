#![no_main]

use interop::jose::{Keys, Token};

libfuzzer_sys::fuzz_target!(|text: &str| {
    // What is sent is a token; what a system's own address gives are keys.
    if let Ok(token) = Token::read(text) {
        let _ = token.unverified("iss");
    }
    let _ = Keys::read(text);
});
