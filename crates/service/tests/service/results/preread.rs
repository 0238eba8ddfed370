//! A report read and edited before it is signed: what is signed is what was shown.

use crate::bench::*;
use care::interpretation::edit::{Extent, Part};
use service::{
    lines,
    results::{
        draft::Kind,
        preread::{Preread, Rewriting, Seen, edit, keep, preread},
        reports::{authorise, authorise_as_read, report},
    },
};

/// A case that two scientists signed.
async fn checked(bench: &Bench) -> OrderId {
    let order = bench.ready().await;
    bench.analyse(order, false).await;
    sign_by_two(bench, order, "Both variants fit.").await;
    order
}

async fn sign_by_two(bench: &Bench, order: OrderId, summary: &str) {
    let conclusion = Conclusion { summary: summary.into(), ..bench.conclusion(order).await };
    cases::propose(&bench.desk(Role::ClinicalScientist, 0), order, conclusion).await.expect("proposed");
    cases::check(&bench.desk(Role::ClinicalScientist, 1), order).await.expect("checked");
}

fn rewriting(read: &Preread, part: Part, text: &str, is_conclusion_changed: bool) -> Rewriting {
    let shown = (Kind::Final, read.seen.clone());
    Rewriting { part, text: text.into(), reason: "Clearer for the family".into(), is_conclusion_changed, shown }
}

async fn waiting_edit(bench: &Bench, order: OrderId) -> uuid::Uuid {
    let read = preread(&bench.desk(Role::Consultant, 0), order, Kind::Final).await.expect("read");
    read.waiting.expect("an edit waits").0.id
}

