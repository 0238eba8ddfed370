//! What a search must and must never find.

use crate::bench::Bench;
use genome::Sex;
use service::directory::{
    self,
    browse::Shelf,
    catalogue::Catalogue,
    search::patient::{Life, Patient},
};
use std::collections::BTreeSet;

struct Searched {
    bench: Bench,
    catalogue: std::sync::Arc<Catalogue>,
}

impl Searched {
    async fn new() -> Searched {
        let bench = Bench::new().await;
        let catalogue = directory::catalogue::current(&bench.service).await.expect("a directory");
        Searched { bench, catalogue }
    }

    /// Clinical indications that are found, in order, each once.
    fn find(&self, text: &str, patient: Patient) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for (test, _) in self.catalogue.answer_for(&self.bench.service.knowledge, text, &patient, 50).answer.found {
            if codes.last().is_none_or(|last| last != test.code.indication()) {
                codes.push(test.code.indication().to_owned());
            }
        }
        codes
    }

    fn first(&self, text: &str) -> String {
        self.find(text, Patient::default()).into_iter().next().unwrap_or_default()
    }
}

fn person(sex: Sex, age: i16, life: Life) -> Patient {
    Patient { sex: Some(sex), age_years: Some(age), life: Some(life) }
}

#[tokio::test]
async fn signs_that_do_not_belong_together_are_each_found() {
    let search = Searched::new().await;
    for text in ["seizures developmental delay", "developmental delay, fits", "developmental delay and seizures"] {
        let found: BTreeSet<String> = search.find(text, person(Sex::Male, 4, Life::Alive)).into_iter().take(2).collect();
        assert_eq!(found, BTreeSet::from(["R29".to_owned(), "R59".to_owned()]), "{text}");
    }
    // What is denied does not lead anywhere.
    for text in ["epilepsy without developmental delay", "epilepsy, no developmental delay"] {
        assert_eq!(search.first(text), "R59", "{text}");
    }
}

#[tokio::test]
async fn a_code_is_exact_and_one_that_is_none_is_never_silently_another() {
    let search = Searched::new().await;
    for (typed, code) in [("R240", "R240"), ("r240.1", "R240"), (" R 83 ", "R83"), ("M3", "M3"), ("R59 epilepsy", "R59")] {
        assert_eq!(search.first(typed), code, "{typed}");
    }
    assert_eq!(search.find("R240", Patient::default()), ["R240"], "nothing else beside it");
    for wrong in ["R9999", "R24O", "R83-3", "R240.9", "M999.1", "r-240.1"] {
        let answer = search.catalogue.answer(&search.bench.service.knowledge, wrong, 50);
        let line = answer.missing.unwrap_or_default();
        assert!(line.contains("not in the Test Directory") || line.contains("was withdrawn"), "{wrong}: {line}");
    }
    // Symbols of genes and words with numbers are no codes.
    for (typed, code) in [("RB1", "R219"), ("22q11", "R28"), ("MEN1", "R217")] {
        let answer = search.catalogue.answer(&search.bench.service.knowledge, typed, 50);
        assert!(answer.missing.is_none() && search.find(typed, Patient::default()).iter().take(3).any(|found| found == code), "{typed}");
    }
}

#[tokio::test]
async fn what_a_test_excludes_is_never_first_for_it() {
    let search = Searched::new().await;
    let woman = person(Sex::Female, 43, Life::Alive);
    for text in ["breast cancer", "woman with breast cancer", "breast cancer and ovarian cancer", "breast and ovarian cancer in the family"]
    {
        let found = search.find(text, woman);
        assert_eq!(found[0], "R208", "{text}: {found:?}");
        assert!(!found.contains(&"R207".to_owned()), "{text}: {found:?}");
    }
    assert_eq!(search.find("ovarian cancer without breast cancer", woman)[0], "R207");
    assert_ne!(search.first("Fanconi anaemia"), "R91");
}

