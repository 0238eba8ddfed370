//! Laboratories, what each can do, and to which of them an order goes.

use crate::{Fold, OdsCode, Refusal, Refusals, directory::TestCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::EnumCount;

/// Stream of all laboratories.
pub const STREAM: &str = "laboratories";

/// Every laboratory, by its code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Laboratories(pub BTreeMap<OdsCode, Laboratory>);

/// A laboratory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Laboratory {
    /// Name.
    pub name: String,
    /// Where others write to: an e-mail address or a web page; empty where it said none.
    pub contact: String,
    /// Requesters whose orders it takes first.
    pub serves: Vec<OdsCode>,
    /// What it can do of tests that it says nothing else about.
    pub otherwise: Readiness,
    /// What it can do of a test, and why.
    pub tests: BTreeMap<TestCode, (Readiness, String)>,
}

/// How far a laboratory is with a test.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, EnumCount)]
pub enum Readiness {
    /// Not offered there.
    #[default]
    NotOffered,
    /// It will be.
    Planned,
    /// Being validated.
    Validating,
    /// Orders are taken.
    Live,
    /// Orders were taken before and are not at present.
    Paused,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Opened { code: OdsCode, name: String, serves: Vec<OdsCode>, otherwise: Readiness },
    Set { code: OdsCode, test: TestCode, readiness: Readiness, reason: String },
    ContactSet { code: OdsCode, contact: String },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Open { code: OdsCode, name: String, serves: Vec<OdsCode>, otherwise: Readiness },
    Set { code: OdsCode, test: TestCode, readiness: Readiness, reason: String },
    SetContact { code: OdsCode, contact: String },
}

impl Readiness {
    /// Every one.
    pub const ALL: [Readiness; Readiness::COUNT] =
        [Readiness::NotOffered, Readiness::Planned, Readiness::Validating, Readiness::Live, Readiness::Paused];

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Readiness::NotOffered => "Not offered",
            Readiness::Planned => "Planned",
            Readiness::Validating => "Validating",
            Readiness::Live => "Live",
            Readiness::Paused => "Paused",
        }
    }
}

impl Laboratory {
    /// How far it is with a test, and why.
    pub fn readiness(&self, test: &TestCode) -> (Readiness, &str) {
        self.tests.get(test).map_or((self.otherwise, ""), |(readiness, reason)| (*readiness, reason))
    }

    /// Where others write to, as an address that programs open. A laboratory that said none is looked up by its code in the NHS's own
    /// directory of organisations, which holds the address of each (NHS England, Organisation Data Service, ORD interface).
    pub fn contact_address(&self, code: &OdsCode) -> String {
        match self.contact.as_str() {
            "" => format!("https://directory.spineservices.nhs.uk/ORD/2-0-0/organisations/{code}"),
            page if page.starts_with("https://") => page.to_owned(),
            mail => format!("mailto:{mail}"),
        }
    }
}

impl Fold for Laboratories {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Laboratories {
        match event.clone() {
            Event::Opened { code, name, serves, otherwise } => {
                let laboratory = self.0.entry(code).or_default();
                let (tests, contact) = (std::mem::take(&mut laboratory.tests), std::mem::take(&mut laboratory.contact));
                *laboratory = Laboratory { name, contact, serves, otherwise, tests };
            }
            Event::Set { code, test, readiness, reason } => {
                self.0.entry(code).or_default().tests.insert(test, (readiness, reason));
            }
            Event::ContactSet { code, contact } => self.0.entry(code).or_default().contact = contact,
        }
        self
    }
}

/// Decides a command.
pub fn decide(laboratories: &Laboratories, command: Command) -> Result<Vec<Event>, Refusals> {
    Ok(vec![match command {
        Command::Open { code, name, serves, otherwise } => {
            if name.trim().is_empty() {
                return Err(Refusals::one("name", "Enter the name of the laboratory"));
            }
            Event::Opened { code, name, serves, otherwise }
        }
        Command::Set { code, test, readiness, reason } => {
            let Some(laboratory) = laboratories.0.get(&code) else {
                return Err(Refusals::one("laboratory", format!("There is no laboratory {code}")));
            };
            let mut refusals = Vec::new();
            if reason.trim().is_empty() {
                refusals.push(Refusal::new("reason", "Give the reason: those who order read it"));
            }
            if laboratory.readiness(&test).0 == readiness {
                refusals.push(Refusal::new("readiness", format!("{test} is {} there already", readiness.label().to_lowercase())));
            }
            Refusals::check(refusals)?;
            Event::Set { code, test, readiness, reason }
        }
        Command::SetContact { code, contact } => {
            if !laboratories.0.contains_key(&code) {
                return Err(Refusals::one("laboratory", format!("There is no laboratory {code}")));
            }
            Event::ContactSet { code, contact: checked_contact(&contact)? }
        }
    }])
}

/// An e-mail address, or a page over HTTPS.
fn checked_contact(text: &str) -> Result<String, Refusals> {
    let contact = text.trim().trim_start_matches("mailto:");
    let is_plain = !contact.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"'".contains(c));
    let is_mail = contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    let is_page = contact.strip_prefix("https://").is_some_and(|rest| rest.contains('.'));
    if is_plain && (is_mail || is_page) {
        return Ok(contact.to_owned());
    }
    Err(Refusals::one(
        "contact",
        format!("'{contact}' is no e-mail address and no web page: write one such as genomics@example.nhs.uk or https://…"),
    ))
}

