//! What the service does: one function per intent, each loading, asking for a permit, deciding and persisting.

pub mod accounts;
pub mod cases;
pub mod choices;
pub mod clients;
pub mod containers;
pub mod content;
pub mod data;
pub mod desk;
pub mod directory;
pub mod drafts;
pub mod emergency;
pub mod engine;
pub mod error;
pub mod labels;
pub mod laboratories;
pub mod lines;
pub mod medicines;
pub mod orders;
pub mod own;
pub mod panels;
pub mod patients;
pub mod pedigrees;
pub mod record;
pub mod region;
pub mod reports;
pub mod restriction;
pub mod samples;
pub mod staff;
pub mod status;
pub mod trace;
pub mod work;

pub use desk::{Desk, Service};
pub use error::{ServiceError, ServiceResult};
pub use status::Status;
