//! What the service does: one function per intent, each loading, asking for a permit, deciding and persisting.

pub mod engine;
pub mod error;
pub mod status;
pub mod desk;
pub mod directory;
pub mod patients;
pub mod orders;
pub mod choices;
pub mod samples;
pub mod data;
pub mod cases;
pub mod reports;
pub mod content;
pub mod record;
pub mod staff;

pub use desk::{Desk, Service};
pub use error::{ServiceError, ServiceResult};
pub use status::Status;
