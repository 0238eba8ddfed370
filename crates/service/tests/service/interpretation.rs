//! Scientists who differ, findings outside the question, and cases like one another.

mod assessed;
mod earlier;
mod further;
mod genes;
mod listed;
mod views;

use crate::bench::*;
use care::interpretation::case::Side;
use service::{
    clock::{Clock, MachineClock},
    interpretation::{self, cases::Signature, sharing::MatchQuery},
    ordering, people, results,
};

#[tokio::test]
async fn two_scientists_who_differ_are_both_kept_and_somebody_else_decides_with_a_reason() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let conclusion = bench.conclusion(order).await;
    interpretation::cases::propose(&first, order, conclusion.clone()).await.expect("proposed");
    let other = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "The second copy is not convincing".into() };
    refused(interpretation::cases::differ(&first, order, other.clone(), "x".into()).await, "You made this interpretation");
    refused(interpretation::cases::differ(&second, order, conclusion.clone(), "x".into()).await, "same result with the same variants");
    refused(interpretation::cases::differ(&second, order, other.clone(), String::new()).await, "Say why");
    interpretation::cases::differ(&second, order, other.clone(), "Reads are few".into()).await.expect("kept");
    assert!(bench.state(order).await.1.starts_with("Two scientists differ"));
    refused(interpretation::cases::check(&second, order).await, "cannot be done in the present state");
    refused(interpretation::cases::resolve(&first, order, Side::First, "x".into()).await, "somebody else decides");
    let consultant = bench.desk(Role::Consultant, 0);
    refused(results::reports::authorise(&consultant, order).await, "has not checked");
    refused(interpretation::cases::resolve(&consultant, order, Side::First, String::new()).await, "Say why");
    interpretation::cases::resolve(&consultant, order, Side::First, "Confirmed by Sanger sequencing".into()).await.expect("decided");
    refused(results::reports::authorise(&consultant, order).await, "already signed this interpretation");
    let another = Staff { id: care::StaffId(uuid::Uuid::from_u128(77)), name: "Dr Another".into(), ..who(Role::Consultant, 0) };
    results::reports::authorise(&bench.service.desk(another), order).await.expect("signed by another consultant");
    let (status, _) = interpretation::cases::case(&first, order).await.expect("a case");
    let kept = status.interpretation().and_then(|(_, i)| i.difference.clone()).expect("both are kept");
    assert_eq!((kept.first.0, kept.second.0, kept.second.2.as_str()), (conclusion, other, "Reads are few"));
    let (side, by, why) = kept.decided.expect("decided");
    assert_eq!((side, by.name, why.as_str()), (Side::First, consultant.staff.name, "Confirmed by Sanger sequencing"));
}

#[tokio::test]
async fn a_second_scientist_signs_the_conclusion_that_they_read() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let proposed = async || {
        let (status, _) = interpretation::cases::case(&second, order).await.expect("a case");
        interpretation::cases::proposal(&status.interpretation().expect("open").1.state)
    };
    assert_eq!(proposed().await, "", "nothing is proposed yet");
    let conclusion = bench.conclusion(order).await;
    interpretation::cases::propose(&first, order, conclusion.clone()).await.expect("proposed");
    let read = proposed().await;
    interpretation::cases::send_back(&second, order, "Say it more plainly".into()).await.expect("returned");
    let other = Conclusion { summary: "Another summary".into(), ..conclusion };
    interpretation::cases::propose(&first, order, other).await.expect("proposed anew");
    let agree = async |proposal: String| cases::sign(&second, order, Signature::Agreed { proposal }).await;
    refused(agree(read).await, "Another conclusion is proposed by now");
    refused(agree(String::new()).await, "so nothing was signed");
    agree(proposed().await).await.expect("it was read");
}

#[tokio::test]
async fn who_decides_between_two_scientists_decides_between_the_conclusions_that_they_read() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let consultant = bench.desk(Role::Consultant, 0);
    let waiting = async || {
        let (status, _) = cases::case(&consultant, order).await.expect("a case");
        cases::difference(&status.interpretation().expect("open").1)
    };
    cases::propose(&first, order, bench.conclusion(order).await).await.expect("proposed");
    assert_eq!(waiting().await, "", "nobody differs yet");
    let other = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "The second copy is not convincing".into() };
    cases::differ(&second, order, other, "Reads are few".into()).await.expect("kept");
    let decide = async |read: String| cases::resolve_read(&consultant, order, Side::First, "Sanger".into(), read).await;
    refused(decide(String::new()).await, "Other conclusions wait for a decision by now");
    refused(decide("those of another case".into()).await, "so nothing was decided");
    decide(waiting().await).await.expect("both were read");
}

