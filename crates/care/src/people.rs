//! People: patients, staff, their accounts, and numbers that name them.

pub mod account;
pub mod emergency;
pub mod nhs_number;
pub mod patient;
pub mod staff;
