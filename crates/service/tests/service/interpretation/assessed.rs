//! Variants that scientists assess: what is signed is what is reported, and nobody agrees with a class that is not their own.

use crate::bench::*;
use care::interpretation::{
    assessment::{Application, Applied, Source},
    case::{Side, State as CaseState},
    note::{Dismissal, Noted},
};
use genome::{AcmgCode, Strength};
use service::{
    interpretation::{
        assessments::{self, Assessable},
        explanations, notes, signers,
    },
    people::accounts::{self, SignsInBy},
};

fn met(strength: Strength) -> Applied {
    let source = Some(Source::InHouse("enzyme assay".into()));
    Applied { application: Application::Met(strength), evidence: "No enzyme activity".into(), source }
}

/// An analysed order, and its pair: the one that is likely pathogenic, and the uncertain one.
async fn pair(bench: &Bench) -> (OrderId, [String; 2]) {
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let (_, analysis) = interpretation::cases::case(&scientist, order).await.expect("a case");
    let mut proposed: Vec<Selected> =
        analysis.candidates[0].variants.iter().filter_map(|v| cases::select(&analysis, &v.variant.to_string())).collect();
    proposed.sort_by_key(|v| std::cmp::Reverse(v.class));
    assert_eq!(proposed.iter().map(|v| v.class).collect::<Vec<_>>(), [Pathogenicity::LikelyPathogenic, Pathogenicity::Uncertain]);
    let [known, uncertain] = [0, 1].map(|index| proposed[index].variant.clone());
    (order, [known, uncertain])
}

/// The class of a variant by the assessment of whoever is at a desk.
async fn class(desk: &Desk, order: OrderId, variant: &str) -> Pathogenicity {
    assessments::selected(desk, order, &[variant.to_owned()]).await.expect("a candidate").remove(0).class
}

async fn apply(desk: &Desk, order: OrderId, variant: &str, code: AcmgCode, applied: Applied) -> Result<(), ServiceError> {
    assessments::apply_criterion(desk, order, variant, code, applied, "The assay is there".into()).await
}

async fn concluded(desk: &Desk, order: OrderId, variants: &[String; 2], outcome: Outcome) -> Conclusion {
    let variants = assessments::selected(desk, order, variants).await.expect("candidates");
    Conclusion { variants, outcome, summary: "As assessed.".into() }
}

#[tokio::test]
async fn what_is_signed_is_what_is_reported_everywhere() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let first = bench.desk(Role::ClinicalScientist, 0);
    // Each strength gives the uncertain variant another class; each is signed, and amends the report of the one before.
    let steps = [
        (AcmgCode::PS3, Strength::Strong, Pathogenicity::LikelyPathogenic),
        (AcmgCode::PS3, Strength::VeryStrong, Pathogenicity::Pathogenic),
        (AcmgCode::BS3, Strength::Strong, Pathogenicity::LikelyPathogenic),
    ];
    let mut signed = None;
    for (code, strength, expected) in steps {
        if let Some(before) = signed {
            interpretation::cases::reopen(&first, order, "New evidence".into()).await.expect("opened");
            assert_eq!(class(&first, order, &variants[1]).await, before, "it begins with what was signed");
        }
        apply(&first, order, &variants[1], code, met(strength)).await.expect("applied");
        assert_eq!(class(&first, order, &variants[1]).await, expected, "{code} {strength:?}");
        let conclusion = concluded(&first, order, &variants, Outcome::Diagnostic).await;
        bench.sign(order, conclusion.clone()).await;
        reported_as_signed(&bench, order, &conclusion).await;
        signed = Some(expected);
    }
}

