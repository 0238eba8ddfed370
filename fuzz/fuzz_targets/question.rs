#![no_main]

use library::Question;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(question) = text.parse::<Question>() {
        assert_eq!(question.to_string().parse::<Question>(), Ok(question), "what is written must be read");
    }
});
