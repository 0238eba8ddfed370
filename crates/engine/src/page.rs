//! The analysis of bare files as one page that stands alone.

use super::table;
use annotation::Knowledge;
use askama::Template;
use germline::{Analysis, Candidate, analysis::CandidateVariant};

#[derive(Template)]
#[template(path = "analysis.html")]
struct Page<'a> {
    a: &'a Analysis,
    observed: Vec<String>,
    excluded: Vec<String>,
}

/// Candidates on the page; the table has all of them.
const CANDIDATES_MAX: usize = 50;

impl<'a> Page<'a> {
    fn shown(&self) -> impl Iterator<Item = &'a Candidate> {
        self.a.candidates.iter().take(CANDIDATES_MAX)
    }

    #[expect(clippy::unused_self, reason = "templates call methods of the page")]
    fn frequency(&self, v: &CandidateVariant) -> String {
        table::frequency_words(v)
    }
}

/// Renders the page.
pub fn html(analysis: &Analysis, knowledge: &Knowledge) -> String {
    let names =
        |list: &[ontology::TermId]| list.iter().map(|id| format!("{} ({id})", knowledge.hpo.name(*id).unwrap_or("unknown"))).collect();
    let page = Page { a: analysis, observed: names(&analysis.observed), excluded: names(&analysis.excluded) };
    page.render().expect("a page of plain data always renders")
}
