//! A researcher applies, is approved, asks, and takes out what may leave; a participant sees it and says no more.

use crate::{
    HMGCS2, Served,
    browser::Browser,
    listen_with,
    machines::are_several,
    permissions::who,
    prescribing::{sequenced, sequenced_as},
};
use care::{
    Role,
    interpretation::case::{Conclusion, Outcome},
    ordering::choice::{Answer, Category, Discussion, How, WORDING},
};
use service::{interpretation, ordering, research, results};

/// Everybody of the family agrees to research.
async fn agree(served: &Served, order: care::OrderId) {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let permit = clinician.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let request = clinician.status(&permit, order).await.expect("a status").order.request.expect("submitted");
    for person in request.people.iter().map(|p| p.patient) {
        let discussion = Discussion {
            order,
            wording: WORDING.into(),
            category: Category::AdultOwn,
            test: Answer::Yes,
            research: Answer::Yes,
            recontact: Answer::Yes,
            secondary_findings: Answer::No,
            family_sharing: Answer::Yes,
            comment: String::new(),
            how: How::Spoken,
            interpreter: String::new(),
        };
        ordering::choices::record(&clinician, person, discussion).await.expect("recorded");
    }
}

/// A researcher applies, the committee votes and approves; the address of the project.
async fn approved(b: &Browser) -> String {
    b.open("/research").await;
    b.see("There is no project yet").await;
    b.sign_in("Dr Olu Bankole").await;
    b.click("Apply for a project").await;
    b.fill("title", "Ketone bodies in childhood").await;
    b.press("Apply").await;
    b.see("Write a summary for everybody").await;
    let summary = "We want to learn which changes in genes stop children from making ketone bodies, so that they are found earlier.";
    for (field, value) in [("lay_summary", summary), ("method", "Counts of carriers"), ("ethics", "26/EE/0001"), ("months", "12")] {
        b.fill(field, value).await;
    }
    b.picture("research-apply").await;
    b.press("Apply").await;
    b.see("Under review (0 of 2 votes)").await;
    let project = b.path().await;
    for member in ["Prof Petra Novak", "Quentin Ashe"] {
        b.sign_in(member).await;
        b.open(&project).await;
        b.fill("reason", "Sound, and of use").await;
        b.press("Vote for it").await;
    }
    b.see("2 of 2 votes are there").await;
    b.picture("research-review").await;
    b.press("Approve").await;
    b.see("Approved until").await;
    project
}

/// Whether the program that runs SQL is built; without it the page says so; with `GMS_QUERY_REQUIRED` set the test fails.
fn has_query_program(served: &Served) -> bool {
    let missing = research::query_program(&served.service).expect("a place").missing();
    assert!(
        missing.is_none() || std::env::var_os("GMS_QUERY_REQUIRED").is_none(),
        "gms-query is not built: cargo build --release -p query"
    );
    missing.is_none()
}

/// The same service, where whoever sits at this machine sits at a desk for rows of people.
async fn at_desks(served: &Served) -> String {
    let desktops = web::Desktops::read(&["127.0.0.1".to_owned()]).expect("an address");
    let entrance = web::Entrance { desktops, ..web::Entrance::on_loopback() };
    listen_with(&served.service, entrance).await
}

/// A query in the workspace that counts people, at a desk for that: of so few nothing is shown elsewhere. Without its program the page
/// says what is missing.
async fn counted(b: &Browser, served: &Served, project: &str, people: u32) {
    if !has_query_program(served) {
        eprintln!("skipped: a query in SQL, for gms-query is not built (cargo build --release -p query)");
        b.see("need the program gms-query").await;
        return;
    }
    b.fill("sql", "SELECT person FROM people").await;
    b.press("Run").await;
    b.see("The query shows rows of people").await;
    b.fill("sql", "SELECT COUNT(DISTINCT person) AS people FROM calls").await;
    b.press("Run").await;
    b.see("0 rows. They stay here").await;
    b.visit(&format!("{}{project}", at_desks(served).await)).await;
    b.see("At this desk rows of people are shown").await;
    b.fill("sql", "SELECT COUNT(DISTINCT person) AS people FROM calls").await;
    b.press("Run").await;
    b.see(&format!("| {people} |")).await;
    b.see("of 5000 rows and").await;
}

