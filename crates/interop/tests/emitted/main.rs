//! Everything that is sent to other systems: kept as it was, and held against the published profiles.

mod fixture;
mod golden;
mod profiles;
