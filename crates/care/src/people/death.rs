//! A death that a hospital's system says: shown as said by it until somebody has checked it, since a number that was mixed up says the
//! same of the wrong person.

use super::patient::{Event, Patient};
use crate::{Refusal, Refusals};
use jiff::{Timestamp, civil::Date};

/// What is known of somebody's death.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Death {
    /// A hospital's system says it, and nobody has checked it.
    Said {
        /// On which day, where it says that.
        died: Option<Date>,
        /// Which system.
        by: String,
    },
    /// Somebody has checked it.
    Confirmed {
        /// On which day, where that is known.
        died: Option<Date>,
    },
    /// Somebody has checked it, and the person has not died.
    Mistaken {
        /// The day that had been said: the same said again is the same mistake.
        died: Option<Date>,
        /// Which system had said it; empty where that is not known.
        by: String,
        /// Somebody had confirmed it before.
        was_confirmed: bool,
    },
}

/// What somebody found who checked it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// The person has died, on a day where that is known.
    Died(Option<Date>),
    /// The person has not died.
    Lives,
}

impl Death {
    /// The day on which somebody died or is said to have died.
    pub fn day(&self) -> Option<Date> {
        match self {
            Death::Said { died, .. } | Death::Confirmed { died } | Death::Mistaken { died, .. } => *died,
        }
    }

    /// Which system says or said it; empty where that is not known.
    pub fn by(&self) -> &str {
        match self {
            Death::Said { by, .. } | Death::Mistaken { by, .. } => by,
            Death::Confirmed { .. } => "",
        }
    }

    /// Whether nothing may reach the person: they have died, or may have.
    pub fn is_or_may_be(&self) -> bool {
        match self {
            Death::Said { .. } | Death::Confirmed { .. } => true,
            Death::Mistaken { .. } => false,
        }
    }
}

/// A hospital's system says that somebody has died. What it says again, or of somebody whose death is confirmed, changes nothing; nor
/// does what was found to be a mistake, as long as it says the same, or says it without a day and is not another system; nor what was
/// stated before what changed the record last. Of a death that was confirmed and taken back, people thought both: what is not known to
/// have been stated by then is asked of somebody again. A day that cannot be is not taken over.
pub fn say(patient: &Patient, died: Option<Date>, (by, stated_at): (&str, Option<Timestamp>), today: Date) -> Vec<Event> {
    let died = died.filter(|day| is_possible(patient, *day, today));
    let is_new = match &patient.death {
        None => true,
        Some(Death::Said { died: known, .. }) => died.is_some() && died != *known,
        Some(Death::Confirmed { .. }) => false,
        Some(Death::Mistaken { by: system, was_confirmed, .. }) if died.is_none() => {
            let is_other = !system.is_empty() && system != by;
            let is_known = stated_at.is_some() && stated_at <= patient.stated_at;
            is_other || (*was_confirmed && !is_known)
        }
        Some(Death::Mistaken { died: known, .. }) => died != *known,
    };
    let is_new = is_new && !is_older(patient, stated_at);
    if is_new && patient.demographics.is_some() { vec![Event::DeathSaid { died, by: by.to_owned(), stated_at }] } else { vec![] }
}

/// Whether a system stated something before what it stated last and what changed the record.
pub fn is_older(patient: &Patient, stated_at: Option<Timestamp>) -> bool {
    stated_at.is_some() && stated_at < patient.stated_at
}

/// What somebody found who checked it, having seen what was known. A death that was confirmed by mistake may be taken back.
pub fn check(patient: &Patient, seen: Option<Date>, found: Found, reason: &str, today: Date) -> Result<Vec<Event>, Refusals> {
    let mut refusals = Vec::new();
    match &patient.death {
        Some(known @ (Death::Said { .. } | Death::Confirmed { .. })) if known.day() != seen => {
            refusals.push(Refusal::new("death", "Another day of death was said meanwhile: look again, nothing was changed"));
        }
        Some(Death::Confirmed { .. }) if found != Found::Lives => {
            refusals.push(Refusal::new("death", "The death is confirmed already: say first if that was wrong"));
        }
        Some(Death::Said { .. } | Death::Confirmed { .. }) => {}
        Some(Death::Mistaken { .. }) | None => refusals.push(Refusal::new("death", "There is no death to check: nothing was changed")),
    }
    if let Found::Died(Some(day)) = found
        && !is_possible(patient, day, today)
    {
        refusals.push(Refusal::new("died", "The day of death lies before the birth or in the future: enter the day, or leave it empty"));
    }
    if reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say how it is known"));
    }
    Refusals::check(refusals)?;
    let reason = reason.trim().to_owned();
    Ok(vec![match found {
        Found::Died(died) => Event::DeathConfirmed { died, reason },
        Found::Lives => Event::DeathMistaken { reason },
    }])
}

