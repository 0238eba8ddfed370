//! What is sent to other systems is the same, value by value, as in the files of `tests/golden`: another system reads it. A change
//! that is meant is written into the files by running the tests with `UPDATE_EXPECT=1`.

use crate::fixture::{
    CHILD, ORDER, child, chosen, content, context, discussion, manifold, order, recipient, request, samples, sender, staff, submitted,
    time, who,
};
use care::{
    Fold, ReportId,
    directory::test::Test,
    interpretation::case::Outcome,
    ordering::{
        choice::{Answer, Category, Choice, Discussion},
        family::Affected,
        message::Fault,
        order::{Event, Order, Request, Sender, SenderResources, Urgency, purpose::*},
        pedigree::{Adopted, Individual, Pedigree, Twin},
    },
    people::{
        identifier::HospitalNumber,
        patient::{Demographics, Identity, Sex},
    },
    results::report::{Content, Subject},
};
use genome::{Contig, Reference};
use interop::{
    cds_hooks::{self, Card, Indicator},
    clinvar,
    codes::task::{TaskCode, TaskStatus, TaskStatusReason},
    fhir::{
        audit, capability,
        consent::consent,
        definition,
        order::{OrderContext, Stage},
        outcome,
        patient::patient,
        provenance::{OrderChange, provenance},
        record, report,
        resource::{Bundle, BundleResponse, BundleType, Entry, IssueSeverity, Link, Resource},
    },
    ga4gh::{beacon, matchmaker, pedigree, phenopacket, vrs},
    hl7::{self, AcknowledgementCode},
    panelapp,
};
use jiff::civil::Date;
use ontology::{
    TermId,
    panel::published::{Entity, Published},
};
use serde::Serialize;
use serde_json::Value;
use std::{fs, path::PathBuf};
use uuid::Uuid;

/// Compares what is sent with the file of a name.
fn check(name: &str, sent: impl Serialize) {
    let sent = serde_json::to_value(sent).expect("JSON");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.json"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, serde_json::to_string_pretty(&sent).expect("JSON") + "\n").expect("written");
        return;
    }
    let kept: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a golden file")).expect("JSON");
    pretty(name, &kept, &sent);
}

/// Names the first place in which two values differ.
fn pretty(path: &str, kept: &Value, sent: &Value) {
    match (kept, sent) {
        (Value::Object(a), Value::Object(b)) => {
            a.keys().chain(b.keys()).for_each(|key| pretty(&format!("{path}.{key}"), &kept[key], &sent[key]));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(n, (a, b))| pretty(&format!("{path}[{n}]"), a, b));
        }
        _ => assert_eq!(kept, sent, "{path}"),
    }
    assert_eq!(kept, sent, "{path}");
}

fn amended(change: impl Fn(&mut Request)) -> Order {
    let mut request = request();
    change(&mut request);
    Order::replay(&[submitted(request)])
}

#[test]
fn requests_of_every_state_and_purpose() {
    let why = || "Because".to_owned();
    let ended = [
        vec![],
        vec![Event::Accepted],
        vec![Event::PutOnHold { reason: why() }],
        vec![Event::Reported { report: ReportId(Uuid::from_u128(7)) }],
        vec![Event::Closed],
        vec![Event::Rejected { reason: why() }],
        vec![Event::Cancelled { reason: why() }],
        vec![Event::EnteredInError { reason: why() }],
    ];
    let of_states = ended.map(|more| Order::replay(std::iter::once(&submitted(request())).chain(&more)));
    let (number, gene) = (|| "OG-1".to_owned(), || "NM_1.1:c.1A>G".to_owned());
    let tumour = Tumour { diagnosis: "Glioma".into(), sample: TumourSample::Block, pathology: "P".into(), germline: Germline::Now };
    let purposes = [
        Purpose::Tumour(tumour),
        Purpose::Prenatal(Prenatal { gestation_weeks: 12, fetus: (1, 1), lost: false, sample: PrenatalSample::Tissue }),
        Purpose::AfterDeath { died: Date::constant(2026, 3, 27), coroner: String::new() },
        Purpose::Predictive { variant: gene(), relative: "brother".into() },
        Purpose::Carrier { condition: "CFTR".into(), reason: why() },
        Purpose::Storage { reason: why() },
        Purpose::FollowUp { order: number(), reason: why() },
        Purpose::Reanalysis { order: number(), reason: why() },
        Purpose::Reinterpretation { variant: gene(), reason: why() },
    ];
    let of_purposes = purposes.map(|purpose| amended(|r| r.purpose = purpose.clone()));
    let bare = amended(|r| {
        (r.sender, r.urgency, r.eligibility, r.history) = (None, Urgency::Routine, String::new(), "History".into());
    });
    let draft = Order::default();
    let all = of_states.iter().chain(&of_purposes).chain([&bare, &draft]);
    let requests: Vec<Value> = all.map(|order| serde_json::to_value(context(order).requests()).expect("JSON")).collect();
    check("fhir-service-request", requests);
    let stage = |code: &TaskCode| {
        let reason = Some((TaskStatusReason::Other, why()));
        Stage { code: *code, status: TaskStatus::OnHold, reason }
    };
    let mut stages: Vec<Stage> = TaskCode::ALL.iter().map(stage).collect();
    stages.push(Stage { code: TaskCode::ProcessGenomicTestRequest, status: TaskStatus::Completed, reason: None });
    let tasks: Vec<Value> = [&of_states[0], &bare].map(|o| serde_json::to_value(context(o).tasks(&stages)).expect("JSON")).into();
    check("fhir-task", tasks);
    let unnamed = OrderContext { laboratory_name: "", version: 3, ..context(&bare) };
    check("fhir-specimen", (context(&bare).specimens(&samples()), unnamed.requests(), unnamed.specimens(&[])));
}

