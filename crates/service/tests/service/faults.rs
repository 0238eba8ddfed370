//! Faults of the machine beneath the service, where they can be made in a test.

mod clock;
mod files;
