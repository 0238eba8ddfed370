//! Variant Call Format, versions 4.1 to 4.5: a header, then sites, streamed.
//!
//! Lines are handed out in whole-line chunks, so that many can be looked at side by side; a record is
//! a view into its line, parsed only as far as it is asked.

mod bcf;
pub mod check;
pub mod definition;
pub mod header;
pub mod inspect;
pub mod meta;
pub mod record;
pub mod sequence;
pub mod stream;
pub mod structural;
mod swift;
mod values;
pub mod writer;

pub use check::Checker;
pub use header::Header;
pub use record::{LineError, Record};
pub use sequence::Sequence;
pub use stream::{Chunk, Stream};
