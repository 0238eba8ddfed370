//! Order templates: the part of a usual order that is the same for many patients, kept under a name by whoever orders it often, and
//! shared with the department by choice. By its type a template holds nothing of a person: no identity, no consent, no history, no
//! result. What is typed by hand, its name, a consultant and an address, is refused where it names somebody of the order.

mod identity;

use super::order::Responsible;
use crate::{
    Fold, OdsCode, Refusal, Refusals, Staff,
    directory::{Difference, Test, compare},
    event::StreamKind,
};
use identity::{has_nhs_number, has_part_of, has_whole};
use ontology::TermId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use identity::Identifiers;

/// What is usual of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Usual {
    /// The test as the directory had it when somebody last looked at it for this template.
    pub test: Test,
    /// What it is for.
    pub reason: Reason,
    /// Features that usually apply: proposed for each patient, and in an order only once somebody says that the patient has them.
    pub features: Vec<TermId>,
    /// Who is usually responsible.
    pub responsible: Responsible,
}

/// Reasons that an order can have for many patients. To follow an earlier order, or to look at it again, concerns one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the purpose of the same name")]
pub enum Reason {
    Diagnosis,
    Tumour,
    Prenatal,
    AfterDeath,
    Predictive,
    Carrier,
    Storage,
}

/// A template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Who keeps it.
    pub by: Staff,
    /// What it holds.
    pub usual: Usual,
    /// Colleagues of the organisation may use it too.
    pub is_shared: bool,
    /// How often what it holds was changed.
    pub revision: u32,
}

/// The templates of an organisation, in the order in which they were saved.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Templates(pub Vec<Template>);

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Saved {
        id: Uuid,
        name: String,
        usual: Box<Usual>,
        is_shared: bool,
        by: Staff,
    },
    Shared {
        id: Uuid,
        name: String,
    },
    Unshared {
        id: Uuid,
        name: String,
    },
    /// Its test was looked at again, as the directory has it now.
    Renewed {
        id: Uuid,
        name: String,
        test: Box<Test>,
    },
    Deleted {
        id: Uuid,
        name: String,
    },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    /// From an order, whose people it must not name.
    Save {
        id: Uuid,
        name: String,
        usual: Box<Usual>,
        is_shared: bool,
        people: Identifiers,
    },
    Share {
        id: Uuid,
    },
    Unshare {
        id: Uuid,
    },
    /// `seen` is the revision that somebody looked at.
    Renew {
        id: Uuid,
        seen: u32,
        test: Box<Test>,
    },
    Delete {
        id: Uuid,
    },
}

