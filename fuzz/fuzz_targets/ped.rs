#![no_main]

mod scratch;

use std::path::Path;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    scratch::with("f.ped", bytes, |path| drop(formats::ped::read(path)));
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = formats::ped::parse_members(Path::new("f.ped"), text);
    }
});
