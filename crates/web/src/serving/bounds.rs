//! How much of the service one connection, one address and everybody together may have.

use std::time::Duration;

/// Times and numbers beyond which the service says no. The numbers are ours: what a hospital's desks need with room to spare, and what
/// a machine of four gigabytes bears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address; a network of 64 bits counts as one address of IPv6.
    pub connections_of_address: usize,
    /// Of those, how many may have sent no whole request yet.
    pub silent_of_address: usize,
    /// How long a connection may be without a whole head of a first request, agreement on TLS included.
    pub first_request: Duration,
    /// How long a connection may then be idle, send at the head of the next request, or leave an answer unread.
    pub idle: Duration,
    /// How long a body may take to arrive.
    pub body: Duration,
    /// How long a request may take, from its head to its answer: a question to the research library may take ten minutes.
    pub request: Duration,
    /// How old a connection may become; a request that is open then is still answered.
    pub age: Duration,
    /// How long open requests may take to end when the program ends.
    pub end: Duration,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Requests a second of one system, by the secret or token that it shows; ten times as many at once.
    pub system_requests: u32,
    /// Requests a second of the interfaces from one address, whatever is shown; ten times as many at once.
    pub address_requests: u32,
}

impl Default for Bounds {
    fn default() -> Bounds {
        let seconds = Duration::from_secs;
        Bounds {
            connections: 2048,
            connections_of_address: 512,
            silent_of_address: 128,
            first_request: seconds(10),
            idle: seconds(60),
            body: seconds(120),
            request: seconds(15 * 60),
            age: seconds(15 * 60),
            end: seconds(30),
            head_bytes: 32 << 10,
            system_requests: 200,
            address_requests: 400,
        }
    }
}
