//! Reports that are amended, and scientists who differ: nothing is overwritten.

use super::*;
use care::{
    interpretation::case::{Pathogenicity, Side},
    results::report,
};
use service::{
    clock::{Clock, MachineClock},
    interpretation::{self, sharing::MatchQuery},
    lines, ordering, people, results,
};

#[tokio::test]
async fn an_amended_report_says_what_changed_and_the_earlier_one_stays_as_it_was_signed() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let clinician = bench.desk(Role::Clinician, 0);
    bench.signed(order).await;
    let (earlier, signed, content) = results::reports::report(&clinician, order).await.expect("a report");
    let bytes = results::reports::rendered(&bench.service, &signed).await.expect("rendered");
    assert!(bytes[1].starts_with(b"%PDF"), "as it was signed");
    results::reports::acknowledge(&clinician, order, "").await.expect("read");

    let first = bench.desk(Role::ClinicalScientist, 0);
    refused(interpretation::cases::reopen(&first, order, " ".into()).await, "Give a reason");
    interpretation::cases::reopen(&first, order, "One of the two variants is in another transcript".into()).await.expect("opened again");
    assert_eq!(results::reports::report(&clinician, order).await.expect("still there").0, earlier, "the signed report stands meanwhile");
    assert_eq!(bench.state(order).await.1, "Waiting for the first scientist");
    let mut conclusion = bench.conclusion(order).await;
    let dropped = conclusion.variants.pop().expect("two variants");
    conclusion.summary = "One variant fits.".into();
    bench.sign(order, conclusion).await;

    let (now, _, amended) = results::reports::report(&clinician, order).await.expect("the amended report");
    let (of, what) = amended.supersedes.clone().expect("says what it replaces");
    assert_eq!((of, now == earlier), (earlier, false));
    assert!(what.contains(&format!("{} ", dropped.symbol)) && what.contains("is no longer reported"), "{what}");
    assert!(what.ends_with("Why it was amended: One of the two variants is in another transcript"), "{what}");
    let (old, held) = results::reports::report_by_id(&clinician, order, earlier).await.expect("the earlier one");
    assert_eq!((held, matches!(old.state, report::State::Superseded { by } if by == now)), (content, true));
    // Bytes that were kept, not rendered anew: so they stay whatever the program becomes.
    assert_eq!(results::reports::rendered(&*bench.again().await, &old).await.expect("rendered"), bytes);
    results::reports::acknowledge(&clinician, order, "Tell the family").await.expect("the amended one is read");
    assert_eq!(results::reports::reports(&clinician, order).await.expect("every report").len(), 2);
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

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
async fn a_relative_in_another_hospital_is_tested_and_counted_in_the_family() {
    use care::{ordering::order::purpose::Purpose, results::cascade::State as Stands};
    use service::results::cascades::Act;
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let clinician = bench.desk(Role::Clinician, 0);
    let content = bench.signed(order).await;
    results::cascades::change(&clinician, order, Act::Begin).await.expect("listed");
    refused(results::cascades::change(&clinician, order, Act::Begin).await, "listed already");
    let listed = results::cascades::cascade(&clinician, order).await.expect("a list");
    let begun = listed.begun.clone().expect("begun");
    assert_eq!((listed.relatives.len(), listed.relatives.iter().all(|r| r.degree == 1)), (2, true), "both parents");
    assert!(content.variants.iter().any(|v| begun.variant.contains(&v.hgvs[0])));
    results::cascades::change(&clinician, order, Act::Add { name: "Cara Bell".into(), degree: 1 }).await.expect("added");
    let invite = |id: &str| Act::Mark { id: id.into(), to: Stands::Invited { how: "Letter by the patient".into() } };
    let id =
        |name: &str, held: &care::results::cascade::Cascade| held.relatives.iter().find(|r| r.name == name).expect("listed").id.clone();
    let cara = id("Cara Bell", &results::cascades::cascade(&clinician, order).await.expect("a list"));
    results::cascades::change(&clinician, order, invite(&cara)).await.expect("invited");

    // Another hospital, which sees nothing of the family, quotes the number of the letter.
    let elsewhere = bench.desk(Role::Clinician, 1);
    assert!(results::cascades::cascade(&elsewhere, order).await.is_err());
    let mut form = bench.form().await;
    form.people = vec![person(Relationship::Proband, 1990, Sex::Female, "9990000042")];
    form.people[0].demographics.given_name = "Cara".into();
    form.people[0].demographics.family_name = "Bell".into();
    form.purpose =
        Purpose::Predictive { variant: begun.variant.clone(), relative: format!("her brother, order {}", begun.number.to_lowercase()) };
    let test = ordering::orders::place(&elsewhere, form).await.expect("placed");
    let state =
        |held: &care::results::cascade::Cascade| held.relatives.iter().find(|r| r.name == "Cara Bell").expect("listed").state.clone();
    assert_eq!(state(&results::cascades::cascade(&clinician, order).await.expect("a list")), Stands::Ordered { order: test });
    let funnel = results::cascades::cascades(&clinician).await.expect("lines").remove(0).funnel;
    assert_eq!((funnel.at_risk, funnel.invited, funnel.ordered, funnel.resulted), (3, 1, 1, 0));
    assert!(results::cascades::cascades(&elsewhere).await.expect("lines").is_empty());
    refused(results::cascades::change(&clinician, order, invite(&cara)).await, "has a test already");

    // She is tested: one copy of the family's variant, and no word of a cause.
    let permit = elsewhere.permit(access::Action::ReadOrder, test).await.expect("a permit");
    let request = elsewhere.status(&permit, test).await.expect("a status").order.request.expect("submitted");
    let people: Vec<PatientId> = request.people.iter().map(|p| p.patient).collect();
    ordering::choices::record(&elsewhere, people[0], discussion(test, Category::AdultOwn)).await.expect("recorded");
    bench.receive(test).await;
    let mut planted = published::all().expect("cases").remove(1).planted().expect("variants");
    planted.retain(|(variant, _)| Some(variant) == content.variants[0].coded.variant.as_ref());
    planted[0].1 = ["0/1", "0/0", "0/1"];
    bench.analyse_with(test, &planted, &people, false).await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let (_, analysis) = interpretation::cases::case(&scientist, test).await.expect("a case");
    let found = cases::select(&analysis, &planted[0].0.to_string()).expect("a candidate in a relative who is tested alone");
    bench.sign(test, Conclusion { variants: vec![found], outcome: Outcome::Diagnostic, summary: "One copy was found.".into() }).await;
    let told = results::reports::report(&elsewhere, test).await.expect("a report").2;
    assert_eq!(told.headline(), "The variant that is known in the family was found");
    assert!(!told.plain.contains("explains"), "{}", told.plain);
    let funnel = results::cascades::cascades(&clinician).await.expect("lines").remove(0).funnel;
    assert_eq!((funnel.ordered, funnel.resulted, funnel.carriers), (1, 1, 1), "the family's clinic sees that she was tested");
    refused(results::reports::report(&clinician, test).await, "may not read");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn the_record_is_read_as_it_stood_and_a_relatives_result_only_with_their_agreement() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    bench.signed(order).await;
    let clinician = bench.desk(Role::Clinician, 0);
    let people = bench.people(order).await;
    let today = MachineClock.today();
    let record = results::record::record_on(&clinician, people[0], today).await.expect("a record");
    assert_eq!((record.tests.len(), record.reports().count(), record.relatives.len()), (1, 1, 2));
    let before =
        results::record::record_on(&clinician, people[0], today.saturating_sub(jiff::Span::new().days(1))).await.expect("a record");
    assert_eq!((before.tests.len(), before.reports().count()), (0, 0), "yesterday nothing was known");
    assert!(record.data[0][1].starts_with("Small variants of 3 people; analysed, reference demo"), "{:?}", record.data);
    assert!(record.may_see.iter().any(|line| line.contains("RP4DEMO")), "{:?}", record.may_see);
    assert!(service::results::record::pdf(&record, MachineClock.now()).await.expect("a PDF").starts_with(b"%PDF"));
    let of_parent = results::record::record_on(&clinician, people[1], today).await.expect("the parent's record");
    let child = &of_parent.relatives[0];
    assert_eq!(child.relationship, "Child");
    assert_eq!(child.name.is_some(), !child.variants.is_empty(), "{}", child.why);
    let from = today;
    ordering::choices::withdraw(
        &clinician,
        order,
        people[0],
        care::ordering::choice::Purpose::FamilySharing,
        from,
        "Changed their mind".into(),
    )
    .await
    .expect("withdrawn");
    let of_parent = results::record::record_on(&clinician, people[1], today).await.expect("the parent's record");
    let child = &of_parent.relatives[0];
    assert!(child.name.is_none() && child.variants.is_empty() && child.why.contains("withdrawn"), "{}", child.why);
}

