//! What the library answers, for pages.

pub use library::{
    Answer,
    disclosure::Count,
    workspace::{ROWS_MAX, Shown},
};
