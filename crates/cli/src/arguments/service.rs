//! Arguments of the commands that keep a service.

mod backup;
mod config;
mod entrance;
mod network;
mod operations;
mod place;
mod worker;

pub use backup::{Backup, Restore};
use clap::{Args, Subcommand};
pub use operations::{Doctor, LogFormat, Watching};
pub use place::Place;
use std::{net::SocketAddr, path::PathBuf};
pub use {
    config::{Config, ConfigAction},
    entrance::{Provider, Records},
    network::{Limits, Network, PagesTls},
    worker::Worker,
};

/// Commands that keep a service.
#[derive(Subcommand)]
pub enum ServiceCommand {
    /// Verify the journal of a service.
    Journal(Journal),
    /// Write a backup of a service, to be restored into SQLite or PostgreSQL.
    Backup(Backup),
    /// Restore a backup into an empty service.
    Restore(Restore),
    /// Compare a service's lists with its journal, walk the chain, and mend the lists.
    Admin(Admin),
    /// Look for what goes wrong at a site, and say what to do; ends with 1 after warnings, 2 after faults. Nothing is changed.
    Doctor(Doctor),
    /// Open an account of a service; the password is read from standard input.
    Account(Account),
    /// Let a hospital's prescribing system ask a service, or end that.
    Client(Client),
    /// Fill a service's research library, take people out, make a release, check its files.
    Library(Library),
    /// Answer questions of the research library on several machines: one schedules, the others execute.
    Machines(Machines),
    /// Take gene panels into a service, as PanelApp's API gives them.
    Panels(Panels),
    /// Make a fresh service, send published cases through it, and serve its pages.
    Demo(Demo),
    /// Serve the pages of a service.
    Serve(Box<Serve>),
    /// Check a file of settings, or print one with every setting.
    Config(Config),
    /// Do the work of a service, beside the programs that serve its pages: analyses, deliveries, the research library.
    Worker(Box<Worker>),
}

#[derive(Args)]
pub struct Admin {
    #[command(subcommand)]
    pub action: AdminAction,
}

#[derive(Subcommand)]
pub enum AdminAction {
    /// Say what differs between the lists and the journal; with --rebuild, write the lists anew.
    Check {
        #[command(flatten)]
        place: Place,
        /// Write the lists anew.
        #[arg(long)]
        rebuild: bool,
    },
    /// Start again with a database that is known to lack some of what was signed, as after a disaster. Nothing that was signed is removed.
    AcceptLoss {
        #[command(flatten)]
        place: Place,
        /// Why, and who decided it; it stands in the audit.
        #[arg(long)]
        reason: String,
    },
    /// Forget secrets that are sealed with a key that is lost, so that a new key can be made; or one secret by its name. Says which
    /// systems have to send theirs again.
    ForgetSecrets {
        #[command(flatten)]
        place: Place,
        /// The secret of this name alone, such as client/<identifier>.
        #[arg(long)]
        name: Option<String>,
        /// Forget them; without this they are listed.
        #[arg(long)]
        confirm: bool,
    },
}

