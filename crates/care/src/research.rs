//! Research: who is in the library, and the projects that ask it.

pub mod participant;
pub mod project;
