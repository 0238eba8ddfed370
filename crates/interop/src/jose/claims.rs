use super::TokenFault;
use serde_json::{Map, Value};

/// What a token says. Each claim is read only where it is needed: one that nobody asks for may be of any kind.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Claims(pub(super) Map<String, Value>);

/// What a token must say to be taken.
pub struct Expected<'e> {
    /// Who says it.
    pub issuer: &'e str,
    /// To whom: one of these.
    pub audiences: &'e [String],
    /// The present moment, in seconds since 1970.
    pub now: i64,
    /// How far ahead it may end, where that is bounded.
    pub seconds_most: Option<i64>,
}

/// How far the clocks of two machines may be apart.
const SKEW_SECONDS: i64 = 60;
/// How long ago a token may have been made that may not last long.
const AGE_SECONDS_MAX: i64 = 3600;
/// A name of a token that is longer is none.
const ID_CHARACTERS_MAX: usize = 512;

impl Claims {
    /// A claim that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A claim that is a moment, in seconds since 1970. A fraction is cut.
    pub fn moment(&self, name: &str) -> Option<i64> {
        let value = self.0.get(name)?;
        value.as_i64().or_else(|| value.as_f64().filter(|moment| moment.is_finite()).map(|moment| moment as i64))
    }

    /// Whether a claim says yes. Providers write it as truth value, as text or as a number; whatever else it is says no.
    pub fn is_true(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(is)) => *is,
            Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("true"),
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// Whom the token is for: one, or several.
    pub fn audiences(&self) -> Vec<&str> {
        match self.0.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => vec![],
        }
    }

    /// The token's own name, and until when it must be known that it was used.
    pub fn used_once(&self) -> Result<(&str, i64), TokenFault> {
        let id = self.text("jti").ok_or_else(|| TokenFault::claim("jti", "is missing: give each token a name of its own"))?;
        if id.chars().count() > ID_CHARACTERS_MAX {
            return Err(TokenFault::claim("jti", format!("has more than {ID_CHARACTERS_MAX} characters")));
        }
        Ok((id, self.moment("exp").unwrap_or_default().saturating_add(SKEW_SECONDS)))
    }

    /// Whether the token says who sent it, to whom, and that it still counts.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), TokenFault> {
        match self.text("iss") {
            Some(issuer) if issuer == expected.issuer => {}
            Some(other) => return Err(TokenFault::claim("iss", format!("is '{}', not '{}'", short(other), expected.issuer))),
            None => return Err(TokenFault::claim("iss", format!("is missing: it is '{}'", expected.issuer))),
        }
        let audiences = self.audiences();
        if !audiences.iter().any(|audience| expected.audiences.iter().any(|known| known == audience)) {
            let said = audiences.first().map_or_else(|| "is missing".to_owned(), |audience| format!("is '{}'", short(audience)));
            return Err(TokenFault::claim("aud", format!("{said}: it is '{}'", expected.audiences.join("' or '"))));
        }
        self.check_times(expected.now, expected.seconds_most)
    }

    fn check_times(&self, now: i64, seconds_most: Option<i64>) -> Result<(), TokenFault> {
        let exp = self.moment("exp").ok_or_else(|| TokenFault::claim("exp", "is missing, or no number of seconds since 1970"))?;
        let skewed = now.saturating_add(SKEW_SECONDS);
        if exp <= now.saturating_sub(SKEW_SECONDS) {
            return Err(TokenFault::claim("exp", format!("is {} seconds ago: make a new token", now.saturating_sub(exp))));
        }
        if let Some(most) = seconds_most.filter(|most| exp > skewed.saturating_add(*most)) {
            let ahead = exp.saturating_sub(now);
            return Err(TokenFault::claim("exp", format!("is {ahead} seconds ahead, and may be {most}")));
        }
        for name in ["nbf", "iat"] {
            if self.moment(name).is_some_and(|moment| moment > skewed) {
                return Err(TokenFault::claim(name, "lies in the future: set the clock of the machine"));
            }
        }
        if seconds_most.is_some() && self.moment("iat").is_some_and(|made| made < now.saturating_sub(AGE_SECONDS_MAX)) {
            return Err(TokenFault::claim("iat", format!("is more than {AGE_SECONDS_MAX} seconds ago: make a new token")));
        }
        Ok(())
    }
}

/// What somebody sent, as it may be told again.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