#[tokio::test]
async fn wording_is_edited_with_a_reason_and_stands_in_the_signed_report() {
    let bench = Bench::new().await;
    let order = checked(&bench).await;
    let consultant = bench.desk(Role::Consultant, 0);
    refused(preread(&bench.desk(Role::ClinicalScientist, 0), order, Kind::Final).await.map(drop), "may not authorise");
    refused(preread(&bench.desk(Role::Clinician, 0), order, Kind::Final).await.map(drop), "may not authorise");
    let read = preread(&consultant, order, Kind::Final).await.expect("read");
    assert!(read.obstacles.is_empty() && read.edits.is_empty(), "{:?}", read.obstacles);
    assert!(read.html.contains("Both variants fit.") && read.html.contains(&read.content.plain.replace('\'', "&#39;")), "{}", read.html);
    assert!(!read.html.contains("<main") && !read.html.contains("<h1"), "a part of a page");
    let worded = "Both of the variants fit well.";
    refused(edit(&consultant, order, rewriting(&read, Part::Summary, "Neither variant fits.", false)).await, "more than wording");
    refused(edit(&consultant, order, rewriting(&read, Part::Summary, " ", false)).await, "Write the summary");
    let unexplained = Rewriting { reason: " ".into(), ..rewriting(&read, Part::Summary, worded, false) };
    refused(edit(&consultant, order, unexplained).await, "Say why you edit");
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    refused(edit(&scientist, order, rewriting(&read, Part::Summary, worded, false)).await, "may not authorise");
    edit(&consultant, order, rewriting(&read, Part::Summary, worded, false)).await.expect("edited");
    refused(edit(&consultant, order, rewriting(&read, Part::Summary, "Both fit.", false)).await, "it has changed since");
    refused(authorise_as_read(&consultant, order, Kind::Final, &read.seen).await, "nothing was done");
    let now = preread(&consultant, order, Kind::Final).await.expect("read");
    assert_eq!((now.edits.len(), now.edits[0].extent, now.edits[0].before.as_str()), (1, Extent::Wording, "Both variants fit."));
    assert!(now.since.differences.iter().any(|line| line.contains(worded)), "{:?}", now.since.differences);
    assert!(now.since.events.iter().any(|event| event.sentence.contains("edited the summary (wording)")));
    authorise_as_read(&consultant, order, Kind::Final, &now.seen).await.expect("signed");
    let content = report(&consultant, order).await.expect("a report").2;
    assert_eq!((content.summary.as_str(), content.unsigned() == now.content), (worded, true));
    refused(preread(&consultant, order, Kind::Final).await.map(drop), "already signed");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn an_edit_of_what_is_concluded_waits_for_both_scientists() {
    let bench = Bench::new().await;
    let order = checked(&bench).await;
    let consultant = bench.desk(Role::Consultant, 0);
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let read = preread(&consultant, order, Kind::Final).await.expect("read");
    edit(&consultant, order, rewriting(&read, Part::Plain, "It may explain the condition.", true)).await.expect("waits");
    assert_eq!(bench.state(order).await.1, "The conclusion was edited: waiting for both scientists to agree");
    let now = preread(&consultant, order, Kind::Final).await.expect("read");
    assert_eq!((now.seen == read.seen, now.obstacles.len()), (true, 1), "the report is what it was, and cannot be signed");
    refused(authorise_as_read(&consultant, order, Kind::Final, &now.seen).await, "both scientists have to agree");
    refused(authorise(&consultant, order).await, "both scientists have to agree");
    let waiting = waiting_edit(&bench, order).await;
    refused(interpretation::edits::agree(&consultant, order, waiting).await, "they agree, or do not");
    refused(interpretation::edits::agree(&bench.desk(Role::Clinician, 0), order, waiting).await, "may not");
    interpretation::edits::agree(&second, order, waiting).await.expect("agreed");
    refused(interpretation::edits::agree(&second, order, waiting).await, "agreed already");
    interpretation::edits::decline(&first, order, waiting, "It does explain it".into()).await.expect("declined");
    let now = preread(&consultant, order, Kind::Final).await.expect("read");
    assert_eq!((now.edits.len(), now.content.plain == read.content.plain), (0, true));
    edit(&consultant, order, rewriting(&now, Part::Plain, "It may explain the condition.", true)).await.expect("waits");
    let waiting = waiting_edit(&bench, order).await;
    for desk in [&first, &second] {
        interpretation::edits::agree(desk, order, waiting).await.expect("agreed");
    }
    assert_eq!(bench.state(order).await.1, "Waiting for the consultant's signature");
    let now = preread(&consultant, order, Kind::Final).await.expect("read");
    assert_eq!(now.content.plain, "It may explain the condition.");
    authorise_as_read(&consultant, order, Kind::Final, &now.seen).await.expect("signed");
    let signed = report(&consultant, order).await.expect("a report").2;
    assert_eq!((signed.plain.as_str(), signed.is_plain_edited), ("It may explain the condition.", true));
    let letter = service::results::letters::letter(&signed, service::results::letters::Reader::Patient);
    assert!(letter.contains(&signed.plain) && !letter.iter().any(|line| line.contains("is the cause")), "{letter:?}");
}

#[tokio::test]
async fn an_edit_that_lapsed_never_drops_out_of_a_report_in_silence() {
    let bench = Bench::new().await;
    let order = checked(&bench).await;
    let (consultant, clinician) = (bench.desk(Role::Consultant, 0), bench.desk(Role::Clinician, 0));
    let read = preread(&consultant, order, Kind::Final).await.expect("read");
    let text = format!("{} Ask the clinic.", read.content.plain);
    edit(&consultant, order, rewriting(&read, Part::Plain, &text, false)).await.expect("edited");
    let (child, permit) = (bench.people(order).await[0], bench_permit(&clinician, order).await);
    let before = people::patients::demographics(&clinician, &permit, child).await.expect("known");
    let named = Demographics { given_name: "Mara".into(), ..before };
    people::patients::correct(&clinician, child, named, "Misspelt".into()).await.expect("corrected");

    let now = preread(&consultant, order, Kind::Final).await.expect("read");
    assert_eq!(now.lapsed.as_ref().map(|edit| edit.after.as_str()), Some(text.as_str()));
    assert!(now.obstacles.iter().any(|obstacle| obstacle.contains("no longer applies")), "{:?}", now.obstacles);
    refused(authorise_as_read(&consultant, order, Kind::Final, &now.seen).await, "no longer applies");
    refused(authorise(&consultant, order).await, "no longer applies");
    let shown = |read: &Preread| (Kind::Final, read.seen.clone());
    refused(keep(&consultant, order, shown(&read), "As it is".into()).await, "it has changed since");
    refused(keep(&consultant, order, shown(&now), " ".into()).await, "Say why you edit");
    refused(keep(&bench.desk(Role::ClinicalScientist, 0), order, shown(&now), "As it is".into()).await, "may not authorise");
    keep(&consultant, order, shown(&now), "The clinic has rung".into()).await.expect("kept");

    let kept = preread(&consultant, order, Kind::Final).await.expect("read");
    assert!(kept.lapsed.is_none() && kept.obstacles.is_empty(), "{:?}", kept.obstacles);
    assert!(kept.since.events.iter().any(|event| event.sentence.contains("kept the result in plain words as it is")));
    refused(keep(&consultant, order, shown(&kept), "Again".into()).await, "nothing was changed");
    authorise_as_read(&consultant, order, Kind::Final, &kept.seen).await.expect("signed");
    let signed = report(&consultant, order).await.expect("a report").2;
    assert!(signed.plain.contains("Mara") && !signed.is_plain_edited, "{}", signed.plain);
}

#[tokio::test]
async fn an_edit_of_the_wording_waits_for_both_scientists_until_each_has_read_it() {
    let bench = Bench::new().await;
    let order = checked(&bench).await;
    let consultant = bench.desk(Role::Consultant, 0);
    let scientists = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let read = preread(&consultant, order, Kind::Final).await.expect("read");
    edit(&consultant, order, rewriting(&read, Part::Summary, "Both of the variants fit well.", false)).await.expect("edited");
    let now = preread(&consultant, order, Kind::Final).await.expect("read");
    let id = now.edits[0].id;
    authorise_as_read(&consultant, order, Kind::Final, &now.seen).await.expect("signed; the notices wait on");
    cases::reopen(&scientists[0], order, "New reads".into()).await.expect("opened again, over another interpretation");
    refused(interpretation::edits::read(&bench.desk(Role::Clinician, 0), order, id).await, "may not");
    for scientist in &scientists {
        let waiting = interpretation::notes::mentions(scientist).await.expect("a list");
        assert_eq!(waiting.len(), 1);
        assert!(waiting[0].is_edit() && waiting[0].order == order && waiting[0].by == consultant.staff.name);
        interpretation::edits::read(scientist, order, id).await.expect("read");
        refused(interpretation::edits::read(scientist, order, id).await, "waits to be read by you");
        assert!(interpretation::notes::mentions(scientist).await.expect("a list").is_empty());
    }
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}

#[tokio::test]
async fn what_changed_is_said_against_what_two_scientists_signed_and_against_what_was_sent_back() {
    let bench = Bench::new().await;
    let order = checked(&bench).await;
    let consultant = bench.desk(Role::Consultant, 0);
    let first = preread(&consultant, order, Kind::Final).await.expect("read");
    assert!(first.since.differences.is_empty() && first.since.earlier.is_none());
    cases::send_back(&consultant, order, "Look again".into()).await.expect("sent back");
    sign_by_two(&bench, order, "Looked at again.").await;
    let now = preread(&consultant, order, Kind::Final).await.expect("read").since;
    assert_eq!(now.differences, Vec::<String>::new(), "it is as those who signed it proposed it");
    let earlier = now.earlier.expect("the conclusion that was sent back");
    assert!(matches!(&earlier.seen, Seen::SentBack { by } if *by == consultant.staff.name));
    assert_eq!(earlier.differences, ["The summary was 'Both variants fit.' and is 'Looked at again.'"]);
    assert!(now.events.iter().any(|event| event.sentence.starts_with("First scientist:")), "the second proposal is listed");
}

/// What comes between the page and the signature.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Between {
    Nothing,
    Summary,
    Plain,
    Conclusion,
    SentBack,
    SentBackAndTheSame,
    OtherKind,
    OtherConsultant,
}

