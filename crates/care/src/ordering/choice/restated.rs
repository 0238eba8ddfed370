//! A choice that another system states, or states again: what it ends, what it records, and what it does not bring back. Who said no
//! here is agreed for again only by what was said after that day.

use super::{Answer, Choice, Discussion, Event, Purpose};
use crate::OrderId;
use jiff::civil::Date;

/// What a system states of one person.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The order in which it is stated.
    pub order: OrderId,
    /// What was chosen.
    pub discussion: Option<Discussion>,
    /// The day of that choice, if it has one.
    pub dated: Option<Date>,
    /// What does not hold any more, each with the reason.
    pub ended: Vec<(Purpose, String)>,
}

/// What a person refused or withdrew and did not agree to since, with the days. Of tests the one of an order counts.
#[derive(Clone, Debug)]
pub struct Refused {
    order: OrderId,
    days: Vec<(Purpose, Date)>,
}

/// What a statement comes to.
#[derive(Clone, Debug, Default)]
pub struct Restated {
    /// What is to be written: withdrawals before what is recorded.
    pub events: Vec<Event>,
    /// What ends, each with the reason.
    pub ended: Vec<(Purpose, String)>,
    /// What is stated as agreed to and stays refused, each since a day.
    pub kept: Vec<(Purpose, Date)>,
}

impl Refused {
    /// Nothing yet, of an order.
    pub fn none(order: OrderId) -> Refused {
        Refused { order, days: vec![] }
    }

    /// Since which day something is refused.
    pub fn since(&self, what: Purpose) -> Option<Date> {
        self.days.iter().find(|(refused, _)| *refused == what).map(|(_, day)| *day)
    }

    /// After an event of a day.
    #[must_use]
    pub fn after(mut self, event: &Event, day: Date) -> Refused {
        let answers: Vec<(Purpose, Answer)> = match event {
            Event::Recorded(discussion) => {
                let counts = |what: &Purpose| *what != Purpose::Test || discussion.order == self.order;
                Purpose::ALL.into_iter().filter(counts).map(|what| (what, discussion.answer(what))).collect()
            }
            Event::Withdrawn { what: Purpose::Test, order: Some(order), .. } if *order != self.order => vec![],
            Event::Withdrawn { what, .. } => vec![(*what, Answer::No)],
        };
        for (what, answer) in answers.into_iter().filter(|(_, answer)| *answer != Answer::NotDiscussed) {
            self.days.retain(|(known, _)| *known != what);
            if answer == Answer::No {
                self.days.push((what, day));
            }
        }
        self
    }
}

impl Choice {
    /// What a form states is so already. Of one whose last discussion was about another order, what it agrees to beside the test is
    /// left; what it refuses counts.
    pub fn says<P>(&self, stated: &Discussion<P>, today: Date) -> bool {
        let Some(known) = &self.discussion else { return false };
        let is_same = |what: Purpose, answer: Answer| match answer {
            Answer::NotDiscussed => true,
            Answer::Yes => self.allows(what, today) || known.order != stated.order,
            Answer::No => !self.allows(what, today) && (known.answer(what) != Answer::NotDiscussed || known.order != stated.order),
        };
        self.tests.get(&stated.order) == Some(&stated.test)
            && is_same(Purpose::Research, stated.research)
            && is_same(Purpose::FamilySharing, stated.family_sharing)
    }

    /// A purpose is agreed to today; of tests that of an order.
    fn agrees(&self, what: Purpose, order: OrderId, today: Date) -> bool {
        if what == Purpose::Test { self.agrees_to_test(order) } else { self.allows(what, today) }
    }
}

