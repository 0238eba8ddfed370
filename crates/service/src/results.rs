//! Results: reports and where they go, results of other laboratories, the genomic record, relatives at risk, medicines, and a person's own page.

pub mod cascades;
pub mod content;
pub mod deliver;
mod documents;
pub mod draft;
pub mod exchange;
pub mod inbox;
pub mod letters;
pub mod medicines;
pub mod next_steps;
pub mod outside;
pub mod own_page;
pub mod preread;
pub mod questions;
pub mod record;
pub mod releases;
pub mod reports;
pub mod send;
pub mod subscriptions;
