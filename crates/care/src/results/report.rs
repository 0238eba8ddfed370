//! A report: one typed source, authorised once, delivered, acknowledged; superseded, never edited.

use crate::{Fold, InterpretationId, OrderId, PatientId, Refusals, ReportId, Role, Staff, interpretation::case::Outcome};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything that a report says, in the order in which it says it. Content after ACGS general genetic laboratory
/// reporting recommendations 2020 and ISO 15189:2022, 7.4.1.6.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// Report.
    pub id: ReportId,
    /// Order number.
    pub order_number: String,
    /// When it was authorised.
    pub authorised: Timestamp,
    /// Patient: name, NHS number as printed, date of birth as printed, sex.
    pub patient: [String; 4],
    /// Requester: name and organisation.
    pub requester: [String; 2],
    /// Relatives tested: relationship, name, affected.
    pub relatives: Vec<[String; 3]>,
    /// Test code and clinical indication.
    pub test: [String; 2],
    /// Clinical features given: HPO identifier and name; and those excluded.
    pub features: Vec<[String; 2]>,
    /// Features excluded.
    pub excluded: Vec<[String; 2]>,
    /// What was asked; a cause in reports of before it was written down.
    #[serde(default)]
    pub asked: Asked,
    /// Result.
    pub outcome: Outcome,
    /// What that means for the question of this order; empty in reports of before it was written down.
    #[serde(default)]
    pub headline: String,
    /// A final report follows.
    #[serde(default)]
    pub interim: bool,
    /// Result in plain words.
    pub plain: String,
    /// The scientist's summary.
    pub summary: String,
    /// Variants reported.
    pub variants: Vec<ReportedVariant>,
    /// What was tested.
    pub tested: Vec<String>,
    /// What was not tested, or not well.
    pub not_tested: Vec<String>,
    /// Methods and versions: what, version.
    pub methods: Vec<[String; 2]>,
    /// Signatures: what was done, name and role, when.
    pub signatures: Vec<[String; 3]>,
    /// Report that this one replaces, and what changed.
    pub supersedes: Option<(ReportId, String)>,
}

/// What a report answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Asked {
    /// Why somebody is ill.
    #[default]
    Cause,
    /// Whether somebody has the variant that is known in the family.
    FamilyVariant,
    /// Whether somebody carries a variant that their children could have.
    Carrier,
    /// What a tumour has.
    Tumour,
}

impl Content {
    /// Whether something was found that somebody has to act on: what answers the question, or beyond it.
    pub fn is_finding(&self) -> bool {
        self.outcome.is_finding() || self.variants.iter().any(|v| v.secondary)
    }

    /// Variants that answer the question.
    pub fn primary(&self) -> impl Iterator<Item = &ReportedVariant> {
        self.variants.iter().filter(|v| !v.secondary)
    }

    /// Symbols of the genes in which something was found that answers the question, as words.
    pub fn genes(&self) -> String {
        let mut genes: Vec<&str> = self.primary().map(|v| v.gene.as_str()).collect();
        genes.dedup();
        genes.join(" and ")
    }

    /// The result in a line.
    pub fn headline(&self) -> &str {
        if self.headline.is_empty() { self.outcome.words() } else { &self.headline }
    }

    /// What kind of report it is.
    pub fn kind(&self) -> &'static str {
        match (self.interim, &self.supersedes) {
            (true, _) => "Interim report",
            (false, Some(_)) => "Amended report",
            (false, None) => "Report",
        }
    }
}

/// A variant as reported.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReportedVariant {
    /// Gene symbol.
    pub gene: String,
    /// Transcript with version.
    pub transcript: String,
    /// HGVS c., p., g.
    pub hgvs: [String; 3],
    /// Zygosity and inheritance.
    pub inheritance: String,
    /// Class.
    pub class: String,
    /// Criteria with evidence.
    pub criteria: Vec<[String; 2]>,
    /// Disorder.
    pub disorder: String,
    /// What the scientist adds.
    pub note: String,
    /// It has nothing to do with the question, and the person chose to be told.
    #[serde(default)]
    pub secondary: bool,
    /// The same for machines.
    #[serde(default)]
    pub coded: Coded,
}