#[tokio::test]
async fn a_finding_outside_the_question_is_told_only_to_who_chose_to_know() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let people = bench.people(order).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let mut conclusion = bench.conclusion(order).await;
    for variant in &mut conclusion.variants {
        variant.secondary = true;
        variant.class = Pathogenicity::LikelyPathogenic;
    }
    refused(
        interpretation::cases::propose(&scientist, order, conclusion.clone()).await,
        "cannot be reported: there is no agreement to other findings",
    );
    let wants =
        Discussion { secondary_findings: Answer::Yes, ..discussion(order, Category::Child { by: Relationship::Mother, assent: true }) };
    ordering::choices::record(&bench.desk(Role::Clinician, 0), people[0], wants).await.expect("recorded");
    refused(interpretation::cases::propose(&scientist, order, conclusion.clone()).await, "needs at least one pathogenic");
    conclusion.outcome = Outcome::NoFinding;
    let mut doubtful = conclusion.clone();
    doubtful.variants[0].class = Pathogenicity::Uncertain;
    refused(interpretation::cases::propose(&scientist, order, doubtful).await, "of additional findings only pathogenic");
    bench.sign(order, conclusion.clone()).await;
    let content = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    assert!(content.variants.iter().all(|v| v.secondary) && content.is_finding() && content.primary().next().is_none());
    assert_eq!(content.headline(), "No cause was found by this test");
    // Who takes it back before the next signature is not told again.
    interpretation::cases::reopen(&scientist, order, "Another reading".into()).await.expect("opened");
    interpretation::cases::propose(&scientist, order, conclusion).await.expect("proposed");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    let (today, what) = (MachineClock.today(), care::ordering::choice::Purpose::SecondaryFindings);
    ordering::choices::withdraw(&bench.desk(Role::Clinician, 0), order, people[0], what, today, "Does not want to know".into())
        .await
        .expect("withdrawn");
    results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await.expect("signed");
    let content = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    assert!(
        content.variants.is_empty() && content.not_tested.iter().any(|line| line.contains("was withdrawn from")),
        "{:?}",
        content.not_tested
    );
}

#[tokio::test]
async fn another_node_learns_of_a_case_like_its_own_only_where_research_was_agreed_to() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let content = bench.signed(order).await;
    let people = bench.people(order).await;
    let node = Staff { id: care::StaffId(uuid::Uuid::from_u128(78)), name: "Node".into(), ..who(Role::Administrator, 0) };
    let node = bench.service.desk(Staff { role: Role::MatchingService, ..node });
    let sought = |gene: &str, variants: Vec<String>| MatchQuery {
        genes: vec![gene.to_owned()],
        variants,
        features: content.features.iter().map(|[id, _]| id.clone()).collect(),
    };
    let gene = content.variants[0].gene.as_str();
    let found = async |query: &MatchQuery| {
        let response = serde_json::to_value(interpretation::sharing::matches(&node, query).await.expect("asked")).expect("JSON");
        response["results"].as_array().expect("a list").clone()
    };
    assert!(found(&sought(gene, vec![])).await.is_empty(), "research was declined");
    let agrees = Discussion { research: Answer::Yes, ..discussion(order, Category::Child { by: Relationship::Mother, assent: true }) };
    ordering::choices::record(&bench.desk(Role::Clinician, 0), people[0], agrees).await.expect("recorded");
    let cases = found(&sought(gene, vec![])).await;
    let (score, patient) = (cases[0]["score"]["patient"].as_f64().expect("a score"), cases[0]["patient"].to_string());
    assert!((score - 0.8).abs() < 1e-9, "the gene, and all features: {score}");
    assert!(!patient.contains("Testcase") && !patient.contains(&order.to_string()) && !patient.contains("variant"), "{patient}");
    let same = {
        let coded = &content.variants[0].coded;
        let (gene, variant) = (coded.gene.expect("a gene").to_string(), coded.variant.as_ref().expect("a variant").to_string());
        found(&sought(&gene, vec![variant])).await
    };
    assert_eq!((same.len(), same[0]["score"]["patient"].as_f64()), (1, Some(1.0)), "by HGNC identifier, and the very variant");
    assert!(found(&sought("BRCA2", vec![])).await.is_empty());
    refused(interpretation::sharing::matches(&bench.desk(Role::Clinician, 0), &sought(gene, vec![])).await, "may not ask for cases");
    let looked = people::emergency::who_looked(&bench.desk(Role::Administrator, 0), people[0], 1).await.expect("the audit");
    assert!(looked.lines.iter().any(|l| l.who.contains("Node")), "the person sees that they were told of");
}
