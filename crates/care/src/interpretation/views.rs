//! Saved views: sets of filters that a scientist names, keeps, and shares with their laboratory by choice. Nothing of a patient is in
//! one. Which was used last is kept; a view that is deleted stays readable in the history.

use super::filter::Filter;
use crate::{Fold, OdsCode, Refusal, Refusals, Staff, StaffId, event::StreamKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it filters.
    pub filter: Filter,
    /// Laboratory whose people may use it too.
    pub shared_with: Option<OdsCode>,
}

/// Somebody's views.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Views {
    /// Whose.
    pub by: Option<Staff>,
    /// In the order in which they were saved.
    pub views: Vec<View>,
    /// The one that was used last, of theirs or of a colleague; none where the whole list was chosen.
    pub last: Option<Uuid>,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event {
    Saved { id: Uuid, name: String, filter: Box<Filter>, by: Staff },
    Shared { id: Uuid, name: String, with: OdsCode },
    Unshared { id: Uuid, name: String },
    Deleted { id: Uuid, name: String },
    Used { id: Option<Uuid> },
}

/// What somebody wants to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the event of the same name")]
pub enum Command {
    Save { id: Uuid, name: String, filter: Box<Filter> },
    Share { id: Uuid },
    Unshare { id: Uuid },
    Delete { id: Uuid },
    Use { id: Option<Uuid> },
}

/// The longest name of a view.
pub const NAME_CHARACTERS_MAX: usize = 60;

/// The most views of one person: more are not found again.
pub const VIEWS_MAX: usize = 30;

/// The stream of somebody's views.
pub fn stream(staff: StaffId) -> String {
    StreamKind::CandidateViews.stream(staff)
}

impl Event {
    /// What happened, in a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Event::Saved { name, by, .. } => format!("{} saved the view '{name}'", by.name),
            Event::Shared { name, .. } => format!("The view '{name}' was shared with the laboratory"),
            Event::Unshared { name, .. } => format!("The view '{name}' is no longer shared"),
            Event::Deleted { name, .. } => format!("The view '{name}' was deleted"),
            Event::Used { id: Some(_) } => "A view was chosen".into(),
            Event::Used { id: None } => "The whole list was chosen".into(),
        }
    }
}

impl Fold for Views {
    type Event = Event;
    fn apply(mut self, event: &Event) -> Views {
        match event {
            Event::Saved { id, name, filter, by } => {
                self.by = Some(by.clone());
                self.last = Some(*id);
                self.views.push(View { id: *id, name: name.clone(), filter: (**filter).clone(), shared_with: None });
            }
            Event::Shared { id, with, .. } => self.share(*id, Some(with.clone())),
            Event::Unshared { id, .. } => self.share(*id, None),
            Event::Deleted { id, .. } => {
                self.views.retain(|view| view.id != *id);
                self.last = self.last.filter(|last| last != id);
            }
            Event::Used { id } => self.last = *id,
        }
        self
    }
}

impl Views {
    fn share(&mut self, id: Uuid, with: Option<OdsCode>) {
        if let Some(view) = self.views.iter_mut().find(|view| view.id == id) {
            view.shared_with = with;
        }
    }

    fn view(&self, id: Uuid) -> Result<&View, Refusals> {
        let found = self.views.iter().find(|view| view.id == id);
        found.ok_or_else(|| Refusals::one("view", "This view is not one of yours, or it is deleted already"))
    }
}

