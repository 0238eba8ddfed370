//! Arguments of `gms serve` about how people come in.

use clap::Args;
use std::path::PathBuf;

/// Sign-in with an organisation's own accounts (OpenID Connect).
#[derive(Args)]
pub struct Provider {
    /// Address of the OpenID Connect provider.
    #[arg(long, requires_all = ["oidc_client", "address"])]
    pub oidc_issuer: Option<String>,
    /// Name under which the provider of --oidc-issuer knows this service; refused without one.
    #[arg(long)]
    pub oidc_client: Option<String>,
    /// File that holds the client's secret, readable by the service alone; the secret itself is also read from `GMS_OIDC_SECRET`.
    #[arg(long, value_name = "FILE")]
    pub oidc_secret_file: Option<PathBuf>,
    /// Private key (PEM) with which this service signs who it is, where the provider takes private_key_jwt. Its public half is at
    /// /.well-known/jwks.json.
    #[arg(long, value_name = "FILE")]
    pub oidc_key: Option<PathBuf>,
    /// Assurance (acr) that a sign-in needs.
    #[arg(long)]
    pub oidc_assurance: Option<String>,
    /// Address at which browsers and other systems reach this service, such as <https://gms.example.nhs.uk>. It stands in links, and
    /// nothing is answered under another name but those of --host.
    #[arg(long, visible_alias = "public-url")]
    pub address: Option<String>,
}

/// Electronic records of hospitals that open this service (SMART App Launch), at /launch.
#[derive(Args)]
#[expect(clippy::struct_field_names, reason = "they are named as the arguments are")]
pub struct Records {
    /// A record that is trusted to say who works there and who is open: base address of its FHIR server, and the name under which
    /// it knows this service; repeatable.
    #[arg(long = "smart-issuer", value_name = "URL=CLIENT_ID", requires = "address")]
    pub smart_issuers: Vec<String>,
    /// File that holds the secret of a single record, readable by the service alone; the secret itself is also read from
    /// `GMS_SMART_SECRET`.
    #[arg(long, value_name = "FILE")]
    pub smart_secret_file: Option<PathBuf>,
    /// Private key (PEM) with which this service signs who it is there. Its public half is at /.well-known/jwks.json.
    #[arg(long, value_name = "FILE")]
    pub smart_key: Option<PathBuf>,
}
