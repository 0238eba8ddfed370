//! Arguments of `gms doctor`.

use super::Place;
use clap::Args;
use std::path::PathBuf;

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