/// Laboratories that an order could go to: those live with the test that serve the requester, else all that are live with it.
pub fn candidates<'l>(laboratories: &'l Laboratories, test: &TestCode, requester: &OdsCode) -> Vec<&'l OdsCode> {
    let live: Vec<_> = laboratories.0.iter().filter(|(_, lab)| lab.readiness(test).0 == Readiness::Live).collect();
    let serving: Vec<&OdsCode> = live.iter().filter(|(_, lab)| lab.serves.contains(requester)).map(|(code, _)| *code).collect();
    if serving.is_empty() { live.into_iter().map(|(code, _)| code).collect() } else { serving }
}

/// The laboratory that an order goes to: of the candidates, the one with the fewest open orders.
pub fn route(
    laboratories: &Laboratories,
    test: &TestCode,
    requester: &OdsCode,
    open_orders: impl Fn(&OdsCode) -> usize,
) -> Result<OdsCode, Refusal> {
    let best = candidates(laboratories, test, requester).into_iter().min_by_key(|code| (open_orders(code), (*code).clone()));
    if let Some(code) = best {
        return Ok(code.clone());
    }
    let reasons = laboratories.0.values().filter_map(|lab| {
        let (readiness, reason) = lab.readiness(test);
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        (readiness != Readiness::NotOffered).then(|| format!("{}: {}{reason}", lab.name, readiness.label().to_lowercase()))
    });
    let reasons: Vec<String> = reasons.collect();
    let message = match reasons.is_empty() {
        true if laboratories.0.is_empty() => "No laboratory is open in this service yet: an administrator opens one".to_owned(),
        true => format!("No laboratory offers {test} now. Your answers are kept; ask the laboratory hub"),
        false => format!("No laboratory takes {test} now: {}. Your answers are kept", reasons.join("; ")),
    };
    Err(Refusal::new("test", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_goes_to_a_laboratory_that_can_do_it() {
        let code = |text: &str| text.parse::<OdsCode>().expect("a code");
        let test = |text: &str| text.parse::<TestCode>().expect("a test");
        let mut labs = Laboratories::default();
        let mut act = |command| {
            let events = decide(&labs, command)?;
            labs = events.iter().fold(std::mem::take(&mut labs), Fold::apply);
            Ok::<Laboratories, Refusals>(labs.clone())
        };
        let open = |c: &str, serves: &[&str], otherwise| Command::Open {
            code: code(c),
            name: format!("Laboratory {c}"),
            serves: serves.iter().map(|s| code(s)).collect(),
            otherwise,
        };
        let set = |c: &str, readiness, reason: &str| Command::Set { code: code(c), test: test("R29.4"), readiness, reason: reason.into() };
        let busy = |lab: &OdsCode| if *lab == code("LAB1") { 9 } else { 3 };
        let to = |labs: &Laboratories, from: &str| route(labs, &test("R29.4"), &code(from), busy).map_err(|refusal| refusal.message);
        assert!(to(&Laboratories::default(), "RP4").expect_err("none").contains("an administrator opens one"));
        act(open("LAB1", &["RP4"], Readiness::Live)).expect("opened");
        let laboratory = act(open("LAB2", &[], Readiness::Live)).expect("opened");
        assert_eq!(to(&laboratory, "RP4"), Ok(code("LAB1")), "its own, though busier");
        assert_eq!(to(&laboratory, "RXX"), Ok(code("LAB2")), "the less busy one");
        assert!(act(set("LAB1", Readiness::Paused, " ")).expect_err("no reason").to_string().contains("reason"));
        let laboratory = act(set("LAB1", Readiness::Paused, "instrument down")).expect("set");
        assert_eq!(to(&laboratory, "RP4"), Ok(code("LAB2")));
        let laboratory = act(set("LAB2", Readiness::NotOffered, "never")).expect("set");
        assert!(to(&laboratory, "RP4").expect_err("nobody").contains("Laboratory LAB1: paused (instrument down)"));
        assert!(act(set("LAB2", Readiness::NotOffered, "again")).is_err(), "nothing would change");
        let laboratory = act(open("LAB1", &[], Readiness::NotOffered)).expect("opened anew");
        assert_eq!(laboratory.0[&code("LAB1")].readiness(&test("R29.4")).0, Readiness::Paused, "what was set stays");
        let contact = |contact: &str| Command::SetContact { code: code("LAB1"), contact: contact.into() };
        assert!(laboratory.0[&code("LAB1")].contact_address(&code("LAB1")).ends_with("/organisations/LAB1"));
        for wrong in ["", "the desk", "a@b", "http://x.nhs.uk", "a@b.uk\" onclick"] {
            assert!(act(contact(wrong)).expect_err(wrong).to_string().contains("no e-mail address"));
        }
        act(contact(" mailto:genomics@lab1.nhs.uk ")).expect("set");
        let laboratory = act(open("LAB1", &[], Readiness::Live)).expect("opened anew");
        assert_eq!(laboratory.0[&code("LAB1")].contact_address(&code("LAB1")), "mailto:genomics@lab1.nhs.uk", "what was set stays");
        let laboratory = act(contact("https://lab1.nhs.uk/genomics")).expect("set");
        assert_eq!(laboratory.0[&code("LAB1")].contact_address(&code("LAB1")), "https://lab1.nhs.uk/genomics");
    }
}
