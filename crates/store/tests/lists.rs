//! Lists follow from the journal alone: states, lateness, release, restriction, and what a start of the program finds.

use access::{Action, Permit, Resource, decide};
use care::{
    AnalysisId, OrderId, PatientId, ReportId, Role, Staff, StaffId,
    interpretation::analysis,
    ordering::{
        family::{Affected, Participant, Relationship},
        order::{self, Request, StateKind, Urgency, purpose::Purpose},
    },
    people::patient::{self, Demographics, Identity, Sex},
};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use serde::Serialize;
use store::{Change, Listing, OrderView, Store};
use uuid::Uuid;

const PATIENT: PatientId = PatientId(Uuid::from_u128(8));

fn staff() -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(1)),
        name: "Dr A".into(),
        role: Role::Clinician,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

/// A permit for one order, or for one person.
fn permit(action: Action, name: &str) -> Permit {
    let resource = Resource { organisations: vec![staff().organisation], name: name.into(), released: true, ..Resource::default() };
    decide(&staff(), action, &resource).expect("a clinician of the requester")
}

fn request(number: &str) -> Request {
    Request {
        number: number.into(),
        test: "R29.4".parse().expect("a code"),
        indication: "Intellectual disability".into(),
        directory_version: "v6".into(),
        purpose: Purpose::Diagnosis,
        panel: None,
        people: vec![Participant {
            patient: PATIENT,
            name: "Ada Byron".into(),
            relationship: Relationship::Proband,
            sex: Sex::Female,
            affected: Affected::Yes,
        }],
        observed: vec![],
        onsets: vec![],
        excluded: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        laboratory: "699X0".parse().expect("a code"),
        turnaround_days_max: 10,
        responsible: care::ordering::order::Responsible::default(),
        sender: None,
    }
}

fn moment(day: i8) -> Timestamp {
    date(2026, 11, day).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a time").timestamp()
}

async fn written(store: &Store, order: OrderId, stream: &str, events: &[impl Serialize], day: i8) {
    let mut change = Change::default();
    change.more(stream, events);
    change.links.push((order, stream.to_owned()));
    store.commit(&permit(Action::ChangeOrder, "everything"), change, moment(day)).await.expect("written");
}

/// Events that bring an order to a state.
fn road(number: &str, state: StateKind) -> Vec<order::Event> {
    use order::Event as E;
    let reason = || "because".to_owned();
    let reported = E::Reported { report: ReportId(Uuid::from_u128(3)) };
    let mut events = vec![E::Submitted { request: Box::new(request(number)), requester: staff() }];
    events.extend(match state {
        StateKind::Draft => panic!("a draft is in no stream of an order"),
        StateKind::Submitted => vec![],
        StateKind::Accepted => vec![E::Accepted],
        StateKind::InProgress => vec![E::Accepted, E::Started],
        StateKind::OnHold => vec![E::Accepted, E::Started, E::PutOnHold { reason: reason() }],
        StateKind::Reported => vec![E::Accepted, E::Started, reported],
        StateKind::Closed => vec![E::Accepted, E::Started, reported, E::Closed],
        StateKind::Rejected => vec![E::Rejected { reason: reason() }],
        StateKind::Cancelled => vec![E::Cancelled { reason: reason() }],
        StateKind::EnteredInError => vec![E::EnteredInError { reason: reason() }],
    });
    events
}

async fn with_an_order_of_each_state(store: &Store) -> Vec<(StateKind, OrderId)> {
    let mut placed = Vec::new();
    for (n, state) in (100u128..).zip(&StateKind::ALL[1..]) {
        let order = OrderId(Uuid::from_u128(n));
        written(store, order, &order.stream(), &road(&format!("OG-{n}"), *state), 1).await;
        placed.push((*state, order));
    }
    placed
}

async fn open_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).await.expect("a store");
    (folder, store)
}

async fn listed(store: &Store, finished: bool) -> Vec<OrderView> {
    let listing = Listing { finished, most: 100, ..Listing::default() };
    store.orders(&permit(Action::SeeWorkList, "service"), &listing).await.expect("a list")
}

