//! Ordering: orders with their families, choices and work, whichever way they come.

pub mod choices;
pub mod clients;
pub mod consents;
pub mod days;
pub mod drafts;
pub mod families;
pub(crate) mod generations;
pub mod messages;
pub mod orders;
pub mod pedigrees;
pub mod repeated;
pub(crate) mod specimens;
mod stand_ins;
pub mod templates;
pub mod work;
