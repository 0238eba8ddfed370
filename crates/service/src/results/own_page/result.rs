//! A result that was released to the person at the page: in short, and the letter, as page and PDF.

use super::{Own, progress::Whose};
use crate::{
    ServiceError, ServiceResult,
    results::{
        documents,
        letters::{self, Head, Reader},
        releases, reports,
    },
};
use access::Action;
use care::{
    ReportId,
    results::report::{Content, release::Release},
};
use jiff::{Timestamp, civil::Date};
use render::document::{Document, Section};

/// A result as the person may read it.
pub struct OwnResult {
    /// The report that says it.
    pub report: ReportId,
    /// Whose it is.
    pub whose: Whose,
    /// Number of the test.
    pub number: String,
    /// Day on which it was talked about.
    pub discussed: Date,
    /// The result in a line.
    pub headline: String,
    /// The same in plain words.
    pub plain: String,
    /// The letter, paragraph by paragraph; nothing where the patient has died, whom it would address.
    pub letter: Vec<String>,
    /// What stands above it.
    pub head: Head,
}

impl Own {
    /// A result that may be read on the page now.
    #[crate::boxed]
    pub async fn result(&self, report: ReportId) -> ServiceResult<OwnResult> {
        let (whose, content, release) = self.shown(report).await?;
        Ok(OwnResult {
            report,
            whose,
            number: content.order_number.clone(),
            discussed: release.discussed,
            headline: content.headline().to_owned(),
            plain: content.plain.clone(),
            letter: if release.after_death { vec![] } else { letters::letter(&content, Reader::Patient) },
            head: letters::head(&content, Reader::Patient),
        })
    }

    /// The letter of such a result as PDF, with the number of the test; `day` says the local day of a moment.
    #[crate::boxed]
    pub async fn letter(&self, report: ReportId, day: fn(Timestamp) -> String) -> ServiceResult<(String, Vec<u8>)> {
        let (_, content, release) = self.shown(report).await?;
        if release.after_death {
            return Err(ServiceError::NotFound("letter"));
        }
        let [_, pdf] = documents::render(document(&content, day)).await?;
        Ok((content.order_number, pdf))
    }

    /// A released report, if it may be read on the page now: of an order of the person, or of a child for whom they choose, and none
    /// that was recalled or replaced, or that anything else hides.
    async fn shown(&self, report: ReportId) -> ServiceResult<(Whose, Content, Release)> {
        let missing = || ServiceError::NotFound("result on your page");
        let permit = self.permit(Action::SeeOwnPage, self.patient.stream(), vec![self.patient]).await?;
        let is_of = |latest: Option<&(ReportId, _)>| latest.is_some_and(|(id, _)| *id == report);
        let mut parts = self.parts(&permit).await?.into_iter();
        let part = parts.find(|part| part.whose.is_theirs() && is_of(part.status.report())).ok_or_else(missing)?;
        let permit = self.permit(Action::SeeOwnPage, part.view.id.stream(), vec![self.patient]).await?;
        let (_, latest) = part.status.report().ok_or_else(missing)?;
        let content = reports::content(&self.desk.service, latest).await?;
        let circumstances = releases::circumstances(&self.desk, &permit, part.view.id, &part.status, &content).await?;
        let release = latest.shown(&circumstances).ok_or_else(missing)?.clone();
        Ok((part.whose, content, release))
    }
}

/// A letter as a document: a line that is a heading begins a section.
fn document(content: &Content, day: fn(Timestamp) -> String) -> Document {
    let mut sections = vec![Section::default()];
    for paragraph in letters::letter(content, Reader::Patient) {
        match sections.last_mut() {
            Some(section) if !letters::is_heading(&paragraph) => section.lines.push(paragraph),
            _ => sections.push(Section::of_lines(&paragraph, vec![])),
        }
    }
    // The first has no heading of its own.
    sections[0].heading = "Your result".into();
    let head = letters::head(content, Reader::Patient);
    let mut rows = head.dated(day(head.at));
    rows.push(["Telephone".into(), "It is on the letters that you have from your clinic".into()]);
    sections.insert(0, Section { heading: "About this letter".into(), lines: vec![], rows });
    Document {
        title: "Your test result".into(),
        footer: format!("{}, test {}", content.patient.name, content.order_number),
        at: content.authorised,
        sections,
    }
}
