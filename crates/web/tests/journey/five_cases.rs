//! The five cases of the demonstration, interpreted by keyboard alone: from the work list to the signature, with the evidence that each
//! needs; and one of them checked in the same way.

use crate::{Served, browser::Browser, served::demonstration};
use engine::reference;
use service::Service;
use sim::{
    demo::analysed,
    published::{self, Published, Shape},
};
use std::sync::Arc;

const ENTER: &str = "\u{E007}";
const DOWN: &str = "\u{E015}";
const SPACE: &str = " ";

/// Rows that are looked through for a variant, at most.
const ROWS_MAX: usize = 12;

/// A criterion that a scientist applies: its code, the first letters of its strength and of the kind of its source, what is written.
struct Applied {
    criterion: String,
    strength: &'static str,
    evidence: String,
    kind: &'static str,
    source: String,
}

/// What makes the first variant of a case a cause, as the demonstration has it.
fn applied(case: &Published) -> Vec<Applied> {
    if case.shape == Shape::CompoundHeterozygous {
        let evidence = "Enzyme activity in fibroblasts far below that of controls".into();
        return vec![Applied { criterion: "PS3".into(), strength: "Strong", evidence, kind: "In", source: "enzyme assay".into() }];
    }
    let of_paper = |found: &published::Evidence| Applied {
        criterion: found.criterion.as_str().to_owned(),
        strength: found.strength.label(),
        evidence: found.text.clone(),
        kind: "Pub",
        source: found.pubmed.to_string(),
    };
    case.evidence.iter().map(of_paper).collect()
}

/// How far below the first the result of a case stands among the results: a cause, an uncertain variant, nothing.
fn result_below(case: &Published) -> usize {
    match case.shape {
        Shape::DeNovo | Shape::CompoundHeterozygous | Shape::DominantFromMother => 0,
        Shape::XLinked => 2,
        Shape::NoFinding => 3,
    }
}

/// Goes down the list, and up again, until a variant has the focus.
async fn step_to(b: &Browser, variant: &str) {
    let link = format!("o-{variant}");
    for key in ["j", "k"] {
        for _ in 0..ROWS_MAX {
            if b.focused().await == link {
                return;
            }
            b.keys(key).await;
        }
    }
    panic!("{variant} is not reached by j and k");
}

/// Applies criteria to a variant on its own page, and comes back to the case.
async fn assess(b: &Browser, variant: &str, all: Vec<Applied>) {
    step_to(b, variant).await;
    b.keys("o").await;
    b.see_element("a[data-key=v]").await;
    b.keys("v").await;
    b.see("Change a criterion in your assessment").await;
    for Applied { criterion, strength, evidence, kind, source } in all {
        let reason = format!("{criterion} by what is published or was measured");
        b.keys("e").await;
        assert_eq!(b.focused().await, "criterion");
        b.keys(&criterion).await;
        assert_eq!(b.value("criterion").await, criterion);
        b.tab_to("#strength").await;
        b.keys(&strength[..3]).await;
        for (field, text) in
            [("#evidence", evidence.as_str()), ("#source_kind", kind), ("#source", source.as_str()), ("#reason", reason.as_str())]
        {
            b.tab_to(field).await;
            b.keys(text).await;
        }
        b.tab_to("Record the change").await;
        b.keys(ENTER).await;
        b.see(&reason).await;
    }
    b.keys("b").await;
    b.see_element("a[data-key=s]").await;
}

/// Assesses the variants of a case, ticks them, and signs what was found.
async fn interpret(b: &Browser, case: &Published) {
    let variants: Vec<String> = case.planted().expect("variants").iter().map(|(variant, _)| variant.to_string()).collect();
    let all = applied(case);
    if let Some(first) = variants.first().filter(|_| !all.is_empty()) {
        assess(b, first, all).await;
    }
    for variant in &variants {
        step_to(b, variant).await;
        b.keys("x").await;
    }
    b.keys("s").await;
    assert_eq!(b.focused().await, "outcome-diagnostic");
    let below = result_below(case);
    b.keys(&if below == 0 { SPACE.to_owned() } else { DOWN.repeat(below) }).await;
    b.tab_to("#summary").await;
    b.keys("Looked at by keyboard").await;
    b.tab_to("Sign as first scientist").await;
    b.keys(ENTER).await;
    b.see("You signed this; a second scientist checks it").await;
}

/// Opens the first case of the work list.
async fn open_first(b: &Browser) {
    b.see_element("main tbody tr").await;
    b.keys("j").await;
    b.keys("o").await;
    b.see_element("a[data-key=c]").await;
    b.keys("c").await;
    b.see_element("a[data-key=s]").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scientist_interprets_the_five_cases_of_the_demonstration_by_keyboard_alone() {
    let pack = reference::open("demo").expect("the demo pack");
    let mut orders = Vec::new();
    let prepare = async |service: &Arc<Service>| {
        demonstration(service).await;
        orders = analysed::place(service, &pack, &service.folder.join("incoming")).await.expect("five cases");
    };
    let served = Served::with_accounts(prepare).await;
    let Some(b) = served.browser().await else { return };
    let cases = published::all().expect("cases");
    b.sign_in("Dr Dev Patel").await;
    open_first(&b).await;
    b.picture("case-by-keyboard").await;
    for number in 1..=cases.len() {
        let path = b.path().await;
        let case = orders.iter().position(|order| path.contains(&order.to_string())).expect("one of the five");
        interpret(&b, &cases[case]).await;
        if number < cases.len() {
            b.keys("n").await;
            b.see_element("a[data-key=s]").await;
        }
    }
    b.see("Nothing in your work list is due after this").await;
    b.sign_in("Dr Elin Hughes").await;
    open_first(&b).await;
    b.keys("s").await;
    b.keys(ENTER).await;
    b.see("checked by Dr Elin Hughes").await;
    b.close().await;
}
