//! The report as HTML.

use askama::Template;
use care::report::Content;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    c: &'a Content,
}

/// One page with its style inside, so that it can be filed as it is.
pub(crate) fn render(content: &Content) -> anyhow::Result<String> {
    Ok(Page { c: content }.render()?)
}