/// The researcher asks, queries, and asks that two results leave, of which one may.
async fn ask_questions(b: &Browser, served: &Served, project: &str) {
    b.sign_in("Dr Olu Bankole").await;
    b.open(project).await;
    b.fill("question", "carriers in NOSUCHGENE").await;
    b.press("Ask").await;
    b.see("is no gene of the reference pack").await;
    b.fill("question", "carriers loss-of-function in DPYD").await;
    b.press("Ask").await;
    b.see("fewer than 5").await;
    b.fill("question", "seen 1-97450058-C-T").await;
    b.press("Ask").await;
    b.see("That a variant was not seen may mean that nobody looked").await;
    counted(b, served, project, 3).await;
    b.picture("research-project").await;
    b.open(project).await;
    for (name, content) in [("cells.csv", "gene,carriers\nDPYD,2\n"), ("result.txt", "Carriers were about 40 of 1200.")] {
        b.fill("name", name).await;
        b.fill("why", "For a paper").await;
        b.fill("content", content).await;
        b.press("Ask to take it out").await;
        b.see(if name == "cells.csv" { "counts below 5 are not taken out" } else { "The rules found nothing against it" }).await;
    }
}

/// Two checkers refuse the one and release the other.
async fn checked_by_two(b: &Browser, served: &Served, project: &str) {
    b.sign_in("Rosa Delgado").await;
    b.click("Outputs").await;
    b.picture("research-outputs").await;
    b.press("Refuse").await;
    b.see("Say why").await;
    let waiting = research::checking::outputs_waiting(&served.service.desk(who(Role::OutputChecker, 0))).await.expect("a list");
    b.fill(&format!("reason-{}", waiting[0].2.id), "A count of two").await;
    b.press("Refuse").await;
    b.press("Release").await;
    b.sign_in("Sanjay Mehta").await;
    b.open("/research/outputs").await;
    b.press("Release").await;
    b.see("None waits").await;
    b.sign_in("Dr Olu Bankole").await;
    b.open(project).await;
    b.see("cells.csv: Refused").await;
    b.see("Take result.txt out").await;
}

/// A participant opens their own page by its link.
async fn own_page(b: &Browser, secret: &str) {
    b.open(&format!("/link/{secret}")).await;
    for (field, value) in [("day", "14"), ("month", "2"), ("year", "2001")] {
        b.fill(field, value).await;
    }
    b.press("Open").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_researcher_is_approved_asks_and_takes_out_what_may_leave_until_a_participant_says_no() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, proband) = sequenced(&served, Answer::No).await;
    let clinician = served.service.desk(who(Role::Clinician, 0));
    agree(&served, order).await;
    let filled = served.fill_library().await;
    assert!(filled == 3 || are_several(), "{filled}");
    research::make_release(&served.service).await.expect("released");
    let project = approved(&b).await;
    ask_questions(&b, &served, &project).await;
    checked_by_two(&b, &served, &project).await;

    own_page(&b, &results::own_page::invite(&clinician, order, proband).await.expect("invited").0).await;
    b.see("Your coded data are in the library").await;
    b.see("Ketone bodies in childhood").await;
    b.picture("my-research").await;
    b.click("Change or take back your choices").await;
    b.choose("Research").await;
    b.fill("reason", "I do not know who sees it").await;
    b.press("Take it back").await;
    b.see("you are not counted, from the moment of your choice").await;
    b.sign_in("Dr Olu Bankole").await;
    b.open(&project).await;
    counted(&b, &served, &project, 2).await;
    served.look_after_library().await;
    own_page(&b, &results::own_page::invite(&clinician, order, proband).await.expect("invited").0).await;
    b.see("written anew without you at").await;
    b.picture("my-withdrawal").await;
    b.open("/research").await;
    b.see("results released: 1").await;
    b.see("What was asked for “Ketone bodies in childhood”").await;
    b.picture("research-register").await;
    b.click("What your data did, quarter by quarter").await;
    b.see("Results that were held back").await;
    b.picture("research-newsletter").await;
    b.sign_in("Prof Petra Novak").await;
    b.open("/research/projects").await;
    b.click("Reasons for declining").await;
    b.see("I do not know who sees it").await;
    b.picture("research-declined").await;
    b.click("The quarter before").await;
    b.see("Nobody gave a reason").await;
    b.sign_in("Dr Dev Patel").await;
    b.click("Reanalysis").await;
    b.fill("question", "carriers in NOSUCHGENE").await;
    b.press("Find cases").await;
    b.see("is no gene of the reference pack").await;
    b.fill("question", "people").await;
    b.press("Find cases").await;
    b.see("No unsolved case of your laboratory fits").await;
    b.picture("research-findings").await;
    b.close().await;
}