/// Compares content, FHIR, ClinVar's submission and the list of classes with what was signed.
async fn reported_as_signed(bench: &Bench, order: OrderId, conclusion: &Conclusion) {
    let clinician = bench.desk(Role::Clinician, 0);
    let content = results::reports::report(&clinician, order).await.expect("a report").2;
    let signed: Vec<(String, Pathogenicity, Vec<[String; 2]>)> = conclusion
        .variants
        .iter()
        .map(|v| (v.variant.clone(), v.class, v.criteria.iter().map(|(code, evidence)| [code.clone(), evidence.clone()]).collect()))
        .collect();
    let named = |v: &care::results::report::ReportedVariant| v.coded.variant.as_ref().expect("coded").to_string();
    let reported: Vec<_> = content.variants.iter().map(|v| (named(v), v.class, v.criteria.clone())).collect();
    assert_eq!(reported, signed);
    assert!(content.variants.iter().any(|v| v.criteria.iter().any(|[_, evidence]| evidence.contains("in-house: enzyme assay"))));

    let submission = serde_json::to_value(interop::clinvar::submission(&content)).expect("JSON");
    let submitted = submission["germlineSubmission"].as_array().expect("a list");
    let classes: Vec<_> =
        submitted.iter().map(|s| s["germlineClassification"]["germlineClassificationDescription"].as_str().expect("a class")).collect();
    assert_eq!(classes, conclusion.variants.iter().map(|v| v.class.label()).collect::<Vec<_>>());

    let mut exchanged = results::exchange::exchanged(&clinician, order).await.expect("read");
    exchanged.reports = exchanged.reports.pop().into_iter().collect();
    let resources = results::exchange::resources::everything(&exchanged).into_iter();
    let fhir: Vec<String> = resources
        .map(|resource| results::exchange::resources::json(resource, "https://example.org").expect("JSON").to_string())
        .filter(|text| text.contains("\"Observation\""))
        .collect();
    for v in &conclusion.variants {
        assert!(fhir.iter().any(|text| text.contains(v.class.label())), "{} {}", v.variant, v.class);
    }
    let other = Pathogenicity::ALL.into_iter().filter(|class| conclusion.variants.iter().all(|v| v.class != *class));
    for class in other {
        assert!(!fhir.iter().any(|text| text.contains(&format!("\"{class}\""))), "FHIR says {class}, which nobody signed");
    }
    let names: Vec<String> = conclusion.variants.iter().map(|v| v.variant.clone()).collect();
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let listed = bench.service.store.classified(&bench_permit(&scientist, order).await, &names).await.expect("a list");
    for v in &conclusion.variants {
        assert_eq!(listed.iter().find(|c| c.variant == v.variant).map(|c| c.class), Some(v.class), "{}", v.variant);
    }
}

#[tokio::test]
async fn a_second_scientist_whose_class_differs_records_the_disagreement_and_never_agrees() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let uncertain = concluded(&first, order, &variants, Outcome::Diagnostic).await;
    refused(interpretation::cases::propose(&first, order, uncertain).await, "together they may explain the condition, and do not yet");
    apply(&first, order, &variants[1], AcmgCode::PS3, met(Strength::Strong)).await.expect("applied");
    let conclusion = concluded(&first, order, &variants, Outcome::Diagnostic).await;
    interpretation::cases::propose(&first, order, conclusion).await.expect("proposed");
    refused(apply(&first, order, &variants[1], AcmgCode::PS3, met(Strength::VeryStrong)).await, "You have signed this assessment");
    let weaker = met(Strength::Supporting);
    apply(&second, order, &variants[1], AcmgCode::PS3, weaker).await.expect("applied");
    assert_eq!(class(&second, order, &variants[1]).await, Pathogenicity::Uncertain);
    assert_eq!(class(&first, order, &variants[1]).await, Pathogenicity::LikelyPathogenic, "each has their own");
    refused(interpretation::cases::check(&second, order).await, "your own assessment is uncertain significance");
    let own = concluded(&second, order, &variants, Outcome::Uncertain).await;
    interpretation::cases::differ(&second, order, own, "The assay has no controls".into()).await.expect("kept");
    let consultant = bench.desk(Role::Consultant, 0);
    interpretation::cases::resolve(&consultant, order, Side::Second, "Repeat the assay".into()).await.expect("decided");
    let another = Staff { id: care::StaffId(uuid::Uuid::from_u128(77)), name: "Dr Another".into(), ..who(Role::Consultant, 0) };
    results::reports::authorise(&bench.service.desk(another), order).await.expect("signed");
    let content = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    let classes: Vec<_> = content.variants.iter().map(|v| v.class).collect();
    assert_eq!(classes, [Pathogenicity::LikelyPathogenic, Pathogenicity::Uncertain]);
    assert!(content.headline().starts_with("A possible genetic cause was found"), "{}", content.headline());
    assert!(content.plain.contains("may explain") && !content.plain.contains("that explains"), "{}", content.plain);
    assert!(!content.is_finding(), "what may be a cause is not one");
}

