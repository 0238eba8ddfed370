//! Places for connections: so many in all, so many of an address, and fewer of those that have said nothing yet.

use super::Bounds;
use crate::door::Proxies;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Every place.
pub(crate) struct Places {
    all_max: usize,
    of_address_max: usize,
    silent_max: usize,
    /// Behind these are many: they have no bound of their own.
    proxies: Proxies,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    all: usize,
    addresses: HashMap<IpAddr, OfAddress>,
}

#[derive(Default)]
struct OfAddress {
    all: usize,
    silent: usize,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    OfAddress,
    All,
}

/// The place of one connection, until this value is dropped.
pub(crate) struct Place {
    places: Arc<Places>,
    network: IpAddr,
    is_silent: AtomicBool,
}

impl Places {
    pub(crate) fn new(bounds: &Bounds, proxies: Proxies) -> Arc<Places> {
        Arc::new(Places {
            all_max: bounds.connections,
            of_address_max: bounds.connections_of_address,
            silent_max: bounds.silent_of_address,
            proxies,
            counts: Mutex::default(),
        })
    }

    /// A place for a connection of an address.
    pub(crate) fn take(self: &Arc<Places>, address: IpAddr) -> Result<Place, Full> {
        let network = network(address);
        let mut counts = self.counts();
        if counts.all >= self.all_max {
            return Err(Full::All);
        }
        let of_address = counts.addresses.entry(network).or_default();
        let is_full = of_address.all >= self.of_address_max || of_address.silent >= self.silent_max;
        if is_full && !self.proxies.trusts(address) {
            return Err(Full::OfAddress);
        }
        of_address.all += 1;
        of_address.silent += 1;
        counts.all += 1;
        Ok(Place { places: Arc::clone(self), network, is_silent: AtomicBool::new(true) })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// A whole head of a request has come.
    pub(super) fn spoke(&self) {
        if self.is_silent.swap(false, Ordering::Relaxed)
            && let Some(of_address) = self.places.counts().addresses.get_mut(&self.network)
        {
            of_address.silent -= 1;
        }
    }

    pub(super) fn is_silent(&self) -> bool {
        self.is_silent.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.spoke();
        let mut counts = self.places.counts();
        counts.all -= 1;
        if let Some(of_address) = counts.addresses.get_mut(&self.network) {
            of_address.all -= 1;
            if of_address.all == 0 {
                counts.addresses.remove(&self.network);
            }
        }
    }
}

/// What counts as one address: of IPv6 the first 64 bits, of which whoever has one has all. Source: RFC 4291, section 2.5.4.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_its_places_and_others_have_theirs() {
        let bounds = Bounds { connections: 5, connections_of_address: 3, silent_of_address: 2, ..Bounds::default() };
        let places = Places::new(&bounds, Proxies::default());
        let (one, other) = (address("10.0.0.1"), address("10.0.0.2"));
        let first = places.take(one).expect("a place");
        let _second = places.take(one).expect("a place");
        assert_eq!(places.take(one).err(), Some(Full::OfAddress), "two are silent");
        first.spoke();
        let third = places.take(one).expect("one of them spoke");
        third.spoke();
        assert_eq!(places.take(one).err(), Some(Full::OfAddress), "three are open");
        let _others = [places.take(other), places.take(other)];
        assert_eq!(places.take(address("10.0.0.3")).err(), Some(Full::All));
        drop(first);
        assert!(places.take(one).is_ok(), "a place that was left is free");
    }

    #[test]
    fn behind_a_trusted_proxy_are_many() {
        let bounds = Bounds { connections: 4, connections_of_address: 1, silent_of_address: 1, ..Bounds::default() };
        let places = Places::new(&bounds, Proxies::read(&["10.0.0.0/24".to_owned()]).expect("a network"));
        let open: Vec<_> = (0..4).map(|_| places.take(address("10.0.0.1"))).collect();
        assert!(open.iter().all(Result::is_ok));
        assert_eq!(places.take(address("10.0.0.1")).err(), Some(Full::All));
        drop(open);
        let counts = places.counts();
        assert!(counts.addresses.is_empty() && counts.all == 0, "nothing is remembered of whoever left");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        assert_eq!(network(address("2001:db8::1")), network(address("2001:db8::ffff:1")));
        assert_ne!(network(address("2001:db8::1")), network(address("2001:db8:0:1::1")));
        assert_eq!(network(address("::ffff:10.0.0.1")), address("10.0.0.1"));
    }
}
