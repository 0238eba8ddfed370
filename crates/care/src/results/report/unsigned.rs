//! A report before it is signed.

use super::Content;
use crate::ReportId;
use jiff::Timestamp;
use uuid::Uuid;

/// What stands in place of the moment of a signature that is not there yet.
const UNSIGNED: &str = "when it is signed";

impl Content {
    /// The same without what signing itself adds: its identifier and the moment. Two that are the same here say the same.
    #[must_use]
    pub fn unsigned(&self) -> Content {
        let signature = |[what, who, _]: &[String; 3]| [what.clone(), who.clone(), UNSIGNED.to_owned()];
        Content {
            id: ReportId(Uuid::nil()),
            authorised: Timestamp::UNIX_EPOCH,
            signatures: self.signatures.iter().map(signature).collect(),
            ..self.clone()
        }
    }
}
