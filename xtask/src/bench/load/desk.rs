//! Somebody at a desk: signs in, opens pages of their role, and now and then takes an order on.

use super::{
    connection::Connection,
    counted::{Answered, Counted, Request},
    pace::Pace,
    prepared::Prepared,
};
use crate::bench::service::{pages::Page, person};
use anyhow::Context;
use care::{OrderId, Role};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use tokio::time::Instant;

/// Who sits at the desks, in turn: everybody once, then those again of whom a service has more. How many of each is an assumption.
const DESKS: [Role; 22] = [
    Role::Clinician,
    Role::GenomicAssociate,
    Role::LaboratoryScientist,
    Role::ClinicalScientist,
    Role::Consultant,
    Role::Bioinformatician,
    Role::Manager,
    Role::Curator,
    Role::Administrator,
    Role::Researcher,
    Role::OutputChecker,
    Role::Clinician,
    Role::Clinician,
    Role::Clinician,
    Role::Clinician,
    Role::GenomicAssociate,
    Role::LaboratoryScientist,
    Role::LaboratoryScientist,
    Role::LaboratoryScientist,
    Role::ClinicalScientist,
    Role::ClinicalScientist,
    Role::Consultant,
];
/// Roles that take orders on from their work list.
const TAKE_ON: [Role; 3] = [Role::Clinician, Role::GenomicAssociate, Role::LaboratoryScientist];
/// The share of their requests that does: an assumption, and more than people do. The service counts these forms with the page that they
/// are sent from, so that there are far fewer of them than the one in a hundred which decides of pages.
const TAKEN_ON: f64 = 0.005;
/// Desks that there are at least: one of each role.
pub(super) const DESKS_MIN: usize = 11;

/// A desk at which somebody is signed in.
pub(super) struct Desk {
    role: Role,
    connection: Connection,
    prepared: Arc<Prepared>,
}

impl Desk {
    /// Signs somebody of the demonstration in, as their browser does.
    pub(super) async fn sign_in(base: &str, number: usize, prepared: &Arc<Prepared>) -> anyhow::Result<Desk> {
        let role = DESKS[number % DESKS.len()];
        let mut connection = Connection::new(base)?;
        let signing_in = || format!("signing in as {}", role.label());
        connection.page("/sign-in").await.with_context(signing_in)?;
        connection.form("/sign-in", format!("staff={}", person(role)?.id)).await.with_context(signing_in)?;
        Ok(Desk { role, connection, prepared: Arc::clone(prepared) })
    }

    /// Opens each page of the role once, and takes an order on where the role does; what is not answered as it is to be, with why.
    pub(super) async fn open_each(&mut self) -> Vec<String> {
        let prepared = Arc::clone(&self.prepared);
        let mut wrong = Vec::new();
        for page in self.pages(&prepared) {
            if let Err(why) = self.connection.page(&page.addresses[0]).await {
                wrong.push(format!("`{}` of the {}: {why:#}", page.name, self.role.label().to_lowercase()));
            }
        }
        if TAKE_ON.contains(&self.role)
            && let Err(why) = self.take_on(prepared.open[0]).await
        {
            wrong.push(format!("the {} takes an order on: {why:#}", self.role.label().to_lowercase()));
        }
        wrong
    }

    /// Works until the load ends.
    pub(super) async fn work(mut self, pace: Pace, counted: Arc<Counted>, mut random: ChaCha8Rng) {
        let prepared = Arc::clone(&self.prepared);
        let pages = self.pages(&prepared);
        let takes_on = TAKE_ON.contains(&self.role);
        let mut due = Instant::now();
        while let Some(next) = pace.next(due, &mut random).await {
            due = next;
            if takes_on && random.random_bool(TAKEN_ON) {
                let order = prepared.open[random.random_range(0..prepared.open.len())];
                let answer = self.take_on(order).await;
                counted.add(&Request::Write("take an order on"), due.elapsed(), answer);
            } else {
                let page = pages[random.random_range(0..pages.len())];
                let address = &page.addresses[random.random_range(0..page.addresses.len())];
                let answer = self.connection.page(address).await;
                counted.add(&Request::Page(page.name), due.elapsed(), answer);
            }
        }
    }

    /// Takes an order on, from the work list.
    async fn take_on(&mut self, order: OrderId) -> anyhow::Result<Answered> {
        self.connection.form("/", format!("action=take&order={order}")).await
    }

    /// The pages of the role.
    fn pages<'a>(&self, prepared: &'a Prepared) -> Vec<&'a Page> {
        prepared.pages.iter().filter(|page| page.role == self.role).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_desks_have_everybody_once() {
        for role in DESKS {
            assert_eq!(DESKS[..DESKS_MIN].iter().filter(|first| **first == role).count(), 1, "{role:?}");
        }
    }
}
