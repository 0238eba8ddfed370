use super::*;
use crate::{
    MessageId, StaffId,
    people::patient::Sex,
    results::outside::{Span, StatedPerson, Version},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

const STATUSES: [ResultStatus; 4] = [ResultStatus::Preliminary, ResultStatus::Final, ResultStatus::Corrected, ResultStatus::Cancelled];

/// A result with its times, in hours.
fn result(status: ResultStatus, issued: Option<i64>, written: Option<i64>) -> Received {
    let hour = |hour: i64| Span::lasting(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour), SignedDuration::from_mins(1));
    let person = StatedPerson {
        nhs_number: "9990000018".into(),
        numbers: vec![],
        family_name: "Bell".into(),
        given_name: "Ada".into(),
        birth_date: "2019-06-01".into(),
        sex: Sex::Female,
    };
    Received {
        message: MessageId(Uuid::from_u128(1)),
        client: StaffId(Uuid::from_u128(7)),
        laboratory: "RJ1".parse().expect("a code"),
        laboratory_name: "Guy's".into(),
        number: "OG-1".into(),
        filler: "F-1".into(),
        replaces: String::new(),
        person,
        test: "FMR1 repeat".into(),
        status,
        issued: String::new(),
        version: Version { issued: issued.and_then(hour), written: written.and_then(hour) },
        values: vec![],
        documents: vec![],
        not_used: vec![],
        recipients: vec![],
    }
}

/// A result after it came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Now {
    InForce,
    Superseded,
    /// It waits for a person.
    Waits,
}

/// Where each result is after all have come in an order, each released as soon as it is in force.
fn after_all(sent: &[Received], order: &[usize]) -> Vec<(usize, Now)> {
    let mut came: Vec<(usize, Now)> = vec![];
    for &next in order {
        let earlier: Vec<Earlier<usize>> = came
            .iter()
            .map(|&(key, now)| Earlier { key, received: &sent[key], is_live: now != Now::Superseded, is_filed: now != Now::Waits })
            .collect();
        let now = match arrival(&sent[next], &earlier) {
            Arrival::Superseded { .. } => Now::Superseded,
            Arrival::Unclear { .. } => Now::Waits,
            Arrival::InForce { replaces } => {
                came.iter_mut().filter(|(key, _)| replaces.contains(key)).for_each(|(_, now)| *now = Now::Superseded);
                Now::InForce
            }
        };
        came.push((next, now));
    }
    came.sort_by_key(|(key, _)| *key);
    came
}

/// Every order of as many results.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    let shorter = orders(count - 1);
    let with_last =
        |order: &Vec<usize>| (0..count).map(|place| [&order[..place], &[count - 1][..], &order[place..]].concat()).collect::<Vec<_>>();
    shorter.iter().flat_map(with_last).collect()
}

/// Four results of every status, issued one after another, arriving in every order; by the time of issue, and by that of the message.
#[test]
fn the_latest_result_is_in_force_in_whatever_order_they_come() {
    for code in 0..256_usize {
        let statuses: Vec<ResultStatus> = (0..4).map(|place| STATUSES[(code >> (2 * place)) & 3]).collect();
        let last = statuses.iter().rposition(|status| *status != ResultStatus::Preliminary);
        let last_preliminary = statuses.iter().rposition(|status| *status == ResultStatus::Preliminary);
        let expected = [last, last_preliminary.filter(|place| last.is_none_or(|last| *place > last))];
        for is_issued in [true, false] {
            let time = |place: usize| i64::try_from(place).ok();
            let sent: Vec<Received> = statuses
                .iter()
                .enumerate()
                .map(|(place, status)| result(*status, time(place).filter(|_| is_issued), time(place).filter(|_| !is_issued)))
                .collect();
            for order in orders(4) {
                for (key, now) in after_all(&sent, &order) {
                    let should_be = if expected.contains(&Some(key)) { Now::InForce } else { Now::Superseded };
                    assert_eq!(now, should_be, "{statuses:?} arriving as {order:?}: {key}");
                }
            }
        }
    }
}