/// A case that was reported without a cause, whose family is in a release; the pseudonym of the child there for a project.
async fn unsolved(served: &Served) -> (care::OrderId, impl Fn(&str) -> String) {
    let (order, _) = sequenced(served, Answer::No).await;
    let desk = |role, which| served.service.desk(who(role, which));
    agree(served, order).await;
    let none = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "Nothing was found.".into() };
    interpretation::cases::propose(&desk(Role::ClinicalScientist, 0), order, none).await.expect("proposed");
    interpretation::cases::check(&desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    results::reports::authorise(&desk(Role::Consultant, 0), order).await.expect("signed");
    served.deliver().await;
    served.fill_library().await;
    let release = research::make_release(&served.service).await.expect("released");
    let child = release.people.iter().find(|p| p.affected).expect("the child").no;
    (order, move |project: &str| release.pseudonym(project, child))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finding_of_research_goes_back_to_care_and_ends_as_an_amended_report() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, pseudonym_for) = unsolved(&served).await;
    let project = approved(&b).await;
    let pseudonym = pseudonym_for(project.rsplit('/').next().expect("its number"));
    b.sign_in("Dr Olu Bankole").await;
    b.open(&project).await;
    for (field, value) in [("pseudonym", "P-000000000000"), ("variant", "1-119422419-C-T"), ("evidence", "Seen in four affected children")]
    {
        b.fill(field, value).await;
    }
    b.press("Send it back").await;
    b.see("Nobody in the project's release has this pseudonym").await;
    b.fill("pseudonym", &pseudonym).await;
    b.press("Send it back").await;
    b.see("the laboratory has it").await;
    b.sign_in("Dr Dev Patel").await;
    b.click("Reanalysis").await;
    b.see("Seen in four affected children").await;
    b.picture("research-returned").await;
    b.open(&format!("/orders/{order}/case")).await;
    b.unfold("Amend the report").await;
    b.fill("reopens", "A finding of research").await;
    b.press("Open the case again").await;
    b.see("Your conclusion").await;
    crate::assess_pair(&b, &format!("/orders/{order}")).await;
    b.open(&format!("/orders/{order}/case")).await;
    b.tick_all("variant", HMGCS2).await;
    b.choose("A genetic cause was found").await;
    b.fill("summary", "Both variants explain the condition.").await;
    b.press("Sign as first scientist").await;
    b.sign_in("Dr Elin Hughes").await;
    b.open(&format!("/orders/{order}/case")).await;
    b.press("I agree: sign as second scientist").await;
    b.sign_in("Consultant").await;
    b.open(&format!("/orders/{order}/case")).await;
    b.click("Read the report before signing").await;
    b.press("Authorise the report").await;
    b.sign_in("Dr Dev Patel").await;
    b.open("/findings").await;
    b.press("Answer the researcher").await;
    b.see("Say what became of it").await;
    let waiting = research::returned::returned(&served.service.desk(who(Role::ClinicalScientist, 0))).await.expect("a list");
    b.fill(&format!("outcome-{}", waiting[0].finding.id), "Reported as the cause").await;
    b.press("Answer the researcher").await;
    b.see("No finding is waiting for your laboratory").await;
    b.sign_in("Dr Olu Bankole").await;
    b.open(&project).await;
    b.see("Reported as the cause").await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(&format!("/orders/{order}/report")).await;
    b.see("Amended report").await;
    b.see("A finding of research").await;
    b.close().await;
}

