//! A document of headings, lines and rows, for what is no report of a test: a person's record, their genes for medicines.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Document {
    /// Title.
    pub title: String,
    /// At the foot of each page: whose it is.
    pub footer: String,
    /// When it was made.
    pub at: Timestamp,
    /// Sections in order.
    pub sections: Vec<Section>,
}

/// A section of a document.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Paragraphs before the rows.
    pub lines: Vec<String>,
    /// Rows: what, and its value.
    pub rows: Vec<[String; 2]>,
}

impl Section {
    /// A section of paragraphs.
    pub fn of_lines(heading: &str, lines: Vec<String>) -> Section {
        Section { heading: heading.into(), lines, rows: vec![] }
    }

    /// A section of rows; without any it says so.
    pub fn of_rows(heading: &str, rows: Vec<[String; 2]>, none: &str) -> Section {
        let lines = if rows.is_empty() { vec![none.to_owned()] } else { vec![] };
        Section { heading: heading.into(), lines, rows }
    }
}

impl Document {
    /// The document as a page that stands alone.
    pub fn html(&self) -> anyhow::Result<String> {
        crate::html::document(self)
    }

    /// The document as PDF/A-2a and PDF/UA-1.
    pub fn pdf(&self) -> anyhow::Result<Vec<u8>> {
        crate::pdf::document(self)
    }
}
