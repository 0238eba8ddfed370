use super::super::easy::EasyTest;
use super::*;
use care::ordering::expected::Expected;
use service::results::letters;
use uuid::Uuid;

const TODAY: Date = Date::constant(2027, 5, 12);

fn own(notice: Notice, due: Option<Date>) -> OwnTest {
    OwnTest {
        number: "OG-26001-00001".into(),
        whose: Whose::Own { indication: "Likely inborn error of metabolism".into() },
        submitted: Date::constant(2027, 3, 1),
        stage: PatientStage::Scientists,
        milestones: vec![(Milestone::Requested, Some(Timestamp::UNIX_EPOCH)), (Milestone::Consents, None), (Milestone::Reported, None)],
        expected: None,
        due,
        requester: Some("St Ann’s Hospital".into()),
        notice,
    }
}

fn voice(language: Language, is_easy: bool) -> Voice {
    Voice { language, is_easy }
}

fn easy_text(test: &OwnTest, language: Language) -> String {
    let easy = EasyTest::new(test, voice(language, true), TODAY);
    easy.lines.iter().flat_map(|line| line.sentences.clone()).collect::<Vec<_>>().join(" ")
}

#[test]
fn where_there_is_a_result_no_page_says_that_there_is_none_yet() {
    let due = Some(Date::constant(2027, 6, 1));
    for language in Language::ALL {
        for notice in [Notice::WithClinic, Notice::InWork, Notice::Recalled, Notice::Shown(ReportId(Uuid::nil()))] {
            let test = own(notice, due);
            let card = TestCard::new(&test, voice(language, false), TODAY);
            assert!(!card.notice.is_empty() && card.notice != language.text("notice.none"), "{language:?} {notice:?}");
            assert!(!easy_text(&test, language).contains(language.text("easy.none")), "{language:?} {notice:?}");
        }
        let waits = own(Notice::None, due);
        assert_eq!(TestCard::new(&waits, voice(language, false), TODAY).notice, language.text("notice.none"));
        assert!(easy_text(&waits, language).contains(language.text("easy.none")));
    }
}

#[test]
fn only_a_result_that_is_shown_has_a_link() {
    let report = ReportId(Uuid::from_u128(1));
    let link = |notice| TestCard::new(&own(notice, None), Voice::default(), TODAY).result;
    assert_eq!(link(Notice::Shown(report)), Some(report));
    for notice in [Notice::None, Notice::WithClinic, Notice::InWork, Notice::Recalled] {
        assert_eq!(link(notice), None, "{notice:?}");
    }
}

#[test]
fn of_a_relatives_test_neither_its_name_nor_a_result_is_said() {
    let test = OwnTest { whose: Whose::OfRelative, milestones: vec![], stage: PatientStage::PartDone, ..own(Notice::None, None) };
    let card = TestCard::new(&test, Voice::default(), TODAY);
    assert_eq!((card.whose.as_str(), card.indication.as_str(), card.notice), ("A test in your family", "", ""));
    assert!(card.steps.is_empty() && card.when.is_empty());
}

#[test]
fn the_day_is_said_as_far_as_it_is_known() {
    let day = |month, day| Date::constant(2027, month, day);
    let when = |test: &OwnTest| TestCard::new(test, Voice::default(), TODAY).when.join(" ");
    let waits = own(Notice::None, Some(day(6, 1)));
    assert!(when(&waits).contains("We cannot say yet") && when(&waits).contains("until 1 June 2027"), "{}", when(&waits));
    let late = own(Notice::None, Some(day(5, 1)));
    assert_eq!(when(&late), "The result is later than planned. Ask your clinic why.");
    let expected = Some(Expected { day: day(5, 20), earliest: day(5, 15), latest: day(6, 3), orders: 12 });
    let likely = OwnTest { expected, ..waits };
    assert!(when(&likely).contains("around 20 May 2027") && when(&likely).contains("between 15 May 2027 and 3 June 2027"));
}

#[test]
fn a_step_is_done_on_a_day_or_happens_now_or_is_to_come() {
    let card = TestCard::new(&own(Notice::None, None), Voice::default(), TODAY);
    let steps: Vec<_> = card.steps.iter().map(|step| (step.class, step.label, step.state.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("done", "Asked for", "Done on 1 January 1970"),
            ("now", "Choices given", "Happening now"),
            ("to-come", "Result sent to your clinic", "Still to come"),
        ]
    );
}

#[test]
fn whom_to_call_is_named_or_it_is_said_that_nobody_is_known() {
    let known = TestCard::new(&own(Notice::None, None), Voice::default(), TODAY).contact;
    assert!(known.contains("St Ann’s Hospital") && known.contains("do not have their telephone number"), "{known}");
    let unknown = OwnTest { requester: None, ..own(Notice::None, None) };
    assert!(TestCard::new(&unknown, Voice::default(), TODAY).contact.contains("We do not know here who asked"));
}

/// Our own limit for easy read, below the 9 to 11 that the NHS digital service manual asks for of every page.
const EASY_READING_AGE_MAX: f64 = 8.0;

#[test]
fn the_easy_page_is_read_at_eight_and_the_whole_one_at_eleven() {
    let due = Some(Date::constant(2027, 6, 1));
    for notice in [Notice::None, Notice::WithClinic, Notice::InWork, Notice::Recalled, Notice::Shown(ReportId(Uuid::nil()))] {
        let test = own(notice, due);
        let easy = EasyTest::new(&test, voice(Language::English, true), TODAY);
        let lines = easy.lines.iter().chain([&easy.call]).flat_map(|line| line.sentences.clone());
        let whole = TestCard::new(&test, Voice::default(), TODAY);
        let (easy_age, whole_age) =
            (letters::reading_age(&lines.collect::<Vec<_>>()), letters::reading_age(&[whole.when, vec![whole.notice.to_owned()]].concat()));
        assert!(easy_age <= EASY_READING_AGE_MAX, "{notice:?}: {easy_age:.1}");
        assert!(whole_age <= letters::READING_AGE_MAX, "{notice:?}: {whole_age:.1}");
    }
}