/// What became of a template's test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TestNow {
    /// It is as it was.
    Same,
    /// Field, before, now.
    Changed(Vec<(&'static str, String, String)>),
    /// It is not in the directory any more.
    Withdrawn,
}

/// The longest name of a template.
pub const NAME_CHARACTERS_MAX: usize = 60;

/// The most templates of one person: more are not found again.
pub const TEMPLATES_MAX: usize = 30;

/// The most features of a template: an order with more is not a usual one.
pub const FEATURES_MAX: usize = 30;

/// The stream of an organisation's templates.
pub fn stream(organisation: &OdsCode) -> String {
    StreamKind::OrderTemplates.stream(organisation)
}

impl Usual {
    /// What became of its test, which the directory has now, or has not.
    pub fn test_now(&self, now: Option<&Test>) -> TestNow {
        let Some(now) = now else { return TestNow::Withdrawn };
        match compare(std::slice::from_ref(&self.test), std::slice::from_ref(now)).pop() {
            None => TestNow::Same,
            Some(Difference::Amended(_, fields)) => TestNow::Changed(fields),
            Some(Difference::Added(_) | Difference::Withdrawn(_)) => TestNow::Withdrawn,
        }
    }

    fn faults(&self, people: &Identifiers) -> Vec<Refusal> {
        let mut faults = self.responsible.faults();
        if self.features.len() > FEATURES_MAX {
            faults.push(Refusal::new("features", format!("Keep at most {FEATURES_MAX} features that usually apply")));
        }
        let typed = [("consultant", &self.responsible.consultant), ("address", &self.responsible.address)];
        for (field, text) in typed {
            if has_nhs_number(text) || has_whole(text, people) {
                faults.push(Refusal::new(field, "This names somebody of the order: a template never holds who a patient is"));
            }
        }
        faults
    }
}

impl Template {
    /// Whether somebody may begin an order from it.
    pub fn is_usable_by(&self, staff: &Staff) -> bool {
        self.is_shared || self.is_own_of(staff)
    }

    /// Whether it is somebody's own, to be changed by nobody else.
    pub fn is_own_of(&self, staff: &Staff) -> bool {
        self.by.id == staff.id
    }
}

impl Templates {
    /// A template that somebody may use.
    pub fn usable(&self, id: Uuid, by: &Staff) -> Result<&Template, Refusals> {
        let found = self.0.iter().find(|template| template.id == id && template.is_usable_by(by));
        found.ok_or_else(|| Refusals::one("template", "This template was deleted, or is no longer shared: choose another"))
    }

    fn own(&self, id: Uuid, by: &Staff) -> Result<&Template, Refusals> {
        let found = self.0.iter().find(|template| template.id == id && template.is_own_of(by));
        found.ok_or_else(|| Refusals::one("template", "This template is not one of yours, or it is deleted already"))
    }

    fn change(&mut self, id: Uuid, change: impl FnOnce(&mut Template)) {
        if let Some(template) = self.0.iter_mut().find(|template| template.id == id) {
            change(template);
        }
    }
}

impl Fold for Templates {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Templates {
        match event.clone() {
            Event::Saved { id, name, usual, is_shared, by } => {
                self.0.push(Template { id, name, by, usual: *usual, is_shared, revision: 0 });
            }
            Event::Shared { id, .. } => self.change(id, |template| template.is_shared = true),
            Event::Unshared { id, .. } => self.change(id, |template| template.is_shared = false),
            Event::Renewed { id, test, .. } => self.change(id, |template| {
                template.usual.test = *test;
                template.revision += 1;
            }),
            Event::Deleted { id, .. } => self.0.retain(|template| template.id != id),
        }
        self
    }
}

/// Decides a command.
pub fn decide(templates: &Templates, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    let event = match command {
        Command::Save { id, name, usual, is_shared, people } => {
            let name = name.trim().to_owned();
            let mut faults = name_faults(templates, &name, &people, by);
            faults.extend(usual.faults(&people));
            Refusals::check(faults)?;
            Event::Saved { id, name, usual, is_shared, by: by.clone() }
        }
        Command::Share { id } => match templates.own(id, by)? {
            shared if shared.is_shared => return Ok(vec![]),
            own => Event::Shared { id, name: own.name.clone() },
        },
        Command::Unshare { id } => match templates.own(id, by)? {
            private if !private.is_shared => return Ok(vec![]),
            own => Event::Unshared { id, name: own.name.clone() },
        },
        Command::Renew { id, seen, test } => {
            let own = templates.own(id, by)?;
            if own.revision != seen || own.usual.test.code != test.code {
                return Err(Refusals::one("template", "This template was changed after this page was opened: look at it again"));
            }
            Event::Renewed { id, name: own.name.clone(), test }
        }
        Command::Delete { id } => Event::Deleted { id, name: templates.own(id, by)?.name.clone() },
    };
    Ok(vec![event])
}

fn name_faults(templates: &Templates, name: &str, people: &Identifiers, by: &Staff) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX || name.chars().any(char::is_control) {
        faults.push(Refusal::new("name", format!("Name the template in 1 to {NAME_CHARACTERS_MAX} characters")));
    }
    if has_nhs_number(name) || has_part_of(name, people) {
        faults.push(Refusal::new("name", "This names somebody of the order: name the template after the test or the clinic"));
    }
    let mut own = templates.0.iter().filter(|template| template.is_own_of(by));
    if own.clone().any(|template| template.name.to_lowercase() == name.to_lowercase()) {
        faults.push(Refusal::new("name", format!("You have a template '{name}' already: choose another name, or delete that one")));
    }
    if own.nth(TEMPLATES_MAX - 1).is_some() {
        faults.push(Refusal::new("name", format!("You have {TEMPLATES_MAX} templates, which is the most: delete one that you do not use")));
    }
    faults
}

#[cfg(test)]
mod tests;
