//! The form that a page was sent; and of one that cannot be read what is wrong with it, what to do, and what was typed.

use crate::error::PageError;
use axum::{
    body,
    extract::{FromRequest, RawForm, Request},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A form, as its page reads it. One that cannot be read is answered by a page.
pub(crate) struct Form<T>(pub T);

/// Why a form or an address could not be read, with what was typed.
#[derive(Debug)]
pub(crate) struct Unread {
    pub status: StatusCode,
    pub message: String,
    /// Fields in the order in which they were sent, without secrets.
    pub typed: Vec<(String, String)>,
}

/// What stands in the name of a field that is shown to nobody again.
const SECRETS: [&str; 3] = ["password", "secret", "token"];

/// The longest reason of the router itself, in bytes.
const REASON_BYTES_MAX: usize = 1 << 12;

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Form<T>, PageError> {
        let sent = RawForm::from_request(request, state).await;
        let RawForm(bytes) = sent.map_err(|refused| PageError::Unread(Unread::nothing_of(refused.status(), &refused.body_text())))?;
        Ok(Form(read(&bytes)?))
    }
}

/// Reads a form.
pub(crate) fn read<T: DeserializeOwned>(sent: &[u8]) -> Result<T, PageError> {
    serde_urlencoded::from_bytes(sent).map_err(|wrong| PageError::Unread(Unread::new(sent, &wrong.to_string())))
}

/// The answer of the router itself to what it cannot read, such as an address that says a word twice, as a page.
pub(crate) async fn as_page(response: Response) -> Response {
    let status = response.status();
    let is_text = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let is_refused = matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY);
    if !is_text || !is_refused {
        return response;
    }
    let why = body::to_bytes(response.into_body(), REASON_BYTES_MAX).await.unwrap_or_default();
    PageError::Unread(Unread::nothing_of(status, &String::from_utf8_lossy(&why))).into_response()
}

impl Unread {
    fn new(sent: &[u8], wrong: &str) -> Unread {
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(sent).unwrap_or_default();
        let is_repeat = wrong.contains("duplicate field") || wrong.contains("sequence");
        let again = "Nothing was done. Open the page again, fill it in, and send it from there";
        let message = match repeated(&fields) {
            names if is_repeat && !names.is_empty() => {
                format!("The form was sent with '{}' more than once, and this page takes it once. {again}", names.join("', '"))
            }
            _ => format!("What was sent is not a form of this page: {wrong}. {again}"),
        };
        let is_shown = |(name, value): &(String, String)| {
            let name = name.to_lowercase();
            name != "action" && !value.trim().is_empty() && !SECRETS.iter().any(|secret| name.contains(secret))
        };
        Unread { status: StatusCode::UNPROCESSABLE_ENTITY, message, typed: fields.into_iter().filter(is_shown).collect() }
    }

    /// Of which nothing is known but why.
    fn nothing_of(status: StatusCode, why: &str) -> Unread {
        let message =
            format!("The address, or what was sent, is not of this page: {why}. Nothing was done. Go back, and open the page again");
        Unread { status, message, typed: vec![] }
    }
}

/// Names of fields that were sent more than once.
fn repeated(fields: &[(String, String)]) -> Vec<&str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in fields {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::chosen::Chosen;
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Typed {
        name: String,
        reason: String,
    }

    #[derive(Deserialize)]
    #[serde(tag = "action", rename_all = "snake_case")]
    enum TestAction {
        Save(Typed),
    }

    fn unread<T>(result: Result<T, PageError>) -> Unread {
        match result {
            Err(PageError::Unread(unread)) => unread,
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("read"),
        }
    }

    #[test]
    fn a_field_that_is_sent_twice_is_named_and_what_was_typed_is_kept() {
        for wrong in [
            unread(read::<Typed>(b"name=Ada&name=Eve&reason=It+is+so")),
            unread(read::<Chosen<TestAction>>(b"name=Ada&action=save&name=Eve&reason=It+is+so")),
        ] {
            assert!(wrong.message.contains("sent with 'name' more than once"), "{}", wrong.message);
            let typed: Vec<(&str, &str)> = wrong.typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(typed, [("name", "Ada"), ("name", "Eve"), ("reason", "It is so")]);
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let Ok(Chosen(Some(TestAction::Save(typed)))) = read(b"name=Ada&action=save&reason=x") else { panic!("a form") };
        assert_eq!((typed.name.as_str(), typed.reason.as_str()), ("Ada", "x"));
    }

    #[test]
    fn a_password_is_never_shown_again_whatever_is_sent_beside_it() {
        for beside in ["", "a", "&&", "=", "%", "%zz", "&name=", "&password=", "&=x"] {
            let sent = format!("name=x{beside}&new_password=OPENSESAME&name=again&password=OPENSESAME&old-Password=OPENSESAME");
            let wrong = unread(read::<Typed>(sent.as_bytes()));
            assert!(wrong.typed.iter().all(|(_, value)| !value.contains("OPENSESAME")), "{beside}: {:?}", wrong.typed);
            assert!(!wrong.message.contains("OPENSESAME") && wrong.typed.iter().any(|(_, value)| value == "again"), "{beside}");
        }
    }
}
