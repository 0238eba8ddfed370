//! The death of a person who has several records, which were merged: it is checked once for all of them.

use super::{
    death::{self, Death, Found},
    patient::{Event, Patient},
};
use crate::Refusals;
use jiff::civil::Date;

/// Which of the records of a person tells of their death: one where it was confirmed before one where it is only said.
pub fn shown(records: &[&Patient]) -> Option<usize> {
    records.iter().position(|record| is_confirmed(record)).or_else(|| records.iter().position(|record| is_said(record)))
}

/// What somebody found who checked it, for each of the records, having seen the day of the one that is shown. Whatever is only said under
/// another record is settled by it too, and so is the same day where it was confirmed of somebody who lives. Of a death that is confirmed
/// under one, what is said under others is confirmed with that day.
pub fn check(records: &[&Patient], seen: Option<Date>, found: Found, reason: &str, today: Date) -> Result<Vec<Vec<Event>>, Refusals> {
    let first = shown(records);
    let Some((first, known)) = first.and_then(|first| Some((first, records.get(first)?.death.as_ref()?))) else {
        return Err(Refusals::one("death", "There is no death to check: nothing was changed"));
    };
    let (found, stays) = match (known, found) {
        (Death::Confirmed { died }, Found::Died(_)) => (Found::Died(*died), records.iter().any(|record| is_said(record))),
        (Death::Said { .. } | Death::Confirmed { .. } | Death::Mistaken { .. }, found) => (found, false),
    };
    if stays && known.day() != seen {
        return Err(Refusals::one("death", "Another day of death was said meanwhile: look again, nothing was changed"));
    }
    let events = |(nth, record): (usize, &&Patient)| {
        if nth == first {
            return if stays { Ok(vec![]) } else { death::check(record, seen, found, reason, today) };
        }
        let day = record.death.as_ref().and_then(Death::day);
        let is_taken_back = found == Found::Lives && is_confirmed(record) && day == seen;
        if is_said(record) || is_taken_back { death::check(record, day, under(record, found), reason, today) } else { Ok(vec![]) }
    };
    records.iter().enumerate().map(events).collect()
}

fn is_confirmed(record: &Patient) -> bool {
    matches!(record.death, Some(Death::Confirmed { .. }))
}

/// Whether a death is said under a record, and nobody has checked it.
pub fn is_said(record: &Patient) -> bool {
    matches!(record.death, Some(Death::Said { .. }))
}

/// What was found, under another record: a day before the birth that stands there is not taken over, the death is.
fn under(record: &Patient, found: Found) -> Found {
    let born = record.demographics.as_ref().map(|who| who.birth_date);
    if let (Found::Died(Some(day)), Some(born)) = (found, born)
        && day < born
    {
        return Found::Died(None);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 20);
    const THIRD: Option<Date> = Some(Date::constant(2026, 11, 3));
    const NINTH: Option<Date> = Some(Date::constant(2026, 11, 9));

    fn said(died: Option<Date>) -> Patient {
        Patient { death: Some(Death::Said { died, by: "Hospital EPR".into() }), ..Patient::default() }
    }

    fn confirmed(died: Option<Date>) -> Patient {
        Patient { death: Some(Death::Confirmed { died }), ..Patient::default() }
    }

    #[test]
    fn a_death_that_is_confirmed_under_any_record_is_taken_back_with_all_that_is_said() {
        let (one, other) = (said(NINTH), confirmed(THIRD));
        for (records, first) in [([&one, &other], 1), ([&other, &one], 0)] {
            assert_eq!(shown(&records), Some(first));
            let events = check(&records, THIRD, Found::Lives, "Seen in clinic", TODAY).expect("taken back");
            assert!(events.iter().all(|events| matches!(events.as_slice(), [Event::DeathMistaken { .. }])), "{events:?}");
            assert!(check(&records, NINTH, Found::Lives, "Seen in clinic", TODAY).is_err(), "another day is shown");
        }
    }

    #[test]
    fn what_is_said_beside_a_confirmed_death_is_confirmed_with_its_day() {
        let (one, other) = (confirmed(THIRD), said(NINTH));
        let events = check(&[&one, &other], THIRD, Found::Died(NINTH), "Rung the ward", TODAY).expect("settled");
        assert_eq!(events, [vec![], vec![Event::DeathConfirmed { died: THIRD, reason: "Rung the ward".into() }]]);
        assert!(check(&[&one, &other], NINTH, Found::Died(None), "Rung the ward", TODAY).is_err(), "another day is shown");
        assert!(check(&[&one, &other], THIRD, Found::Died(None), " ", TODAY).is_err(), "without a reason");
        assert!(check(&[&one], THIRD, Found::Died(None), "Rung the ward", TODAY).is_err(), "nothing is left to check");
        assert!(check(&[&Patient::default()], None, Found::Lives, "Rung the ward", TODAY).is_err(), "nothing was said");
    }

    #[test]
    fn what_is_said_under_several_records_is_settled_at_once() {
        let (one, other) = (said(NINTH), said(None));
        let events = check(&[&one, &other], NINTH, Found::Died(THIRD), "Rung the ward", TODAY).expect("settled");
        let settled = vec![Event::DeathConfirmed { died: THIRD, reason: "Rung the ward".into() }];
        assert_eq!(events, [settled.clone(), settled]);
    }
}