/// The published schema of a response; nothing where it is not at hand.
fn schema(name: &str) -> Option<jsonschema::Validator> {
    let path = std::fs::canonicalize(format!("../../../shared/conformance/ga4gh/beacon-v2/framework/json/responses/{name}.json"));
    let Ok(path) = path else {
        eprintln!("skipped: the schemas of Beacon v2 are not at hand");
        return None;
    };
    let schema = serde_json::json!({ "$ref": format!("file://{}", path.display()) });
    Some(jsonschema::validator_for(&schema).expect("a schema"))
}

fn checked(name: &str, answered: &serde_json::Value) {
    let Some(schema) = schema(name) else { return };
    let wrong: Vec<String> = schema.iter_errors(answered).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{name}: {wrong:?} in {answered}");
}

#[tokio::test]
async fn a_beacon_tells_everybody_yes_or_no_and_a_project_about_how_many() {
    let [one, two] = [Served::new().await, Served::new().await];
    let ask = async |served: &Served, path: &str, token: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", served.base.trim_start_matches("http://"));
        let head = if token.is_empty() { head } else { format!("{head}Authorization: Bearer {token}\r\n") };
        let answered = crate::routes::raw(&served.base, &format!("{head}\r\n")).await;
        let status: u16 = answered.split_whitespace().nth(1).and_then(|c| c.parse().ok()).expect("a status");
        let body: serde_json::Value = serde_json::from_str(answered.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
        (status, body)
    };
    for (page, name) in [
        ("info", "beaconInfoResponse"),
        ("map", "beaconMapResponse"),
        ("configuration", "beaconConfigurationResponse"),
        ("entry_types", "beaconEntryTypesResponse"),
        ("filtering_terms", "beaconFilteringTermsResponse"),
    ] {
        let (status, answered) = ask(&one, &format!("/beacon/{page}"), "").await;
        assert_eq!(status, 200, "{page}");
        checked(name, &answered);
    }
    let question = "/beacon/g_variants?referenceName=1&start=97450057&referenceBases=C&alternateBases=T&requestedGranularity=record";
    let (status, answered) = ask(&one, question, "").await;
    assert_eq!(
        (status, &answered["meta"]["returnedGranularity"], &answered["responseSummary"]["exists"]),
        (200, &"boolean".into(), &false.into())
    );
    checked("beaconBooleanResponse", &answered);
    let (status, answered) = ask(&one, "/beacon/g_variants", "").await;
    assert_eq!(status, 400);
    checked("beaconErrorResponse", &answered);
    assert_eq!(ask(&one, question, "gmp_00").await.0, 401);
    let (status, answered) = ask(&one, &format!("{question}&filters=HP:0001250"), "").await;
    assert_eq!((status, answered["error"]["errorMessage"].as_str().is_some_and(|w| w.contains("token of a project"))), (400, true));
    assert_eq!(ask(&one, "/beacon/runs", "").await.0, 404);

    // Ten of fifteen people carry it here, nobody there; a network asks both beacons.
    let families = [
        ["9990003009", "9990003017", "9990003025"],
        ["9990000107", "9990000115", "9990000123"],
        ["9990000131", "9990000158", "9990000166"],
        ["9990000174", "9990000182", "9990000190"],
        ["9990000204", "9990000212", "9990000220"],
    ];
    for (numbers, seed) in families.into_iter().zip(3..) {
        let (order, _) = sequenced_as(&one, Answer::No, numbers, seed).await;
        agree(&one, order).await;
    }
    one.fill_library().await;
    research::make_release(&one.service).await.expect("released");
    let researcher = one.service.desk(who(Role::Researcher, 0));
    let application = care::research::project::Application {
        title: "Medicines".into(),
        lay_summary: "We want to learn how many people would be harmed by a usual dose of a medicine for cancer, so that fewer are.".into(),
        method: "Counts".into(),
        purpose: care::research::project::Purpose::Health,
        ethics: "26/EE/0002".into(),
        months: 6,
        by: researcher.staff.clone(),
    };
    let project = research::projects::apply(&researcher, application).await.expect("applied");
    for member in 0..2 {
        let vote = care::research::project::Command::Vote { approves: true, reason: "Sound".into() };
        research::projects::review(&one.service.desk(who(Role::AccessCommittee, member)), project, vote).await.expect("voted");
    }
    let approve = care::research::project::Command::Approve { conditions: String::new(), release: String::new() };
    research::projects::review(&one.service.desk(who(Role::AccessCommittee, 0)), project, approve).await.expect("approved");
    let token = research::token::project_token(&researcher, project).await.expect("a token");
    let (status, answered) = ask(&one, question, &token).await;
    assert_eq!(
        (status, &answered["meta"]["returnedGranularity"], &answered["responseSummary"]["numTotalResults"]),
        (200, &"record".into(), &10.into())
    );
    checked("beaconResultsetsResponse", &answered);
    let (_, answered) = ask(&one, "/beacon/individuals?filters=HP:0000118&requestedGranularity=record", &token).await;
    assert_eq!(answered["meta"]["returnedGranularity"], "count", "people are never told one by one");
    checked("beaconCountResponse", &answered);
    assert_eq!(
        research::projects::project(&researcher, project).await.expect("a project").queries.len(),
        2,
        "each question is written down"
    );
    ranges(&ask, &one, &token).await;
    let mut exists = Vec::new();
    for beacon in [&one, &two] {
        exists.push(ask(beacon, question, "").await.1["responseSummary"]["exists"] == true);
    }
    assert_eq!(exists, [true, false], "the one that holds carriers enough says yes");
}

