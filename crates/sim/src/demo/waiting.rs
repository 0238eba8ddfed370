//! Orders that wait: one at each stage of the way, so that everybody who signs in finds something to do.

use super::{Family, Journey, NAMES};
use crate::{
    family,
    published::{self, Shape},
};
use anyhow::Context;
use care::{
    OrderId, PatientId, Role,
    interpretation::case::{Conclusion, Outcome},
    laboratory::sample,
};
use formats::pack::Pack;
use service::{Service, interpretation::cases, laboratory};
use std::{path::Path, sync::Arc};

/// What was done last, before the order waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Last {
    /// Sent; the choices of the family are not recorded.
    Ordered,
    /// Choices recorded; samples have not arrived.
    Chosen,
    /// The child's sample was rejected; another is asked for.
    Rejected,
    /// Samples sequenced; the data were delivered and not registered.
    Sequenced,
    /// Analysed; nobody has looked.
    Analysed,
    /// A first scientist proposed a conclusion.
    Proposed,
    /// A second scientist agreed; nobody has signed.
    Checked,
    /// The second scientist differed; somebody else decides.
    Disputed,
}

/// Where each invented family waits. Given names fit the sex of the published case whose variants the child carries.
pub(super) const FAMILIES: [(Last, Family); 8] = [
    (Last::Ordered, ("Iris", "Fairburn", "Daniel", "Hope")),
    (Last::Chosen, ("Leah", "Garside", "Simon", "Anita")),
    (Last::Rejected, ("Callum", "Hartwell", "Gavin", "Lucy")),
    (Last::Sequenced, ("Zain", "Inchbald", "Tariq", "Sana")),
    (Last::Analysed, ("Nora", "Jellicoe", "Adam", "Beth")),
    (Last::Proposed, ("Eve", "Kelham", "Luke", "Marta")),
    (Last::Checked, ("Finn", "Lanyon", "Piers", "Morwenna")),
    (Last::Disputed, ("Alfie", "Marwood", "George", "Elena")),
];

/// Steps that progress is told of.
pub(super) const STEPS: u64 = FAMILIES.len() as u64;

/// Places the orders and takes each to where it waits. What the families carry is that of the published cases in which a cause was
/// found, in turn.
pub(super) async fn place(service: &Arc<Service>, pack: &Pack, incoming: &Path, step: &mut dyn FnMut(&str)) -> anyhow::Result<()> {
    let cases = published::all()?;
    let solved: Vec<_> = cases.iter().filter(|case| case.shape != Shape::NoFinding).collect();
    for (index, (last, names)) in FAMILIES.into_iter().enumerate() {
        step(&format!("an order that waits: {}", names.1));
        let (case, number) = (solved[index % solved.len()], NAMES.len() + index);
        let vcf = incoming.join(format!("family-{}.vcf.gz", names.1.to_lowercase()));
        if last >= Last::Sequenced {
            family::write_trio(&vcf, ["child", "father", "mother"], &case.planted()?, pack, number as u64, false)?;
        }
        let mut journey = Journey::new(service, case, number, names);
        journey.go_until(last, &vcf).await.with_context(|| format!("the order of family {}", names.1))?;
    }
    Ok(())
}

impl Journey<'_> {
    async fn go_until(&mut self, last: Last, vcf: &Path) -> anyhow::Result<()> {
        let order = self.order().await?;
        if last == Last::Ordered {
            return Ok(());
        }
        let people = self.choices(order).await?;
        match last {
            Last::Ordered | Last::Chosen => Ok(()),
            Last::Rejected => self.reject(order).await,
            _ => self.sequence_until(last, order, people, vcf).await,
        }
    }

    async fn reject(&self, order: OrderId) -> anyhow::Result<()> {
        let desk = self.desk(Role::LaboratoryScientist, 0);
        let status = desk.status(&desk.permit(access::Action::ReadOrder, order).await?, order).await?;
        let (id, sample) = status.samples.first().context("an order has samples")?;
        let barcode = sample.label.as_ref().context("a sample has a label")?.barcode.clone();
        for command in [sample::Command::Receive { barcode }, sample::Command::Reject(sample::Rejection::new(sample::Ground::Clotted, ""))]
        {
            laboratory::samples::handle(&desk, order, *id, command).await?;
        }
        Ok(())
    }

    async fn sequence_until(&mut self, last: Last, order: OrderId, people: Vec<PatientId>, vcf: &Path) -> anyhow::Result<()> {
        self.samples(order).await?;
        if last == Last::Sequenced {
            return Ok(());
        }
        self.analyse(order, people, vcf).await?;
        if last == Last::Analysed {
            return Ok(());
        }
        let outcome = self.propose(order).await?;
        match last {
            Last::Checked => self.check(order, outcome).await,
            Last::Disputed => self.differ(order).await,
            _ => Ok(()),
        }
    }

    async fn differ(&self, order: OrderId) -> anyhow::Result<()> {
        let conclusion = Conclusion {
            variants: vec![],
            outcome: Outcome::NoFinding,
            summary: "The features are not specific enough for the disorder of this gene.".into(),
        };
        let reason = "The features fit other candidates as well".into();
        cases::differ(&self.desk(Role::ClinicalScientist, 1), order, conclusion, reason).await?;
        Ok(())
    }
}