/// What a system's statement comes to.
pub fn restate(now: &Choice, statement: Statement, refused: &Refused, today: Date) -> Restated {
    let Statement { order, discussion, dated, mut ended } = statement;
    let mut kept = Vec::new();
    // What is agreed to beside it is no end of the agreement: an old form is over, and a new one holds.
    ended.retain(|(what, _)| discussion.as_ref().is_none_or(|stated| stated.answer(*what) != Answer::Yes));
    let discussion = discussion.filter(|stated| !now.says(stated, today)).and_then(|mut stated| {
        for (what, day) in &refused.days {
            let answer = stated.answer_mut(*what);
            if *answer == Answer::Yes && dated.is_none_or(|dated| dated <= *day) {
                *answer = Answer::NotDiscussed;
                kept.push((*what, *day));
            }
        }
        // What is left may be so already: a form that is stated again and again is recorded once.
        if now.says(&stated, today) {
            return None;
        }
        if stated.test != Answer::NotDiscussed {
            return Some(stated);
        }
        // Without an answer about the test nothing can be recorded; what is refused is heard all the same.
        let said = Purpose::ALL.into_iter().filter(|what| stated.answer(*what) == Answer::No);
        ended.extend(said.map(|what| (what, "it is refused".to_owned())));
        None
    });
    let mut ends: Vec<(Purpose, String)> = Vec::new();
    for (what, why) in ended {
        if now.agrees(what, order, today) && ends.iter().all(|(known, _)| *known != what) {
            ends.push((what, why));
        }
    }
    let withdrawn = ends.iter().map(|(what, why)| Event::Withdrawn {
        what: *what,
        from: today,
        reason: why.clone(),
        order: (*what == Purpose::Test).then_some(order),
    });
    let events = withdrawn.chain(discussion.map(|stated| Event::Recorded(Box::new(stated)))).collect();
    Restated { events, ended: ends, kept }
}

