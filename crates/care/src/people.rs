//! People: patients, staff, their accounts, and numbers that name them.

pub mod account;
pub mod death;
pub mod deaths;
pub mod emergency;
pub mod identifier;
pub mod matching;
pub mod name;
pub mod nhs_number;
pub mod password;
pub mod patient;
pub mod staff;
pub mod stated;
