//! Comments on variants that mention a colleague who has not answered.

use crate::{Store, database::Value, line::line};
use access::Permit;
use care::{OrderId, StaffId};
use jiff::Timestamp;

line! {
    /// A comment that waits for somebody who is mentioned in it.
    pub struct Mention in "mention_view" keys 3 {
        /// Interpretation in which it was written.
        pub(crate) interpretation: String = "interpretation_id",
        /// Comment.
        pub(crate) comment: String = "comment_id",
        /// Who is mentioned.
        pub(crate) staff: StaffId = "staff_id",
        /// Order of which case.
        pub order: OrderId = "order_id",
        /// Variant.
        pub variant: String = "variant",
        /// Who wrote it.
        pub by: String = "by_name",
        /// When.
        pub at: Timestamp = "at",
    }
}

impl Store {
    /// Comments that wait for somebody, oldest first.
    pub async fn mentions(&self, _permit: &Permit, staff: StaffId) -> anyhow::Result<Vec<Mention>> {
        self.lines("WHERE staff_id = $1 ORDER BY at", vec![Value::from(staff.to_string())]).await
    }
}
