//! A hospital's system that places orders by FHIR, each for a family of its own.

use super::{
    connection,
    counted::{Answered, Counted, Request},
    pace::Pace,
    prepared::System,
};
use anyhow::{Context, ensure};
use care::NhsNumber;
use rand_chacha::ChaCha8Rng;
use reqwest::{Client, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;
use sim::messages::{NUMBERS, Sent, fhir};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// How long a token is used: less than it lasts.
const TOKEN_USED: Duration = Duration::from_mins(30);
/// The test that is ordered.
const TEST: &str = "R98.2";
/// Days of birth of the family in the message of which each order is a copy.
const BORN: [&str; 3] = ["2019-06-01", "1985-03-12", "1983-02-04"];
/// NHS numbers of a family are among so many that follow one another. Of these no more than one in five lacks a check digit.
const NUMBERS_OF_A_FAMILY: u64 = 5;
/// Families for which the numbers that are kept for tests are enough (999 000 0000 to 999 999 9999).
const FAMILIES: u64 = 1_000_000 / NUMBERS_OF_A_FAMILY;

/// The system.
pub(super) struct Hospital {
    client: Client,
    base: String,
    system: System,
    token: Option<(String, Instant)>,
    /// The next family.
    family: u64,
}

impl Hospital {
    pub(super) fn new(base: &str, system: System) -> anyhow::Result<Hospital> {
        let family = system.first_family;
        Ok(Hospital { client: connection::client()?, base: base.to_owned(), system, token: None, family })
    }

    /// Places orders until the load ends.
    pub(super) async fn work(mut self, pace: Pace, counted: Arc<Counted>, mut random: ChaCha8Rng) {
        let mut due = Instant::now();
        while let Some(next) = pace.next(due, &mut random).await {
            due = next;
            let answer = self.place().await;
            counted.add(&Request::Write("an order by FHIR"), due.elapsed(), answer);
        }
    }

    /// Places an order for the next family.
    pub(super) async fn place(&mut self) -> anyhow::Result<Answered> {
        let token = self.token().await?;
        let order = order(self.family, &self.system.organisation)?;
        self.family += 1;
        let request = self.client.post(format!("{}/fhir", self.base)).bearer_auth(token);
        let response = request.header(CONTENT_TYPE, "application/fhir+json").body(order).send().await?;
        let status = response.status();
        let answer = response.bytes().await?;
        ensure!(status == StatusCode::OK, "answered {}: {}", status.as_u16(), String::from_utf8_lossy(&answer[..answer.len().min(300)]));
        Ok(Answered::Once)
    }

    async fn token(&mut self) -> anyhow::Result<String> {
        if let Some((token, since)) = &self.token
            && since.elapsed() < TOKEN_USED
        {
            return Ok(token.clone());
        }
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}&scope=", self.system.id, self.system.secret);
        let request = self.client.post(format!("{}/oauth2/token", self.base));
        let response = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form).send().await?;
        let answer: Value = serde_json::from_slice(&response.bytes().await?)?;
        let token = answer["access_token"].as_str().with_context(|| format!("no token: {}", answer["error"]))?.to_owned();
        self.token = Some((token.clone(), Instant::now()));
        Ok(token)
    }
}

/// The message by which a child and both parents are ordered for; of one family always the same.
fn order(family: u64, hospital: &str) -> anyhow::Result<String> {
    let family = family % FAMILIES;
    let number = format!("LOAD-{family}");
    let sent = Sent { control: "load", number: &number, test: TEST, family: &family_name(family), hospital };
    let mut message = fhir(&sent).to_string();
    ensure!(BORN.iter().all(|known| message.contains(known)), "the simulated message has other days of birth");
    for (known, own) in NUMBERS.iter().zip(nhs_numbers(family)) {
        message = message.replace(known, &own);
    }
    for known in BORN {
        message = message.replace(known, &format!("{}-{:02}-{:02}", &known[..4], 1 + family % 12, 1 + family / 12 % 28));
    }
    Ok(message)
}

/// Numbers of a family that nobody has: from the range that is kept for tests.
fn nhs_numbers(family: u64) -> impl Iterator<Item = String> {
    let of_family = family * NUMBERS_OF_A_FAMILY..(family + 1) * NUMBERS_OF_A_FAMILY;
    of_family.filter_map(|number| (0..10).map(|check| format!("999{number:06}{check}")).find(|text| text.parse::<NhsNumber>().is_ok()))
}

/// A name of letters.
fn family_name(family: u64) -> String {
    let letters = (0..5).map(|place| char::from(b'A' + (family / 26_u64.pow(place) % 26) as u8));
    format!("LOAD{}", letters.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_family_has_three_numbers_that_no_other_has() {
        let mut seen = BTreeSet::new();
        for family in [0, 1, 2, 3, 19, 20, 21, 777, FAMILIES - 2, FAMILIES - 1] {
            let numbers: Vec<String> = nhs_numbers(family).take(3).collect();
            assert_eq!(numbers.len(), 3, "{family}");
            for number in numbers {
                assert!(number.starts_with("999") && number.len() == 10, "{number}");
                assert!(seen.insert(number.clone()), "{number} is of two families");
            }
        }
    }

    #[test]
    fn no_two_orders_are_of_the_same_people_and_one_is_always_the_same() {
        let of = |family| order(family, "RP4DEMO").expect("an order");
        assert_eq!(of(7), of(7));
        assert_eq!(of(7), of(7 + FAMILIES));
        for part in ["LOAD-7", "LOADHAAAA"] {
            assert!(of(7).contains(part) && !of(8).contains(part), "{part}");
        }
        assert!(!of(7).contains(NUMBERS[0]) && !of(7).contains(BORN[0]));
    }
}
