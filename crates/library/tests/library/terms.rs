//! Terms of the Data Use Ontology against the ontology itself.

use care::{
    ordering::choice::policy::{APPROVED_USERS, CLINICAL_CARE, ETHICS_APPROVAL, HEALTH_RESEARCH},
    research::project::Purpose,
};

#[test]
fn every_term_of_a_purpose_or_a_choice_is_one_of_the_ontology() {
    let Ok(ontology) = std::fs::read_to_string("../../../shared/conformance/ga4gh/duo/duo.csv") else {
        eprintln!("skipped: the Data Use Ontology is not at hand");
        return;
    };
    let purposes = [Purpose::Health, Purpose::Disease("x".into()), Purpose::Methods, Purpose::Ancestry].map(|p| p.term());
    for term in purposes.into_iter().chain([APPROVED_USERS, CLINICAL_CARE, ETHICS_APPROVAL, HEALTH_RESEARCH]) {
        let line = ontology.lines().find(|line| line.starts_with(&format!("{},", term.id)));
        assert!(line.is_some_and(|line| line.contains(&format!(",{},", term.label))), "{term:?}: {line:?}");
    }
}