#[test]
fn without_a_time_a_correction_and_a_withdrawal_are_not_undone_and_a_final_one_is_for_a_person() {
    use ResultStatus::{Cancelled, Corrected, Final, Preliminary};
    for (earlier, status, expected) in [
        (Preliminary, Final, Succession::Replaces),
        (Final, Preliminary, Succession::GivesWay),
        (Cancelled, Preliminary, Succession::GivesWay),
        (Final, Final, Succession::Replaces),
        (Final, Corrected, Succession::Replaces),
        (Corrected, Final, Succession::Unclear),
        (Corrected, Cancelled, Succession::Replaces),
        (Cancelled, Final, Succession::Unclear),
        (Cancelled, Corrected, Succession::Unclear),
    ] {
        assert_eq!(succession(&result(status, None, None), &result(earlier, None, None)), expected, "{status:?} after {earlier:?}");
        assert_eq!(succession(&result(status, Some(3), None), &result(earlier, Some(3), None)), expected, "at one time");
        let contradicted = succession(&result(status, Some(2), Some(4)), &result(earlier, Some(3), Some(3)));
        let by_issue = if status == earlier { Succession::GivesWay } else { expected };
        assert_eq!(contradicted, by_issue, "{status:?} after {earlier:?}, issued before it in a message after it");
    }
}

#[test]
fn a_document_takes_the_place_of_the_one_that_it_names_whenever_either_comes() {
    let first = Received { filler: "D-1".into(), ..result(ResultStatus::Final, Some(5), None) };
    let second = Received { filler: "D-2".into(), replaces: "D-1".into(), ..result(ResultStatus::Corrected, Some(4), None) };
    let beside = Received { filler: "D-3".into(), ..first.clone() };
    assert_eq!(succession(&second, &first), Succession::Replaces);
    assert_eq!(succession(&first, &second), Succession::GivesWay);
    assert!(first.is_numbered_as(&second) && second.is_numbered_as(&first) && !beside.is_numbered_as(&first));
}

#[test]
fn by_hand_an_unclear_result_takes_the_place_of_what_was_compared_and_never_of_what_is_later() {
    let withdrawn = result(ResultStatus::Cancelled, None, None);
    let later = result(ResultStatus::Corrected, Some(9), None);
    let earlier = |received, is_filed| Earlier { key: 1, received, is_live: true, is_filed };
    let unclear = result(ResultStatus::Final, None, None);
    assert_eq!(arrival(&unclear, &[earlier(&withdrawn, true)]), Arrival::Unclear { beside: 1 });
    assert_eq!(arrival_by_hand(&unclear, &[earlier(&withdrawn, true)]), Arrival::InForce { replaces: vec![1] });
    let older = result(ResultStatus::Final, Some(8), None);
    assert_eq!(arrival_by_hand(&older, &[earlier(&later, true)]), Arrival::Superseded { by: 1 });
    assert_eq!(arrival(&older, &[earlier(&later, false)]), Arrival::Unclear { beside: 1 }, "the later one waits for a person");
    assert_eq!(arrival_by_hand(&older, &[earlier(&later, false)]), Arrival::InForce { replaces: vec![] });
}

#[test]
fn a_day_overlaps_each_of_its_hours_and_a_clock_that_cannot_be_true_says_nothing() {
    let day = Span::lasting(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(24));
    let [within, next] = [10, 24].map(|hour| Some(Span::moment(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour))));
    let version = |issued| Version { issued, written: None };
    assert_eq!(version(day).compare_issued(&version(within)), None);
    assert_eq!(version(day).compare_issued(&version(next)), Some(Ordering::Less));
    assert!(version(next).only(|_| false).is_unknown());
    assert_eq!((version(day).label(), version(next).label()), ("issued 1 January 1970".into(), "issued 2 January 1970, 00:00 UTC".into()));
}

fn anything() -> impl Strategy<Value = Received> {
    let time = || prop::option::of(0..4_i64);
    (0..4_usize, time(), time()).prop_map(|(status, issued, written)| result(STATUSES[status], issued, written))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever times are stated, missing, equal or contradict each other: beside a withdrawal no answer is in force but one that is
    /// certainly later.
    #[test]
    fn what_was_withdrawn_is_never_in_force_again_through_an_older_result(
        (sent, order) in prop::collection::vec(anything(), 1..7).prop_flat_map(|sent| {
            let order = Just((0..sent.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(sent), order)
        })
    ) {
        let became = after_all(&sent, &order);
        let withdrawn = || became.iter().filter(|(key, now)| sent[*key].status == ResultStatus::Cancelled && *now != Now::Waits);
        for (key, now) in &became {
            if *now != Now::InForce || !sent[*key].status.is_answer() {
                continue;
            }
            for (other, _) in withdrawn() {
                prop_assert_eq!(sent[*key].compare(&sent[*other]), Some(Ordering::Greater), "{} beside {} of {:?}", key, other, &became);
            }
        }
        let answers = became.iter().filter(|(key, now)| *now == Now::InForce && sent[*key].status != ResultStatus::Preliminary);
        prop_assert!(answers.count() <= 1, "{:?}", &became);
    }
}
