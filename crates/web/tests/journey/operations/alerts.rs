//! The alert rules name figures that are given, values of labels that are there, and what to do.

use super::{answer, figures, watched};
use crate::Served;
use std::collections::BTreeSet;

const RULES: &str = "../../packaging/prometheus/alerts.yml";
const OPERATING: &str = "../../docs/operating.md";

/// Values of a field, one for each rule that has it.
fn values<'t>(rules: &'t str, field: &str) -> Vec<&'t str> {
    rules.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix(field)?.strip_prefix(": ")).collect()
}

/// Names of figures of ours in an expression.
fn named(expression: &str) -> impl Iterator<Item = &str> {
    let tokens = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    tokens.filter(|token| token.starts_with("gms_") || token.starts_with("process_"))
}

#[tokio::test]
async fn every_alert_is_over_figures_that_are_given_and_says_what_to_do() {
    let served = Served::alone().await;
    answer(&served.base, "GET", "/sign-in", "").await;
    served.service.store.beat(served.service.now()).await.expect("written");
    let (_, samples) = figures(&watched(&served).await, "text/plain").await;
    let names: BTreeSet<&str> = samples.iter().map(|sample| sample.name.as_str()).collect();
    let rules = std::fs::read_to_string(RULES).expect("the rules");
    let expressions = values(&rules, "expr");
    for name in expressions.iter().flat_map(|expression| named(expression)) {
        assert!(names.contains(name), "no figure is called {name}");
    }
    let has = |label: &str, value: &str| samples.iter().any(|sample| sample.labels.get(label).is_some_and(|found| found == value));
    for (label, value) in [("state", "used"), ("recipient", "requester"), ("ended", "failed")] {
        assert!(rules.contains(&format!("{label}=\"{value}\"")) && has(label, value), "{label}={value}");
    }
    let operating = std::fs::read_to_string(OPERATING).expect("the handbook");
    let alerts = values(&rules, "alert");
    for alert in &alerts {
        assert!(operating.contains(&format!("\n### {alert}\n")), "docs/operating.md says nothing of {alert}");
        assert!(rules.contains(&format!("runbook: docs/operating.md#{}\n", alert.to_lowercase())), "{alert} leads nowhere");
    }
    assert!(alerts.len() > 10);
    for field in ["expr", "summary", "runbook", "labels"] {
        assert_eq!(values(&rules, field).len(), alerts.len(), "{field}");
    }
    for labels in values(&rules, "labels") {
        assert!(["{severity: page}", "{severity: ticket}"].contains(&labels), "{labels}");
    }
}

/// A parenthesis, a quotation mark or a bracket too many makes Prometheus refuse the whole file.
#[test]
fn what_is_opened_in_a_rule_is_closed() {
    let rules = std::fs::read_to_string(RULES).expect("the rules");
    for expression in values(&rules, "expr") {
        for (open, close) in [('(', ')'), ('{', '}'), ('[', ']')] {
            assert_eq!(expression.matches(open).count(), expression.matches(close).count(), "{expression}");
        }
        assert!(
            expression.matches('"').count().is_multiple_of(2) && !expression.contains(" #") && !expression.contains(": "),
            "{expression}"
        );
    }
    assert!(!rules.contains('\t'), "YAML knows no tabs");
}
