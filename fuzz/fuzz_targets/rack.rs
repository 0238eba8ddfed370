#![no_main]

use care::laboratory::container::{Kind, scan};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = scan::read(text);
    let _ = scan::read_for(Kind::Rack96, text);
});
