//! What is missing of one order's family, who was chased for it, and how that ended.

use crate::{
    flash,
    form::Form,
    pages::{Banner, Layout, PageResult, Problem, id, refusals, show},
    session::At,
};
use access::Action;
use askama::Template;
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    OrderId, Refusal, Refusals,
    ordering::{
        missing::What,
        work::{Ending, How},
    },
};
use jiff::civil::Date;
use serde::Deserialize;
use service::{
    Desk, ServiceResult,
    ordering::families::{self, Attempt, Family, Waiting},
};
use tower_sessions::Session;

#[derive(Template)]
#[template(path = "ordering/missing.html")]
struct Page {
    layout: Layout,
    order: OrderId,
    family: Family,
    /// An attempt that was refused, as it was typed.
    typed: Typed,
    /// What was just done.
    done: Option<String>,
    problems: Vec<Problem>,
}

/// An attempt as it was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    person: String,
    how: String,
    ending: String,
    note: String,
    next: String,
}

impl Page {
    fn may_chase(&self) -> bool {
        self.layout.may(Action::ChangeOrder)
    }

    /// Somebody's choice about the test is not recorded, or says no.
    fn lacks_choice(waiting: &Waiting) -> bool {
        waiting.missing.iter().any(|missing| missing.what == What::Choice)
    }

    /// Whether what was typed is about somebody.
    fn is_typed(&self, waiting: &Waiting) -> bool {
        self.typed.person == waiting.person.to_string()
    }

    /// What was typed of a field about somebody.
    fn typed(&self, waiting: &Waiting, value: &str) -> String {
        if self.is_typed(waiting) { value.to_owned() } else { String::new() }
    }
}

async fn page(desk: &Desk, order: OrderId, typed: Typed, (done, problems): (Option<String>, Vec<Problem>)) -> PageResult {
    let family = families::of_order(desk, order).await?;
    let banner = Banner::for_action(desk, Action::ReadOrder, order).await?;
    let layout = Layout::new("What is missing", Some(&desk.staff)).below_order(&family.view.number, order).about(banner).for_work();
    show(&Page { layout, order, family, typed, done, problems })
}

pub(crate) async fn get(At(desk): At, session: Session, Path(order): Path<String>) -> PageResult {
    let done = flash::said(&session).await?;
    page(&desk, id(&order, "order")?, Typed::default(), (done, vec![])).await
}

pub(crate) async fn post(At(desk): At, session: Session, Path(order): Path<String>, Form(typed): Form<Typed>) -> PageResult<Response> {
    let order = id(&order, "order")?;
    match chase(&desk, order, &typed).await {
        Ok(()) => {
            flash::say(&session, "The attempt is written down.").await?;
            Ok(Redirect::to(&format!("/orders/{order}/missing")).into_response())
        }
        Err(error) => {
            let problems = refusals(error)?;
            Ok(page(&desk, order, typed, (None, problems)).await?.into_response())
        }
    }
}

async fn chase(desk: &Desk, order: OrderId, typed: &Typed) -> ServiceResult<()> {
    families::chase(desk, order, read(typed)?).await
}

/// The attempt that was typed; everything that is wrong with it at once.
fn read(typed: &Typed) -> Result<Attempt, Refusals> {
    let mut refusals = Vec::new();
    let person = typed.person.parse().ok();
    if person.is_none() {
        refusals.push(Refusal::new("person", "Choose who of this family was chased"));
    }
    let how = How::ALL.into_iter().find(|(name, _)| *name == typed.how).map(|(_, how)| how);
    if how.is_none() {
        refusals.push(Refusal::new("how", "Choose how they were chased"));
    }
    let ending = Ending::ALL.into_iter().find(|(name, _)| *name == typed.ending).map(|(_, ending)| ending);
    if ending.is_none() {
        refusals.push(Refusal::new("ending", "Choose how it ended"));
    }
    let next: Option<Date> = typed.next.trim().parse().ok();
    if next.is_none() && !typed.next.trim().is_empty() {
        refusals.push(Refusal::new("next", "Enter the next day as a date, such as 2026-12-04"));
    }
    match (person, how, ending) {
        (Some(person), Some(how), Some(ending)) if refusals.is_empty() => {
            Ok(Attempt { person, how, ending, note: typed.note.clone(), next })
        }
        _ => Err(Refusals(refusals)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_read_whole_or_refused_for_all_that_is_wrong() {
        let person = uuid::Uuid::from_u128(1).to_string();
        let typed = |how: &str, ending: &str, next: &str| {
            let [how, ending, next] = [how, ending, next].map(str::to_owned);
            read(&Typed { person: person.clone(), how, ending, next, ..Typed::default() })
        };
        assert_eq!(typed("letter", "will", " 2026-12-04 ").expect("read").next, Some(Date::constant(2026, 12, 4)));
        assert_eq!(typed("letter", "no", "").expect("read").next, None);
        assert_eq!(typed("pigeon", "", "soon").expect_err("refused").0.len(), 3);
        assert_eq!(read(&Typed::default()).expect_err("refused").0.len(), 3);
    }
}
