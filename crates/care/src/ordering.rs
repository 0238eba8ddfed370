//! Ordering: what is asked for, for which family, with whose agreement, and by which road it came.

pub mod choice;
pub mod client;
pub mod days;
pub mod draft;
pub mod expected;
pub mod family;
pub mod message;
pub mod milestones;
pub mod missing;
pub mod order;
pub mod patient_stage;
pub mod pedigree;
pub mod progress;
pub mod repeated;
pub mod status;
pub mod template;
pub mod work;