async fn happens(bench: &Bench, order: OrderId, read: &Preread, between: Between, round: usize) {
    let consultant = bench.desk(Role::Consultant, 0);
    let scientists = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    match between {
        Between::Nothing | Between::OtherKind | Between::OtherConsultant => {}
        Between::Summary => {
            let text = format!("{} As was discussed here{}.", read.content.summary, "!".repeat(round));
            edit(&consultant, order, rewriting(read, Part::Summary, &text, false)).await.expect("edited");
        }
        Between::Plain => {
            let text = format!("{} Ask the clinic{}.", read.content.plain, "!".repeat(round));
            edit(&consultant, order, rewriting(read, Part::Plain, &text, false)).await.expect("edited");
        }
        Between::Conclusion => {
            edit(&consultant, order, rewriting(read, Part::Summary, "It cannot be said.", true)).await.expect("waits");
            let waiting = waiting_edit(bench, order).await;
            for scientist in &scientists {
                interpretation::edits::agree(scientist, order, waiting).await.expect("agreed");
            }
        }
        Between::SentBack | Between::SentBackAndTheSame => {
            cases::send_back(&consultant, order, "Look again".into()).await.expect("sent back");
            let summary = if between == Between::SentBack { "Looked at again." } else { &read.content.summary };
            sign_by_two(bench, order, summary).await;
        }
    }
}