#[test]
fn people_with_and_without_a_number() {
    let with = |nhs_number, sex| Demographics { nhs_number, sex, ..who() };
    let people = [
        who(),
        with(Identity::Unavailable("newborn".into()), Sex::Male),
        with(Identity::Fetus, Sex::Unknown),
        Demographics { given_name: String::new(), ..who() },
    ];
    check("fhir-patient", people.map(|who| patient(CHILD, &who)));
}

/// Reports of each kind.
fn contents() -> [Content; 5] {
    let no_finding = Content { outcome: Outcome::NoFinding, variants: vec![], signatures: vec![], ..content() };
    let interim = Content { interim: true, outcome: Outcome::Partial, ..content() };
    let fetus = Subject { name: "Fetus Bell".into(), identity: Identity::Fetus, birth_date: Date::constant(2027, 6, 1), sex: Sex::Male };
    let unborn = Content { patient: fetus, ..content() };
    [content(), manifold(), no_finding, interim, unborn]
}

#[test]
fn reports_of_every_kind() {
    let samples = [CHILD.to_string()];
    let sent = |pdf| report::ReportContext { order: ORDER, patient: CHILD, laboratory: "699X0", samples: &samples, pdf };
    let without = report::ReportContext { samples: &[], ..sent(None) };
    let emitted: Vec<Value> =
        contents().iter().map(|c| serde_json::to_value(report::resources(c, &sent(Some(b"%PDF")))).expect("JSON")).collect();
    check("fhir-diagnostic-report", (emitted, report::resources(&content(), &without)));
    let (named, unnamed, who) = (sender(true), sender(false), who());
    let numbers = [HospitalNumber::new("A78", "https://epr.example/mrn", "RP4"), HospitalNumber::new("X1", "PAS", "RP4")];
    let tube = |labels: &[&str]| {
        let mut sample = crate::fixture::samples().swap_remove(0).1;
        sample.other_labels = labels.iter().map(|label| (*label).to_owned()).collect();
        sample
    };
    let (sent_tube, other_tube) = (tube(&["t-1"]), tube(&[]));
    let tubes = [&sent_tube, &other_tube];
    let unborn = Demographics { nhs_number: Identity::Fetus, ..who.clone() };
    check(
        "fhir-transaction",
        [
            report::transaction(&content(), &sent(Some(b"%PDF")), &recipient(&named, &who, &numbers, &tubes)),
            report::transaction(&manifold(), &without, &recipient(&unnamed, &who, &numbers, &[])),
            report::transaction(&content(), &without, &recipient(&unnamed, &unborn, &[], &[])),
        ],
    );
}

#[test]
fn choices_of_every_category() {
    let categories = [
        Category::AdultOwn,
        Category::AdultLackingCapacity { consultee: "A".into() },
        child(),
        Category::BestInterest { clinician: "Dr A".into() },
        Category::Deceased { by: "B".into() },
        Category::OnForm { form: "Form 7".into() },
    ];
    let mut emitted: Vec<_> = categories.map(|c| consent(ORDER, CHILD, &chosen(discussion(c)))).into();
    let silent = Answer::NotDiscussed;
    let nothing = Discussion { test: silent, research: silent, family_sharing: silent, ..discussion(child()) };
    emitted.push(consent(ORDER, CHILD, &chosen(nothing)));
    emitted.push(consent(ORDER, CHILD, &chosen(Discussion { test: Answer::No, ..discussion(child()) })));
    emitted.push(consent(ORDER, CHILD, &Choice::default()));
    check("fhir-consent", emitted);
}