#[tokio::test]
async fn an_interim_report_goes_out_and_the_final_one_replaces_it() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    let conclusion = bench.conclusion(order).await;
    interpretation::cases::propose(&bench.desk(Role::ClinicalScientist, 0), order, conclusion.clone()).await.expect("proposed");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    let interim = results::reports::authorise_interim(&bench.desk(Role::Consultant, 0), order).await.expect("signed");
    results::deliver::deliver(&bench.service).await.expect("delivered");
    let clinician = bench.desk(Role::Clinician, 0);
    let (held, _, content) = results::reports::report(&clinician, order).await.expect("a report");
    assert_eq!((held, content.interim, content.kind()), (interim, true, "Interim report"));
    let later = |days: i64| jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    assert_eq!(results::deliver::escalate_at(&bench.service, later(4)).await.expect("looked"), 1, "unread, though the case goes on");
    let unread = results::reports::not_arrived(&clinician).await.expect("a list").unread;
    assert_eq!(unread[0].1.escalated, Some(Role::GenomicAssociate));
    assert_eq!(bench.state(order).await, (State::InProgress, "Waiting for the first scientist".into()));
    results::reports::acknowledge(&clinician, order, "").await.expect("an interim report is read too");
    assert_eq!(bench.state(order).await.0, State::InProgress, "and the case goes on");
    assert!(results::reports::not_arrived(&clinician).await.expect("a list").unread.is_empty());
    assert_eq!(results::deliver::escalate_at(&bench.service, later(60)).await.expect("looked"), 0);
    bench.sign(order, conclusion).await;
    let (_, _, content) = results::reports::report(&clinician, order).await.expect("the final report");
    assert_eq!((content.interim, content.supersedes.map(|(of, _)| of)), (false, Some(interim)));
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
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
        "cannot be told: there is no agreement to other findings",
    );
    let wants =
        Discussion { secondary_findings: Answer::Yes, ..discussion(order, Category::Child { by: Relationship::Mother, assent: true }) };
    ordering::choices::record(&bench.desk(Role::Clinician, 0), people[0], wants).await.expect("recorded");
    refused(interpretation::cases::propose(&scientist, order, conclusion.clone()).await, "needs at least one pathogenic");
    conclusion.outcome = Outcome::NoFinding;
    let mut doubtful = conclusion.clone();
    doubtful.variants[0].class = Pathogenicity::Uncertain;
    refused(interpretation::cases::propose(&scientist, order, doubtful).await, "outside the question only pathogenic");
    bench.sign(order, conclusion.clone()).await;
    let told = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    assert!(told.variants.iter().all(|v| v.secondary) && told.is_finding() && told.primary().next().is_none());
    assert_eq!(told.headline(), "No cause was found by this test");
    // Who takes it back before the next signature is not told again.
    interpretation::cases::reopen(&scientist, order, "Another reading".into()).await.expect("opened");
    interpretation::cases::propose(&scientist, order, conclusion).await.expect("proposed");
    interpretation::cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    let (today, what) = (MachineClock.today(), care::ordering::choice::Purpose::SecondaryFindings);
    ordering::choices::withdraw(&bench.desk(Role::Clinician, 0), order, people[0], what, today, "Does not want to know".into())
        .await
        .expect("withdrawn");
    results::reports::authorise(&bench.desk(Role::Consultant, 0), order).await.expect("signed");
    let told = results::reports::report(&bench.desk(Role::Clinician, 0), order).await.expect("a report").2;
    assert!(told.variants.is_empty() && told.not_tested.iter().any(|line| line.contains("was withdrawn from")), "{:?}", told.not_tested);
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
    let told = found(&sought(gene, vec![])).await;
    let (score, patient) = (told[0]["score"]["patient"].as_f64().expect("a score"), told[0]["patient"].to_string());
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
    let looked = people::emergency::who_looked(&bench.desk(Role::Administrator, 0), people[0]).await.expect("the audit");
    assert!(looked.iter().any(|l| l.who.contains("Node")), "the person sees that they were told of");
}
