//! A person's choice as policy: what their data may be used for on a day, in terms that machines compare, and the receipt of each
//! decision.

use super::{Choice, Purpose};
use crate::OrderId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A term of the GA4GH Data Use Ontology.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Term {
    /// Identifier.
    pub id: &'static str,
    /// Label.
    pub label: &'static str,
}

/// Use in the person's own care.
pub const CLINICAL_CARE: Term = Term { id: "DUO:0000043", label: "clinical care use" };
/// Health, medical or biomedical research.
pub const HEALTH_RESEARCH: Term = Term { id: "DUO:0000006", label: "health or medical or biomedical research" };
/// Only with approval of a research ethics committee.
pub const ETHICS_APPROVAL: Term = Term { id: "DUO:0000021", label: "ethics approval required" };
/// Only by approved users.
pub const APPROVED_USERS: Term = Term { id: "DUO:0000026", label: "user specific restriction" };

/// What somebody wants to use a person's data or sample for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Use {
    /// The test of an order.
    Test(OrderId),
    /// A release of the research library, or a question to it.
    Library,
    /// Contacting the person again.
    Recontact,
    /// Telling findings outside the question asked.
    SecondaryFindings,
    /// The care of relatives.
    FamilyCare,
}

/// A decision about a use, and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The use that was asked for.
    #[serde(rename = "asked")]
    pub requested: Use,
    /// Whether the person's choice allows it.
    pub allowed: bool,
    /// Why, in words.
    pub why: String,
    /// Wording that the choice was made on; nothing when none was made.
    pub wording: Option<String>,
    /// Version of the choice: how many events it is made of.
    pub version: u64,
    /// Day for which it was decided.
    pub on: Date,
}

impl Use {
    /// Those that are asked of the person, whatever their tests.
    pub const OF_THE_PERSON: [Use; 4] = [Use::Library, Use::Recontact, Use::SecondaryFindings, Use::FamilyCare];

    /// The question that the person answered.
    pub fn purpose(self) -> Purpose {
        match self {
            Use::Test(_) => Purpose::Test,
            Use::Library => Purpose::Research,
            Use::Recontact => Purpose::Recontact,
            Use::SecondaryFindings => Purpose::SecondaryFindings,
            Use::FamilyCare => Purpose::FamilySharing,
        }
    }
}

/// Decides whether a choice allows a use on a day.
pub fn evaluate(choice: &Choice, requested: Use, on: Date) -> Receipt {
    let purpose = requested.purpose();
    let allowed = match requested {
        Use::Test(order) => choice.agrees_to_test(order),
        _ => choice.allows(purpose, on),
    };
    let why = match (&choice.discussion, allowed, choice.ends(purpose)) {
        (None, ..) => "No discussion is recorded, and silence is no agreement".to_owned(),
        (Some(_), false, Some(from)) => format!("Agreement to {} was withdrawn from {from}", purpose.label()),
        (Some(_), true, Some(from)) => format!("Agreed to {}; that ends on {from}", purpose.label()),
        (Some(_), true, None) => format!("Agreed to {}", purpose.label()),
        (Some(_), false, None) => format!("There is no agreement to {}", purpose.label()),
    };
    Receipt { requested, allowed, why, wording: choice.discussion.as_ref().map(|d| d.wording.clone()), version: choice.version, on }
}

/// Of the receipts of several records of one person, the one that counts: a refusal, if there is one among those with a discussion.
pub fn strictest(receipts: Vec<Receipt>, requested: Use, on: Date) -> Receipt {
    let said = receipts.iter().filter(|r| r.wording.is_some());
    let counts = match requested {
        // An answer about a test stands on the record that the order was placed for.
        Use::Test(_) => said.clone().find(|r| r.allowed).or_else(|| said.clone().next()),
        _ => said.clone().find(|r| !r.allowed).or_else(|| said.clone().next()),
    };
    counts.or(receipts.first()).cloned().unwrap_or_else(|| evaluate(&Choice::default(), requested, on))
}

/// What a person's data may be used for, as terms of the Data Use Ontology. No term allows nothing.
///
/// The library takes only approved health research by approved users, so its term comes with both restrictions.
pub fn data_use(receipts: &[Receipt]) -> Vec<Term> {
    let allowed = |is: fn(Use) -> bool| receipts.iter().any(|receipt| receipt.allowed && is(receipt.requested));
    let mut terms = Vec::new();
    if allowed(|requested| matches!(requested, Use::Test(_))) {
        terms.push(CLINICAL_CARE);
    }
    if allowed(|requested| requested == Use::Library) {
        terms.extend([HEALTH_RESEARCH, ETHICS_APPROVAL, APPROVED_USERS]);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Fold,
        ordering::choice::{Answer, Category, Discussion, Event, How, WORDING},
    };
    use uuid::Uuid;

    #[test]
    fn every_use_is_decided_from_the_choice_in_force_on_its_day() {
        let (order, today, later) = (OrderId(Uuid::nil()), Date::constant(2026, 11, 21), Date::constant(2027, 1, 1));
        let discussion = Discussion {
            order,
            wording: WORDING.into(),
            category: Category::AdultOwn,
            test: Answer::Yes,
            research: Answer::Yes,
            recontact: Answer::No,
            secondary_findings: Answer::NotDiscussed,
            family_sharing: Answer::Yes,
            comment: String::new(),
            how: How::OwnPage,
            interpreter: String::new(),
        };
        let end = Event::Withdrawn { what: Purpose::Research, from: later, reason: String::new(), order: None };
        let choice = Choice::replay(&[Event::Recorded(Box::new(discussion)), end]);
        let decision = |requested, on| {
            let receipt = evaluate(&choice, requested, on);
            (receipt.allowed, receipt.why, receipt.version)
        };
        assert_eq!(decision(Use::Library, today), (true, "Agreed to research; that ends on 2027-01-01".into(), 2));
        assert_eq!(decision(Use::Library, later), (false, "Agreement to research was withdrawn from 2027-01-01".into(), 2));
        assert!(decision(Use::Test(order), later).0 && decision(Use::FamilyCare, today).0);
        assert!(!decision(Use::Recontact, today).0 && !decision(Use::SecondaryFindings, today).0);
        assert!(!decision(Use::Test(OrderId(Uuid::from_u128(5))), today).0);
        let nobody = evaluate(&Choice::default(), Use::Library, today);
        assert!(!nobody.allowed && nobody.why.contains("silence is no agreement"));
        // Of two records of one person, a refusal counts, and silence does not.
        let yes = evaluate(&choice, Use::Library, today);
        assert!(strictest(vec![nobody.clone(), yes.clone()], Use::Library, today).allowed);
        let no = evaluate(&choice, Use::Library, later);
        assert!(!strictest(vec![yes, no], Use::Library, today).allowed);
        assert!(!strictest(vec![nobody], Use::Library, today).allowed);
        let ids = |on| {
            let receipts = [Use::Test(order), Use::Library].map(|requested| evaluate(&choice, requested, on));
            data_use(&receipts).iter().map(|t| t.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(today), ["DUO:0000043", "DUO:0000006", "DUO:0000021", "DUO:0000026"]);
        assert_eq!(ids(later), ["DUO:0000043"]);
    }
}