#[tokio::test]
async fn a_test_that_cannot_be_the_patients_is_left_out_and_said_to_be() {
    let search = Searched::new().await;
    let (boy, man) = (person(Sex::Male, 3, Life::Alive), person(Sex::Male, 67, Life::Alive));
    let answer = search.catalogue.answer_for(&search.bench.service.knowledge, "sudden infant death", &boy, 50);
    assert!(answer.answer.found.iter().all(|(test, _)| test.code.indication() != "R441"));
    assert!(answer.set_aside.iter().any(|(test, why)| test.code.indication() == "R441" && *why == "the patient is alive"));
    assert_eq!(search.find("sudden infant death", person(Sex::Male, 0, Life::Dead))[0], "R441");
    for (text, patient, never) in [
        ("living boy, unexplained death of a brother in infancy", Patient { sex: Some(Sex::Male), ..Patient::default() }, "R441"),
        ("acutely unwell", man, "R14"),
        ("adult onset ataxia", boy, "R54"),
        ("ovarian cancer", man, "R207"),
        ("premature menopause", man, "R402"),
        ("azoospermia", person(Sex::Female, 30, Life::Alive), "R411"),
        ("fetal anomalies", boy, "R21"),
        ("medulloblastoma", man, "M145"),
    ] {
        assert!(!search.find(text, patient).contains(&never.to_owned()), "{text} finds {never}");
    }
    // A code is for whomever: whoever types it means it.
    assert_eq!(search.find("R441", boy), ["R441"]);
}

#[tokio::test]
async fn slips_and_spellings_are_forgiven_and_said_and_nonsense_finds_nothing() {
    let search = Searched::new().await;
    for (typed, code) in [
        ("hemochromatosis", "R95"),
        ("haemochromatosis", "R95"),
        ("Duchene", "R73"),
        ("epilespy", "R59"),
        ("marfans", "R125"),
        ("thalassemia", "R93"),
        ("EDS", "R101"),
        ("NF-1", "R222"),
        ("HNPCC", "R210"),
        ("SMA", "R70"),
        ("GBA1", "R272"),
    ] {
        assert!(search.find(typed, Patient::default()).iter().take(3).any(|found| found == code), "{typed}");
    }
    let answer = |text: &str| search.catalogue.answer_for(&search.bench.service.knowledge, text, &Patient::default(), 50);
    assert_eq!(answer("epilespy").read_as, [("epilespy".to_owned(), "epilepsy".to_owned())]);
    assert!(answer("epilepsy").read_as.is_empty());
    for nonsense in ["xyzzyplugh", "BRCA3", "", "!?"] {
        let answer = answer(nonsense);
        assert!(answer.answer.found.is_empty(), "{nonsense} finds {:?}", answer.answer.found.first().map(|(test, _)| &test.code));
    }
    assert_eq!(answer("xyzzyplugh seizures").not_understood, ["xyzzyplugh"]);
}

#[tokio::test]
async fn the_directory_is_browsed_by_specialty_and_from_a_to_z_and_nothing_is_lost() {
    let search = Searched::new().await;
    let (catalogue, specialties) = (&search.catalogue, search.catalogue.specialties());
    assert_eq!(specialties.iter().map(|s| s.tests).sum::<usize>(), catalogue.tests.len());
    let neurology = specialties.iter().find(|s| s.name == "Neurology").expect("neurology");
    let listed = catalogue.indications(Shelf::Specialty(neurology.branch, "Neurology"));
    assert_eq!(listed.len(), neurology.indications);
    assert_eq!(listed.iter().map(|indication| indication.tests.len()).sum::<usize>(), neurology.tests);
    assert!(listed.iter().any(|indication| indication.code == "R59") && listed.iter().all(|i| i.code != "R208"));
    let by_letter: usize = catalogue
        .letters()
        .iter()
        .map(|(letter, _)| catalogue.indications(Shelf::Letter(*letter)))
        .map(|all| all.iter().map(|indication| indication.tests.len()).sum::<usize>())
        .sum();
    assert_eq!(by_letter, catalogue.tests.len());
    assert!(catalogue.indications(Shelf::Letter('M')).iter().any(|indication| indication.code == "R67"));
    assert!(catalogue.indications(Shelf::Specialty(neurology.branch, "Alchemy")).is_empty());
}
