#![no_main]

use library::output;
use std::collections::BTreeSet;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let pseudonyms = BTreeSet::from(["P-0123456789ab".to_owned()]);
    let findings = output::look(bytes, &pseudonyms);
    assert!(output::text(bytes).is_some() || !findings.is_empty(), "what nobody can read is let through");
});
