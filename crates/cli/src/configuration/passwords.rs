//! Passwords in addresses: never in arguments, which everybody on a machine can read, and never shown.

use anyhow::bail;
use std::ffi::OsString;

/// What stands in place of a password.
const HIDDEN: &str = "…";

/// Refuses arguments in which a password stands.
pub fn refuse(typed: &[OsString]) -> anyhow::Result<()> {
    for argument in typed.iter().skip(1) {
        if argument.to_str().and_then(hidden).is_some() {
            bail!(
                "a password stands in the arguments, where everybody on this machine can read it (ps). Put the whole address into a \
                 file that the service alone can read and name that (--database-file FILE), or into the environment (GMS_DATABASE)"
            );
        }
    }
    Ok(())
}

/// The text with its password hidden, if it has one: `postgres://user:password@host`, `…?password=…`.
pub fn hidden(text: &str) -> Option<String> {
    let start = text.find("://")? + 3;
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |end| start + end);
    let mut shown = text.to_owned();
    let mut is_hidden = false;
    if let Some(at) = text[start..end].rfind('@')
        && let Some(colon) = text[start..start + at].find(':')
        && colon + 1 < at
    {
        shown.replace_range(start + colon + 1..start + at, HIDDEN);
        is_hidden = true;
    }
    if let Some(place) = shown.find("password=") {
        let from = place + "password=".len();
        let to = shown[from..].find('&').map_or(shown.len(), |end| from + end);
        if to > from {
            shown.replace_range(from..to, HIDDEN);
            is_hidden = true;
        }
    }
    is_hidden.then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_wherever_an_address_has_it() {
        for (text, shown) in [
            ("postgres://gms:secret@db/gms", "postgres://gms:…@db/gms"),
            ("--database=postgres://gms:s@cret@db:5432/gms", "--database=postgres://gms:…@db:5432/gms"),
            ("postgres://db/gms?user=gms&password=secret&sslmode=require", "postgres://db/gms?user=gms&password=…&sslmode=require"),
        ] {
            assert_eq!(hidden(text).as_deref(), Some(shown));
            let refused = refuse(&["gms".into(), "serve".into(), text.into()]).expect_err(text).to_string();
            assert!(refused.contains("--database-file") && !refused.contains("secret"), "{refused}");
        }
        for text in ["postgres://gms@db/gms", "postgres:///gms", "fhir:https://host/a:b@c", "0.0.0.0:2575=0190", "https://h/?a=b", "a@b:c"]
        {
            assert_eq!(hidden(text), None, "{text}");
        }
    }
}
