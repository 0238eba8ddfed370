//! The ways in which an intent can fail, each told differently.

use care::Refusals;
use store::{CommitError, audit::PermitError};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The domain says no.
    #[error(transparent)]
    Refused(#[from] Refusals),
    /// The policy says no.
    #[error(transparent)]
    Denied(access::Denied),
    /// Somebody else was first.
    #[error("{0}")]
    Conflict(String),
    /// There is no such thing.
    #[error("There is no {0} here. Check the link, or look for it in your list")]
    NotFound(&'static str),
    /// A file is not right.
    #[error(transparent)]
    File(#[from] formats::FileError),
    /// Input, output or a bug. It is told whole here, so that it is nobody's source, which would be told again.
    #[error("Something went wrong on our side; nothing was half done. {0:#}")]
    Fault(anyhow::Error),
}

/// Result of an intent.
pub type ServiceResult<T> = Result<T, ServiceError>;

impl From<anyhow::Error> for ServiceError {
    fn from(fault: anyhow::Error) -> ServiceError {
        match fault.downcast::<access::Denied>() {
            Ok(denied) => ServiceError::Denied(denied),
            Err(fault) => ServiceError::Fault(fault),
        }
    }
}

impl From<CommitError> for ServiceError {
    fn from(error: CommitError) -> ServiceError {
        match error {
            CommitError::Conflict { .. } => ServiceError::Conflict(error.to_string()),
            CommitError::Denied(denied) => ServiceError::Denied(denied),
            CommitError::Fault(fault) => ServiceError::Fault(fault),
        }
    }
}

impl From<PermitError> for ServiceError {
    fn from(error: PermitError) -> ServiceError {
        match error {
            PermitError::Denied(denied) => ServiceError::Denied(denied),
            PermitError::Fault(fault) => ServiceError::Fault(fault),
        }
    }
}
