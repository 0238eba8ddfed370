//! Arguments of `gms serve` about connections: TLS, what stands before the service, and how much anybody may have.

use clap::{Args, value_parser};
use std::path::PathBuf;

/// How the pages are reached, and by whom how much.
#[derive(Args)]
pub struct Network {
    #[command(flatten)]
    pub tls: PagesTls,
    /// A proxy that stands before the service: its address or network, such as 10.0.0.0/24; repeatable. What it says of who asks
    /// (X-Forwarded-For, -Proto, -Host, -Prefix; Forwarded) is believed, and of nobody else. The proxy must overwrite what it was sent.
    #[arg(long = "trusted-proxy", value_name = "NETWORK")]
    pub trusted_proxies: Vec<String>,
    /// A name under which the service is reached beside that in --address, such as gms.internal:8080; repeatable. A request for another
    /// name is refused where one of both is said.
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// A desk at which researchers are shown rows of people in a workspace, and not groups alone: its address or network, such as
    /// 10.1.0.0/24; repeatable. Name machines alone from which nothing is carried away, such as virtual desktops without a clipboard.
    #[arg(long = "research-desktops", value_name = "NETWORK")]
    pub research_desktops: Vec<String>,
    #[command(flatten)]
    pub bounds: Limits,
}

/// TLS of the pages. Without it they are served over plain HTTP, for a proxy that speaks TLS.
#[derive(Args)]
pub struct PagesTls {
    /// Certificate of the pages (PEM, with its chain): they are served over https alone. Read again when the file changes.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
}

/// How much one connection, address and system may have.
#[derive(Args)]
pub struct Limits {
    /// Connections at once; fewer where this machine lets the program open fewer files.
    #[arg(long, value_name = "NUMBER", default_value_t = 2048, value_parser = value_parser!(u32).range(1..=65_536))]
    pub connections: u32,
    /// Connections at once from one address, trusted proxies left out.
    #[arg(long, value_name = "NUMBER", default_value_t = 512, value_parser = value_parser!(u32).range(1..=65_536))]
    pub connections_of_address: u32,
    /// Seconds until a connection has sent the head of its first request, agreement on TLS included.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = value_parser!(u32).range(1..=3600))]
    pub first_request_seconds: u32,
    /// Seconds that a connection may be idle between requests, or leave an answer unread.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = value_parser!(u32).range(1..=3600))]
    pub idle_seconds: u32,
    /// Seconds until what is sent with a request has arrived.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = value_parser!(u32).range(1..=3600))]
    pub body_seconds: u32,
    /// Seconds until a request is answered. A question to the research library may take ten minutes.
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = value_parser!(u32).range(1..=86_400))]
    pub request_seconds: u32,
    /// Seconds that open requests have to end when the program ends (SIGTERM or Ctrl-C).
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = value_parser!(u32).range(1..=3600))]
    pub end_seconds: u32,
    /// Requests a second to the interfaces (FHIR, HL7, matchmaking, CDS Hooks) of one system, by the secret that it shows; ten times as
    /// many at once.
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub system_requests: u32,
    /// The same from one address, whatever is shown.
    #[arg(long, value_name = "NUMBER", default_value_t = 400, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub address_requests: u32,
}
