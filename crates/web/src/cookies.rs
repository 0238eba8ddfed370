//! Cookies beside that of the session: how they are called, set and read.

use axum::http::{HeaderMap, HeaderValue, header};

/// Whether cookies go over TLS alone: everywhere but on the machine itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cookies {
    pub is_secure: bool,
}

impl Cookies {
    /// The whole name of a cookie. One that begins with `__Host-` is taken by browsers over TLS and from this very host alone, so that
    /// no neighbour can plant it. Source: RFC 6265bis, 4.1.3.2.
    pub(crate) fn name(self, name: &str) -> String {
        if self.is_secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// What sets a cookie for a while; none where the value cannot stand in one.
    pub(crate) fn set(self, name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.name(name));
        HeaderValue::try_from(text).ok()
    }

    /// What a browser sent.
    pub(crate) fn read(self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.name(name);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_over_tls_alone_but_on_the_machine_itself() {
        let (tls, plain) = (Cookies { is_secure: true }, Cookies { is_secure: false });
        let set = |cookies: Cookies| cookies.set("gms-known", "abc", 60).expect("a header").to_str().expect("text").to_owned();
        assert_eq!(set(tls), "__Host-gms-known=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(set(plain), "gms-known=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("gms-known=planted; __Host-gms-known=abc"));
        assert_eq!(tls.read(&headers, "gms-known").as_deref(), Some("abc"), "one without the prefix may be planted");
        assert_eq!(plain.read(&headers, "gms-known").as_deref(), Some("planted"));
        assert!(tls.set("gms-known", "a\r\nSet-Cookie: b", 60).is_none());
    }
}