/// What other systems read of a variant; empty in reports of before it was written down.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Coded {
    /// Gene, such as `HGNC:4135`.
    pub gene: String,
    /// Contig, position, reference and alternative allele on GRCh38, each a part.
    pub variant: String,
    /// `Heterozygous`, `Homozygous` or `Hemizygous`.
    pub zygosity: String,
    /// Disorder, such as `OMIM:230400`, and its name.
    pub disorder: [String; 2],
}

/// A report and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// What it reports on.
    pub of: Option<(OrderId, InterpretationId, PatientId)>,
    /// SHA-256 of its content as JSON.
    pub content_sha256: Option<String>,
    /// As it was rendered when it was signed.
    pub rendered: Option<Rendered>,
    /// Who opened it first outside the laboratory, and when.
    pub opened: Option<(Staff, Timestamp)>,
    /// Whose turn it is to see that it is read, since nobody did.
    pub escalated: Option<Role>,
    /// When it was authorised.
    pub authorised: Option<Timestamp>,
    /// State.
    pub state: State,
}

/// The bytes that were signed: programs move on, a report does not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rendered {
    /// SHA-256 of the page.
    pub html_sha256: String,
    /// SHA-256 of the PDF.
    pub pdf_sha256: String,
}

/// Where a report stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the states are those of docs/states.md")]
pub enum State {
    #[default]
    None,
    Authorised {
        by: Staff,
        at: Timestamp,
    },
    Delivered {
        to: String,
    },
    Acknowledged {
        by: Staff,
        at: Timestamp,
    },
    Superseded {
        by: ReportId,
    },
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Authorised {
        order: OrderId,
        interpretation: InterpretationId,
        patient: PatientId,
        content_sha256: String,
        #[serde(default)]
        rendered: Option<Rendered>,
        by: Staff,
        at: Timestamp,
    },
    Delivered {
        to: String,
    },
    Opened {
        by: Staff,
        at: Timestamp,
    },
    Escalated {
        to: Role,
        unread_days: u16,
    },
    Acknowledged {
        by: Staff,
        at: Timestamp,
        /// What they will do; empty when they did not say.
        #[serde(default)]
        action: String,
    },
    Superseded {
        by: ReportId,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Authorise {
        order: OrderId,
        interpretation: InterpretationId,
        patient: PatientId,
        content_sha256: String,
        rendered: Option<Rendered>,
        signed_before: Vec<Staff>,
    },
    Deliver {
        to: String,
    },
    Open,
    Escalate {
        to: Role,
        unread_days: u16,
    },
    Acknowledge {
        action: String,
    },
    Supersede {
        by: ReportId,
    },
}

/// Days after which an unread report is somebody's work: with a finding, and without one; first the requester's team, then the
/// laboratory's manager. This service's own limits: no national standard sets any.
pub const UNREAD_DAYS: [(u16, u16, Role); 2] = [(3, 14, Role::GenomicAssociate), (7, 28, Role::Manager)];

/// Whose work a report is that has not been read for so many days, if it is anybody's.
pub fn escalation(is_finding: bool, unread_days: u16) -> Option<Role> {
    let limit = |(with, without, _): &&(u16, u16, Role)| unread_days >= if is_finding { *with } else { *without };
    UNREAD_DAYS.iter().rev().find(limit).map(|(.., role)| *role)
}

impl State {
    /// In words.
    pub fn words(&self) -> &'static str {
        match self {
            State::None => "Not signed",
            State::Authorised { .. } => "Authorised",
            State::Delivered { .. } => "Delivered",
            State::Acknowledged { .. } => "Read by the requester",
            State::Superseded { .. } => "Superseded",
        }
    }
}

impl Report {
    /// When it was authorised, while nobody has said to have read it.
    pub fn unread(&self) -> Option<Timestamp> {
        self.authorised.filter(|_| matches!(self.state, State::Authorised { .. } | State::Delivered { .. }))
    }
}

