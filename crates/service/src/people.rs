//! People: patients, staff and their accounts, emergency access and restricted records.

pub mod accounts;
pub mod deaths;
pub mod emergency;
mod guesses;
pub(crate) mod hash;
pub(crate) mod identify;
pub mod launch;
pub mod patients;
pub mod proposals;
pub mod relying;
pub mod restriction;
pub mod staff;
pub mod trace;
