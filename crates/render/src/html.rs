//! The report as HTML.

use crate::{document::Document, printed};
use anyhow::Context;
use askama::Template;
use care::results::report::{Content, ReportedVariant};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    c: &'a Content,
    /// Name, NHS number, date of birth and sex as they are printed.
    patient: [String; 4],
    /// Relationship, name and affected status of each relative as they are printed.
    relatives: Vec<[String; 3]>,
}

impl Page<'_> {
    fn is_secondary(variant: &ReportedVariant) -> bool {
        variant.secondary
    }
}

#[derive(Template)]
#[template(path = "document.html")]
struct Plain<'a> {
    d: &'a Document,
}

/// A document as a page that stands alone.
pub(crate) fn document(document: &Document) -> anyhow::Result<String> {
    Ok(Plain { d: document }.render()?)
}

/// One page with its style inside, so that it can be filed as it is.
pub(crate) fn render(content: &Content) -> anyhow::Result<String> {
    let relatives = content.relatives.iter().map(printed::relative).collect();
    Ok(Page { c: content, patient: printed::patient(&content.patient), relatives }.render()?)
}

/// What stands between the ends of the page, with its elements one level further down.
pub(crate) fn part(content: &Content) -> anyhow::Result<String> {
    let page = render(content)?;
    let body = page.split_once("<body>").and_then(|(_, rest)| rest.rsplit_once("</body>"));
    let (body, _) = body.context("a report has a body")?;
    // What people wrote is escaped in it, so that these are elements of the page alone.
    let levels = [("<h1", "<h2"), ("</h1", "</h2"), ("<main", "<div"), ("</main", "</div"), ("<header", "<div"), ("</header", "</div")];
    Ok(levels.into_iter().fold(body.to_owned(), |text, (from, to)| text.replace(from, to)))
}
