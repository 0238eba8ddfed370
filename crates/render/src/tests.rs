use super::*;
use care::{
    ReportId,
    interpretation::case::{Outcome, Pathogenicity},
    ordering::family::{Affected, Relationship},
    people::patient::{Identity, Sex},
    results::report::{Relative, ReportQuestion, ReportedVariant, Subject, lift_inheritance},
};

pub(crate) fn content() -> Content {
    let text = |s: &str| s.to_owned();
    Content {
        id: ReportId(uuid::Uuid::from_u128(7)),
        order_number: text("OG-TEST"),
        authorised: "2026-11-21T09:30:00Z".parse().expect("a time"),
        patient: Subject {
            name: text("Ada Bell"),
            identity: Identity::NhsNumber("4010232137".parse().expect("a number")),
            birth_date: jiff::civil::Date::constant(2020, 6, 1),
            sex: Sex::Female,
        },
        requester: ["Dr A".into(), "Trust".into()],
        relatives: vec![Relative { relationship: Relationship::Mother, name: text("B Bell"), affected: Affected::No }],
        test: ["R29.4".into(), "Intellectual disability".into()],
        features: vec![["HP:0001250".into(), "Seizure".into()]],
        excluded: vec![],
        question: ReportQuestion::Cause,
        outcome: Outcome::Diagnostic,
        headline: String::new(),
        interim: false,
        plain: text("A change was found. #pagebreak() <script>alert(1)</script> *not bold* $x$"),
        is_plain_edited: false,
        summary: text("Summary"),
        variants: vec![ReportedVariant {
            gene: text("SCN1A"),
            transcript: text("NM_001165963.4"),
            hgvs: ["c.1A>G".into(), "p.(Met1?)".into(), "NC_000002.12:g.1A>G".into()],
            inheritance: lift_inheritance("de novo; population frequency 0"),
            class: Pathogenicity::Pathogenic,
            criteria: vec![["PVS1".into(), "why".into()]],
            disorder: text("Dravet syndrome"),
            note: String::new(),
            secondary: false,
            coded: care::results::report::Coded::default(),
        }],
        tested: vec![text("SCN1A")],
        not_tested: vec![text("Repeat expansions")],
        methods: vec![["program".into(), "gms".into()]],
        signatures: vec![["Authorised".into(), "Dr C, Consultant".into(), "2026-11-21".into()]],
        supersedes: None,
    }
}

#[test]
fn two_renderings_are_the_same_bytes_and_hostile_text_stays_text() {
    let content = content();
    assert_eq!(pdf(&content).expect("a PDF"), pdf(&content).expect("a PDF"));
    let page = html(&content).expect("a page");
    assert_eq!(page, html(&content).expect("a page"));
    assert!(!page.contains("<script>") && page.contains("#pagebreak()"));
}

#[test]
fn the_pdf_states_the_archive_and_accessibility_standards() {
    let bytes = pdf(&content()).expect("a PDF");
    let text = String::from_utf8_lossy(&bytes);
    assert!(bytes.starts_with(b"%PDF-1."));
    assert!(text.contains("pdfaid:part") && text.contains("pdfuaid:part") && text.contains("/MarkInfo"));
}

#[test]
fn a_document_is_set_and_its_text_stays_text() {
    use document::{Document, Section};
    let rows = vec![["#strong[x]".to_owned(), "<b>y</b>".to_owned()]];
    let sections = vec![Section::of_rows("Rows", rows, "None"), Section::of_rows("Empty", vec![], "None.")];
    let document = Document { title: "Record".into(), footer: "Ada".into(), at: content().authorised, sections };
    let page = document.html().expect("a page");
    assert!(page.contains("#strong[x]") && !page.contains("<b>y</b>") && page.contains("None."));
    assert_eq!(document.pdf().expect("a PDF"), document.pdf().expect("a PDF"));
}
