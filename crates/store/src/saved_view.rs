//! Views of candidates that somebody saved or that a colleague shares.

use crate::{Store, line::line};
use access::Permit;
use care::{StaffId, interpretation::filter::Filter};

line! {
    /// A view that somebody saved.
    pub struct SavedView in "saved_view" keys 2 {
        /// Who.
        pub staff: StaffId = "staff_id",
        /// Which.
        pub id: String = "view_id",
        /// Who, by name.
        pub by: String = "by_name",
        /// Its name.
        pub name: String = "name",
        /// What it filters.
        pub filter: Filter = "filters",
        /// Laboratory with which it is shared; empty where with none.
        pub shared_with: String = "shared_with",
    }
}

line! {
    /// The view that somebody used last.
    pub(crate) struct Used in "view_used" {
        /// Who.
        pub(crate) staff: StaffId = "staff_id",
        /// Which.
        pub(crate) view: String = "view_id",
    }
}

/// Views of a list: each has at most as many as one person may save, and a laboratory some dozens of people.
const MOST: u64 = 500;

impl Store {
    /// The reader's own views, then those that their laboratory shares, by name.
    pub async fn saved_views(&self, permit: &Permit) -> anyhow::Result<Vec<SavedView>> {
        let (me, laboratory) = (permit.staff().id.to_string(), permit.staff().organisation.to_string());
        // Their own are never among those that are too many.
        let rest = format!(
            "WHERE staff_id = $1 OR shared_with = $2 ORDER BY CASE WHEN staff_id = $1 THEN 0 ELSE 1 END, name, view_id LIMIT {MOST}"
        );
        self.lines(&rest, vec![me.into(), laboratory.into()]).await
    }

    /// The view that the reader used last.
    pub async fn last_view(&self, permit: &Permit) -> anyhow::Result<Option<String>> {
        let used: Option<Used> = self.line("WHERE staff_id = $1", vec![permit.staff().id.to_string().into()]).await?;
        Ok(used.map(|used| used.view))
    }
}