fn is_possible(patient: &Patient, died: Date, today: Date) -> bool {
    died <= today && patient.demographics.as_ref().is_none_or(|who| who.birth_date <= died)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Fold,
        people::patient::{Demographics, Identity, Sex},
    };

    const TODAY: Date = Date::constant(2026, 11, 20);
    const DAY: Date = Date::constant(2026, 11, 1);

    fn living() -> Patient {
        Patient::replay(&[Event::Registered(Demographics {
            nhs_number: Identity::Unavailable("a visitor".into()),
            family_name: "Bell".into(),
            given_name: "Ada".into(),
            birth_date: Date::constant(2019, 6, 1),
            sex: Sex::Female,
        })])
    }

    fn after(patient: Patient, events: &[Event]) -> Patient {
        events.iter().fold(patient, Fold::apply)
    }

    fn said(died: Option<Date>) -> Patient {
        after(living(), &say(&living(), died, ("Hospital EPR", None), TODAY))
    }

    #[test]
    fn what_a_system_says_of_a_death_stands_as_said_until_somebody_has_checked_it() {
        let patient = said(Some(DAY));
        assert_eq!(patient.death, Some(Death::Said { died: Some(DAY), by: "Hospital EPR".into() }));
        assert!(
            say(&patient, Some(DAY), ("Hospital EPR", None), TODAY).is_empty()
                && say(&patient, None, ("Hospital EPR", None), TODAY).is_empty()
        );
        let confirmed =
            after(patient.clone(), &check(&patient, Some(DAY), Found::Died(Some(DAY)), " Rung the ward ", TODAY).expect("kept"));
        assert_eq!(confirmed.death, Some(Death::Confirmed { died: Some(DAY) }));
        assert!(say(&confirmed, Some(TODAY), ("Hospital EPR", None), TODAY).is_empty(), "what is confirmed is not opened by a message");
        assert!(check(&confirmed, Some(DAY), Found::Died(None), "Again", TODAY).is_err());
        let back = after(confirmed.clone(), &check(&confirmed, Some(DAY), Found::Lives, "Another patient was meant", TODAY).expect("kept"));
        assert_eq!(back.death, Some(Death::Mistaken { died: Some(DAY), by: "Hospital EPR".into(), was_confirmed: true }));
        assert!(say(&back, Some(DAY), ("Hospital EPR", None), TODAY).is_empty(), "the same mistake");
        assert_eq!(say(&back, Some(TODAY), ("Hospital EPR", None), TODAY).len(), 1, "another day is not that mistake");
        assert!(back.death.is_some_and(|death| !death.is_or_may_be()) && confirmed.death.is_some_and(|death| death.is_or_may_be()));
    }

    #[test]
    fn a_day_that_cannot_be_is_not_taken_over_and_the_death_is() {
        for day in [Date::constant(2019, 5, 31), Date::constant(2026, 11, 21)] {
            assert_eq!(said(Some(day)).death, Some(Death::Said { died: None, by: "Hospital EPR".into() }), "{day}");
            assert!(check(&said(None), None, Found::Died(Some(day)), "Rung", TODAY).is_err(), "{day}");
        }
        assert!(say(&Patient::default(), None, ("Hospital EPR", None), TODAY).is_empty(), "nobody is known");
    }

    #[test]
    fn a_mistake_is_not_opened_again_by_the_same_system_without_a_day() {
        let patient = said(Some(DAY));
        let back = after(patient.clone(), &check(&patient, Some(DAY), Found::Lives, "Seen in clinic", TODAY).expect("kept"));
        assert!(say(&back, None, ("Hospital EPR", None), TODAY).is_empty(), "the same mistake, without its day");
        assert!(say(&back, Some(Date::constant(2026, 11, 21)), ("Hospital EPR", None), TODAY).is_empty(), "a day that cannot be is none");
        assert_eq!(say(&back, None, ("Another hospital", None), TODAY).len(), 1, "another system says it for itself");
        assert_eq!(say(&back, Some(TODAY), ("Hospital EPR", None), TODAY).len(), 1, "another day");
    }

    /// A death that a system said at noon, on a day or none, was confirmed, and is taken back.
    fn taken_back(died: Option<Date>) -> Patient {
        let said = after(living(), &say(&living(), died, ("Hospital EPR", "2026-11-10T12:00:00Z".parse().ok()), TODAY));
        let confirmed = after(said.clone(), &check(&said, died, Found::Died(died), "Rung the ward", TODAY).expect("confirmed"));
        after(confirmed.clone(), &check(&confirmed, died, Found::Lives, "Another patient was meant", TODAY).expect("taken back"))
    }

    proptest::proptest! {
        #[test]
        fn a_death_that_was_taken_back_is_asked_of_somebody_again_where_anything_new_says_it_without_a_day(
            has_day in proptest::bool::ANY,
            is_other in proptest::bool::ANY,
            seconds in proptest::option::of(-90_i64..90),
        ) {
            let patient = taken_back(has_day.then_some(DAY));
            let noon: Timestamp = "2026-11-10T12:00:00Z".parse().expect("a time");
            let stated_at = seconds.map(|seconds| noon + jiff::SignedDuration::from_secs(seconds));
            let by = if is_other { "Another hospital" } else { "Hospital EPR" };
            let asked_again = !say(&patient, None, (by, stated_at), TODAY).is_empty();
            let expected = match seconds {
                None => true,
                Some(seconds) if is_other => seconds >= 0,
                Some(seconds) => seconds > 0,
            };
            proptest::prop_assert_eq!(asked_again, expected, "{} {:?}", by, seconds);
        }
    }

    #[test]
    fn a_death_that_was_taken_back_is_asked_again_once_and_is_a_mistake_like_any_then() {
        let patient = taken_back(Some(DAY));
        let later = |second: i8| ("Hospital EPR", format!("2026-11-11T12:00:0{second}Z").parse::<Timestamp>().ok());
        let said = after(patient.clone(), &say(&patient, None, later(1), TODAY));
        assert_eq!(said.death, Some(Death::Said { died: None, by: "Hospital EPR".into() }));
        let lives = after(said.clone(), &check(&said, None, Found::Lives, "Seen in clinic", TODAY).expect("kept"));
        assert!(say(&lives, None, later(2), TODAY).is_empty(), "the same system says the same mistake in every message");
        assert_eq!(say(&lives, None, ("Another hospital", later(2).1), TODAY).len(), 1);
    }

    #[test]
    fn what_was_stated_before_what_changed_the_record_says_nothing_any_more() {
        let time = |text: &str| text.parse::<Timestamp>().ok();
        let noon = ("Hospital EPR", time("2026-11-10T12:00:00Z"));
        let patient = after(living(), &say(&living(), Some(DAY), noon, TODAY));
        let (earlier, later) = (time("2026-11-10T11:59:59Z"), time("2026-11-10T12:00:01Z"));
        assert!(say(&patient, Some(TODAY), ("Hospital EPR", earlier), TODAY).is_empty() && is_older(&patient, earlier));
        assert_eq!(say(&patient, Some(TODAY), ("Hospital EPR", later), TODAY).len(), 1);
        assert_eq!(say(&patient, Some(TODAY), ("Hospital EPR", None), TODAY).len(), 1, "who says no time is not known to be older");
    }

    #[test]
    fn a_check_needs_its_reason_and_what_was_seen() {
        let patient = said(Some(DAY));
        assert!(check(&patient, Some(DAY), Found::Lives, " ", TODAY).is_err());
        assert!(check(&patient, None, Found::Lives, "Rung", TODAY).is_err(), "another day was shown");
        assert!(check(&living(), None, Found::Lives, "Rung", TODAY).is_err(), "nothing was said");
    }
}
