//! Questions from people's own pages that nobody has answered.

use super::{Slice, fold};
use crate::{Entry, QuestionLine};
use care::{event::StreamName, results::question::Question};

pub(super) fn of_question(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let question = fold::<Question>(entries)?;
    let row = match (question.is_waiting(), question.inquiry, entries.first()) {
        (true, Some(inquiry), Some(first)) => {
            Some(QuestionLine { id: stream.parse()?, organisation: inquiry.organisation, order: inquiry.order, since: first.at })
        }
        _ => None,
    };
    Ok(vec![Slice::new(stream.to_string(), stream.id, row)])
}
