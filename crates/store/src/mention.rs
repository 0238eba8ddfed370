//! Comments on variants that mention a colleague who has not answered, and edits of a report's text that a scientist who signed has
//! not read.

use crate::{Store, database::Value, line::line};
use access::Permit;
use care::{OrderId, StaffId};
use jiff::Timestamp;

line! {
    /// A comment that waits for somebody who is mentioned in it, or an edit of a text that waits for somebody to read it.
    pub struct Mention in "mention_view" keys 3 {
        /// Interpretation in which it was written.
        pub(crate) interpretation: String = "interpretation_id",
        /// Comment, or edit.
        pub(crate) comment: String = "comment_id",
        /// Who is mentioned, or signed what was edited.
        pub(crate) staff: StaffId = "staff_id",
        /// Order of which case.
        pub order: OrderId = "order_id",
        /// Variant; none of an edit.
        pub variant: String = "variant",
        /// Who wrote it, or edited.
        pub by: String = "by_name",
        /// When.
        pub at: Timestamp = "at",
    }
}

impl Mention {
    /// It is an edit of a report's text.
    pub fn is_edit(&self) -> bool {
        self.variant.is_empty()
    }
}

impl Store {
    /// Comments and edits that wait for somebody, oldest first.
    pub async fn mentions(&self, _permit: &Permit, staff: StaffId) -> anyhow::Result<Vec<Mention>> {
        self.lines("WHERE staff_id = $1 ORDER BY at", vec![Value::from(staff.to_string())]).await
    }
}
