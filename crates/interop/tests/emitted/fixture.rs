//! One made-up family, its order, samples, choices and report.

use care::{
    Fold, OdsCode, OrderId, PatientId, ReportId, Role, SampleId, Staff, StaffId,
    interpretation::case::{Outcome, Pathogenicity},
    laboratory::sample::{self, Label, Sample},
    ordering::{
        choice::{self, Answer, Category, Choice, Discussion},
        family::{Affected, Participant, Relationship},
        order::{self, Order, Request, Sender, SenderResource, SenderResources, Urgency, purpose::Purpose},
    },
    people::{
        identifier::HospitalNumber,
        patient::{Demographics, Identity, Sex},
    },
    results::report::{Coded, Content, ReportQuestion, ReportedVariant, Subject, lift_inheritance},
};
use genome::{HgncId, Zygosity};
use interop::fhir::{order::OrderContext, recipient::Recipient};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

pub(crate) const ORDER: OrderId = OrderId(Uuid::from_u128(5));
pub(crate) const CHILD: PatientId = PatientId(Uuid::from_u128(10));
pub(crate) const MOTHER: PatientId = PatientId(Uuid::from_u128(11));

pub(crate) fn code(text: &str) -> OdsCode {
    text.parse().expect("a code")
}

pub(crate) fn time() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().expect("a time")
}

pub(crate) fn staff() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: code("RP4"),
        organisation_name: "Hospital".into(),
    }
}

pub(crate) fn request() -> Request {
    let person =
        |patient, name: &str, relationship, sex| Participant { patient, name: name.into(), relationship, sex, affected: Affected::Yes };
    Request {
        number: "OG-AAAAA-BBBBB".into(),
        test: "R98.2".parse().expect("a code"),
        indication: "Likely inborn error of metabolism".into(),
        directory_version: "rare 6".into(),
        purpose: Purpose::Diagnosis,
        panel: None,
        people: vec![
            person(CHILD, "Ada Bell", Relationship::Proband, Sex::Female),
            person(MOTHER, "May Bell", Relationship::Mother, Sex::Female),
        ],
        observed: vec![ontology::TermId(1250)],
        excluded: vec![],
        onsets: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Urgent,
        laboratory: code("699X0"),
        turnaround_days_max: 84,
        responsible: care::ordering::order::Responsible::default(),
        sender: Some(Sender {
            client: StaffId(Uuid::from_u128(2)),
            number: "P-1".into(),
            system: String::new(),
            part: None,
            stated_at: None,
            resources: SenderResources::default(),
        }),
    }
}

pub(crate) fn submitted(request: Request) -> order::Event {
    order::Event::Submitted { request: Box::new(request), requester: staff() }
}

pub(crate) fn order() -> Order {
    Order::replay(&[submitted(request())])
}

pub(crate) fn context(order: &Order) -> OrderContext<'_> {
    OrderContext { id: ORDER, order, placed: Date::constant(2026, 11, 20), updated: time(), version: 1, laboratory_name: "Hub" }
}

/// A sender, with the names that it gave or without.
pub(crate) fn sender(with_names: bool) -> Sender {
    let named = |kind: &str, system: &str, value: &str| SenderResource {
        address: format!("https://epr.example/fhir/{kind}/{value}"),
        system: system.into(),
        value: value.into(),
    };
    let resources = SenderResources {
        request: named("ServiceRequest", "https://epr.example/order", "P-1"),
        patient: named("Patient", "https://epr.example/mrn", "A78"),
        specimens: vec![named("Specimen", "https://epr.example/tube", "T-1")],
    };
    let resources = if with_names { resources } else { SenderResources::default() };
    let client = StaffId(Uuid::from_u128(2));
    Sender { client, number: "P-1".into(), system: String::new(), part: None, stated_at: None, resources }
}

/// The system that ordered, as a result is sent to it.
pub(crate) fn recipient<'a>(
    sender: &'a Sender,
    who: &'a Demographics,
    numbers: &'a [HospitalNumber],
    samples: &'a [&'a Sample],
) -> Recipient<'a> {
    Recipient { sender, order_number: "OG-AAAAA-BBBBB", patient: CHILD, who, numbers, samples }
}

pub(crate) fn samples() -> Vec<(SampleId, Sample)> {
    let label =
        |barcode: &str, patient| Label { barcode: barcode.into(), order: ORDER, patient, material: "Blood (EDTA)".into(), parent: None };
    let collected = Sample::replay(&[sample::Event::Expected(label("S1", CHILD)), sample::Event::Collected]);
    let usable = Sample::replay(&[sample::Event::Expected(label("S2", MOTHER)), sample::Event::Received, sample::Event::Accepted]);
    let strange = Sample::replay(&[sample::Event::Expected(label("S3", PatientId(Uuid::from_u128(99))))]);
    (9..).map(|n| SampleId(Uuid::from_u128(n))).zip([collected, usable, strange, Sample::default()]).collect()
}

