//! The table of states in `docs/states.md`, made by trying each command on each state that can be come to.

use care::{
    AnalysisId, Fold, InterpretationId, MessageId, OrderId, OutsideResultId, PatientId, Refusals, ReportId, Role, Staff, StaffId,
    interpretation::{
        analysis::{self, Analysis, Input},
        case::{self, Conclusion, Interpretation, Outcome, Selected, Side},
        edit::{self, Edit, Extent},
    },
    laboratory::{
        container::ContainerId,
        sample::{self, Ground, Label, Quality, Rejection, Sample, Well},
    },
    ordering::{
        choice::{self, Answer, Category, Choice, ChoiceContext, Discussion, How, WORDING},
        family::{Affected, Participant, Relationship},
        message::{self, Language, Message, Received},
        order::{self, Order, Request, Urgency, purpose::Purpose},
    },
    people::patient::{Demographics, Identity, Sex},
    results::{
        outside::{self, OutsideResult},
        report::{
            self, Report,
            release::{Circumstances, Disclosure, Plan},
        },
    },
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use std::{collections::BTreeMap, fmt::Write as _};
use uuid::Uuid;

const PAGE: &str = "../../docs/states.md";
const MARK: &str = "<!-- What follows is written by crates/care/tests/states.rs: `UPDATE_EXPECT=1 cargo test --release -p care` -->";
const TODAY: Date = date(2026, 11, 21);

/// A command by its name, and how it is tried on a state.
type Step<'s, S> = (&'static str, Box<dyn Fn(&S) -> Result<Vec<<S as Fold>::Event>, Refusals> + 's>);

/// Every state that can be come to, and what each command makes of it.
fn table<S: Fold + Clone>(title: &str, name: impl Fn(&S) -> String, steps: &[Step<S>]) -> String {
    let (mut seen, mut next) = (vec![], vec![S::default()]);
    let mut rows = Vec::new();
    while let Some(state) = (!next.is_empty()).then(|| next.remove(0)) {
        let from = name(&state);
        if seen.contains(&from) {
            continue;
        }
        let mut leads = BTreeMap::<String, Vec<&str>>::new();
        for (command, step) in steps {
            let Ok(events) = step(&state) else { continue };
            let to = events.iter().fold(state.clone(), S::apply);
            leads.entry(name(&to)).or_default().push(command);
            next.push(to);
        }
        let leads: Vec<String> = leads.iter().map(|(to, commands)| format!("{}: **{to}**", commands.join(", "))).collect();
        rows.push(format!("| {from} | {} |", if leads.is_empty() { "nothing more".into() } else { leads.join("; ") }));
        seen.push(from);
    }
    format!("\n## {title}\n\n| state | what may be done, and what it becomes |\n|---|---|\n{}\n", rows.join("\n"))
}

fn somebody(n: u128) -> Staff {
    Staff {
        id: StaffId(Uuid::from_u128(n)),
        name: format!("Person {n}"),
        role: Role::ClinicalScientist,
        organisation: "RP4".parse().expect("a code"),
        organisation_name: "Trust".into(),
    }
}

fn because() -> String {
    "because".into()
}

fn order_id() -> OrderId {
    OrderId(Uuid::from_u128(9))
}

fn request(purpose: Purpose) -> Box<Request> {
    Box::new(Request {
        number: "OG-1".into(),
        test: "R29.4".parse().expect("a code"),
        indication: "Intellectual disability".into(),
        directory_version: "v6".into(),
        purpose,
        panel: None,
        people: vec![Participant {
            patient: PatientId(Uuid::from_u128(1)),
            name: "Ada Byron".into(),
            relationship: Relationship::Proband,
            sex: Sex::Female,
            affected: Affected::Yes,
        }],
        observed: vec![ontology::TermId(1250)],
        onsets: vec![],
        excluded: vec![],
        eligibility: "Meets the criteria".into(),
        history: String::new(),
        urgency: Urgency::Routine,
        laboratory: "699X0".parse().expect("a code"),
        turnaround_days_max: 84,
        responsible: care::ordering::order::Responsible::default(),
        sender: None,
    })
}

fn order_table(title: &str, purpose: &Purpose) -> String {
    use order::Command as C;
    let step =
        |name, command: fn() -> C| -> Step<'_, Order> { (name, Box::new(move |order| order::decide(order, command(), &somebody(1)))) };
    let report = || C::Report { report: ReportId(Uuid::from_u128(3)) };
    let elsewhere = || C::ReportElsewhere { result: OutsideResultId(Uuid::from_u128(8)) };
    let submit = || C::Submit(request(purpose.clone()));
    let amend = || C::Amend { request: request(purpose.clone()), reason: because() };
    table(
        title,
        |order: &Order| order.state.label().into(),
        &[
            ("submit", Box::new(|order: &Order| order::decide(order, submit(), &somebody(1)))),
            ("amend", Box::new(|order: &Order| order::decide(order, amend(), &somebody(1)))),
            step("accept", || C::Accept),
            step("reject", || C::Reject { reason: because() }),
            step("start", || C::Start),
            step("hold", || C::Hold { reason: because() }),
            step("resume", || C::Resume { reason: because() }),
            step("report", report),
            step("report of another laboratory", elsewhere),
            step("close", || C::Close),
            step("reopen", || C::Reopen { reason: because() }),
            step("cancel", || C::Cancel { reason: because() }),
            step("enter in error", || C::EnterInError { reason: because() }),
        ],
    )
}

fn sample_table() -> String {
    use sample::Command as C;
    let step = |name, command: fn() -> C| -> Step<Sample> { (name, Box::new(move |sample| sample::decide(sample, command()))) };
    let label = || Label {
        barcode: "S1".into(),
        order: order_id(),
        patient: PatientId(Uuid::from_u128(1)),
        material: "Blood (EDTA)".into(),
        parent: None,
    };
    let well = || Well { container: ContainerId(Uuid::from_u128(7)), barcode: "P1".into(), position: "A1".parse().expect("a position") };
    let quality = || Quality { concentration_ng_per_ul: 60.0, volume_ul: 50.0, ratio_260_280: None };
    let mut steps = vec![
        step("collect", || C::Collect),
        step("send", || C::Send { carrier: "a courier".into() }),
        step("receive", || C::Receive { barcode: "S1".into() }),
        step("undo the receipt", || C::UndoReceipt { reason: because() }),
        step("accept", || C::Accept),
        step("reject", || C::Reject(Rejection::new(Ground::Other, "because"))),
        step("assess the tumour", || C::AssessTumour { percent: 40 }),
        step("place", || C::Place { place: "Freezer 2".into() }),
        step("dispatch", || C::Dispatch { to: "RJ1".parse().expect("a code"), manifest: "M1".into() }),
        step("receive elsewhere", || C::ReceiveElsewhere { barcode: "S1".into() }),
        step("infer that it arrived", || C::Infer),
        step("sequence", || C::Sequence),
        step("use up", || C::Exhaust),
        step("return", || C::Return { to: "Trust".into() }),
        step("destroy", || C::Destroy { reason: because() }),
    ];
    steps.insert(0, ("expect", Box::new(move |sample| sample::decide(sample, C::Expect(label())))));
    steps.push(("put into a plate or rack", Box::new(move |sample| sample::decide(sample, C::Rack(well())))));
    steps.push(("prepare", Box::new(move |sample| sample::decide(sample, C::Prepare(quality())))));
    table("Sample", |sample: &Sample| sample.state.label().into(), &steps)
}

fn choice_table() -> String {
    let who = Demographics {
        nhs_number: Identity::Unavailable("unknown".into()),
        family_name: "Byron".into(),
        given_name: "Ada".into(),
        birth_date: date(1990, 1, 1),
        sex: Sex::Female,
    };
    let record = |test| Discussion {
        order: order_id(),
        wording: WORDING.into(),
        category: Category::AdultOwn,
        test,
        research: Answer::Yes,
        recontact: Answer::Yes,
        secondary_findings: Answer::No,
        family_sharing: Answer::Yes,
        comment: String::new(),
        how: How::Spoken,
        interpreter: String::new(),
    };
    let context = ChoiceContext { person: &who, parents: &[], today: TODAY };
    let withdraw = |choice: &Choice, what| choice::withdraw(choice, order_id(), what, TODAY, because(), TODAY);
    let name = |choice: &Choice| {
        let agrees = |yes| if yes { "agreed" } else { "not agreed" };
        if choice.is_recorded() {
            let research = agrees(choice.allows(choice::Purpose::Research, TODAY));
            format!("Recorded: test {}, research {research}", agrees(choice.agrees_to_test(order_id())))
        } else {
            "Not recorded".to_owned()
        }
    };
    table(
        "Choice",
        name,
        &[
            ("record yes", Box::new(|_: &Choice| choice::record(record(Answer::Yes), &context))),
            ("record no to the test", Box::new(|_: &Choice| choice::record(record(Answer::No), &context))),
            ("withdraw the test", Box::new(|now: &Choice| withdraw(now, choice::Purpose::Test))),
            ("withdraw research", Box::new(|now: &Choice| withdraw(now, choice::Purpose::Research))),
        ],
    )
}

fn analysis_table() -> String {
    use analysis::{Command as C, State as S};
    let step = |name, command: fn() -> C| -> Step<Analysis> { (name, Box::new(move |now| analysis::decide(now, command()))) };
    let queue = || {
        let reference = (String::new(), String::new());
        C::Queue(Input {
            order: order_id(),
            vcf_sha256: String::new(),
            file: String::new(),
            structural_sha256: vec![],
            samples: vec![],
            reference,
        })
    };
    let name = |analysis: &Analysis| match analysis.state {
        S::None => "None",
        S::Queued => "Queued",
        S::Running => "Running",
        S::Done { .. } => "Done",
        S::Stopped { .. } => "Stopped for safety",
        S::Failed { retryable: true, .. } => "Failed, can be tried again",
        S::Failed { retryable: false, .. } => "Failed",
    };
    table(
        "Analysis",
        |analysis| name(analysis).into(),
        &[
            step("queue", queue),
            step("start", || C::Start),
            step("finish", || C::Finish { result_sha256: String::new(), candidates: 3, beside: vec![] }),
            step("stop", || C::Stop { reason: because() }),
            step("fail for now", || C::Fail { reason: because(), retryable: true }),
            step("fail for good", || C::Fail { reason: because(), retryable: false }),
        ],
    )
}

fn conclusion(outcome: Outcome) -> Conclusion {
    let uncertain = Selected {
        variant: "1-1000-A-T".into(),
        gene: genome::HgncId(1),
        symbol: "GENE".into(),
        class: genome::Pathogenicity::Uncertain,
        criteria: vec![("PM2".into(), "absent from gnomAD".into())],
        note: String::new(),
        secondary: false,
        applied: vec![],
        partner: None,
    };
    let variants = if outcome == Outcome::NoFinding { vec![] } else { vec![uncertain] };
    Conclusion { variants, outcome, summary: "As far as it goes".into() }
}

fn text_edit(extent: Extent) -> edit::Command {
    edit::Command::Edit(Box::new(Edit {
        id: Uuid::nil(),
        part: edit::Part::Plain,
        before: "Before".into(),
        after: "After".into(),
        extent,
        reason: because(),
        by: somebody(4),
        at: Timestamp::UNIX_EPOCH,
    }))
}

fn interpretation_table() -> String {
    use case::{Command as C, State as S};
    let step = |name, by: u128, command: fn() -> C| -> Step<Interpretation> {
        (name, Box::new(move |now| case::decide(now, command(), &somebody(by))))
    };
    let name = |interpretation: &Interpretation| match interpretation.state {
        S::None => "None",
        S::Open => "Open",
        S::Proposed { .. } => "Proposed",
        S::Differs => "The two scientists differ",
        S::Checked { .. } => "Checked",
        S::Edited { .. } => "Checked, its conclusion edited",
    };
    table(
        "Interpretation",
        |interpretation| name(interpretation).into(),
        &[
            step("open", 1, || C::Open { analysis: AnalysisId(Uuid::from_u128(4)), order: order_id() }),
            step("propose", 1, || C::Propose(conclusion(Outcome::NoFinding))),
            step("the second scientist checks", 2, || C::Check),
            step("the second scientist differs", 2, || C::Differ { conclusion: conclusion(Outcome::Uncertain), reason: because() }),
            step("the second scientist returns", 2, || C::Return { reason: because() }),
            step("a consultant edits the wording", 4, || C::Text(text_edit(Extent::Wording))),
            step("a consultant edits the conclusion", 4, || C::Text(text_edit(Extent::Conclusion))),
            step("a scientist agrees with the edit", 1, || C::Text(edit::Command::Agree { edit: Uuid::nil() })),
            step("a scientist declines the edit", 1, || C::Text(edit::Command::Decline { edit: Uuid::nil(), reason: because() })),
            step("somebody else decides", 3, || C::Resolve { side: Side::First, reason: because() }),
        ],
    )
}

fn report_table() -> String {
    use report::Command as C;
    let step = |name, command: fn() -> C| -> Step<Report> {
        (name, Box::new(move |now| report::decide(now, command(), &somebody(3), Timestamp::UNIX_EPOCH)))
    };
    let authorise = || C::Authorise {
        order: order_id(),
        interpretation: InterpretationId(Uuid::from_u128(5)),
        patient: PatientId(Uuid::from_u128(1)),
        content_sha256: String::new(),
        rendered: None,
        signed_before: vec![],
    };
    let release = || C::ReleaseToPatient {
        plan: Plan {
            discussed: Some(Date::constant(1970, 1, 1)),
            how: Some(Disclosure::Telephone),
            names_patient: true,
            after_death: false,
        },
        circumstances: Circumstances::default(),
    };
    table(
        "Report",
        |report: &Report| report.state.label().into(),
        &[
            step("authorise", authorise),
            step("deliver", || C::Deliver { to: "RP4".into() }),
            step("escalate", || C::Escalate { to: Role::Manager, unread_days: 28 }),
            step("acknowledge", || C::Acknowledge { action: String::new() }),
            step("release to the patient", release),
            step("recall from the patient", || C::RecallFromPatient { reason: "Wrong patient".into() }),
            step("supersede", || C::Supersede { by: ReportId(Uuid::from_u128(6)) }),
        ],
    )
}

fn outside_table() -> String {
    use outside::Command as C;
    let step = |name, by: u128, command: fn() -> C| -> Step<OutsideResult> {
        (name, Box::new(move |now| outside::decide(now, command(), &somebody(by), Timestamp::UNIX_EPOCH)))
    };
    table(
        "Result of another laboratory",
        |result: &OutsideResult| result.state.label().into(),
        &[
            step("receive on its order", 1, || receive(outside::Placement::On(filed()))),
            step("receive on none", 1, || receive(outside::Placement::Unmatched { why: because() })),
            ("file by hand", Box::new(file_by_hand)),
            step("check", 1, || C::Check),
            step("somebody else checks", 2, || C::Check),
            step("read", 3, || C::Read { action: because() }),
            step("escalate", 3, || C::Escalate { to: Role::Manager, unread_days: 7 }),
            step("refuse", 2, || C::Refuse { reason: because() }),
            step("supersede", 1, || C::Supersede { by: OutsideResultId(Uuid::from_u128(6)) }),
            ("two people move it", Box::new(moved_by_two)),
        ],
    )
}

fn moved_by_two(now: &OutsideResult) -> Result<Vec<outside::Event>, Refusals> {
    with_candidate(|candidate| {
        let (other, filing) = (OrderId(Uuid::from_u128(70)), outside::HandFiling { reason: because(), is_person_confirmed: false });
        let mut events = outside::propose_move(now, other, candidate, &filing, &somebody(9))?;
        let proposed = events.iter().fold(now.clone(), OutsideResult::apply);
        let to = OutsideResultId(Uuid::from_u128(71));
        events.extend(outside::confirm_move(&proposed, candidate, to, &somebody(8), Timestamp::UNIX_EPOCH)?);
        Ok(events)
    })
}

fn filed() -> outside::Filed {
    outside::Filed {
        order: order_id(),
        number: "OG-1".into(),
        laboratory: "699X0".parse().expect("a code"),
        relative: None,
        how: outside::FiledBy::OrderNumber,
    }
}

fn receive(placement: outside::Placement) -> outside::Command {
    let person = outside::StatedPerson {
        nhs_number: String::new(),
        numbers: vec![],
        family_name: "Byron".into(),
        given_name: "Ada".into(),
        birth_date: "1990-01-01".into(),
        sex: Sex::Female,
    };
    let received = outside::Received {
        message: MessageId(Uuid::from_u128(2)),
        client: StaffId(Uuid::from_u128(4)),
        laboratory: "RJ1".parse().expect("a code"),
        laboratory_name: "Another".into(),
        number: String::new(),
        filler: "F-1".into(),
        replaces: String::new(),
        person,
        test: "FMR1 repeat".into(),
        status: outside::ResultStatus::Final,
        issued: String::new(),
        version: outside::Version::default(),
        values: vec![],
        documents: vec![],
        not_used: vec![],
        recipients: vec![],
    };
    outside::Command::Receive { received: Box::new(received), placement }
}

fn file_by_hand(now: &OutsideResult) -> Result<Vec<outside::Event>, Refusals> {
    let filing = outside::HandFiling { reason: because(), is_person_confirmed: false };
    with_candidate(|candidate| outside::file(now, order_id(), candidate, &filing, &somebody(9)))
}

fn with_candidate<T>(done: impl FnOnce(&outside::Candidate) -> T) -> T {
    let who = Demographics {
        nhs_number: Identity::Unavailable("unknown".into()),
        family_name: "Byron".into(),
        given_name: "Ada".into(),
        birth_date: date(1990, 1, 1),
        sex: Sex::Female,
    };
    let (state, laboratory) = (order::State::Accepted, "699X0".parse().expect("a code"));
    done(&outside::Candidate {
        number: "OG-1",
        state: &state,
        relative: None,
        who: &who,
        numbers: &[],
        laboratory: &laboratory,
        sent_on: &[],
    })
}

/// What the program does while a message waits.
fn while_waiting(message: &Message, event: message::Event) -> Result<Vec<message::Event>, Refusals> {
    let waits = message.received.is_some() && matches!(message.state, message::State::Waiting);
    if waits { Ok(vec![event]) } else { Err(Refusals::one("message", "not now")) }
}

fn message_table() -> String {
    use message::Event as E;
    let received = || Received {
        client: somebody(1),
        language: Language::Fhir,
        control: "1".into(),
        kind: "Bundle".into(),
        sha256: String::new(),
        mends: None,
        at: Timestamp::UNIX_EPOCH,
    };
    let receive = move |message: &Message| match message.received {
        None => Ok(vec![E::Received(Box::new(received()))]),
        Some(_) => Err(Refusals::one("message", "received already")),
    };
    let name = |message: &Message| if message.received.is_some() { message.state.label() } else { "None" }.to_owned();
    table(
        "Message of another system",
        name,
        &[
            ("receive", Box::new(receive)),
            ("do what it asks", Box::new(|now: &Message| while_waiting(now, E::Done { orders: vec![], notes: vec![] }))),
            ("refuse", Box::new(|now: &Message| while_waiting(now, E::Refused { faults: vec![] }))),
            ("mend", Box::new(|now: &Message| message::mend(now, MessageId(Uuid::from_u128(2))))),
            ("set aside", Box::new(|now: &Message| message::set_aside(now, "because", &somebody(1)))),
        ],
    )
}

#[test]
fn the_page_of_states_says_what_the_rules_do() {
    let page = std::fs::read_to_string(PAGE).expect("docs/states.md");
    let by_hand = page.split(MARK).next().expect("a beginning").trim_end();
    let mut made = format!("{by_hand}\n\n{MARK}\n");
    for table in [
        order_table("Order", &Purpose::Diagnosis),
        order_table("Order to keep DNA", &Purpose::Storage { reason: because() }),
        sample_table(),
        choice_table(),
        analysis_table(),
        interpretation_table(),
        report_table(),
        outside_table(),
        message_table(),
    ] {
        write!(made, "{table}").expect("a text takes it");
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(PAGE, &made).expect("the page is written");
    }
    assert_eq!(std::fs::read_to_string(PAGE).expect("docs/states.md"), made);
}
