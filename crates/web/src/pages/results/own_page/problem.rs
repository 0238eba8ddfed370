//! What stands against a form of a person's own page: in the language of the page, or in English where the service says it.

/// Something to put right.
pub(super) struct Problem {
    pub text: String,
    /// It is English, whatever the page is in.
    pub is_english: bool,
}

impl Problem {
    /// In the language of the page.
    pub(super) fn own(text: impl Into<String>) -> Problem {
        Problem { text: text.into(), is_english: false }
    }

    /// As the service says it.
    pub(super) fn english(text: String) -> Problem {
        Problem { text, is_english: true }
    }
}
