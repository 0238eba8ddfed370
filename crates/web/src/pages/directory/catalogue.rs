//! The Test Directory: searching it, one test, what differs between versions, and changing it.

use crate::{
    error::PageError,
    flash,
    pages::{Layout, PageResult, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    Json,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    directory::{Branch, Directory, Test, TestCode, Version, laboratory::Readiness},
    ordering::order::purpose::{BLOOD, PrenatalSample, TumourSample},
    people::patient::Sex,
};
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    directory::{
        self,
        browse::{Indication, Shelf, Specialty},
        catalogue::Catalogue,
        lookup::AnswerForPatient,
        search::patient::{Life, Patient},
    },
};
use tower_sessions::Session;

/// Tests that fit on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "directory/search.html")]
struct Page<'a> {
    layout: Layout,
    query: CatalogueQuery,
    answer: Option<AnswerForPatient<'a>>,
    /// The specialty or letter that is looked at, and its indications.
    shelf: Option<(String, Vec<Indication<'a>>)>,
    specialties: Vec<Specialty>,
    letters: Vec<(char, usize)>,
    versions: Vec<Version>,
    total: usize,
    can_order: bool,
}

impl Page<'_> {
    /// Specialties of one directory, with the words of its addresses.
    fn specialties_of(&self, branch: &Branch) -> Vec<&Specialty> {
        self.specialties.iter().filter(|specialty| specialty.branch == *branch).collect()
    }

    /// As many were found as are shown, so that there may be more.
    fn is_cut(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.answer.found.len() >= SHOWN)
    }

    /// Clinical indications among what was found.
    fn indications_found(&self) -> usize {
        let found = self.answer.iter().flat_map(|answer| &answer.answer.found);
        found.map(|(test, _)| test.code.indication()).collect::<std::collections::BTreeSet<_>>().len()
    }

    /// Whether the typed text found nothing at all.
    fn is_empty(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.answer.found.is_empty() && answer.answer.missing.is_none())
    }
}

/// What is looked for and, where it matters, for whom.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CatalogueQuery {
    q: String,
    /// A specialty, with the directory that it is of.
    branch: String,
    specialty: String,
    letter: String,
    /// Of the patient: age in years, sex and life, as typed; no more is asked, so that an address names nobody.
    age: String,
    sex: String,
    life: String,
}

/// Ages that a person has.
const AGES_YEARS: std::ops::RangeInclusive<i16> = 0..=130;

impl CatalogueQuery {
    fn patient(&self) -> Patient {
        Patient {
            sex: match self.sex.as_str() {
                "F" => Some(Sex::Female),
                "M" => Some(Sex::Male),
                _ => None,
            },
            age_years: self.age.trim().parse::<i16>().ok().filter(|age| AGES_YEARS.contains(age)),
            life: match self.life.as_str() {
                "unborn" => Some(Life::Unborn),
                "alive" => Some(Life::Alive),
                "dead" => Some(Life::Dead),
                _ => None,
            },
        }
    }

    /// An age that was typed and is no whole number of years, or not that of a person.
    fn is_age_wrong(&self) -> bool {
        !self.age.trim().is_empty() && self.patient().age_years.is_none()
    }

    fn names_patient(&self) -> bool {
        !(self.age.is_empty() && self.sex.is_empty() && self.life.is_empty())
    }

    fn sexes(&self) -> [(&'static str, &'static str, bool); 3] {
        [("", "Any"), ("F", "Female"), ("M", "Male")].map(|(value, label)| (value, label, self.sex == value))
    }

    fn lives(&self) -> [(&'static str, &'static str, bool); 4] {
        [("", "Not said"), ("unborn", "Not born yet"), ("alive", "Alive"), ("dead", "Has died")]
            .map(|(value, label)| (value, label, self.life == value))
    }
}