pub(crate) fn who() -> Demographics {
    Demographics {
        nhs_number: Identity::NhsNumber("4010232137".parse().expect("a number")),
        family_name: "Bell".into(),
        given_name: "Ada".into(),
        birth_date: Date::constant(2020, 6, 1),
        sex: Sex::Female,
    }
}

pub(crate) fn variant() -> ReportedVariant {
    let text = |s: &str| s.to_owned();
    ReportedVariant {
        gene: text("HMGCS2"),
        transcript: text("NM_005518.4"),
        hgvs: ["c.1A>G".into(), "p.(Met1?)".into(), "NC_000001.11:g.119757272C>T".into()],
        inheritance: lift_inheritance("compound heterozygous"),
        class: Pathogenicity::LikelyPathogenic,
        criteria: vec![["PVS1".into(), "why".into()]],
        disorder: text("HMG-CoA synthase-2 deficiency"),
        note: String::new(),
        secondary: false,
        coded: Coded {
            gene: Some(HgncId(5008)),
            variant: Some("1-119757272-C-T".parse().expect("a variant")),
            zygosity: Some(Zygosity::Heterozygous),
            disorder: ["OMIM:605911".into(), "HMG-CoA synthase-2 deficiency".into()],
        },
    }
}

pub(crate) fn content() -> Content {
    let text = |s: &str| s.to_owned();
    Content {
        id: ReportId(Uuid::from_u128(7)),
        order_number: text("OG-AAAAA-BBBBB"),
        authorised: "2026-11-21T09:30:00Z".parse().expect("a time"),
        patient: Subject::from(&who()),
        requester: ["Dr A".into(), "Hospital".into()],
        relatives: vec![],
        test: ["R98.2".into(), "Likely inborn error of metabolism".into()],
        features: vec![["HP:0001250".into(), "Seizure".into()]],
        excluded: vec![],
        question: ReportQuestion::Cause,
        outcome: Outcome::Diagnostic,
        headline: String::new(),
        interim: false,
        plain: text("A change was found."),
        is_plain_edited: false,
        summary: text("Summary"),
        variants: vec![variant()],
        tested: vec![],
        not_tested: vec![],
        methods: vec![],
        signatures: vec![["Authorised by".into(), "Dr C, Consultant".into(), "2026-11-21".into()]],
        supersedes: None,
    }
}

/// A report with every kind of variant, amended, of somebody without an NHS number.
pub(crate) fn manifold() -> Content {
    let with = |class, zygosity, disorder: [&str; 2]| {
        let mut other = variant();
        other.class = class;
        other.coded.zygosity = zygosity;
        other.coded.disorder = disorder.map(str::to_owned);
        other
    };
    let mut structural = with(Pathogenicity::Pathogenic, None, ["", ""]);
    structural.hgvs = ["NC_000001.11:g.100_200del".into(), "no protein change described".into(), "NC_000001.11:g.100_200del".into()];
    structural.coded.variant = Some("1-100-N-<DEL=200>".parse().expect("a variant"));
    structural.note = "Seen in the array too".into();
    let mut uncoded = variant();
    uncoded.coded = Coded::default();
    let mut secondary = with(Pathogenicity::Benign, Some(Zygosity::Hemizygous), ["MONDO:1", "Something | else & more"]);
    secondary.secondary = true;
    Content {
        patient: Subject {
            name: "Baby Bell".into(),
            identity: Identity::Unavailable("newborn".into()),
            sex: Sex::Unknown,
            ..Subject::from(&who())
        },
        features: vec![],
        outcome: Outcome::Uncertain,
        headline: "A line".into(),
        variants: vec![
            structural,
            uncoded,
            with(Pathogenicity::Uncertain, Some(Zygosity::Homozygous), ["ORPHA:35701", "Deficiency"]),
            with(Pathogenicity::LikelyBenign, Some(Zygosity::NoCall), ["", "Named only"]),
            secondary,
        ],
        supersedes: Some((ReportId(Uuid::from_u128(6)), "The class was changed.".into())),
        ..content()
    }
}

pub(crate) fn discussion(category: Category) -> Discussion {
    Discussion {
        order: ORDER,
        wording: choice::WORDING.into(),
        category,
        test: Answer::Yes,
        research: Answer::No,
        recontact: Answer::Yes,
        secondary_findings: Answer::NotDiscussed,
        family_sharing: Answer::Yes,
        comment: String::new(),
        how: choice::How::Spoken,
        interpreter: String::new(),
    }
}

pub(crate) fn chosen(discussion: Discussion) -> Choice {
    Choice::replay(&[choice::Event::Recorded(Box::new(discussion))])
}

/// Somebody's child: the choice that the profiles are tried with.
pub(crate) fn child() -> Category {
    Category::Child { by: MOTHER, assent: true }
}
