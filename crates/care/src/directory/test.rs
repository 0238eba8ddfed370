//! A test of the National Genomic Test Directory, and the clock that belongs to it.

use super::eligibility::Criterion;
use crate::event::StreamKind;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use strum::EnumCount;

/// A test code: clinical indication and number, such as `R29.4`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TestCode(String);

/// Text that is no test code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a test code such as R29.4 or M1.2")]
pub struct NotATestCode(pub String);

/// One test that can be ordered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Test {
    /// Code.
    pub code: TestCode,
    /// Clinical indication.
    pub indication: String,
    /// Group of indications, such as `Sarcomas`; empty for rare disease.
    #[serde(default)]
    pub group: String,
    /// What is looked for, such as `Small variant detection`; empty where the directory does not say.
    #[serde(default)]
    pub scope: String,
    /// Method in the directory's words.
    pub method: String,
    /// What is looked at, in the directory's words.
    pub target: String,
    /// PanelApp numbers of its panels.
    pub panels: Vec<String>,
    /// Symbols of its genes, where the directory lists them itself.
    #[serde(default)]
    pub genes: Vec<String>,
    /// Who may have it; empty where the directory at hand does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<Criterion>,
    /// Days from sample to report.
    pub turnaround_days_max: u16,
}

impl TestCode {
    /// The clinical indication: the code without the test's number.
    pub fn indication(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The directory that it belongs to.
    pub fn branch(&self) -> Branch {
        if self.0.starts_with('M') { Branch::Cancer } else { Branch::Rare }
    }
}

/// The two directories.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, EnumCount)]
pub enum Branch {
    /// Rare and inherited disease: R codes.
    Rare,
    /// Cancer: M codes.
    Cancer,
}

impl Branch {
    /// Both.
    pub const ALL: [Branch; Branch::COUNT] = [Branch::Rare, Branch::Cancer];

    /// One word, as in `rare 6`.
    pub fn word(self) -> &'static str {
        match self {
            Branch::Rare => "rare",
            Branch::Cancer => "cancer",
        }
    }

    /// The directory's name.
    pub fn name(self) -> &'static str {
        match self {
            Branch::Rare => "Rare and inherited disease",
            Branch::Cancer => "Cancer",
        }
    }

    /// Its stream in the journal.
    pub fn stream(self) -> String {
        StreamKind::Directory.stream(self.word())
    }
}

/// Calendar days that a report may take, for a version that does not say. Source: NHS laboratory hub publications, turnaround
/// standards: rapid (R14, R21) 14, somatic cancer 21, rare disease standard 42, complex including WGS 84.
pub fn turnaround_days_max(code: &TestCode, method: &str) -> u16 {
    match (code.branch(), code.indication()) {
        (_, "R14" | "R21") => 14,
        _ if method.to_ascii_uppercase().contains("WGS") => 84,
        (Branch::Cancer, _) => 21,
        (Branch::Rare, _) => 42,
    }
}

impl Test {
    /// Reads the bases of genes, and so may read a panel: not a microarray, a karyotype, dosage alone or one known variant.
    pub fn is_sequencing(&self) -> bool {
        let method = self.method.to_ascii_uppercase();
        ["WGS", "WES", "PANEL", "SEQUENCING", "SINGLE GENE TESTING"].iter().any(|name| method.contains(name))
    }

    /// Looks at the whole genome.
    pub fn is_whole_genome(&self) -> bool {
        self.method.to_ascii_uppercase().contains("WGS")
    }
}

impl FromStr for TestCode {
    type Err = NotATestCode;
    /// Small letters and blanks do not matter: ` r29.4 ` is `R29.4`.
    fn from_str(text: &str) -> Result<Self, NotATestCode> {
        let wrong = || NotATestCode(text.into());
        let code: String = text.split_whitespace().collect::<String>().to_ascii_uppercase();
        let digits = code.strip_prefix(['R', 'M']).ok_or_else(wrong)?;
        let parts: Vec<&str> = digits.split('.').collect();
        let numeric = parts.iter().all(|p| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit()));
        if numeric && parts.len() <= 2 { Ok(TestCode(code)) } else { Err(wrong()) }
    }
}

impl fmt::Display for TestCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<TestCode> for String {
    fn from(code: TestCode) -> String {
        code.0
    }
}

impl TryFrom<String> for TestCode {
    type Error = NotATestCode;
    fn try_from(text: String) -> Result<Self, NotATestCode> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_follow_the_published_standards() {
        for (code, method, days) in [
            ("R14.1", "WGS", 14),
            ("R21.1", "WES", 14),
            ("R29.4", "WGS", 84),
            ("R67.1", "WES or Large Panel", 42),
            ("M1.1", "Panel", 21),
            ("M80.1", "WGS", 84),
        ] {
            assert_eq!(turnaround_days_max(&code.parse().expect("a code"), method), days, "{code}");
        }
        for (typed, code) in [("r29.4", "R29.4"), (" R 29 . 4\u{a0}", "R29.4"), ("m1", "M1")] {
            assert_eq!(typed.parse::<TestCode>().expect("a code").as_str(), code);
        }
        for wrong in ["", "R", "X12", "R12.3.4", "R12.x"] {
            assert!(wrong.parse::<TestCode>().is_err(), "{wrong}");
        }
    }
}
