//! Questions that the person at their own page asks their clinic.

use super::Own;
use crate::ServiceResult;
use access::{Action, Permit};
use care::{
    Fold, QuestionId,
    event::StreamKind,
    results::question::{self, End, Event, Inquiry, Question},
};
use jiff::Timestamp;
use store::Change;

/// A question of the person, and what became of it.
pub struct OwnQuestion {
    /// In their words.
    pub text: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// How it ended, and when.
    pub end: Option<(OwnEnd, Timestamp)>,
}

/// How a question ended, as the person reads it.
pub enum OwnEnd {
    /// In writing: what it says, and by whom.
    Answered(String, String),
    /// It was talked about with them, by whom.
    Discussed(String),
}

impl Own {
    /// The person's questions about the test of their link, latest first.
    #[crate::boxed]
    pub async fn questions(&self) -> ServiceResult<Vec<OwnQuestion>> {
        let permit = self.permit(Action::SeeOwnPage, self.order.stream(), vec![self.patient]).await?;
        let mut found: Vec<OwnQuestion> = self.sent_questions(&permit).await?.into_iter().map(|(_, question)| question).collect();
        found.reverse();
        Ok(found)
    }

    /// Sends a question to the clinic that sent the link.
    #[crate::boxed]
    pub async fn ask(&self, text: String) -> ServiceResult<()> {
        let permit = self.permit(Action::AskClinic, self.order.stream(), vec![self.patient]).await?;
        let sent = self.sent_questions(&permit).await?;
        let waiting: Vec<&Inquiry> = sent.iter().filter(|(_, question)| question.end.is_none()).map(|(inquiry, _)| inquiry).collect();
        let (order, patient, organisation) = (self.order, self.patient, self.desk.staff.organisation.clone());
        let events = question::send(&waiting, Inquiry { order, patient, organisation, text })?;
        if events.is_empty() {
            return Ok(());
        }
        let id = QuestionId(self.desk.new_id());
        let loaded = self.desk.service.store.load::<Question>(&permit, id.stream()).await?;
        let mut change = Change::default();
        change.add(&loaded, &events);
        change.links.push((order, id.stream()));
        self.desk.commit(&permit, change).await
    }

    /// The person's own questions, in the order in which they were sent; nobody else's of the family.
    async fn sent_questions(&self, permit: &Permit) -> ServiceResult<Vec<(Inquiry, OwnQuestion)>> {
        let mut found = Vec::new();
        for stream in self.desk.service.store.order_streams(permit, self.order, StreamKind::Question).await? {
            let (mut question, mut sent, mut last) = (Question::default(), Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
            for entry in self.desk.service.store.stream(permit, &stream).await? {
                let event: Event = entry.read()?;
                if matches!(event, Event::Sent(_)) {
                    sent = entry.at;
                }
                last = entry.at;
                question = question.apply(&event);
            }
            let Some(inquiry) = question.inquiry.filter(|inquiry| inquiry.patient == self.patient) else { continue };
            let end = question.end.map(|end| match end {
                End::Answered { text, by } => (OwnEnd::Answered(text, by.name), last),
                End::Discussed { by, .. } => (OwnEnd::Discussed(by.name), last),
            });
            found.push((inquiry.clone(), OwnQuestion { text: inquiry.text, sent, end }));
        }
        Ok(found)
    }
}
