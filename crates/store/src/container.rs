//! Plates and racks as lists show them.

use crate::{Paged, Store, line::line};
use access::Permit;
use care::laboratory::container::ContainerId;

line! {
    /// A container's line.
    pub struct ContainerLine in "container_view" {
        /// Container.
        pub id: ContainerId = "container_id",
        /// Its barcode.
        pub barcode: String = "barcode",
        /// Laboratory that has it, or that it was sent to.
        pub laboratory: String = "laboratory",
        /// Kind in words.
        pub kind: String = "kind",
        /// What it is for.
        pub purpose: String = "purpose",
        /// Where it stands.
        pub place: String = "place",
        /// State in words.
        pub state: String = "state",
        /// Positions that are taken.
        pub sample_count: i64 = "held",
    }
}

impl Store {
    /// Containers of the reader's own laboratory by barcode, those that are gone left out.
    pub async fn containers(&self, permit: &Permit, page: u64) -> anyhow::Result<Paged<ContainerLine>> {
        let values = vec![permit.staff().organisation.to_string().into()];
        self.paged("laboratory = $1 AND state <> 'Discarded'", "barcode", values, page).await
    }

    /// Containers with a barcode, to know whose they are before a permit is asked for: the one whose own it is first, then those on
    /// which another laboratory put it.
    pub async fn containers_by_barcode(&self, barcode: &str) -> anyhow::Result<Vec<ContainerLine>> {
        let rest = "WHERE container_id IN (
                        SELECT container_id FROM container_view WHERE barcode = $1
                        UNION SELECT container_id FROM container_alias WHERE barcode = $1
                    )
                    ORDER BY CASE WHEN barcode = $1 THEN 0 ELSE 1 END, barcode";
        self.lines(rest, vec![barcode.trim().to_uppercase().into()]).await
    }

    /// A container's line, to know whose it is before a permit is asked for.
    pub async fn container(&self, id: ContainerId) -> anyhow::Result<Option<ContainerLine>> {
        self.line("WHERE container_id = $1", vec![id.to_string().into()]).await
    }
}
