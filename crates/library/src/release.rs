//! A release: people as they were when it was made, under pseudonyms that belong to it and to one project alone, and the files of
//! calls that it is made of. It is never changed, but that who withdraws is taken out of it.

use crate::{files::Library, manifest::Run, row::PersonNo};
use anyhow::{Context, ensure};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock, PoisonError},
};

/// Somebody in a release: nothing that says who. No day is held: of a birth the band of years, of a test nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// Number in the library, under which the calls of one analysis lie.
    pub no: PersonNo,
    /// Number of their first analysis: the same person in every release.
    pub first: PersonNo,
    /// Number of the family, the same for relatives who were tested together.
    pub family: u32,
    /// `female`, `male` or `unknown`.
    pub sex: String,
    /// First year of the five in which they were born.
    pub born_from: i16,
    /// Ancestry group, or `UNKNOWN`.
    pub ancestry: String,
    /// Has the condition that was asked about.
    pub affected: bool,
    /// A cause was reported.
    pub solved: bool,
    /// Terms of the HPO that were observed.
    pub present: Vec<u32>,
    /// Terms that were looked for and are absent.
    pub absent: Vec<u32>,
}

/// Releases that are kept in memory once read.
const READ_MAX: usize = 8;

/// Years of a band of birth.
pub const BAND_YEARS: i16 = 5;

/// The band of a year of birth.
pub fn band(year: i16) -> i16 {
    year - year.rem_euclid(BAND_YEARS)
}

/// A release.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Release {
    /// Name, such as `2026-11-22.1`.
    pub name: String,
    /// When it was made.
    #[serde(rename = "at")]
    pub made_at: Timestamp,
    /// People of whom choices allowed it then.
    pub people: Vec<Person>,
    /// Runs of files that it is made of.
    pub runs: Vec<String>,
    /// What its pseudonyms are made with; never shown.
    key: [u8; 32],
    /// Numbers of everybody in it, once they are needed.
    #[serde(skip)]
    numbers: OnceLock<RoaringBitmap>,
    /// Those who have had another number: the one here, and their first.
    #[serde(skip)]
    renumbered: OnceLock<Vec<(u32, u32)>>,
}

impl Library {
    /// Makes a release of people from the files that count now. `key` is drawn by the caller, anew for each.
    pub async fn release(&self, name: &str, made_at: Timestamp, mut people: Vec<Person>, key: [u8; 32]) -> anyhow::Result<Release> {
        let manifest = self.manifest().await?;
        people.sort_by_key(|p| p.no);
        let holds = |run: &&Arc<Run>| run.people.iter().any(|no| people.binary_search_by_key(no, |p| p.no).is_ok());
        let runs = manifest.runs.iter().filter(holds).map(|run| run.name.clone()).collect();
        let release = Release { name: name.into(), made_at, people, runs, key, numbers: OnceLock::new(), renumbered: OnceLock::new() };
        let path = format!("releases/{name}.json");
        let written = self.create(&path, serde_json::to_vec(&release)?).await?;
        ensure!(written, "there is a release {name} already, and a release is never changed");
        // What became of its runs could be forgotten until it was there to name them.
        if let Err(lost) = self.manifest().await?.runs_of(&release) {
            self.delete(&path).await?;
            return Err(lost.context("the library was changed while the release was made: make it again"));
        }
        Ok(release)
    }