impl Fold for Report {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Report {
        self.state = match event {
            Event::Authorised { order, interpretation, patient, content_sha256, rendered, by, at } => {
                self.rendered.clone_from(rendered);
                self.of = Some((*order, *interpretation, *patient));
                self.content_sha256 = Some(content_sha256.clone());
                self.authorised = Some(*at);
                State::Authorised { by: by.clone(), at: *at }
            }
            Event::Delivered { to } => State::Delivered { to: to.clone() },
            Event::Opened { by, at } => {
                self.opened.get_or_insert((by.clone(), *at));
                self.state
            }
            Event::Escalated { to, .. } => {
                self.escalated = Some(*to);
                self.state
            }
            Event::Acknowledged { by, at, .. } => State::Acknowledged { by: by.clone(), at: *at },
            Event::Superseded { by } => State::Superseded { by: *by },
        };
        self
    }
}

/// What differs from an earlier report of the same order, in words for whoever read that one.
pub fn changed(before: &Content, after: &Content) -> String {
    let mut told = Vec::new();
    if before.outcome != after.outcome {
        told.push(format!("The result was: {}; it is: {}", lower(before.headline()), lower(after.headline())));
    }
    let same = |a: &ReportedVariant, b: &ReportedVariant| a.hgvs[2] == b.hgvs[2];
    let named = |v: &ReportedVariant| format!("{} {}:{}", v.gene, v.transcript, v.hgvs[0]);
    for variant in &before.variants {
        match after.variants.iter().find(|other| same(variant, other)) {
            None => told.push(format!("{} is no longer reported", named(variant))),
            Some(other) if other.class != variant.class => {
                told.push(format!("{} was classified as {}; it is {}", named(variant), lower(&variant.class), lower(&other.class)));
            }
            Some(_) => {}
        }
    }
    let came = after.variants.iter().filter(|v| !before.variants.iter().any(|other| same(v, other)));
    told.extend(came.map(|v| format!("{} is reported for the first time ({})", named(v), lower(&v.class))));
    if told.is_empty() {
        told.push(if before.summary == after.summary {
            "Result, variants and summary are the same".into()
        } else {
            "Result and variants are the same; the summary was changed".into()
        });
    }
    format!("{}.", told.join(". "))
}

fn lower(words: &str) -> String {
    words.to_lowercase()
}

/// Decides a command.
pub fn decide(report: &Report, command: Command, by: &Staff, at: Timestamp) -> Result<Vec<Event>, Refusals> {
    let event = match (command, &report.state) {
        (Command::Authorise { order, interpretation, patient, content_sha256, rendered, signed_before }, State::None) => {
            if signed_before.iter().any(|s| s.id == by.id) {
                return Err(Refusals::one(
                    "signature",
                    "You have already signed this interpretation; somebody else must authorise the report",
                ));
            }
            Event::Authorised { order, interpretation, patient, content_sha256, rendered, by: by.clone(), at }
        }
        (Command::Deliver { to }, State::Authorised { .. }) => Event::Delivered { to },
        (Command::Open, State::Delivered { .. }) if report.opened.is_none() => Event::Opened { by: by.clone(), at },
        (Command::Open, _) => return Ok(vec![]),
        (Command::Escalate { to, .. }, _) if report.escalated == Some(to) => return Ok(vec![]),
        (Command::Escalate { to, unread_days }, State::Delivered { .. } | State::Authorised { .. }) => Event::Escalated { to, unread_days },
        (Command::Acknowledge { action }, State::Delivered { .. } | State::Authorised { .. }) => {
            Event::Acknowledged { by: by.clone(), at, action: action.trim().to_owned() }
        }
        (Command::Supersede { by }, State::Authorised { .. } | State::Delivered { .. } | State::Acknowledged { .. }) => {
            Event::Superseded { by }
        }
        (Command::Authorise { .. }, _) => return Err(Refusals::one("report", "This report is already signed; nothing was changed")),
        (_, state) => {
            return Err(Refusals::one("report", format!("This cannot be done now: the report is {}", state.words().to_lowercase())));
        }
    };
    Ok(vec![event])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unread_finding_is_somebodys_work_sooner() {
        let whose = |is_finding, days| escalation(is_finding, days);
        let (team, manager) = (Some(Role::GenomicAssociate), Some(Role::Manager));
        assert_eq!([2, 3, 6, 7, 90].map(|days| whose(true, days)), [None, team, team, manager, manager]);
        assert_eq!([13, 14, 27, 28].map(|days| whose(false, days)), [None, team, team, manager]);
    }
}
