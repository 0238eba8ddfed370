//! Results: reports, results of other laboratories, the record, relatives at risk, medicines, a person's own page.

pub(crate) mod cascade;
pub(crate) mod medicines;
pub(crate) mod outside;
pub(crate) mod own_page;
pub(crate) mod record;
pub(crate) mod report;
pub(crate) mod unread;
