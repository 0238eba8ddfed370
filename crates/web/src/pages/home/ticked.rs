//! Orders of the list that were ticked, and what is done with all of them at once. What cannot be done is said of the orders that it is
//! of; the rest is done, and what was ticked and typed for the others is kept.

use super::{Above, HomeQuery, inbox::Acknowledgement, page};
use crate::{
    error::PageError,
    flash,
    pages::{PageResult, Problem, chosen::Chosen, form},
    session::At,
};
use axum::response::{IntoResponse, Redirect, Response};
use care::OrderId;
use serde::Deserialize;
use service::{
    Desk, ServiceError,
    ordering::{self, work::WorkAction},
    results,
};
use tower_sessions::Session;

/// What was ticked, and typed beside it.
#[derive(Clone, Default)]
pub(super) struct Typed {
    orders: Vec<OrderId>,
    pub(super) until: String,
    pub(super) reason: String,
}

/// What can be done with the lines that were ticked.
#[derive(Clone, Copy, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Act {
    Take,
    Remind,
    Rest,
}

/// What came of it.
#[derive(Default)]
struct Outcome {
    done: usize,
    /// Orders with which it was not done.
    left: Vec<OrderId>,
    problems: Vec<Problem>,
}

/// What stands for the number of an order that whoever sits here may not open.
const UNNAMED: &str = "One of the orders";

impl Typed {
    fn read(fields: &[(String, String)]) -> Typed {
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone());
        let orders = fields.iter().filter(|(key, _)| key == "order").filter_map(|(_, value)| value.parse().ok());
        Typed { orders: orders.collect(), until: field("until"), reason: field("reason") }
    }

    /// Whether an order is ticked.
    pub(super) fn has(&self, order: &OrderId) -> bool {
        self.orders.contains(order)
    }

    /// Something waits to be done again.
    pub(super) fn is_left(&self) -> bool {
        !self.orders.is_empty() || !self.reason.is_empty()
    }

    /// What is to be done, or what is missing for it.
    fn action(&self, act: Option<Act>) -> Result<WorkAction, Problem> {
        let Some(act) = act else { return Err("Choose what to do with the selected orders".into()) };
        if self.orders.is_empty() {
            return Err("Select at least one order".into());
        }
        match act {
            Act::Take => Ok(WorkAction::Take),
            Act::Remind => Ok(WorkAction::Remind),
            Act::Rest => match self.until.parse() {
                Ok(until) => Ok(WorkAction::Rest { until, reason: self.reason.clone() }),
                Err(_) => Err(Problem::new("until", "Enter the day until which to snooze, as year-month-day, such as 2027-04-01")),
            },
        }
    }
}

/// What was done with so many orders.
fn sentence(act: &WorkAction, count: usize) -> String {
    let orders = if count == 1 { "1 order".to_owned() } else { format!("{count} orders") };
    match act {
        WorkAction::Take => format!("Assigned to you: {orders}."),
        WorkAction::Remind => format!("A reminder was sent for {orders}."),
        WorkAction::Rest { .. } => format!("Snoozed: {orders}."),
    }
}

/// A problem with the numbers of its orders, where it is not of all that were ticked.
fn named(problem: Problem, numbers: &[String], count: usize) -> Problem {
    if numbers.len() == count {
        return problem;
    }
    Problem { message: format!("{}: {}", numbers.join(", "), problem.message), ..problem }
}

/// What one order was refused for; a fault ends everything.
fn refusals_of(error: ServiceError) -> PageResult<Vec<Problem>> {
    match error {
        ServiceError::Refused(refusals) => Ok(refusals.0.into_iter().map(Problem::from).collect()),
        error @ (ServiceError::Denied(_) | ServiceError::Conflict(_) | ServiceError::NotFound(_)) => Ok(vec![error.to_string().into()]),
        error @ (ServiceError::File(_) | ServiceError::Fault(_)) => Err(PageError::Service(error)),
    }
}

async fn act_on_all(desk: &Desk, orders: &[OrderId], act: &WorkAction) -> PageResult<Outcome> {
    let mut outcome = Outcome::default();
    let mut refused: Vec<(Problem, Vec<String>)> = Vec::new();
    for order in orders {
        let Err(error) = ordering::work::act_on(desk, *order, act).await else {
            outcome.done += 1;
            continue;
        };
        outcome.left.push(*order);
        // The number of an order that may not be opened is nobody's to learn here.
        let is_open = !matches!(error, ServiceError::Denied(_));
        let view = if is_open { desk.service.store.order_view(*order).await.map_err(PageError::fault)? } else { None };
        let number = view.map_or_else(|| UNNAMED.to_owned(), |view| view.number);
        for problem in refusals_of(error)? {
            match refused.iter_mut().find(|(known, _)| *known == problem) {
                Some((_, numbers)) => numbers.push(number.clone()),
                None => refused.push((problem, vec![number.clone()])),
            }
        }
    }
    outcome.problems = refused.into_iter().map(|(problem, numbers)| named(problem, &numbers, orders.len())).collect();
    Ok(outcome)
}

pub(crate) async fn post(At(desk): At, session: Session, body: String) -> PageResult<Response> {
    let fields: Vec<(String, String)> = form(&body)?;
    let (typed, query) = (Typed::read(&fields), HomeQuery::read(&fields));
    let Chosen(act) = form::<Chosen<Act>>(&body)?;
    let act = match typed.action(act) {
        Ok(act) => act,
        Err(problem) => {
            let above = Above { problems: vec![problem], ticked: typed, ..Above::default() };
            return Ok(page(&desk, query, Acknowledgement::default(), above).await?.into_response());
        }
    };
    let Outcome { done, left, problems } = act_on_all(&desk, &typed.orders, &act).await?;
    let sentence = sentence(&act, done);
    if done > 0 {
        results::deliver::deliver(&desk.service).await.map_err(PageError::fault)?;
    }
    if problems.is_empty() {
        flash::say(&session, &sentence).await?;
        return Ok(Redirect::to(&format!("/?{}", query.encoded(None))).into_response());
    }
    let ticked = Typed { orders: left, ..typed };
    let above = Above { done: (done > 0).then_some(sentence), problems, ticked, ..Above::default() };
    Ok(page(&desk, query, Acknowledgement::default(), above).await?.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(form: &str) -> Typed {
        Typed::read(&serde_urlencoded::from_str::<Vec<(String, String)>>(form).expect("fields"))
    }

    #[test]
    fn what_is_missing_is_said_of_its_field() {
        let order = "order=00000000-0000-7000-8000-000000000001";
        let field = |form: &str, act| typed(form).action(act).map_err(|problem| problem.field).err();
        assert_eq!(field(order, None), Some(String::new()));
        assert_eq!(field("", Some(Act::Take)), Some(String::new()));
        assert_eq!(field(&format!("{order}&until=soon"), Some(Act::Rest)), Some("until".into()));
        assert_eq!(field(&format!("{order}&until=2027-04-01"), Some(Act::Rest)), None);
        assert_eq!(field(&format!("{order}&order=nobody"), Some(Act::Remind)), None);
    }

    #[test]
    fn a_problem_names_its_orders_unless_it_is_of_all() {
        let problem = || Problem::new("reason", "Say why");
        let numbers = ["OG-1".to_owned(), "OG-2".to_owned()];
        assert_eq!(named(problem(), &numbers, 2), problem());
        assert_eq!(named(problem(), &numbers, 3).message, "OG-1, OG-2: Say why");
        assert_eq!(named(problem(), &numbers, 3).field, "reason");
    }
}
