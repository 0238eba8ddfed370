//! Letters in plain words, from the same source as the report.

pub use render::letter::{Reader, letter, reading_age};