/// The class of a variant of a pair follows from the other's too: who gives that another class does not agree with this one.
#[tokio::test]
async fn nobody_agrees_with_what_their_assessment_of_the_other_variant_changes() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    apply(&first, order, &variants[0], AcmgCode::PM3, met(Strength::Moderate)).await.expect("applied");
    apply(&first, order, &variants[1], AcmgCode::PS3, met(Strength::VeryStrong)).await.expect("applied");
    let conclusion = concluded(&first, order, &variants, Outcome::Diagnostic).await;
    assert_eq!(conclusion.variants[0].class, Pathogenicity::Pathogenic, "with PM3, as the other is pathogenic");
    interpretation::cases::propose(&first, order, conclusion).await.expect("proposed");
    apply(&second, order, &variants[1], AcmgCode::PS3, met(Strength::Supporting)).await.expect("applied");
    let says = format!("{}: your own assessment is likely pathogenic, and what you would sign is pathogenic", variants[0]);
    refused(interpretation::cases::check(&second, order).await, &says);
}

#[tokio::test]
async fn nobody_agrees_with_a_conclusion_that_leaves_out_what_they_find_pathogenic() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let mut conclusion = concluded(&first, order, &variants, Outcome::Uncertain).await;
    conclusion.variants.truncate(1);
    interpretation::cases::propose(&first, order, conclusion).await.expect("proposed");
    apply(&second, order, &variants[1], AcmgCode::PS3, met(Strength::VeryStrong)).await.expect("applied");
    refused(interpretation::cases::check(&second, order).await, "and what you would sign leaves it out");
    let dismissed = Noted::Dismissed { why: Dismissal::NotThePhenotype, text: String::new() };
    notes::note(&second, order, &variants[1], dismissed).await.expect("dismissed");
    interpretation::cases::check(&second, order).await.expect("agreed");
}

#[tokio::test]
async fn pm3_rests_on_the_other_variants_class_in_this_case() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let (status, analysis) = interpretation::cases::case(&scientist, order).await.expect("a case");
    let (_, interpretation) = status.interpretation().expect("opened");
    let case = Assessable { analysis: &analysis, interpretation };
    let codes = |variant: &str| -> Vec<String> {
        let assessment = case.assess(variant, scientist.staff.id).expect("a candidate");
        assessment.classification.criteria.iter().map(ToString::to_string).collect()
    };
    assert!(!codes(&variants[0]).contains(&"PM3".to_owned()), "the other one is uncertain here, whatever ClinVar says");
    assert!(codes(&variants[1]).contains(&"PM3".to_owned()), "the other one is likely pathogenic here");
    let (_, known) = case.find(&variants[0]).expect("a candidate");
    assert!(known.classification.not_evaluated.iter().any(|line| line.starts_with("PM3: the other variant")));

    // In-house evidence of this case does not count against the other's class; what was published of other families does.
    let pm3 = |source| Applied { application: Application::Met(Strength::Moderate), evidence: "In trans".into(), source: Some(source) };
    apply(&scientist, order, &variants[0], AcmgCode::PM3, pm3(Source::InHouse("this family".into()))).await.expect("applied");
    assert_eq!(class(&scientist, order, &variants[0]).await, Pathogenicity::LikelyPathogenic);
    apply(&scientist, order, &variants[0], AcmgCode::PM3, pm3(Source::PubMed(12_072_887))).await.expect("applied");
    assert_eq!(class(&scientist, order, &variants[0]).await, Pathogenicity::Pathogenic);
    let (status, _) = interpretation::cases::case(&scientist, order).await.expect("a case");
    let history = &status.interpretation().expect("opened").1.assessments;
    assert_eq!(history.len(), 2);
    assert!(history.iter().all(|change| change.basis.ruleset.starts_with("rare-disease 2, sha256:")), "{history:?}");
}

#[tokio::test]
async fn two_uncertain_variants_do_not_prove_one_another_by_a_page_or_by_clinvar() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    apply(&scientist, order, &variants[0], AcmgCode::BS3, met(Strength::Strong)).await.expect("applied");
    for source in [Source::Web("https://example.org/pair".into()), Source::ClinVar("VCV000012345".into())] {
        for variant in &variants {
            let pm3 =
                Applied { application: Application::Met(Strength::Strong), evidence: "In trans".into(), source: Some(source.clone()) };
            apply(&scientist, order, variant, AcmgCode::PM3, pm3).await.expect("applied");
        }
        let selected = assessments::selected(&scientist, order, &variants).await.expect("candidates");
        for v in &selected {
            assert_eq!(v.class, Pathogenicity::Uncertain, "{source}");
            assert!(v.criteria.iter().all(|(code, _)| !code.starts_with("PM3")), "{source}: {:?}", v.criteria);
        }
    }
}

