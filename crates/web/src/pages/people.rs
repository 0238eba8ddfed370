//! People: who somebody is, signing in, accounts, emergency access.

pub(crate) mod accounts;
pub(crate) mod emergency;
pub(crate) mod launch;
pub(crate) mod password;
pub(crate) mod patient;
pub(crate) mod sign_in;
