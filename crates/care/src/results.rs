//! Results: signed reports, medicines, relatives at risk, and a person's own page.

pub mod cascade;
pub mod invitation;
pub mod medicines;
pub mod report;
