//! What is wrong, or that nothing is, as OperationOutcome.

use super::resource::{Issue, IssueSeverity, OperationOutcome};
use care::ordering::message::Fault;

/// Faults as an outcome; none says so. `code` is of FHIR's issue-type.
pub fn outcome(severity: IssueSeverity, code: &str, faults: &[Fault]) -> OperationOutcome {
    let issue = |fault: &Fault| Issue {
        severity,
        code: code.into(),
        diagnostics: fault.message.clone(),
        expression: [&fault.at].into_iter().filter(|place| !place.is_empty()).cloned().collect(),
    };
    if faults.is_empty() {
        return information("No issues detected during validation");
    }
    OperationOutcome::new(faults.iter().map(issue).collect())
}

/// An error that is about nothing in particular.
pub fn simple(code: &str, diagnostics: &str) -> OperationOutcome {
    let severity = IssueSeverity::Error;
    OperationOutcome::new(vec![Issue { severity, code: code.into(), diagnostics: diagnostics.into(), expression: vec![] }])
}

/// Something to know, with nothing wrong.
pub fn information(diagnostics: &str) -> OperationOutcome {
    let severity = IssueSeverity::Information;
    OperationOutcome::new(vec![Issue { severity, code: "informational".into(), diagnostics: diagnostics.into(), expression: vec![] }])
}
