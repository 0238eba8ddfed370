use super::{Begun, Party, authentication, fetch};
use crate::fault::NotAccepted;
use anyhow::{Context, bail};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// What a server answered to a code.
pub struct Answer {
    /// Opens resources of the server.
    pub(super) access: String,
    /// Who was signed in; nobody where the server does not say.
    pub(super) id_token: Option<String>,
    /// The patient who is open there, as the server calls them (SMART): by identifier, or by address.
    pub patient: Option<String>,
}

impl Party {
    /// Exchanges the code that the browser brought back; what was kept counts once, and for this browser alone.
    #[crate::boxed]
    pub async fn exchange(&self, begun: &Begun, code: &str, state: &str, (now, id): (Timestamp, Uuid)) -> anyhow::Result<Answer> {
        if begun.state != state {
            bail!("the answer belongs to another sign-in");
        }
        let shown = authentication::show(&self.registration, &self.server, now, id)?;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.registration.redirect.as_str()),
            ("code_verifier", begun.verifier.as_str()),
        ];
        form.extend(shown.fields.iter().map(|(name, value)| (*name, value.as_str())));
        let mut request = self.http.post(&self.server.token).header("accept", "application/json").form(&form);
        if let Some((name, secret)) = &shown.basic {
            request = request.basic_auth(name, Some(secret));
        }
        let answer = request.send().await.with_context(|| format!("asking {} for a token", self.server.token))?;
        let status = answer.status();
        let said = fetch::json(answer).await.with_context(|| format!("{} answered {status}", self.server.token))?;
        if !status.is_success() {
            let part = |name: &str| said[name].as_str().unwrap_or_default().chars().take(200).collect::<String>();
            let summary = format!("{} answered {status}", self.server.token);
            let whole = format!("{summary}: {} {}", part("error"), part("error_description"));
            bail!(NotAccepted { summary, whole });
        }
        let text = |name: &str| said[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        // A token for anything else than a bearer would be used wrongly. Some leave the kind out.
        if said["token_type"].as_str().is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            bail!("the server gave a token of the kind {}", said["token_type"]);
        }
        Ok(Answer { access: text("access_token").unwrap_or_default(), id_token: text("id_token"), patient: patient(&said) })
    }
}

/// What the server calls the patient; a number is written as text by some servers and not by others.
fn patient(said: &Value) -> Option<String> {
    match &said["patient"] {
        Value::String(name) if !name.trim().is_empty() => Some(name.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
