//! What a server says of somebody beside the identity token, where that lacks what is needed. Source: OpenID Connect Core 1.0, section
//! 5.3.

use super::{Answer, Identity, Party, fetch};
use crate::fault::ForLog;
use anyhow::ensure;
use serde_json::Value;

impl Party {
    /// Whom the server vouches for, with what its userinfo adds; what it does not add is not known, and keeps nobody out.
    pub(super) async fn with_userinfo(&self, answer: &Answer, identity: Identity) -> anyhow::Result<Identity> {
        let lacks = identity.verified_email.is_none() || (self.server.is_record && identity.fhir_user.is_none());
        let Some(address) = self.server.userinfo.as_deref().filter(|_| lacks && !answer.access.is_empty()) else { return Ok(identity) };
        match fetch::opened(&self.http, address, &answer.access, "application/json").await {
            Ok(said) => completed(identity, &said),
            Err(fault) => {
                tracing::warn!("what {address} says of somebody could not be read: {}", fault.for_log());
                Ok(identity)
            }
        }
    }
}

/// What is missing of an identity, from what the server says of the same person. An address and that it is verified come from one
/// place: one that somebody typed is not verified by what is said of another.
fn completed(identity: Identity, said: &Value) -> anyhow::Result<Identity> {
    ensure!(said["sub"] == *identity.subject, "what the server says of somebody (userinfo) is of another person than its identity token");
    let text = |name: &str| said[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let is_verified = match &said["email_verified"] {
        Value::Bool(is_verified) => *is_verified,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    Ok(Identity {
        verified_email: identity.verified_email.or_else(|| text("email").filter(|_| is_verified)),
        fhir_user: identity.fhir_user.or_else(|| text("fhirUser")),
        ..identity
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(said: &Value, expected: Option<(Option<&str>, Option<&str>)>) {
        let identity = Identity { subject: "s".into(), verified_email: None, assurance: "3".into(), fhir_user: None };
        let found = completed(identity, said).ok();
        let parts = found.as_ref().map(|found| (found.verified_email.as_deref(), found.fhir_user.as_deref()));
        assert_eq!(parts, expected, "{said}");
        assert!(found.is_none_or(|found| found.assurance == "3" && found.subject == "s"), "how sure it is, the token alone says");
    }

    #[test]
    fn what_is_missing_is_taken_of_the_same_person_alone() {
        check(&json!({ "sub": "s", "email": "nia@example.nhs.uk", "email_verified": true }), Some((Some("nia@example.nhs.uk"), None)));
        check(&json!({ "sub": "s", "email": "nia@example.nhs.uk", "email_verified": "true" }), Some((Some("nia@example.nhs.uk"), None)));
        check(&json!({ "sub": "s", "email": "nia@example.nhs.uk" }), Some((None, None)));
        check(&json!({ "sub": "s", "email_verified": true }), Some((None, None)));
        check(&json!({ "sub": "s", "fhirUser": "Practitioner/5", "acr": "4" }), Some((None, Some("Practitioner/5"))));
        check(&json!({ "sub": "S", "email": "nia@example.nhs.uk", "email_verified": true }), None);
        check(&json!({ "email": "nia@example.nhs.uk", "email_verified": true }), None);
        check(&json!([]), None);
    }

    #[test]
    fn an_address_that_is_verified_already_stays() {
        let identity = Identity { subject: "s".into(), verified_email: Some("a@b".into()), assurance: String::new(), fhir_user: None };
        let found = completed(identity, &json!({ "sub": "s", "email": "c@d", "email_verified": true })).expect("the same");
        assert_eq!(found.verified_email.as_deref(), Some("a@b"));
    }
}