/// A case of which two scientists concluded otherwise.
async fn differed(bench: &Bench) -> OrderId {
    let (order, variants) = pair(bench).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let uncertain = concluded(&first, order, &variants, Outcome::Uncertain).await;
    interpretation::cases::propose(&first, order, uncertain).await.expect("proposed");
    let none = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "Nothing convinces.".into() };
    interpretation::cases::differ(&second, order, none, "Reads are few".into()).await.expect("kept");
    order
}

#[tokio::test]
async fn the_last_who_can_authorise_leaves_the_decision_to_somebody_else() {
    let bench = Bench::new().await;
    let order = differed(&bench).await;
    let third = Staff { id: care::StaffId(uuid::Uuid::from_u128(78)), name: "Dr Third".into(), ..who(Role::ClinicalScientist, 0) };
    accounts::open(&bench.service, &staff::system(), third.clone(), "third", SignsInBy::Provider).await.expect("opened");
    let administrator = bench.desk(Role::Administrator, 1);
    accounts::set_account_open(&administrator, who(Role::Consultant, 1).id, false, "On leave".into()).await.expect("closed");
    let consultant = bench.desk(Role::Consultant, 0);
    refused(
        interpretation::cases::resolve(&consultant, order, Side::First, "Sanger".into()).await,
        "You are the only one who can authorise the report, and whoever decides cannot. Let somebody else decide: Dr Third",
    );
    interpretation::cases::resolve(&bench.service.desk(third), order, Side::First, "Sanger".into()).await.expect("decided");
    let (status, _) = interpretation::cases::case(&consultant, order).await.expect("a case");
    let (_, interpretation) = status.interpretation().expect("opened");
    assert!(matches!(interpretation.state, CaseState::Checked { .. }));
    let left = signers::signers(&consultant, order, interpretation).await.expect("read");
    assert_eq!(left.authorisers.iter().map(|s| s.id).collect::<Vec<_>>(), [consultant.staff.id]);
    results::reports::authorise(&consultant, order).await.expect("signed");
}

#[tokio::test]
async fn with_two_consultants_one_decides_and_the_other_signs() {
    let bench = Bench::new().await;
    let order = differed(&bench).await;
    let [decides, signs] = [0, 1].map(|n| bench.desk(Role::Consultant, n));
    interpretation::cases::resolve(&decides, order, Side::First, "Sanger".into()).await.expect("decided");
    assert!(results::reports::authorise(&decides, order).await.is_err(), "whoever decided signed the report too");
    results::reports::authorise(&signs, order).await.expect("signed");
}

#[tokio::test]
async fn what_is_dismissed_is_not_reported_until_it_is_restored_and_a_confirmation_is_printed() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let note = async |what| notes::note(&scientist, order, &variants[1], what).await;
    note(Noted::Dismissed { why: Dismissal::Artefact, text: String::new() }).await.expect("dismissed");
    let conclusion = concluded(&scientist, order, &variants, Outcome::Uncertain).await;
    refused(
        interpretation::cases::propose(&scientist, order, conclusion).await,
        "is dismissed (artefact): restore it before it is reported",
    );
    refused(note(Noted::Restored { reason: " ".into() }).await, "Say why it is looked at again");
    note(Noted::Restored { reason: "Seen in the raw reads".into() }).await.expect("restored");
    note(Noted::Confirmed { method: "Sanger sequencing".into(), on: MachineClock.today() }).await.expect("noted");
    let conclusion = concluded(&scientist, order, &variants, Outcome::Uncertain).await;
    bench.sign(order, conclusion).await;
    let before = bench.service.store.classified(&bench_permit(&scientist, order).await, &variants).await.expect("a list");
    let comment = async |text| notes::comment(&scientist, order, &variants[1], text).await;
    comment("Ask the family about the grandmother").await.expect("a signed case takes comments");
    refused(note(Noted::Dismissed { why: Dismissal::TooCommon, text: String::new() }).await, "in the conclusion that was signed");
    let after = bench.service.store.classified(&bench_permit(&scientist, order).await, &variants).await.expect("a list");
    assert_eq!(before.iter().map(|c| c.at).collect::<Vec<_>>(), after.iter().map(|c| c.at).collect::<Vec<_>>(), "a comment is no class");
    let content = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    assert!(content.variants[1].note.starts_with("Confirmed by Sanger sequencing on"), "{}", content.variants[1].note);
    refused(notes::note(&bench.desk(Role::Clinician, 0), order, &variants[0], Noted::Pinned).await, "may not");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