    /// A release by its name; read again only when somebody was taken out of it.
    pub async fn released(&self, name: &str) -> anyhow::Result<Option<Arc<Release>>> {
        let file = format!("releases/{name}.json");
        let Some(mark) = self.mark(&file).await? else { return Ok(None) };
        let cached = || self.releases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, release)) = cached().get(name).filter(|(known, _)| *known == mark) {
            return Ok(Some(Arc::clone(release)));
        }
        let Some(bytes) = self.get(&file).await? else { return Ok(None) };
        let release: Arc<Release> = Arc::new(serde_json::from_slice(&bytes).with_context(|| format!("reading release {name}"))?);
        let mut releases = cached();
        if releases.len() >= READ_MAX {
            releases.pop_first();
        }
        releases.insert(name.to_owned(), (mark, Arc::clone(&release)));
        Ok(Some(release))
    }

    /// Takes people who withdrew out of every release; returns the names of those that they were in.
    pub async fn forget(&self, people: &[PersonNo]) -> anyhow::Result<Vec<String>> {
        let mut left = Vec::new();
        for name in self.releases().await? {
            let Some(release) = self.released(&name).await? else { continue };
            if !release.people.iter().any(|p| people.contains(&p.no)) {
                continue;
            }
            let mut release = Release { numbers: OnceLock::new(), renumbered: OnceLock::new(), ..Release::clone(&release) };
            release.people.retain(|p| !people.contains(&p.no));
            self.keep(&format!("releases/{name}.json"), serde_json::to_vec(&release)?).await?;
            self.releases.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            left.push(name);
        }
        Ok(left)
    }

    /// Names of the releases, oldest first.
    pub async fn releases(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.list("releases").await?.into_iter().filter_map(|n| n.strip_suffix(".json").map(str::to_owned)).collect())
    }
}

impl Release {
    /// Numbers of everybody in it.
    pub(crate) fn numbers(&self) -> &RoaringBitmap {
        self.numbers.get_or_init(|| self.people.iter().map(|p| p.no.0).collect())
    }

    /// The same people by the numbers of their first analyses, which are theirs in every release.
    pub(crate) fn firsts(&self, people: &RoaringBitmap) -> RoaringBitmap {
        let mut firsts = people.clone();
        for (no, first) in self.renumbered() {
            if firsts.remove(*no) {
                firsts.insert(*first);
            }
        }
        firsts
    }

    /// Of some people those whose first analyses are among others.
    pub(crate) fn with_firsts(&self, people: &RoaringBitmap, firsts: &RoaringBitmap) -> RoaringBitmap {
        let mut kept = people & firsts;
        kept.extend(self.renumbered().iter().filter(|(no, first)| people.contains(*no) && firsts.contains(*first)).map(|(no, _)| *no));
        kept
    }

    fn renumbered(&self) -> &[(u32, u32)] {
        let is_other = |person: &&Person| person.no != person.first;
        self.renumbered.get_or_init(|| self.people.iter().filter(is_other).map(|person| (person.no.0, person.first.0)).collect())
    }

    /// The pseudonym of somebody in this release for a project: it leads back only with the release's key, and is another one in the
    /// next release and for every other project, so that no two of them put together what they see of one person.
    pub fn pseudonym(&self, project: &str, no: PersonNo) -> String {
        format!("P-{}", self.coded(&[b"person", project.as_bytes(), &no.0.to_be_bytes()]))
    }

    /// The pseudonym of a family for a project.
    pub fn family_pseudonym(&self, project: &str, family: u32) -> String {
        format!("F-{}", self.coded(&[b"family", project.as_bytes(), &family.to_be_bytes()]))
    }

    /// The pseudonym of somebody for all projects, as it was before each had its own: findings that were sent back then name it.
    pub fn shared_pseudonym(&self, no: PersonNo) -> String {
        format!("P-{}", self.coded(&[&no.0.to_be_bytes()]))
    }

    /// Every pseudonym by which a project may know people and families: none of them leaves a workspace.
    pub fn pseudonyms(&self, project: &str) -> BTreeSet<String> {
        let of = |p: &Person| [self.pseudonym(project, p.no), self.shared_pseudonym(p.no), self.family_pseudonym(project, p.family)];
        self.people.iter().flat_map(of).collect()
    }

    /// Whose pseudonym for a project it is: for the service alone, when a finding goes back to care.
    pub fn person(&self, project: &str, pseudonym: &str) -> Option<PersonNo> {
        let is_theirs = |no: &PersonNo| self.pseudonym(project, *no) == pseudonym || self.shared_pseudonym(*no) == pseudonym;
        self.people.iter().map(|p| p.no).find(is_theirs)
    }

    /// Twelve digits that follow from parts by the key alone; the length of each stands before it, so that no two lists are one.
    fn coded(&self, parts: &[&[u8]]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key may have any length");
        for part in parts {
            // Of one part alone it is what it was before projects had their own.
            if parts.len() > 1 {
                mac.update(&(part.len() as u64).to_be_bytes());
            }
            mac.update(part);
        }
        hex::encode(&mac.finalize().into_bytes()[..6])
    }
}
