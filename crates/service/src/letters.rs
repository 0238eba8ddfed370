//! Letters in plain words, from the same source as the report.

pub use render::letter::{READING_AGE_MAX, Reader, letter, reading_age};