pub(crate) async fn get(At(desk): At, Query(query): Query<CatalogueQuery>) -> PageResult {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    let is_search = !query.q.trim().is_empty();
    show(&Page {
        layout: Layout::new("Test Directory", Some(&desk.staff)),
        answer: is_search.then(|| catalogue.answer_for(&desk.service.knowledge, &query.q, &query.patient(), SHOWN)),
        shelf: if is_search { None } else { shelf(&catalogue, &query) },
        specialties: catalogue.specialties(),
        letters: catalogue.letters(),
        versions: catalogue.versions.clone(),
        total: catalogue.tests.len(),
        can_order: may_order(&desk),
        query,
    })
}

/// The specialty or the letter that a link names, with its indications.
fn shelf<'c>(catalogue: &'c Catalogue, query: &CatalogueQuery) -> Option<(String, Vec<Indication<'c>>)> {
    let branch = Branch::ALL.into_iter().find(|branch| branch.word() == query.branch);
    if let Some(branch) = branch.filter(|_| !query.specialty.is_empty()) {
        let title = format!("{}: {}", branch.name(), query.specialty);
        return Some((title, catalogue.indications(Shelf::Specialty(branch, &query.specialty))));
    }
    let letter = query.letter.chars().next()?;
    Some((format!("Names that begin with {letter}"), catalogue.indications(Shelf::Letter(letter))))
}

fn may_order(desk: &Desk) -> bool {
    desk.may(Action::PlaceOrder)
}

