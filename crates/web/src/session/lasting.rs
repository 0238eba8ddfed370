//! How long somebody stays signed in: for a while without doing anything, and never longer than a shift.

use care::Role;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// When a session was begun, in seconds; and under which name it is kept until when it lasts unless it is used, beside the session, so
/// that noting a use never writes over what another request changed in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Times {
    begun: i64,
    name: Uuid,
}

/// Where a session stands when it is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    /// It has run out.
    Ended,
    /// It goes on, and was used a moment ago.
    Lasts,
    /// It goes on until then, in seconds, which has to be kept.
    Keep(i64),
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// That a session was used is kept at most so often: a page is a request, and each keeping is a write.
const KEEP_AFTER: i64 = MINUTE;
/// How long a new session lasts before its first page.
const FIRST: i64 = 15 * MINUTE;
/// The longest that any session lasts. Source: NIST SP 800-63B (revision 4), 2.2.3: at assurance level 2 no more than 24 hours in all; a
/// shift of twelve is this service's own choice.
const LONGEST: i64 = 12 * HOUR;

/// How long a role may do nothing. Source: the same: no more than an hour at assurance level 2. Who opens accounts or decides for a
/// whole service has less, which is this service's own choice.
fn idle(role: Role) -> i64 {
    match role {
        Role::Administrator => 15 * MINUTE,
        Role::Curator | Role::Researcher | Role::AccessCommittee | Role::OutputChecker | Role::Patient => 30 * MINUTE,
        Role::Clinician
        | Role::GenomicAssociate
        | Role::LaboratoryScientist
        | Role::ClinicalScientist
        | Role::Consultant
        | Role::Bioinformatician
        | Role::Manager => HOUR,
        // Programs never sign in; one that did would be signed out at once.
        Role::PrescribingSystem | Role::OrderingSystem | Role::LaboratorySystem | Role::MatchingService | Role::System => 0,
    }
}

impl Times {
    /// A session that begins; and until when it lasts at first.
    pub(super) fn begin(now: Timestamp, name: Uuid) -> (Times, i64) {
        (Times { begun: now.as_second(), name }, now.as_second() + FIRST)
    }

    /// The name under which its end is kept.
    pub(super) fn row(&self) -> String {
        format!("used/{}", self.name)
    }

    /// Where the session of somebody in a role stands, of which is kept until when it lasts. A clock that was put back ends it, too.
    pub(super) fn at(&self, role: Role, until: Option<i64>, now: Timestamp) -> Use {
        let now = now.as_second();
        let (lasted, full) = (now - self.begun, now + idle(role));
        match until {
            Some(until) if until > now && full > now && (0..LONGEST).contains(&lasted) => {
                if (full - until).abs() >= KEEP_AFTER {
                    Use::Keep(full)
                } else {
                    Use::Lasts
                }
            }
            _ => Use::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("a moment")
    }

    #[test]
    fn a_desk_that_is_left_alone_signs_itself_out_sooner_where_more_is_at_stake() {
        let (times, first) = Times::begin(after(0), Uuid::nil());
        for (role, minutes) in [(Role::Researcher, 30), (Role::Clinician, 60), (Role::Consultant, 60)] {
            let Use::Keep(until) = times.at(role, Some(first), after(0)) else { panic!("{role:?}") };
            assert_eq!(until, after(minutes * MINUTE).as_second(), "{role:?}");
            assert_eq!(times.at(role, Some(until), after(30)), Use::Lasts, "not every page is a write");
            assert!(matches!(times.at(role, Some(until), after(minutes * MINUTE - 1)), Use::Keep(_)), "{role:?}");
            assert_eq!(times.at(role, Some(until), after(minutes * MINUTE)), Use::Ended, "{role:?}");
        }
        assert_eq!(times.at(Role::Administrator, Some(first), after(15 * MINUTE)), Use::Ended);
        assert_eq!(times.at(Role::System, Some(first), after(0)), Use::Ended);
        assert_eq!(times.at(Role::Clinician, None, after(0)), Use::Ended, "of which nothing is kept");
    }

    #[test]
    fn no_session_lasts_longer_than_a_shift_however_often_it_is_used() {
        let ((times, mut until), mut seconds) = (Times::begin(after(0), Uuid::nil()), 0);
        while let Use::Keep(next) = times.at(Role::Clinician, Some(until), after(seconds)) {
            (until, seconds) = (next, seconds + HOUR / 2);
        }
        assert_eq!(seconds, LONGEST);
        assert_eq!(times.at(Role::Clinician, Some(until), after(-1)), Use::Ended, "a clock that was put back");
    }
}
