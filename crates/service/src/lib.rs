//! What the service does: one function per intent, each loading, asking for a permit, deciding and persisting.

pub mod backup;
pub mod certificates;
pub mod clock;
pub mod desk;
pub mod directory;
pub mod error;
pub mod evidence;
pub mod fault;
pub mod find;
mod intent;
pub mod interpretation;
pub mod laboratory;
pub mod lines;
pub mod operations;
pub mod ordering;
mod outgoing;
pub mod people;
pub mod research;
pub mod results;
pub mod secret;
pub mod shown;
pub mod work;

/// A public function's future is boxed. Without it a body is compiled in every crate that awaits it, once for the pages, once for the
/// commands and once for each program of tests, and never here.
pub(crate) use async_recursion::async_recursion as boxed;
pub use care::ordering::status::Status;
pub use desk::{Desk, Service};
pub use error::{ServiceError, ServiceResult};
pub use ordering::orders::OrderForm;
