//! What clinicians type, and whether the test that they want is among the first three clinical indications that are found.
//! `docs/accuracy.md` has the figures; `--nocapture` prints them with every phrasing that was missed.

use crate::bench::Bench;
use genome::Sex;
use service::directory::{
    self,
    catalogue::Catalogue,
    search::patient::{Life, Patient},
};

/// A phrasing with whom it is for, and the codes that it has to find, and must not.
struct Phrasing {
    text: &'static str,
    patient: Patient,
    /// Each with the codes of which one is enough.
    expected: Vec<Vec<&'static str>>,
    never: Vec<&'static str>,
}

/// Tests that are looked at for their first three indications: as many as a page lists.
const LISTED: usize = 50;
/// Clinical indications among which the one that is meant has to be.
const FIRST: usize = 3;
/// Share of the phrasings that has to find it.
const ACCEPTED: f64 = 0.9;

const FIRST_SET: &str = include_str!("phrasings.txt");
const SECOND_SET: &str = include_str!("phrasings-second.txt");

fn read(text: &'static str) -> Vec<Phrasing> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(phrasing).collect()
}

fn phrasing(line: &'static str) -> Phrasing {
    let fields: Vec<&str> = line.split('\t').collect();
    let field = |place: usize| fields.get(place).copied().unwrap_or_default();
    let mut of_patient = field(1).split(' ');
    let sex = match of_patient.next() {
        Some("F") => Some(Sex::Female),
        Some("M") => Some(Sex::Male),
        _ => None,
    };
    let age_years = of_patient.next().map(|age| age.parse().expect("an age"));
    let life = match of_patient.next() {
        Some("dead") => Some(Life::Dead),
        Some("alive") => Some(Life::Alive),
        _ => None,
    };
    Phrasing {
        text: field(0),
        patient: Patient { sex, age_years, life },
        expected: field(2).split(' ').map(|item| item.split('/').collect()).collect(),
        never: field(3).split(' ').filter(|code| !code.is_empty()).collect(),
    }
}

/// The first clinical indications that are found.
fn first(bench: &Bench, catalogue: &Catalogue, phrasing: &Phrasing) -> Vec<String> {
    let answer = catalogue.answer_for(&bench.service.knowledge, phrasing.text, &phrasing.patient, LISTED).answer;
    let mut codes: Vec<String> = Vec::new();
    for (test, _) in &answer.found {
        let code = test.code.indication().to_owned();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes.truncate(FIRST);
    codes
}

impl Phrasing {
    fn is_met_by(&self, codes: &[String]) -> bool {
        let has = |code: &&str| codes.iter().any(|found| found == code);
        self.expected.iter().all(|one_of| one_of.iter().any(&has)) && !self.never.iter().any(has)
    }
}

/// Share of successes with the interval of 95 % after Wilson (1927).
fn wilson(met: usize, all: usize) -> (f64, f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let (met, all) = (met as f64, all as f64);
    let share = met / all;
    let middle = share + Z * Z / (2.0 * all);
    let half = Z * (share * (1.0 - share) / all + Z * Z / (4.0 * all * all)).sqrt();
    let whole = 1.0 + Z * Z / all;
    (share, (middle - half) / whole, (middle + half) / whole)
}

/// How many phrasings are met, and a line for each that is not.
fn measure(bench: &Bench, catalogue: &Catalogue, name: &str, all: &[&Phrasing]) -> f64 {
    let mut met = 0;
    for phrasing in all {
        let codes = first(bench, catalogue, phrasing);
        if phrasing.is_met_by(&codes) {
            met += 1;
        } else {
            let never = if phrasing.never.is_empty() { String::new() } else { format!(", never {}", phrasing.never.join(" ")) };
            println!("missed: “{}” finds {codes:?}, expected {:?}{never}", phrasing.text, phrasing.expected);
        }
    }
    let (share, low, high) = wilson(met, all.len());
    println!("{name}: {met} of {}, {:.1} % ({:.1}–{:.1})", all.len(), share * 100.0, low * 100.0, high * 100.0);
    share
}

#[tokio::test]
async fn what_clinicians_type_finds_the_test_that_they_mean_among_the_first_three() {
    let bench = Bench::new().await;
    let catalogue = directory::catalogue::current(&bench.service).await.expect("a directory");
    let (first_set, second_set) = (read(FIRST_SET), read(SECOND_SET));
    assert_eq!((first_set.len(), second_set.len()), (150, 146));
    let codes = || catalogue.tests.iter().map(|test| test.code.indication());
    for phrasing in first_set.iter().chain(&second_set) {
        for code in phrasing.expected.iter().flatten() {
            assert!(codes().any(|known| known == *code), "{code} of “{}” is in no directory", phrasing.text);
        }
    }
    let half = |odd: bool| first_set.iter().zip(1..).filter(|(_, number)| (number % 2 == 1) == odd).map(|(p, _)| p).collect::<Vec<_>>();
    let tuned = measure(&bench, &catalogue, "first set, odd lines (tuned on)", &half(true));
    let kept = measure(&bench, &catalogue, "first set, even lines", &half(false));
    let second = measure(&bench, &catalogue, "second set", &second_set.iter().collect::<Vec<_>>());
    assert!(tuned >= ACCEPTED && kept >= ACCEPTED && second >= ACCEPTED, "{tuned} {kept} {second}");
}

#[test]
fn an_interval_is_that_of_wilson() {
    // 9 of 10: 59.6 to 98.2 % (Brown 2001, Stat Sci 16:101, formula 4).
    let (share, low, high) = wilson(9, 10);
    assert!((share - 0.9).abs() < 1e-9 && (low - 0.596).abs() < 1e-3 && (high - 0.982).abs() < 1e-3, "{low} {high}");
}
