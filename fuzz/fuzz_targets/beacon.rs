#![no_main]

use interop::ga4gh::beacon::{Entry, read, read_query};

libfuzzer_sys::fuzz_target!(|text: &str| {
    // The body of a POST, or the parameters of a GET: a line each, `name=value`.
    let query: Vec<(String, String)> =
        text.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect();
    for entry in [Entry::GenomicVariant, Entry::Individual] {
        if let Ok(body) = serde_json::from_str(text) {
            let _ = read(entry, &body);
        }
        let _ = read_query(entry, &query);
    }
});
