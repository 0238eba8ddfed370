//! A report from its one typed source: as HTML and as PDF/A. The only user of Typst.
//!
//! Two renderings of the same content are the same bytes: no clock, no random identifiers, fonts from the program.

pub mod document;
mod html;
pub mod label;
pub mod letter;
mod pdf;
pub mod pedigree;
pub mod printed;

use care::results::report::Content;

/// The report as a page that stands alone.
pub fn html(content: &Content) -> anyhow::Result<String> {
    html::render(content)
}

/// The report as a part of another page: the same text below a heading of that page, without a style of its own.
pub fn part(content: &Content) -> anyhow::Result<String> {
    html::part(content)
}

/// The report as PDF/A-2a and PDF/UA-1: archived for ever, and read aloud by a screen reader.
pub fn pdf(content: &Content) -> anyhow::Result<Vec<u8>> {
    pdf::report(content)
}

#[cfg(test)]
mod tests;
