//! HL7 version 2: orders, changes of people and results in, results out, acknowledgements both ways.
//!
//! Read leniently: versions 2.3 to 2.8, any separators, line ends and characters, several messages in one frame or file, lines that a
//! narrative broke, numbers of the NHS wherever systems put them. What is not used is named. Written as version 2.5.1.

pub mod mllp;
pub mod unit;

pub mod header;
pub mod message;
pub mod segment;

pub mod content;

pub mod order;

pub mod acknowledgement;
pub mod result;

mod adt;
mod delimiters;
mod document;
mod encoding;
mod escape;
mod incoming_result;
mod observation_status;
mod person;
mod segment_name;
mod unused;
mod value;
mod write;

pub use acknowledgement::{Acknowledgement, AcknowledgementCode, ReceivedAcknowledgement, check_accepted, short_control};
pub use content::{Reading, content};
pub use header::Header;
pub use message::{Message, NoMessage};
pub use segment::Segment;
pub use unit::{Unit, read};