#[test]
fn changes_reads_and_faults() {
    let kinds = ["Submitted", "Amended", "Held", "Resumed", "Reopened", "Closed", "Cancelled", "EnteredInError", "Started"];
    let change =
        |kind| OrderChange { version: 2, recorded: time(), kind, by: ("Dr A", "RP4"), reason: if kind == "Started" { "" } else { "Why" } };
    check("fhir-provenance", kinds.map(|kind| provenance(ORDER, &change(kind))));
    let read = |action, allowed, reason| audit::AuditLine {
        recorded: time().to_string(),
        who: "Dr A, Clinician, RP4",
        action,
        resource: "order/5",
        allowed,
        reason,
    };
    let reads =
        [read("ReadOrder", true, ""), read("SeeWorkList", false, ""), read("BreakGlass", true, "Unconscious"), read("Sign", true, "")];
    check("fhir-audit-event", audit::bundle(reads.into_iter()));
    let faults = [Fault::new("Bundle.entry[0]", "It has no resource"), Fault::new("PID-3", "No number")];
    let outcomes = [
        outcome::outcome(IssueSeverity::Error, "processing", &faults),
        outcome::outcome(IssueSeverity::Warning, "informational", &faults[..1]),
        outcome::outcome(IssueSeverity::Warning, "informational", &[]),
        outcome::simple("not-found", "There is no such order here"),
    ];
    check("fhir-operation-outcome", outcomes);
}

#[test]
fn the_record_and_the_directory() {
    let order = order();
    let who = who();
    let sent = report::ReportContext { order: ORDER, patient: CHILD, laboratory: "699X0", samples: &[], pdf: None };
    let features = || {
        let feature = |(place, absent)| record::feature(place, CHILD, "HP:0001250", "Seizure", absent);
        [(0, false), (1, true)].map(feature).into()
    };
    let full = || record::RecordContext {
        patient: CHILD,
        who: &who,
        organisation: "RP4",
        written: time(),
        requests: context(&order).requests(),
        results: report::resources(&content(), &sent),
        features: features(),
        outside: vec!["Exome: final result of A & B (released). HGVS: c.1A>G".into()],
    };
    let empty = record::RecordContext { requests: vec![], results: vec![], features: vec![], outside: vec![], ..full() };
    check("fhir-record", [record::document(full()), record::document(empty)]);
    let test = |scope: &str| Test {
        code: "R29.4".parse().expect("a code"),
        indication: "Intellectual disability".into(),
        group: String::new(),
        scope: scope.into(),
        method: "WGS".into(),
        target: "Intellectual disability (285)".into(),
        panels: vec!["285".into()],
        genes: vec![],
        criteria: vec![],
        turnaround_days_max: 84,
    };
    check(
        "fhir-definition",
        ["", "Small variant detection"].map(|scope| serde_json::to_value(definition::bundle(&test(scope), "rare 6")).expect("JSON")),
    );
}

#[test]
fn messages_of_version_2() {
    use AcknowledgementCode::{Accept, Error, Reject};
    let resources = SenderResources::default();
    let (number, system) = ("P|1".to_owned(), String::new());
    let sender = Sender { client: staff().id, number, system, part: None, stated_at: None, resources };
    let others = [Identity::Unavailable("newborn".into()), Identity::Fetus];
    let mut people = vec![who()];
    people.extend(others.map(|nhs_number| Demographics { nhs_number, sex: Sex::Unknown, family_name: "O^Neill & Co".into(), ..who() }));
    let mut emitted = Vec::new();
    let numbers = [("A1234567".to_owned(), "RP4".to_owned())];
    for (content, who) in contents().iter().zip(people.iter().cycle()) {
        let envelope = hl7::result::Envelope {
            control: "7",
            time: "20261121093000+0000",
            from: "699X0",
            to: "RP4",
            sender: &sender,
            patient: CHILD,
            numbers: &numbers,
            who,
            pdf: b"%PDF",
        };
        emitted.push(lines(&hl7::result::report(content, &envelope)));
        emitted.push(lines(&hl7::result::document(content, &envelope)));
    }
    check("hl7-result", emitted);
    let units = hl7::read(b"MSH|^~\\&|A|B|C\\F\\D|E|2026||ORM^O01|1|P|2.3\rPID|1");
    let faults = [Fault::new("PID-3", "No number\nat all")];
    let notes = ["PID-8: 'W' is not understood as a sex".to_owned()];
    let ack = |to: &hl7::Header, code| {
        let text = "Kept, and | nothing";
        let ack = hl7::Acknowledgement { code, time: "2026", control: "9", text, faults: &faults, notes: &notes };
        lines(&ack.answer(to))
    };
    let nothing = hl7::read(b"");
    check("hl7-acknowledgement", [ack(&units[0].header, Accept), ack(&units[0].header, Error), ack(&nothing[0].header, Reject)]);
}

