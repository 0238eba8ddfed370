//! Letters in plain words, from the same source as the report.

pub use render::letter::{READING_AGE_MAX, Reader, letter, reading_age};

/// Whether a paragraph of a letter is a heading: it ends without a stop.
pub fn is_heading(paragraph: &str) -> bool {
    !paragraph.ends_with(['.', ',', '!', '?'])
}
