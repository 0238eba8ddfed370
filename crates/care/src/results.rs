//! Results: signed reports, results of other laboratories, medicines, relatives at risk, and a person's own page.

pub mod cascade;
pub mod invitation;
pub mod medicines;
pub mod next_steps;
pub mod outside;
pub mod question;
pub mod report;
