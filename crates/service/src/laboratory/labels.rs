//! Labels of tubes.

pub use render::label::{code128, data_matrix};
