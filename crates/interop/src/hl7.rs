//! HL7 version 2: orders in (`ORM^O01`, `OML^O21`), results out (`ORU^R01`, `MDM^T02`), acknowledgements both ways.
//!
//! Read leniently: versions 2.3 to 2.5.1, line ends of any kind, lines that a narrative broke, numbers of the NHS in PID-2 or
//! PID-3. Written as version 2.5.1.

pub mod message;
pub mod mllp;

pub mod acknowledgement;
pub mod order;
pub mod result;

mod escape;
mod write;

pub use acknowledgement::{Acknowledgement, AcknowledgementCode, check_accepted};
pub use message::{Message, NoMessage, Segment};
