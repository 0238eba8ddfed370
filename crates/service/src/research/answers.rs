//! What the library answers, for pages.

pub use library::{
    Answer,
    disclosure::Count,
    program::{
        QueryProgram,
        request::{Rows, Shown},
    },
};