/// For each way in which a report can change after somebody was shown it, twice over, what is signed is exactly what was shown, or
/// nothing is.
#[tokio::test]
async fn what_is_signed_is_always_exactly_what_was_shown() {
    use Between::{Conclusion, Nothing, OtherConsultant, OtherKind, Plain, SentBack, SentBackAndTheSame, Summary};
    let bench = Bench::new().await;
    let order = checked(&bench).await;
    let consultant = bench.desk(Role::Consultant, 0);
    let another = Staff { id: care::StaffId(uuid::Uuid::from_u128(77)), name: "Dr Another".into(), ..who(Role::Consultant, 0) };
    let another = bench.service.desk(another);
    let every = [Nothing, Summary, Plain, Conclusion, SentBack, SentBackAndTheSame, OtherKind, OtherConsultant];
    for (round, between) in every.into_iter().chain(every).enumerate() {
        let read = preread(&consultant, order, Kind::Final).await.expect("read");
        happens(&bench, order, &read, between, round).await;
        let kind = if between == OtherKind { Kind::Interim } else { Kind::Final };
        let desk = if between == OtherConsultant { &another } else { &consultant };
        let would_sign = preread(desk, order, kind).await.expect("read").content;
        let result = authorise_as_read(desk, order, kind, &read.seen).await;
        assert_eq!(result.is_ok(), would_sign == read.content, "{between:?}: {result:?}");
        let signed = match result {
            Ok(_) => read.content,
            Err(error) => {
                assert!(error.to_string().contains("nothing was done"), "{between:?}: {error}");
                let now = preread(&consultant, order, Kind::Final).await.expect("read");
                authorise_as_read(&consultant, order, Kind::Final, &now.seen).await.expect("signed as it is now");
                now.content
            }
        };
        let content = report(&consultant, order).await.expect("a report").2;
        assert!(content.unsigned() == signed, "{between:?}: {content:?}");
        cases::reopen(&bench.desk(Role::ClinicalScientist, 0), order, format!("Round {round}")).await.expect("opened again");
        sign_by_two(&bench, order, "Both variants fit.").await;
    }
}