#[tokio::test]
async fn every_list_agrees_on_which_orders_are_open_late_and_released() {
    use StateKind as S;
    let (_folder, store) = open_store().await;
    let placed = with_an_order_of_each_state(&store).await;
    let states = |views: Vec<OrderView>| {
        let mut states: Vec<StateKind> = views.into_iter().map(|view| view.state).collect();
        states.sort();
        states
    };
    assert_eq!(states(listed(&store, false).await), [S::Submitted, S::Accepted, S::InProgress, S::OnHold, S::Reported]);
    assert_eq!(states(listed(&store, true).await), StateKind::ALL[1..9]);
    let today = date(2026, 11, 21);
    let late = listed(&store, true).await.into_iter().filter(|view| view.is_late(today)).collect();
    assert_eq!(states(late), [S::Submitted, S::Accepted, S::InProgress, S::OnHold]);
    let own = permit(Action::SeeWorkList, "service");
    let counted = store.awaited(&own, today, date(2026, 11, 28)).await.expect("counted");
    assert_eq!((counted.late, counted.soon), (4, 0), "what is counted as late is what is late");
    let before = date(2026, 11, 11);
    let counted = store.awaited(&own, before, today).await.expect("counted");
    assert_eq!(counted.late + counted.soon, 4, "each is late or to come");
    let test = "R29.4".parse().expect("a code");
    assert_eq!(store.orders_of_test(&test, date(2026, 1, 1)).await.expect("counted"), (5, 8), "open, and of the year");
    assert_eq!(store.open_orders_of("RP4").await.expect("counted"), 5);
    for (state, order) in placed {
        let view = store.order_view(order).await.expect("read").expect("a line");
        assert_eq!((view.state, view.is_released()), (state, matches!(state, S::Reported | S::Closed)));
    }
    assert_eq!(store.check_lists().await.expect("compared"), Vec::<String>::new());
}

#[tokio::test]
async fn an_order_is_due_by_the_day_on_which_it_was_sent_not_by_that_on_which_its_patient_was_registered() {
    let (_folder, store) = open_store().await;
    let order = OrderId(Uuid::from_u128(9));
    let who = Demographics {
        nhs_number: Identity::Unavailable("unknown".into()),
        family_name: "Byron".into(),
        given_name: "Ada".into(),
        birth_date: date(2020, 1, 1),
        sex: Sex::Female,
    };
    written(&store, order, &PATIENT.stream(), &[patient::Event::Registered(who)], 1).await;
    written(&store, order, &order.stream(), &road("OG-1", StateKind::Submitted), 11).await;
    written(&store, order, &order.stream(), &[order::Event::Accepted], 12).await;
    let view = store.order_view(order).await.expect("read").expect("a line");
    assert_eq!((view.submitted, view.due), (date(2026, 11, 11), date(2026, 11, 21)));
}

#[tokio::test]
async fn a_restriction_takes_the_name_out_of_lists_and_searches_and_its_end_brings_it_back() {
    let (_folder, store) = open_store().await;
    let order = OrderId(Uuid::from_u128(9));
    written(&store, order, &order.stream(), &road("OG-1", StateKind::Submitted), 1).await;
    let found = async |text: &str| {
        let listing = Listing { text: text.into(), most: 10, ..Listing::default() };
        store.orders(&permit(Action::SeeWorkList, "service"), &listing).await.expect("a list").len()
    };
    assert_eq!(found("byron").await, 1);
    let restricted = patient::Event::Restricted { named: vec![staff().id], reason: "Works here".into() };
    written(&store, order, &PATIENT.stream(), &[restricted], 2).await;
    assert_eq!((found("byron").await, found("og-1").await, found("restricted").await), (0, 1, 1));
    assert_eq!(store.check_lists().await.expect("compared"), Vec::<String>::new());
    written(&store, order, &PATIENT.stream(), &[patient::Event::Unrestricted { reason: "No longer".into() }], 3).await;
    assert_eq!((found("byron").await, found("restricted").await), (1, 0));
}

#[tokio::test]
async fn analyses_that_did_not_end_are_found_without_folding_orders() {
    let (_folder, store) = open_store().await;
    let order = OrderId(Uuid::from_u128(9));
    written(&store, order, &order.stream(), &road("OG-1", StateKind::InProgress), 1).await;
    let input = || analysis::Input {
        order,
        vcf_sha256: String::new(),
        file: String::new(),
        structural_sha256: vec![],
        samples: vec![],
        reference: (String::new(), String::new()),
    };
    let [queued, running, failed] = [1, 2, 3].map(|n| AnalysisId(Uuid::from_u128(n)));
    let ended = analysis::Event::Failed { reason: "the disk was full".into(), retryable: true };
    for (id, more) in [(queued, vec![]), (running, vec![analysis::Event::Started]), (failed, vec![analysis::Event::Started, ended])] {
        let events: Vec<_> = [analysis::Event::Queued(input())].into_iter().chain(more).collect();
        written(&store, order, &id.stream(), &events, 2).await;
    }
    assert_eq!(store.open_analyses().await.expect("read"), [(order, queued), (order, running)]);
}