#[derive(Args)]
pub struct Account {
    #[command(flatten)]
    pub place: Place,
    /// Name to sign in with.
    #[arg(long)]
    pub login: String,
    /// Name as it stands under a signature.
    #[arg(long)]
    pub name: String,
    /// Role, such as Administrator, Clinician or ClinicalScientist.
    #[arg(long)]
    pub role: String,
    /// ODS code of the organisation.
    #[arg(long)]
    pub organisation: String,
    /// Name of the organisation.
    #[arg(long)]
    pub organisation_name: String,
    /// Signs in with the organisation's provider only; no password is read.
    #[arg(long)]
    pub provider_only: bool,
    /// Begin a new service where the database holds none; without this such a database is refused, since it may be mistyped. In a folder
    /// the first account begins a service without it.
    #[arg(long = "new")]
    pub begins_new: bool,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an argument of its own")]
pub struct Client {
    #[command(flatten)]
    pub place: Place,
    /// Name by which people know the system.
    #[arg(long, required_unless_present_any = ["close", "system"])]
    pub name: Option<String>,
    /// Organisation (ODS code) that it belongs to.
    #[arg(long, required_unless_present_any = ["close", "system"])]
    pub organisation: Option<String>,
    /// Name of the organisation.
    #[arg(long, default_value = "")]
    pub organisation_name: String,
    /// The organisation, or one of those of --for, is new here: without this a code is refused that belongs to no laboratory, account
    /// or system of this service, with those that are most like it.
    #[arg(long)]
    pub new_organisation: bool,
    /// It orders tests and receives results; without this it asks about medicines only.
    #[arg(long)]
    pub orders: bool,
    /// It is a node of the Matchmaker Exchange and asks for cases like its own.
    #[arg(long, conflicts_with = "orders")]
    pub matches: bool,
    /// It is another laboratory's system and sends results; say with --results-in which laboratories take them.
    #[arg(long, conflicts_with_all = ["orders", "matches"], requires = "results_in")]
    pub laboratory: bool,
    /// A laboratory of this service (ODS code) that takes its results, and looks after those that belong on no order; repeat it
    /// for each. Given with --system, they replace those of before.
    #[arg(long, value_name = "CODE")]
    pub results_in: Vec<String>,
    /// Where results are sent: fhir:https://…, mllp:host:port (ORU^R01), mdm:host:port (MDM^T02), the same within TLS as
    /// mllps:host:port and mdms:host:port, or none.
    #[arg(long)]
    pub results: Option<String>,
    /// It sends orders for these organisations too, as a regional integration engine does: ODS code and name, such as
    /// "RVV=East Kent Hospitals"; repeat it for each. Given with --system, they replace those of before.
    #[arg(long = "for", value_name = "CODE=NAME")]
    pub organisations: Vec<String>,
    /// Its public keys: a file (JWKS). With one it shows who it is at /oauth2/token by private_key_jwt, and signs requests of CDS Hooks.
    #[arg(long, value_name = "FILE", conflicts_with = "jwks_url")]
    pub jwks: Option<PathBuf>,
    /// Address of its public keys (https), where it changes them itself.
    #[arg(long, value_name = "URL")]
    pub jwks_url: Option<String>,
    /// Name under which it signs requests of CDS Hooks (iss), such as https://hospital.example/fhir.
    #[arg(long)]
    pub issuer: Option<String>,
    /// Name in its certificate for lines within TLS (DNS name, or the subject's common name where there is none), or the
    /// certificate's fingerprint as sha256:…; repeat it for each. Given with --system, they replace those of before.
    #[arg(long = "certificate", value_name = "NAME")]
    pub certificates: Vec<String>,
    /// The system (identifier) of which this is said, from now on.
    #[arg(long, conflicts_with = "name")]
    pub system: Option<String>,
    /// End the asking of the system with this identifier.
    #[arg(long)]
    pub close: Option<String>,
    /// Why it ends.
    #[arg(long, default_value = "")]
    pub reason: String,
}

#[derive(Args)]
pub struct Panels {
    #[command(flatten)]
    pub place: Place,
    /// JSON files of PanelApp's API (v1), plain or gzip, or folders of them.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Demo {
    /// Folder of the fresh service.
    #[arg(long, default_value = "demo")]
    pub dir: PathBuf,
    /// End after the cases, without serving pages.
    #[arg(long)]
    pub no_serve: bool,
    /// Address to serve pages on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
}

#[derive(Args)]
pub struct Serve {
    /// File of settings (TOML), also named in `GMS_CONFIG`: every other argument can stand in it; gms config example prints one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub watching: Watching,
    /// Leave analyses, deliveries and the research library to other programs (gms worker).
    #[arg(long)]
    pub no_work: bool,
    /// Begin a new service where the folder, or the database, holds none; without this such a one is refused, since it may be mistyped.
    #[arg(long = "new")]
    pub begins_new: bool,
    /// Address to serve pages on. One that other machines reach is refused without --tls-certificate or --trusted-proxy.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Serve without TLS to whoever sits at this machine, and to nobody else. Without it cookies go over TLS alone, so that TLS has to
    /// stand before the service.
    #[arg(long)]
    pub plain_loopback: bool,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    #[command(flatten)]
    pub network: Network,
    #[command(flatten)]
    pub provider: Provider,
    /// A line for HL7 over MLLP: address and the system (identifier) whose line it is, such as 0.0.0.0:2575=0190…; repeatable.
    #[arg(long = "mllp")]
    pub lines: Vec<String>,
    /// A site whose pages may ask the FHIR API and the prescribing services from a browser, such as https://app.example; repeatable.
    /// Without it every site's may: who asks shows a token, never a cookie.
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    pub cors_origins: Vec<String>,
    #[command(flatten)]
    pub within_tls: WithinTls,
    #[command(flatten)]
    pub records: Records,
    /// Where the research library lies: a folder, or an address such as s3://bucket/library; library in the folder without it.
    #[arg(long)]
    pub library: Option<String>,
    /// Scheduler of the machines that answer the library's questions, such as 10.0.0.5:50050; this one does without it.
    #[arg(long)]
    pub machines: Option<SocketAddr>,
    /// The program gms-query, which runs queries of the library; beside this program, or where GMS_QUERY says, without it.
    #[arg(long)]
    pub query_program: Option<PathBuf>,
}

/// HL7 within TLS.
#[derive(Args)]
#[expect(clippy::struct_field_names, reason = "each is its option, and no other arguments of the command may be called so")]
pub struct WithinTls {
    /// A line for HL7 over MLLP within TLS: address and the system (identifier) whose line it is, such as 0.0.0.0:2576=0190…;
    /// repeatable. The system shows a certificate with a name that gms client --certificate registered.
    #[arg(long, value_name = "ADDRESS=SYSTEM", requires_all = ["mllp_certificate", "mllp_clients"])]
    pub mllp_tls: Vec<String>,
    /// Certificate of this service (PEM, with its chain): shown on those lines, and where results go to mllps:.
    #[arg(long, value_name = "FILE", requires = "mllp_key")]
    pub mllp_certificate: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, value_name = "FILE", requires = "mllp_certificate")]
    pub mllp_key: Option<PathBuf>,
    /// Authorities (PEM) whose certificates systems show on those lines.
    #[arg(long, value_name = "FILE")]
    pub mllp_clients: Option<PathBuf>,
    /// Revocation lists (CRL, PEM or DER) of those authorities, one of each; repeatable. Read again when a file changes. A system whose
    /// certificate is on one, or of whose authority no list is in force, is refused.
    #[arg(long, value_name = "FILE", requires = "mllp_clients")]
    pub mllp_revoked: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Library {
    #[command(flatten)]
    pub place: Place,
    /// Where the files lie: a folder, or an address such as s3://bucket/library; library in the service's folder without it.
    #[arg(long = "library")]
    pub address: Option<String>,
    /// Scheduler of the machines that answer questions; this one does without it.
    #[arg(long)]
    pub machines: Option<SocketAddr>,
    /// The program gms-query, which plans questions for machines; beside this program, or where GMS_QUERY says, without it.
    #[arg(long)]
    pub query_program: Option<PathBuf>,
    /// Reference pack: a name or a file.
    #[arg(long, default_value = "demo")]
    pub reference: String,
    #[command(subcommand)]
    pub action: LibraryAction,
}

