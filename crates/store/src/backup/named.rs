//! Which files the journal names: a backup without one of them is none.

use serde_json::Value;
use std::collections::BTreeMap;

/// Names of files by a stream that names each.
#[derive(Default)]
pub(super) struct Named(BTreeMap<String, String>);

impl Named {
    /// Adds what an event names: its fields `sha256` and those that end so, but for digests of secrets.
    pub(super) fn add(&mut self, stream: &str, payload: &str) {
        if payload.contains("sha256\"")
            && let Ok(value) = serde_json::from_str(payload)
        {
            self.walk(stream, "", &value);
        }
    }

    fn walk(&mut self, stream: &str, field: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    self.walk(stream, field, value);
                }
            }
            Value::Array(values) => {
                for value in values {
                    self.walk(stream, field, value);
                }
            }
            Value::String(name) if field.ends_with("sha256") && !field.contains("secret") && crate::blobs::is_name(name) => {
                self.0.entry(name.clone()).or_insert_with(|| stream.to_owned());
            }
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The first file that is named and not among those that were kept, with what names it; and how many there are.
    pub(super) fn missing(&self, kept: &[String]) -> Option<(String, String, usize)> {
        let kept: std::collections::BTreeSet<&String> = kept.iter().collect();
        let mut missing = self.0.iter().filter(|(name, _)| !kept.contains(name));
        let (name, stream) = missing.next()?;
        Some((name.clone(), stream.clone(), missing.count() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_digests_at_any_depth_and_secrets_are_none() {
        let (one, two, secret) = ("a".repeat(64), "b".repeat(64), "c".repeat(64));
        let mut named = Named::default();
        named.add("analysis/1", &format!(r#"{{"Queued":{{"input":{{"vcf_sha256":"{one}","structural_sha256":["{two}"]}}}}}}"#));
        named.add("client/1", &format!(r#"{{"Opened":{{"secret_sha256":"{secret}"}}}}"#));
        named.add("message/1", r#"{"Received":{"sha256":"short"}}"#);
        assert_eq!(named.missing(&[one.clone(), two.clone()]), None);
        assert_eq!(named.missing(&[one]), Some((two, "analysis/1".into(), 1)));
    }
}