#[tokio::test]
async fn lists_that_were_damaged_are_named_and_written_anew() {
    let (folder, store) = open_store().await;
    with_an_order_of_each_state(&store).await;
    let address = format!("sqlite://{}", folder.path().join(store::JOURNAL).display());
    let intruder = sqlx::SqlitePool::connect(&address).await.expect("a connection");
    for damage in [
        "UPDATE order_view SET state = 'Closed' WHERE number = 'OG-101'",
        "DELETE FROM order_word WHERE word IN (SELECT word FROM order_word LIMIT 1)",
        "INSERT INTO draft_view (order_id, organisation, title, saved_by, saved) VALUES ('x', 'RP4', 'Nobody', 'x', '2026')",
    ] {
        sqlx::Executor::execute(&intruder, damage).await.expect("damaged");
    }
    let differences = store.check_lists().await.expect("compared").join("\n");
    for expected in ["order OG-101 stands otherwise in order_view", "order_word", "draft_view has 1 rows; the journal gives 0"] {
        assert!(differences.contains(expected), "{expected}: {differences}");
    }
    assert!(store.rebuild_lists().await.expect("rebuilt") >= 9);
    assert_eq!(store.check_lists().await.expect("compared"), Vec::<String>::new());
}

#[tokio::test]
async fn a_list_knows_which_of_its_orders_are_urgent() {
    let (_folder, store) = open_store().await;
    let [urgent, routine] = [200, 201].map(|n| OrderId(Uuid::from_u128(n)));
    for (id, number, urgency) in [(urgent, "OG-200", Urgency::Urgent), (routine, "OG-201", Urgency::Routine)] {
        let request = Request { urgency, ..request(number) };
        let submitted = order::Event::Submitted { request: Box::new(request), requester: staff() };
        written(&store, id, &id.stream(), &[submitted], 1).await;
    }
    let found = store.urgent_among(&permit(Action::SeeWorkList, "service"), &[urgent, routine]).await.expect("read");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [urgent]);
}

/// People of a family, the patient first, each with another name and day of birth.
const FAMILY: [(&str, Relationship); 4] =
    [("Ada", Relationship::Proband), ("Mary", Relationship::Mother), ("Tom", Relationship::Father), ("Eve", Relationship::Sibling)];

/// The order of a family, of whom some have restricted records: bit by bit, the patient's the lowest.
async fn family(store: &Store, restricted: u128) -> String {
    let (order, number) = (OrderId(Uuid::from_u128(300 + restricted)), format!("OG-{}", 300 + restricted));
    let mut asks = request(&number);
    let template = asks.people.remove(0);
    for (index, (name, relationship)) in (0_u128..).zip(FAMILY) {
        let patient = PatientId(Uuid::from_u128(1_000 + restricted * 4 + index));
        let who = Demographics {
            nhs_number: Identity::Unavailable("unknown".into()),
            family_name: "Lovelace".into(),
            given_name: name.into(),
            birth_date: date(1990 + index as i16, 5, 4),
            sex: Sex::Female,
        };
        asks.people.push(Participant { patient, name: who.full_name(), relationship, ..template.clone() });
        written(store, order, &patient.stream(), &[patient::Event::Registered(who)], 1).await;
        if restricted & (1 << index) != 0 {
            let event = patient::Event::Restricted { named: vec![staff().id], reason: "Works here".into() };
            written(store, order, &patient.stream(), &[event], 2).await;
        }
    }
    let submitted = order::Event::Submitted { request: Box::new(asks), requester: staff() };
    written(store, order, &order.stream(), &[submitted], 3).await;
    number
}

#[tokio::test]
async fn whoever_of_a_family_is_restricted_nobodys_name_or_day_of_birth_finds_its_order() {
    let (_folder, store) = open_store().await;
    for restricted in 0..16 {
        let number = family(&store, restricted).await;
        let expected = usize::from(restricted == 0);
        for (index, (name, _)) in (0_i16..).zip(FAMILY) {
            let by_name = Listing { text: format!("{number} {name}"), most: 10, ..Listing::default() };
            let by_birth = Listing { text: number.clone(), born: Some(date(1990 + index, 5, 4)), most: 10, ..Listing::default() };
            for listing in [by_name, by_birth] {
                let found = store.orders(&permit(Action::SeeWorkList, "service"), &listing).await.expect("a list");
                assert_eq!(found.len(), expected, "{name} found {number}: {listing:?}");
            }
        }
        let by_number = Listing { text: number.clone(), most: 10, ..Listing::default() };
        let found = store.orders(&permit(Action::SeeWorkList, "service"), &by_number).await.expect("a list");
        assert_eq!(found.len(), 1, "{number} is found by its number");
    }
    assert_eq!(store.check_lists().await.expect("compared"), Vec::<String>::new());
}
