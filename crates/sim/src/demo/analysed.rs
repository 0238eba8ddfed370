//! The five cases as the first scientist finds them: analysed, and nobody has looked.

use super::{Journey, NAMES};
use crate::{family, published};
use anyhow::Context;
use care::OrderId;
use formats::pack::Pack;
use service::Service;
use std::{fs, path::Path, sync::Arc};

/// Orders every case and takes it to where the first scientist has it, in a service with the people of the demonstration; the orders, in
/// the order of the cases.
pub async fn place(service: &Arc<Service>, pack: &Pack, incoming: &Path) -> anyhow::Result<Vec<OrderId>> {
    fs::create_dir_all(incoming)?;
    let mut orders = Vec::new();
    for (number, case) in published::all()?.iter().enumerate() {
        let vcf = incoming.join(format!("case-{}.vcf.gz", number + 1));
        family::write_trio(&vcf, ["child", "father", "mother"], &case.planted()?, pack, number as u64, false)?;
        let mut journey = Journey::new(service, case, number, NAMES[number]);
        orders.push(journey.until_analysed(&vcf).await.with_context(|| format!("case {} ({})", number + 1, case.source))?);
    }
    Ok(orders)
}

impl Journey<'_> {
    async fn until_analysed(&mut self, vcf: &Path) -> anyhow::Result<OrderId> {
        let order = self.order().await?;
        let people = self.choices(order).await?;
        self.samples(order).await?;
        self.analyse(order, people, vcf).await?;
        Ok(order)
    }
}