/// One version of a test: number, first day, and what the version changed.
struct Past {
    version: Version,
    changed: Vec<(&'static str, String, String)>,
    added: bool,
}

#[derive(Template)]
#[template(path = "directory/test.html")]
struct TestPage {
    layout: Layout,
    test: Test,
    /// Other tests of the same indication.
    others: Vec<Test>,
    version: String,
    panel: Option<(String, String, String, usize)>,
    past: Vec<Past>,
    /// Laboratories and how far each is with it.
    laboratories: Vec<(String, &'static str, String)>,
    can_order: bool,
    /// It is a favourite of whoever looks.
    is_favourite: bool,
    /// What was just done.
    done: Option<String>,
}

impl TestPage {
    /// What is sent for the test, as the steps of an order offer it. The directory names no samples.
    fn samples(&self) -> String {
        let name = self.test.indication.to_lowercase();
        let is_fetal = ["fetal", "fetus", "prenatal"].iter().any(|word| name.contains(word));
        let tumour = |samples: &[TumourSample]| samples.iter().map(|sample| sample.label()).collect::<Vec<_>>().join(", ");
        match self.test.code.branch() {
            Branch::Cancer => {
                let of_blood = self.test.group.to_lowercase().contains("haematological");
                let own = if of_blood {
                    tumour(&[TumourSample::BoneMarrow, TumourSample::Blood])
                } else {
                    tumour(&[TumourSample::FreshFrozen, TumourSample::Block, TumourSample::Fluid])
                };
                if self.test.is_whole_genome() { format!("{own}; and {BLOOD} for the germline") } else { own }
            }
            Branch::Rare if is_fetal && !name.contains("non-invasive") => {
                let all =
                    [PrenatalSample::AmnioticFluid, PrenatalSample::ChorionicVillus, PrenatalSample::CordBlood, PrenatalSample::Tissue];
                format!("{}; and {BLOOD} of the parents", all.map(PrenatalSample::label).join(", "))
            }
            Branch::Rare if name.contains("nipd") || name.contains("non-invasive") => {
                "Blood of the mother, for the DNA of the fetus in it".to_owned()
            }
            Branch::Rare if name.contains("fibroblast") => "Biopsy of skin".to_owned(),
            Branch::Rare => BLOOD.to_owned(),
        }
    }
}

pub(crate) async fn test(At(desk): At, session: Session, Path(code): Path<String>) -> PageResult<Response> {
    directory::catalogue::permit(&desk, Action::ReadDirectory).await?;
    let catalogue = directory::catalogue::current(&desk.service).await?;
    if let Some(code) = code.strip_suffix(".json") {
        let test = catalogue.test(code).ok_or(ServiceError::NotFound("test in the directory"))?;
        let bundle = interop::fhir::definition::bundle(test, &catalogue.version_of(&test.code));
        return Ok(([(header::CONTENT_TYPE, "application/fhir+json")], Json(bundle)).into_response());
    }
    let Some(test) = catalogue.test(&code).cloned() else { return missing(&code) };
    let panel = catalogue.panel_of(&test);
    let page = TestPage {
        layout: Layout::new(format!("{} {}", test.code, test.indication), Some(&desk.staff)),
        version: catalogue.version_of(&test.code),
        panel: panel.map(|p| (p.id.clone(), p.name.clone(), p.version.clone(), p.green_genes())),
        past: past(&desk, &test).await?,
        laboratories: laboratories(&desk, &test).await?,
        others: catalogue
            .tests
            .iter()
            .filter(|other| other.code.indication() == test.code.indication())
            .filter(|o| **o != test)
            .cloned()
            .collect(),
        is_favourite: may_order(&desk) && directory::favourites::list(&desk).await?.iter().any(|kept| kept.code == test.code),
        done: flash::said(&session).await?,
        test,
        can_order: may_order(&desk),
    };
    Ok(show(&page)?.into_response())
}

/// A code without a test is looked for: the search says why it is not there.
fn missing(code: &str) -> PageResult<Response> {
    let code: TestCode = code.parse().map_err(|_| ServiceError::NotFound("test in the directory"))?;
    Ok(Redirect::to(&format!("/directory?q={code}")).into_response())
}

/// Laboratories that offer the test or will, with how far each is.
async fn laboratories(desk: &Desk, test: &Test) -> PageResult<Vec<(String, &'static str, String)>> {
    let all = directory::laboratories::list(&desk.service).await.map_err(PageError::fault)?;
    let line = |lab: care::directory::laboratory::Laboratory| {
        let (readiness, reason) = lab.readiness(&test.code);
        (readiness != Readiness::NotOffered).then(|| (lab.name.clone(), readiness.label(), reason.to_owned()))
    };
    Ok(all.0.into_values().filter_map(line).collect())
}

/// Every version in which the test changed, latest first.
async fn past(desk: &Desk, test: &Test) -> PageResult<Vec<Past>> {
    let directory: Directory = directory::catalogue::directory(&desk.service, test.code.branch()).await.map_err(PageError::fault)?.state;
    let (mut past, mut before): (Vec<Past>, Option<Test>) = (Vec::new(), None);
    for version in &directory.versions {
        let tests = directory::catalogue::tests_of(&desk.service, version).await.map_err(PageError::fault)?;
        let now = tests.into_iter().find(|t| t.code == test.code);
        if let Some(now) = &now {
            let changed = match &before {
                Some(before) => match care::directory::compare(std::slice::from_ref(before), std::slice::from_ref(now)).pop() {
                    Some(care::directory::Difference::Amended(_, fields)) => fields,
                    _ => vec![],
                },
                None => vec![],
            };
            if before.is_none() || !changed.is_empty() {
                past.push(Past { version: version.clone(), added: before.is_none(), changed });
            }
        }
        before = now;
    }
    past.reverse();
    Ok(past)
}

/// A branch by its word in a path.
pub(crate) fn branch(word: &str) -> PageResult<Branch> {
    Branch::ALL.into_iter().find(|b| b.word() == word).ok_or(PageError::Service(ServiceError::NotFound("directory")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_that_nobody_has_narrows_nothing_and_is_said_to_be_wrong() {
        for (age, years, is_wrong) in [
            ("", None, false),
            ("0", Some(0), false),
            (" 130 ", Some(130), false),
            ("131", None, true),
            ("-1", None, true),
            ("old", None, true),
        ] {
            let query = CatalogueQuery { age: age.into(), ..CatalogueQuery::default() };
            assert_eq!((query.patient().age_years, query.is_age_wrong()), (years, is_wrong), "{age}");
        }
    }
}
