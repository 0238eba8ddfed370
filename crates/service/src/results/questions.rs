//! Questions from people's own pages, as their clinic answers them.

use crate::{Desk, ServiceError, ServiceResult, people};
use access::Action;
use care::{
    OrderId, QuestionId, Refusals,
    people::patient::Demographics,
    results::question::{self, Command, Question},
};
use jiff::Timestamp;
use store::Change;

/// A question that waits.
pub struct Waiting {
    /// Which.
    pub id: QuestionId,
    /// The order that it is about.
    pub order: OrderId,
    /// Since when.
    pub since: Timestamp,
    /// What it says, and who wants to know; nothing where the record is restricted to others.
    pub content: Option<WaitingContent>,
}

/// What a question says.
pub struct WaitingContent {
    /// Who wants to know.
    pub who: Demographics,
    /// In their words.
    pub text: String,
    /// Events of the question that this shows.
    pub seen: u64,
}

/// Questions of a page.
pub const QUESTIONS_MAX: usize = 50;

/// Questions that wait for the desk's organisation, longest first; and whether there are more.
#[crate::boxed]
pub async fn waiting(desk: &Desk) -> ServiceResult<(Vec<Waiting>, bool)> {
    let permit = desk.permit_general(Action::AnswerQuestion).await?;
    let mut lines = desk.service.store.waiting_questions(&permit, QUESTIONS_MAX as u64 + 1).await?;
    let are_more = lines.len() > QUESTIONS_MAX;
    lines.truncate(QUESTIONS_MAX);
    let mut found = Vec::new();
    for line in lines {
        let content = content(desk, line.id, line.order).await?;
        found.push(Waiting { id: line.id, order: line.order, since: line.since, content });
    }
    Ok((found, are_more))
}

/// How many wait, as far as a page shows them.
#[crate::boxed]
pub async fn count(desk: &Desk) -> ServiceResult<usize> {
    let permit = desk.permit_general(Action::AnswerQuestion).await?;
    Ok(desk.service.store.waiting_questions(&permit, QUESTIONS_MAX as u64).await?.len())
}

/// Answers a question as it was seen, or records that it was talked about.
#[crate::boxed]
pub async fn end(desk: &Desk, id: QuestionId, seen: u64, command: Command) -> ServiceResult<()> {
    let order = desk.service.store.order_of_stream(&id.stream()).await?.ok_or(ServiceError::NotFound("question"))?;
    let permit = desk.permit(Action::AnswerQuestion, order).await?;
    let loaded = desk.service.store.load::<Question>(&permit, id.stream()).await?;
    let events = question::decide(&loaded.state, command, &desk.staff)?;
    if loaded.sequence != seen {
        return Err(Refusals::one("question", "This question changed after this page was opened: read it again").into());
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    desk.commit(&permit, change).await
}

async fn content(desk: &Desk, id: QuestionId, order: OrderId) -> ServiceResult<Option<WaitingContent>> {
    let permit = match desk.permit(Action::AnswerQuestion, order).await {
        Ok(permit) => permit,
        Err(ServiceError::Denied(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let loaded = desk.service.store.load::<Question>(&permit, id.stream()).await?;
    let Some(inquiry) = loaded.state.inquiry else { return Ok(None) };
    let who = people::patients::demographics(desk, &permit, inquiry.patient).await?;
    Ok(Some(WaitingContent { who, text: inquiry.text, seen: loaded.sequence }))
}
