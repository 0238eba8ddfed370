#![no_main]

use interop::cds_hooks::{Feedback, Request};
use jiff::civil::date;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(request) = serde_json::from_str::<Request>(text) {
        let _ = request.patient(date(2026, 11, 30));
        for prescribed in request.prescribed() {
            let _ = prescribed.name();
        }
        let _ = request.prescribed_for_others();
    }
    if let Ok(feedback) = serde_json::from_str::<Feedback>(text) {
        feedback.feedback.iter().for_each(|outcome| drop(outcome.reason()));
    }
});