/// Decides a command; whether a colleague's view can be used is for the caller to look up.
pub fn decide(views: &Views, command: Command, by: &Staff) -> Result<Vec<Event>, Refusals> {
    let event = match command {
        Command::Save { id, name, filter } => {
            let name = name.trim().to_owned();
            Refusals::check(faults(views, &name, &filter))?;
            Event::Saved { id, name, filter, by: by.clone() }
        }
        Command::Share { id } => {
            let view = views.view(id)?;
            if view.shared_with.as_ref() == Some(&by.organisation) {
                return Err(Refusals::one("view", "It is shared with your laboratory already"));
            }
            Event::Shared { id, name: view.name.clone(), with: by.organisation.clone() }
        }
        Command::Unshare { id } => {
            let view = views.view(id)?;
            if view.shared_with.is_none() {
                return Err(Refusals::one("view", "It is not shared"));
            }
            Event::Unshared { id, name: view.name.clone() }
        }
        Command::Delete { id } => Event::Deleted { id, name: views.view(id)?.name.clone() },
        // Choosing what is chosen already is no news.
        Command::Use { id } if id == views.last => return Ok(vec![]),
        Command::Use { id } => Event::Used { id },
    };
    Ok(vec![event])
}

fn faults(views: &Views, name: &str, filter: &Filter) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        faults.push(Refusal::new("name", format!("Name the view in 1 to {NAME_CHARACTERS_MAX} characters")));
    }
    if views.views.iter().any(|view| view.name.to_lowercase() == name.to_lowercase()) {
        faults.push(Refusal::new("name", format!("You have a view '{name}' already: choose another name, or delete that one")));
    }
    if views.views.len() >= VIEWS_MAX {
        faults.push(Refusal::new("name", format!("You have {VIEWS_MAX} views, which is the most: delete one that you do not use")));
    }
    if filter.is_empty() {
        faults.push(Refusal::new("filter", "Nothing is filtered: filter the list first, then save the view"));
    }
    faults.extend(filter.criteria().err().into_iter().flat_map(|refusals| refusals.0));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::staff;

    fn rare() -> Filter {
        Filter { frequency: "0.001".into(), ..Filter::default() }
    }

    fn done(views: Views, command: Command) -> Views {
        let events = decide(&views, command, &staff()).expect("allowed");
        events.iter().fold(views, Views::apply)
    }

    #[test]
    fn a_view_is_saved_shared_used_and_deleted() {
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let views = done(Views::default(), Command::Save { id, name: " Rare ".into(), filter: Box::new(rare()) });
        assert_eq!((views.views[0].name.as_str(), &views.views[0].shared_with), ("Rare", &None), "nobody else sees it by itself");
        assert_eq!(views.last, Some(id), "what is saved is in use");
        let views = done(done(views, Command::Share { id }), Command::Use { id: None });
        let views = done(views, Command::Use { id: Some(id) });
        assert!(decide(&views, Command::Share { id }, &staff()).is_err());
        assert_eq!((views.last, decide(&views, Command::Use { id: Some(id) }, &staff())), (Some(id), Ok(vec![])), "no news");
        let unshared = done(views.clone(), Command::Unshare { id });
        assert!(unshared.views[0].shared_with.is_none() && decide(&unshared, Command::Unshare { id }, &staff()).is_err());
        let deleted = done(views.clone(), Command::Delete { id });
        assert_eq!((deleted.views.len(), deleted.last), (0, None));
        assert!(decide(&deleted, Command::Delete { id }, &staff()).is_err());
        assert_eq!(done(views, Command::Use { id: Some(other) }).last, Some(other), "a colleague's");
    }

    #[test]
    fn a_view_has_a_name_of_its_own_and_filters_something() {
        let views = done(Views::default(), Command::Save { id: Uuid::nil(), name: "Rare".into(), filter: Box::new(rare()) });
        let fields = |name: &str, filter: Filter| {
            let filter = Box::new(filter);
            let refusals =
                decide(&views, Command::Save { id: Uuid::from_u128(3), name: name.into(), filter }, &staff()).expect_err("refused").0;
            refusals.iter().map(|r| r.field).collect::<Vec<_>>()
        };
        assert_eq!(fields("RARE", rare()), ["name"]);
        assert_eq!(fields(" ", Filter::default()), ["name", "filter"]);
        assert_eq!(fields("New", Filter { tier: "9".into(), ..Filter::default() }), ["tier"]);
        assert_eq!(fields(&"x".repeat(61), rare()), ["name"]);
    }
}
