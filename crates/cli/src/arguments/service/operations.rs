//! Arguments by which those who run the service watch a program that runs on, and look at a site.

use super::Place;
use clap::{Args, ValueEnum};
use service::operations::traces::Collector;
use std::{net::SocketAddr, path::PathBuf};

/// Where figures are given if no address is named: to this machine alone.
const METRICS: &str = "127.0.0.1:9464";

/// What a program that runs on tells those who run it.
#[derive(Args)]
pub struct Watching {
    /// Give figures for Prometheus at /metrics, with /health/live and /health/ready, on an address of their own; without an address on
    /// 127.0.0.1:9464. Nobody is asked who they are there: never open it to a network that others use.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = METRICS)]
    pub metrics: Option<SocketAddr>,
    /// How lines of the log are written to standard error; which, the variable RUST_LOG says, such as warn,request=info.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Send traces to a collector of OpenTelemetry (OTLP over HTTP, in JSON), such as http://collector:4318: how long each request and
    /// each piece of work took, and its parts. They name nobody and no order; what the collector does not take is dropped.
    #[arg(long, value_name = "URL")]
    pub traces: Option<Collector>,
}

/// How a line of the log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum LogFormat {
    /// To be read by people.
    #[default]
    Text,
    /// One JSON object for each line.
    Json,
}

/// What is looked at.
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    pub place: Place,
    /// Reference pack of gms serve and gms worker: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    /// A certificate that this service shows to others (PEM); repeatable. Those of the folder authorities are looked at unasked.
    #[arg(long = "certificate", value_name = "FILE")]
    pub certificates: Vec<PathBuf>,
    /// Address of the OpenID Connect provider, if people sign in there.
    #[arg(long)]
    pub oidc_issuer: Option<String>,
    /// Write what was found as JSON.
    #[arg(long)]
    pub json: bool,
}