impl Discussion {
    fn answer_mut(&mut self, purpose: Purpose) -> &mut Answer {
        match purpose {
            Purpose::Test => &mut self.test,
            Purpose::Research => &mut self.research,
            Purpose::Recontact => &mut self.recontact,
            Purpose::SecondaryFindings => &mut self.secondary_findings,
            Purpose::FamilySharing => &mut self.family_sharing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Fold,
        ordering::choice::{Category, ELSEWHERE, How},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    const ORDER: OrderId = OrderId(Uuid::from_u128(1));
    const OTHER: OrderId = OrderId(Uuid::from_u128(2));
    const TODAY: Date = Date::constant(2026, 11, 30);
    /// What a sender's consent may be about.
    const STATED: [Purpose; 3] = [Purpose::Test, Purpose::Research, Purpose::FamilySharing];

    fn discussion(order: OrderId, [test, research, family_sharing]: [Answer; 3]) -> Discussion {
        Discussion {
            order,
            wording: ELSEWHERE.into(),
            category: Category::OnForm { form: "RoD".into() },
            test,
            research,
            recontact: Answer::NotDiscussed,
            secondary_findings: Answer::NotDiscussed,
            family_sharing,
            comment: String::new(),
            how: How::Spoken,
            interpreter: String::new(),
        }
    }

    /// A choice after events, each on a day, and what is refused in it.
    fn choice(events: &[(Event, Date)]) -> (Choice, Refused) {
        let state = events.iter().fold(Choice::default(), |state, (event, _)| state.apply(event));
        (state, events.iter().fold(Refused::none(ORDER), |refused, (event, day)| refused.after(event, *day)))
    }

    fn answer() -> impl Strategy<Value = Answer> {
        prop_oneof![Just(Answer::Yes), Just(Answer::No), Just(Answer::NotDiscussed)]
    }

    fn day() -> impl Strategy<Value = Date> {
        (1_i8..=28).prop_map(|day| Date::constant(2026, 11, day))
    }

    fn event() -> impl Strategy<Value = Event> {
        let order = || prop_oneof![Just(ORDER), Just(OTHER)];
        let test = prop_oneof![Just(Answer::Yes), Just(Answer::No)];
        prop_oneof![
            (order(), test, answer(), answer())
                .prop_map(|(order, test, research, family)| Event::Recorded(Box::new(discussion(order, [test, research, family])))),
            (order(), proptest::sample::select(STATED.to_vec())).prop_map(|(order, what)| Event::Withdrawn {
                what,
                from: Date::constant(2026, 11, 1),
                reason: String::new(),
                order: (what == Purpose::Test).then_some(order),
            }),
        ]
    }

    proptest! {
        #[test]
        fn no_permission_arises_that_is_not_stated_now_and_no_withdrawal_is_lost(
            mut events in proptest::collection::vec((event(), day()), 0..6),
            stated in proptest::option::of([answer(), answer(), answer()]),
            dated in proptest::option::of(day()),
            ended in proptest::sample::subsequence(STATED.to_vec(), 0..=3),
        ) {
            events.sort_by_key(|(_, day)| *day);
            let (before, refused) = choice(&events);
            let statement = Statement {
                order: ORDER,
                discussion: stated.map(|answers| discussion(ORDER, answers)).filter(|stated| stated.test != Answer::NotDiscussed),
                dated,
                ended: ended.iter().map(|what| (*what, "over".to_owned())).collect(),
            };
            let said = |what: Purpose| statement.discussion.as_ref().map_or(Answer::NotDiscussed, |stated| stated.answer(what));
            let restated = restate(&before, statement.clone(), &refused, TODAY);
            let after = restated.events.iter().fold(before.clone(), Fold::apply);
            for what in STATED {
                let (had, has) = (before.agrees(what, ORDER, TODAY), after.agrees(what, ORDER, TODAY));
                if has && !had {
                    prop_assert_eq!(said(what), Answer::Yes, "a permission that nobody stated: {:?}", what);
                    let day = refused.days.iter().find(|(known, _)| *known == what).map(|(_, day)| *day);
                    prop_assert!(day.is_none_or(|day| dated.is_some_and(|dated| dated > day)), "brought back what was refused: {:?}", what);
                }
                if said(what) == Answer::No || (ended.contains(&what) && said(what) != Answer::Yes) {
                    prop_assert!(!has, "a withdrawal was lost: {:?} of {:?}", what, statement);
                }
            }
            prop_assert!(!after.agrees_to_test(OTHER) || before.agrees_to_test(OTHER), "the test of another order");
        }
    }

    #[test]
    fn who_withdrew_here_is_not_agreed_for_by_an_older_form() {
        let yes = discussion(ORDER, [Answer::Yes; 3]);
        let withdrawn = Event::Withdrawn { what: Purpose::Research, from: TODAY, reason: String::new(), order: None };
        let spring = Date::constant(2026, 4, 1);
        let (before, refused) = choice(&[(Event::Recorded(Box::new(yes.clone())), spring), (withdrawn, Date::constant(2026, 6, 1))]);
        let state = |dated| {
            let statement = Statement { order: ORDER, discussion: Some(yes.clone()), dated, ended: vec![] };
            let restated = restate(&before, statement, &refused, TODAY);
            let after = restated.events.iter().fold(before.clone(), Fold::apply);
            (after.allows(Purpose::Research, TODAY), restated.kept)
        };
        let stays = (false, vec![(Purpose::Research, Date::constant(2026, 6, 1))]);
        assert_eq!(state(None), stays, "on no day");
        assert_eq!(state(Some(spring)), stays, "before");
        assert_eq!(state(Some(Date::constant(2026, 6, 1))), stays, "on the same day");
        assert_eq!(state(Some(Date::constant(2026, 6, 2))), (true, vec![]), "after");
        let again = Statement { order: ORDER, discussion: Some(yes.clone()), dated: None, ended: vec![] };
        let restated = restate(&before, again, &refused, TODAY);
        assert!(restated.events.is_empty() && !restated.kept.is_empty(), "nothing new is written, and it is said: {restated:?}");
    }

    #[test]
    fn what_is_so_already_writes_nothing() {
        let yes = discussion(ORDER, [Answer::Yes, Answer::No, Answer::NotDiscussed]);
        let (before, refused) = choice(&[(Event::Recorded(Box::new(yes.clone())), TODAY)]);
        let ended = vec![(Purpose::Research, "over".to_owned())];
        let restated = restate(&before, Statement { order: ORDER, discussion: Some(yes), dated: None, ended }, &refused, TODAY);
        assert!(restated.events.is_empty() && restated.kept.is_empty(), "{restated:?}");
    }
}