#[derive(Subcommand)]
pub enum LibraryAction {
    /// Take in the data of finished analyses, of those who agreed to research.
    Fill,
    /// Take people out whose choice ended, and data that no release holds and later ones stand for.
    Clear,
    /// Make a release of everybody whose choice allows it.
    Release,
    /// Compare every file with its checksum, and remove files that a run left half-way.
    Verify,
    /// Ask a question for a project, whose token is read from `GMS_PROJECT_TOKEN`; the answer is JSON.
    Ask {
        /// In the cohort language, such as: carriers loss-of-function in SCN1A with HP:0001250
        question: String,
    },
}

/// Machines that answer questions of the research library together. They talk without encryption: give them a network of their own.
#[derive(Args)]
pub struct Machines {
    /// Where the library lies, the same for all: a folder that they share, or an address such as s3://bucket/library.
    #[arg(long)]
    pub library: String,
    /// The program gms-query, which does it; beside this program, or where GMS_QUERY says, without it.
    #[arg(long)]
    pub query_program: Option<PathBuf>,
    #[command(subcommand)]
    pub role: MachineRole,
}

#[derive(Subcommand)]
pub enum MachineRole {
    /// Give out work.
    Schedule {
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:50050")]
        listen: SocketAddr,
    },
    /// Do work.
    Execute {
        /// Address of the scheduler.
        #[arg(long, default_value = "127.0.0.1:50050")]
        scheduler: SocketAddr,
        /// Address on which others fetch what was made here.
        #[arg(long, default_value = "127.0.0.1:50051")]
        listen: SocketAddr,
        /// Tasks at once.
        #[arg(long, default_value_t = 2)]
        cores: usize,
        /// Folder for what was made here.
        #[arg(long, default_value = "executor")]
        folder: String,
    },
}

#[derive(Args)]
pub struct Journal {
    #[command(subcommand)]
    pub action: JournalAction,
}

#[derive(Subcommand)]
pub enum JournalAction {
    /// Walk the hash chain and name the first bad entry.
    Verify {
        /// Folder of the service.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Write the lists of orders anew from the journal.
    Rebuild {
        /// Folder of the service.
        #[arg(long)]
        dir: PathBuf,
    },
}