/// Between the signature of the second scientist and that of the report nothing is said of a variant that was not signed.
#[tokio::test]
async fn what_is_noted_after_the_signature_is_signed_again_before_it_is_reported() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let consultant = bench.desk(Role::Consultant, 0);
    let note = async |what| notes::note(&first, order, &variants[1], what).await;
    let uncertain = async || concluded(&first, order, &variants, Outcome::Uncertain).await;
    interpretation::cases::propose(&first, order, uncertain().await).await.expect("proposed");
    interpretation::cases::check(&second, order).await.expect("checked");
    note(Noted::Confirmed { method: "Sanger sequencing".into(), on: MachineClock.today() }).await.expect("noted");
    refused(results::reports::authorise(&consultant, order).await, "is not what was signed: send the case back");
    refused(results::reports::authorise_interim(&consultant, order).await, "is not what was signed: send the case back");
    refused(interpretation::cases::send_back(&consultant, order, " ".into()).await, "Say what should be changed");
    interpretation::cases::send_back(&consultant, order, "It was confirmed".into()).await.expect("sent back");
    interpretation::cases::propose(&first, order, uncertain().await).await.expect("proposed");
    interpretation::cases::check(&second, order).await.expect("checked");
    let withdrawn = || Noted::ConfirmationWithdrawn { reason: "Another tube".into() };
    refused(note(withdrawn()).await, "in the conclusion that was signed: send the case back first");
    results::reports::authorise(&consultant, order).await.expect("signed");
    let content = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    assert!(content.variants[1].note.starts_with("Confirmed by Sanger sequencing on"), "{}", content.variants[1].note);
    refused(interpretation::cases::send_back(&second, order, "Too late".into()).await, "is reported: open the case again");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn what_either_of_two_scientists_signed_who_differ_is_not_dismissed() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let none = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "Nothing convinces.".into() };
    interpretation::cases::propose(&first, order, none).await.expect("proposed");
    let uncertain = concluded(&second, order, &variants, Outcome::Uncertain).await;
    interpretation::cases::differ(&second, order, uncertain, "Both are real".into()).await.expect("kept");
    let dismissed = Noted::Dismissed { why: Dismissal::Artefact, text: String::new() };
    refused(notes::note(&first, order, &variants[1], dismissed).await, "in the conclusion that was signed");
}

#[tokio::test]
async fn a_comment_that_mentions_somebody_is_their_work_until_they_answer() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let comment = async |text| notes::comment(&first, order, &variants[1], text).await;
    refused(comment("@Dr Amara Okafor, what do you say?").await, "nobody who can open this case");
    comment(&format!("@{} please look at the reads", second.staff.name)).await.expect("written");
    assert!(notes::mentions(&first).await.expect("a list").is_empty());
    let waiting = notes::mentions(&second).await.expect("a list");
    assert_eq!((waiting.len(), waiting[0].order, &waiting[0].variant), (1, order, &variants[1]));
    let (status, _) = interpretation::cases::case(&second, order).await.expect("a case");
    let id = notes::notes_on(&status, &variants[1]).comments[0].id;
    refused(notes::note(&first, order, &variants[1], Noted::MentionAnswered { id }).await, "does not wait for you");
    notes::note(&second, order, &variants[1], Noted::MentionAnswered { id }).await.expect("answered");
    assert!(notes::mentions(&second).await.expect("a list").is_empty());
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn a_page_says_why_a_gene_is_not_among_the_candidates() {
    let bench = Bench::new().await;
    let (order, variants) = pair(&bench).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let explained = async |query: &str| explanations::explained(&scientist, order, query).await.expect("an answer").join("\n");
    assert!(explained("SCN1A").await.contains("SCN1A is not a candidate"));
    assert!(explained(&variants[0]).await.contains("is in candidate 1 of"));
    refused(explanations::explained(&scientist, order, "NOGENE1").await, "'NOGENE1' is no gene that the reference pack knows");
    refused(explanations::explained(&bench.desk(Role::Clinician, 0), order, "SCN1A").await, "may not read the case");
}
