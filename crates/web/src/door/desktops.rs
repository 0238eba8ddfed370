//! Desks that the site names: there, and nowhere else, the workspace of the research library shows rows of people. Such a desk is a
//! machine from which nothing is carried away, such as a virtual desktop without a clipboard.

use super::proxies::{Network, network};
use axum::{extract::FromRequestParts, http::request::Parts};
use service::research::answers::Shown;
use std::{convert::Infallible, net::IpAddr};

/// Networks of such desks; none where none is named.
#[derive(Clone, Debug, Default)]
pub struct Desktops(Vec<Network>);

/// What may be shown to whoever asks, by where they sit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat(pub Shown);

impl Desktops {
    /// Reads networks such as `10.0.0.0/24`, or addresses, or says what is wrong with one.
    pub fn read(networks: &[String]) -> Result<Desktops, String> {
        networks.iter().map(|text| network(text)).collect::<Result<_, _>>().map(Desktops)
    }

    /// What may be shown to an address; to one that is not known groups alone.
    pub(super) fn seat(&self, client: Option<IpAddr>) -> Seat {
        let is_desk = client.is_some_and(|client| self.0.iter().any(|network| network.holds(client.to_canonical())));
        Seat(if is_desk { Shown::Rows } else { Shown::Groups })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Seat {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Seat>().copied().unwrap_or(Seat(Shown::Groups)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_shown_at_a_desk_that_is_named_and_nowhere_else() {
        let desktops = Desktops::read(&["10.1.0.0/16".to_owned(), "2001:db8::5".to_owned()]).expect("networks");
        let seat = |address: &str| desktops.seat(Some(address.parse().expect("an address"))).0;
        assert_eq!(["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::5"].map(seat), [Shown::Rows; 3]);
        assert_eq!(["10.2.2.3", "2001:db8::6", "127.0.0.1"].map(seat), [Shown::Groups; 3]);
        assert_eq!(desktops.seat(None), Seat(Shown::Groups));
        assert_eq!(Desktops::default().seat("10.1.2.3".parse().ok()), Seat(Shown::Groups));
        assert!(Desktops::read(&["10.1.0.0/40".to_owned()]).expect_err("refused").contains("is no network"));
    }
}
