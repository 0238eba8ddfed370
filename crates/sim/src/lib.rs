//! Synthetic families and the demonstration: published cases sent through the whole service.

pub mod cohort;
pub mod demo;
pub mod family;
pub mod form;
pub mod messages;
pub mod published;
pub mod reads;
pub mod year;
