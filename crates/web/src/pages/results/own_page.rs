//! A person's own page, opened with the link that they were sent and their date of birth: where their tests are, results that were
//! released, their choices, and who looked. In several languages, and in easy read.

mod ask;
mod choose;
mod easy;
mod icon;
mod letter;
mod looked;
mod open;
mod problem;
mod test;

pub(crate) use ask::{ask, questions};
pub(crate) use choose::{choices, choose};
pub(crate) use letter::{letter, pdf};
pub(crate) use looked::looked;
pub(crate) use open::{link, open};

use crate::{
    language::{Language, Voice},
    pages::{Layout, PageResult, show},
    session::Me,
};
use askama::Template;
use care::ordering::choice::{Answer, Purpose};
use easy::EasyTest;
use jiff::civil::Date;
use service::results::own_page::{OwnPerson, Place, UsedBy};
use test::TestCard;

#[derive(Template)]
#[template(path = "results/own_page/page.html")]
struct Page {
    layout: Layout,
    voice: Voice,
    name: String,
    clinic: String,
    tests: Vec<TestCard>,
    /// The same in easy read, where that is read.
    easy: Vec<EasyTest>,
    people: Vec<Shown>,
    places: Vec<String>,
    projects: Vec<UsedBy>,
}

/// A person's choices as the page shows them.
struct Shown {
    person: OwnPerson,
    /// Question and answer.
    lines: Vec<(&'static str, &'static str)>,
    /// What the link to change them says.
    change: String,
}

impl Page {
    /// A message in easy read, sentence by sentence.
    fn sentences(&self, key: &str) -> Vec<String> {
        easy::sentences(self.voice.text(key))
    }

    /// How many questions a project asked, and how many results it took out.
    fn counts(&self, used: &UsedBy) -> String {
        let language = self.voice.language;
        language.fill_two("used.counts", ("asked", "out"), language.number(used.queries), language.number(used.released))
    }
}

pub(crate) async fn get(Me(own): Me, voice: Voice) -> PageResult {
    let (page, used) = (own.page().await?, own.used().await?);
    let (today, language) = (own.desk.today(), voice.language);
    let is_easy = voice.is_easy;
    show(&Page {
        layout: Layout::new(language.text("my.title"), None).in_language(language),
        voice,
        name: own.desk.staff.name.clone(),
        clinic: own.desk.staff.organisation_name.clone(),
        easy: page.tests.iter().filter(|_| is_easy).map(|test| EasyTest::new(test, voice, today)).collect(),
        tests: page.tests.iter().filter(|_| !is_easy).map(|test| TestCard::new(test, voice, today)).collect(),
        people: page.people.into_iter().map(|person| shown(person, language, today)).collect(),
        places: used.places.iter().map(|place| place_in(language, place)).collect(),
        projects: used.projects,
    })
}

/// A person's choices as they stand, with the way to change them.
fn shown(person: OwnPerson, language: Language, today: Date) -> Shown {
    let is_recorded = person.choice.is_recorded();
    let change = match (person.by.is_some(), is_recorded) {
        (false, false) => language.text("choices.give_self").to_owned(),
        (false, true) => language.text("choices.change_self").to_owned(),
        (true, false) => language.fill("choices.give_child", "name", &person.name),
        (true, true) => language.fill("choices.change_child", "name", &person.name),
    };
    let lines = Purpose::ALL.into_iter().map(|purpose| (language.text(title(purpose)), answer(&person, purpose, language, today)));
    Shown { lines: lines.collect(), change, person }
}

/// What a person answered to a question, as it stands on a day.
fn answer(person: &OwnPerson, purpose: Purpose, language: Language, today: Date) -> &'static str {
    let is_answered = person.choice.discussion.as_ref().is_some_and(|d| d.answer(purpose) != Answer::NotDiscussed);
    let agrees = if purpose == Purpose::Test { person.agrees } else { person.choice.allows(purpose, today) };
    language.text(match (is_answered, agrees) {
        (false, _) => "choices.not_answered",
        (true, true) => "choices.yes",
        (true, false) => "choices.no",
    })
}

/// The message that names a question.
fn title(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Test => "choice.test",
        Purpose::Research => "choice.research",
        Purpose::Recontact => "choice.recontact",
        Purpose::SecondaryFindings => "choice.secondary",
        Purpose::FamilySharing => "choice.family",
    }
}

/// What is said of a place of the research library.
fn place_in(language: Language, place: &Place) -> String {
    let key = match place {
        Place::Rewritten(time) => return language.fill("used.rewritten", "time", language.moment(*time)),
        Place::Entering => "used.entering",
        Place::NotIn => "used.not_in",
        Place::In => "used.in",
        Place::EnteringAgain => "used.entering_again",
        Place::NotCounted => "used.not_counted",
        Place::NotShown => "used.not_shown",
        Place::BeingRewritten => "used.being_rewritten",
        Place::ResultsStay => "used.results_stay",
    };
    language.text(key).to_owned()
}