/// The segments of a message; each ends with a carriage return.
fn lines(message: &str) -> Vec<String> {
    message.split_inclusive('\r').map(str::to_owned).collect()
}

/// A short stretch of chromosome 1, from base 101.
struct Stretch(&'static str);

impl Reference for Stretch {
    fn bases(&self, _: Contig, start: u32, end: u32) -> Option<Vec<u8>> {
        let (start, end) = (start.checked_sub(101)? as usize, end.checked_sub(100)? as usize);
        self.0.as_bytes().get(start..end).map(<[u8]>::to_vec)
    }
}

#[test]
fn beacons_and_alleles() {
    let entry = beacon::Entry::GenomicVariant;
    let query = |granularity: &str, filters: &str| {
        let pairs = [
            ("filters", filters),
            ("requestedGranularity", granularity),
            ("referenceName", "1"),
            ("start", "119757271"),
            ("referenceBases", "C"),
            ("alternateBases", "T"),
        ];
        beacon::read_query(entry, &pairs.map(|(k, v)| (k.to_owned(), v.to_owned()))).expect("read")
    };
    let answers = [("boolean", ""), ("count", "HP:0001250,NCIT:C16576"), ("record", "NCIT:C20197")].map(|(granularity, filters)| {
        let request = query(granularity, filters);
        [(true, Some(15)), (false, None)].map(|(exists, about)| {
            let variants = request.variant.iter().filter(|_| exists).cloned().collect();
            let found = beacon::Found { exists, about, variants, granularity: request.granularity, notes: vec![] };
            beacon::answer(&request, &found)
        })
    });
    let pages = ["", "info", "service-info", "entry_types", "configuration", "map", "nothing"];
    let pages = pages.map(|page| beacon::about(page, "http://x", "2026-11-21T09:00:00Z"));
    let error = beacon::error(beacon::Entry::Individual, 400, "What is wrong");
    let terms = beacon::filtering_terms([("HP:0001250".to_owned(), "Seizure")].into_iter(), "2026-01");
    check("ga4gh-beacon", (answers, pages, error, terms));
    let genome = Stretch("GACTCCTCCTGAAT");
    let allele = |text: &str| vrs::allele(&genome, &text.parse().expect("a variant")).map(|allele| (allele.id.clone(), allele));
    check("ga4gh-vrs", ["1-102-A-ACTC", "1-101-G-T", "1-110-TG-T", "1-900-A-AC"].map(allele));
}

#[test]
fn phenopackets_and_pedigrees() {
    let feature = |term, absent, onset| phenopacket::Feature { term: TermId(term), label: "Seizure".into(), absent, onset };
    let contents = contents();
    let person = Demographics { sex: Sex::Male, ..who() };
    let fetus = Demographics { nhs_number: Identity::Fetus, sex: Sex::Unknown, ..who() };
    let packets = [&person, &fetus].map(|who| {
        let features =
            vec![(feature(1250, false, Some(TermId(3593))), "Infantile onset".to_owned()), (feature(252, true, None), String::new())];
        let subject = phenopacket::PacketContext {
            id: CHILD,
            who,
            features,
            reports: contents.iter().collect(),
            hpo_version: "2026-01",
            created: time(),
        };
        phenopacket::packet(&subject)
    });
    check("ga4gh-phenopacket", packets);
    let one = |id: &str, sex, parents: Option<(&str, &str)>| Individual {
        father: parents.map(|(father, _)| father.to_owned()),
        mother: parents.map(|(_, mother)| mother.to_owned()),
        ..Individual::new(id, sex)
    };
    let (twin, both) = (Some(Twin { birth: "P1".into(), identical: true }), Some(("P3", "P4")));
    let proband = one("P1", Sex::Female, both);
    let family = Pedigree {
        people: vec![
            Individual { proband: true, affected: Affected::Yes, name: "Ada".into(), twin: twin.clone(), ..proband },
            Individual { affected: Affected::No, twin, ..one("P2", Sex::Female, both) },
            Individual { deceased: true, ..one("P3", Sex::Male, Some(("P6", "P7"))) },
            one("P4", Sex::Female, Some(("P6", "P7"))),
            Individual { adopted: Adopted::In, ..one("P5", Sex::Unknown, both) },
            one("P6", Sex::Male, None),
            one("P7", Sex::Female, None),
        ],
    };
    check("ga4gh-pedigree", [true, false].map(|names| pedigree::document(&family, "OG-1", "2026-11-21T00:00:00Z", names)));
}

#[test]
fn what_is_shared_outside() {
    check("clinvar", contents().map(|content| clinvar::submission(&content)));
    let small = Some("9-34648167-A-G".parse().expect("a variant"));
    let candidates = [
        matchmaker::Candidate { gene: "HGNC:4135".into(), variant: small, copies: Some(1) },
        matchmaker::Candidate { gene: "HGNC:1".into(), variant: None, copies: None },
    ];
    let features = [("HP:0001250".into(), true), ("HP:0000252".into(), false)];
    let patient = |sex| matchmaker::MatchPatient {
        id: "P1",
        sex,
        features: &features,
        candidates: &candidates,
        contact: ("Laboratory", "mailto:a@b"),
    };
    check("ga4gh-matchmaker", [Sex::Female, Sex::Male, Sex::Unknown].map(|sex| patient(sex).profile()));
}

#[test]
fn cards_and_panels() {
    let card = |summary: &str| Card { uuid: Uuid::from_u128(3), ..Card::new(summary, "More".into(), Indicator::Warning, "OpenGMS") };
    let long = "é".repeat(300);
    let cards = [card("Short"), card(&long).linked("Record", "http://x").may_be_overridden()];
    check("cds-hooks", (cds_hooks::discovery(), cards));
    let gene = Entity { entity_type: "gene".into(), entity_name: "SCN1A".into(), confidence_level: "3".into(), ..Entity::default() };
    let published = Published {
        id: "285".into(),
        name: "Intellectual disability".into(),
        version: "5.1".into(),
        genes: vec![gene.clone()],
        ..Published::default()
    };
    let header = panelapp::header(&published, Some("2026-01-01"));
    let page = panelapp::Page::new(vec![header.clone()], 1, "http://x/panels/");
    let panels = [panelapp::panel(&published, None), panelapp::panel(&published, Some("2026-01-01")), panelapp::entity(&gene, &header)];
    check("panelapp", (panels, page));
}

#[test]
fn answers_of_the_order_api() {
    let order = order();
    let bundle =
        |kind, total, link, resources: Vec<Resource>| Bundle { total, link, ..Bundle::at_server(kind, "http://x/fhir", resources) };
    let requests = || context(&order).requests().into_iter().map(Resource::from).collect();
    let next = vec![Link { relation: "next", url: "http://x/fhir/Task?after=1".into() }];
    let bundles = [
        bundle(BundleType::Searchset, Some(2), vec![], requests()),
        bundle(BundleType::Searchset, None, next, requests()),
        bundle(BundleType::Searchset, Some(0), vec![], vec![]),
        bundle(BundleType::History, Some(2), vec![], requests()),
        bundle(BundleType::Collection, None, vec![], requests()),
    ];
    check("fhir-bundle", bundles);
    check("fhir-capability-statement", capability::statement("http://x", "http://x/oauth2/token", "0.1.0"));
    let warning = outcome::outcome(IssueSeverity::Warning, "informational", &[Fault::new("Bundle", "A note")]);
    let kept = outcome::information("The Observation was read into the order, or is kept with the message");
    let accepted = |outcome| BundleResponse { status: "202 Accepted", outcome: Some(outcome), ..BundleResponse::default() };
    let created =
        BundleResponse { status: "201 Created", location: "Patient/1".into(), etag: "W/\"2\"".into(), ..BundleResponse::default() };
    let changed = BundleResponse { status: "200 OK", location: "ServiceRequest/1/_history/2".into(), ..BundleResponse::default() };
    let entries = [accepted(warning), created, changed, accepted(kept)].map(Entry::answered);
    check("fhir-transaction-response", Bundle::new(BundleType::TransactionResponse, entries.into()));
}