/// A range is answered with the variants in it that enough people carry; what cannot be answered names its parameter.
async fn ranges(ask: &impl AsyncFn(&Served, &str, &str) -> (u16, serde_json::Value), served: &Served, token: &str) {
    let range = "/beacon/g_variants?assemblyId=GRCh38&referenceName=NC_000001.11&start=97450050&end=97450065&requestedGranularity=record";
    let (status, answered) = ask(served, range, token).await;
    let results = &answered["response"]["resultSets"][0];
    assert_eq!((status, &results["results"][0]["variantInternalId"]), (200, &"1-97450058-C-T".into()), "{answered}");
    assert_eq!((&answered["responseSummary"]["numTotalResults"], &results["results"][0]["info"]), (&1.into(), &serde_json::Value::Null));
    checked("beaconResultsetsResponse", &answered);
    let (_, nothing) = ask(served, &format!("{range}&variantType=DEL&includeResultsetResponses=HIT"), token).await;
    assert_eq!((&nothing["responseSummary"]["exists"], &nothing["response"]["resultSets"]), (&false.into(), &serde_json::json!([])));
    checked("beaconResultsetsResponse", &nothing);
    let (_, public) = ask(served, range, "").await;
    assert_eq!((&public["responseSummary"]["exists"], public.get("response")), (&true.into(), None), "everybody is told yes or no");
    for (query, named) in [
        ("geneId=DPYD&variantType=EFO:0030069", "variantType"),
        ("geneId=NOTAGENE", "geneId"),
        ("geneId=DPYD&aminoacidChange=A1Q", "aminoacidChange"),
        ("referenceName=1&start=5", "start"),
        ("geneId=DPYD&gene=x", "gene"),
    ] {
        let (status, refused) = ask(served, &format!("/beacon/g_variants?{query}"), "").await;
        let message = refused["error"]["errorMessage"].as_str().unwrap_or_default();
        assert!(status == 400 && message.contains(named), "{query}: {refused}");
        checked("beaconErrorResponse", &refused);
    }
}
