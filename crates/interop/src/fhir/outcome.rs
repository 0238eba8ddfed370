//! What is wrong, or that nothing is, as OperationOutcome.

use care::ordering::message::Fault;
use serde_json::{Value, json};

/// How bad it is. Source: FHIR R4, issue-severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// It could not be done.
    Error,
    /// It was done, with this to know.
    Warning,
}

/// Faults as an outcome; none says so. `code` is of FHIR's issue-type.
pub fn outcome(severity: Severity, code: &str, faults: &[Fault]) -> Value {
    let word = if severity == Severity::Error { "error" } else { "warning" };
    let issue = |fault: &Fault| json!({ "severity": word, "code": code, "diagnostics": fault.words, "expression": [fault.at] });
    let mut issues: Vec<Value> = faults.iter().map(issue).collect();
    if issues.is_empty() {
        issues.push(json!({ "severity": "information", "code": "informational", "diagnostics": "No issues detected during validation" }));
    }
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}

/// Words that are about nothing in particular.
pub fn simple(code: &str, words: &str) -> Value {
    json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": code, "diagnostics": words }] })
}
