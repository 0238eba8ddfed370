//! One file per command: arguments turned into a request, the request run, the result shown.

pub mod engine;
#[cfg(feature = "service")]
pub mod service;
