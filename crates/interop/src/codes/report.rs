//! Whether a report is final.

use super::{Concept, system};
use care::results::{outside::ResultStatus, report::Content};

code_system! {
    /// How final a report is. Source: FHIR R4, diagnostic-report-status and observation-status, which share these.
    pub enum ReportStatus {
        /// A final report follows.
        Preliminary = "preliminary",
        /// Nothing follows.
        Final = "final",
        /// It replaces an earlier report.
        Amended = "amended",
        /// There is none, or not any more.
        Cancelled = "cancelled",
    }
}

impl ReportStatus {
    /// The status of a report.
    pub fn of_report(content: &Content) -> ReportStatus {
        match (content.interim, &content.supersedes) {
            (true, _) => ReportStatus::Preliminary,
            (false, Some(_)) => ReportStatus::Amended,
            (false, None) => ReportStatus::Final,
        }
    }

    /// The status of a result of another laboratory.
    pub fn of_outside(status: ResultStatus) -> ReportStatus {
        match status {
            ResultStatus::Preliminary => ReportStatus::Preliminary,
            ResultStatus::Final => ReportStatus::Final,
            ResultStatus::Corrected => ReportStatus::Amended,
            ResultStatus::Cancelled => ReportStatus::Cancelled,
        }
    }

    /// The status in HL7 version 2. Source: HL7 table 0085: preliminary, final, corrected, no result.
    pub fn hl7(self) -> &'static str {
        match self {
            ReportStatus::Preliminary => "P",
            ReportStatus::Final => "F",
            ReportStatus::Amended => "C",
            ReportStatus::Cancelled => "X",
        }
    }
}

/// Department of the laboratory. Source: HL7 table 0074.
pub const GENETICS: Concept = Concept::new("http://terminology.hl7.org/CodeSystem/v2-0074", "GE", "Genetics");
/// An observation of a laboratory.
pub const LABORATORY: Concept = Concept::new(system::OBSERVATION_CATEGORY, "laboratory", "Laboratory");
/// What a variant means for the person.
pub const DIAGNOSTIC_IMPLICATION: Concept =
    Concept::new("http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/tbd-codes-cs", "diagnostic-implication", "Diagnostic Implication");

/// The remark on a finding outside the question.
pub const OUTSIDE_QUESTION: &str = "Secondary finding: outside the question of the test; the person chose to be told.";
