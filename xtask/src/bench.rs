//! Benchmarks: never part of a test.

mod acmg;
mod ancestry;
mod backgrounds;
mod cases;
mod csq;
mod explain;
mod hgvs;
mod hooks;
mod kill;
#[cfg(feature = "query")]
mod library;
mod load;
mod program;
mod rank;
mod service;
mod trio;
mod workers;

use clap::Subcommand;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Bench {
    /// The expert panels' own criteria combined: how often is the class theirs?
    Acmg {
        /// Folder with the variants.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
    },
    /// Genetic ancestry groups of people who were kept back: how often is the group told, and how often a wrong one?
    Ancestry {
        /// Folder with the genotypes.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
    },
    /// Published causal variants in real people's backgrounds: how often is the gene first, or among three?
    Cases {
        /// Folder with the cases, backgrounds and chains.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
        /// Cases drawn.
        #[arg(long, default_value_t = 200)]
        sample: usize,
        /// Print every case.
        #[arg(long)]
        each: bool,
    },
    /// The probability of a candidate against how often it is the cause.
    Calibrate {
        /// Folder with the cases, backgrounds and chains.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
        /// Cases drawn.
        #[arg(long, default_value_t = 600)]
        sample: usize,
    },
    /// Consequence terms on bcftools csq's own cases.
    Csq {
        /// Folder with the cases.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
        /// Print every difference.
        #[arg(long)]
        each: bool,
    },
    /// The research library on simulated cohorts, beside bcftools and DuckDB where they are installed: by cargo xtask-query.
    Library {
        /// People of each cohort.
        #[arg(long, value_delimiter = ',', default_values_t = [1000, 3000, 10_000])]
        people: Vec<u32>,
    },
    /// Planted variants of every fate: is the reason told the right one, and how fast?
    Explain {
        /// Variants planted.
        #[arg(long, default_value_t = 5000)]
        count: usize,
    },
    /// HGVS on transcripts from HGVS on the genome, on biocommons' tables.
    Hgvs {
        /// Folder with the tables.
        #[arg(long, default_value = "../shared/conformance")]
        conformance: PathBuf,
        /// Folder with the sequence, transcripts and chains.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
        /// Print every difference.
        #[arg(long)]
        each: bool,
    },
    /// Prescribing systems ask about people whose genes are known: how fast are the cards?
    Hooks {
        /// People.
        #[arg(long, default_value_t = 100_000)]
        people: usize,
        /// PostgreSQL, an empty database: postgres://…; SQLite without it.
        #[arg(long)]
        database: Option<String>,
    },
    /// Genes ranked by phenotype alone over the published cases.
    Rank {
        /// Folder with the cases.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
        /// Cases drawn; all without it.
        #[arg(long)]
        sample: Option<usize>,
    },
    /// Wall time and memory on a trio, beside decompression of the same file.
    Trio {
        /// Sites, when the trio is generated.
        #[arg(long, default_value_t = 1_000_000)]
        sites: usize,
        /// Folder of a generated trio (trio.vcf.gz, trio.ped, genome.fa, genes.gff3, freq.vcf.gz); made there if absent.
        #[arg(long, default_value = "target/bench-trio")]
        dir: PathBuf,
        /// Generator of the trio.
        #[arg(long, default_value = "../shared/tools/gen_trio.py")]
        generator: PathBuf,
    },
    /// A real `gms serve` on a service that bench service kept: its start, its pages under a mixed load, and whether its memory stays.
    Load {
        /// Folder of the service, as bench service --keep left it. The load writes to it.
        #[arg(long = "in", value_name = "FOLDER")]
        folder: PathBuf,
        /// PostgreSQL, the database that was filled: postgres://…; SQLite in the folder without it.
        #[arg(long)]
        database: Option<String>,
        /// For how long; memory is judged from 15 minutes on.
        #[arg(long, default_value_t = 30)]
        minutes: usize,
        /// Connections at once.
        #[arg(long, default_value_t = 50)]
        connections: usize,
        /// Requests a second of all connections together, at random times, however long those before take.
        #[arg(long, default_value_t = 100)]
        rate: u32,
    },
    /// A program killed in the middle of its writes: is everything there that it had acknowledged?
    Kill {
        /// How often it is killed.
        #[arg(long, default_value_t = 10)]
        rounds: u32,
        /// Place orders there until killed; what the benchmark asks of itself.
        #[arg(long, hide = true)]
        place_in: Option<PathBuf>,
        /// PostgreSQL, an empty database: postgres://…; one of its own without it, where PostgreSQL is installed.
        #[arg(long)]
        database: Option<String>,
    },
    /// Programs that share the work of a service, killed at random points: is everything done once, and nothing lost?
    Workers {
        /// How often one of them is killed.
        #[arg(long, default_value_t = 200)]
        rounds: u32,
        /// Families that are analysed.
        #[arg(long, default_value_t = 300)]
        families: usize,
        /// For how long one of them is stopped once, in seconds: longer than it may be silent.
        #[arg(long, default_value_t = 90)]
        stopped: u64,
        /// PostgreSQL, an empty database: postgres://…; one of its own without it, or SQLite where none is installed.
        #[arg(long)]
        database: Option<String>,
    },
    /// A year of orders; then the start of the service, what its pages ask, each page over HTTP, and many desks at once.
    Service {
        /// Orders placed first.
        #[arg(long, default_value_t = 10_000)]
        orders: usize,
        /// Desks at once.
        #[arg(long, default_value_t = 200)]
        desks: usize,
        /// Requests for each page.
        #[arg(long, default_value_t = 100)]
        requests: usize,
        /// PostgreSQL, an empty database, or with --from the one that was filled: postgres://…; SQLite without it.
        #[arg(long)]
        database: Option<String>,
        /// Keep the filled service in this folder, and its database, to be measured again.
        #[arg(long, value_name = "FOLDER", conflicts_with = "from")]
        keep: Option<PathBuf>,
        /// Fill nothing: measure the service that was kept in this folder.
        #[arg(long, value_name = "FOLDER", conflicts_with = "orders")]
        from: Option<PathBuf>,
    },
}

pub fn run(bench: Bench) -> anyhow::Result<()> {
    match bench {
        Bench::Acmg { sources } => acmg::run(&sources).and_then(|()| acmg::end_to_end(&sources)),
        Bench::Ancestry { sources } => ancestry::run(&sources),
        Bench::Cases { sources, sample, each } => cases::run(&sources, sample, each),
        Bench::Calibrate { sources, sample } => cases::calibrate(&sources, sample),
        Bench::Csq { sources, each } => csq::run(&sources, each),
        Bench::Explain { count } => explain::run(count),
        Bench::Hgvs { conformance, sources, each } => hgvs::run(&conformance, &sources, each),
        #[cfg(feature = "query")]
        Bench::Library { people } => library::run(&people),
        #[cfg(not(feature = "query"))]
        Bench::Library { .. } => anyhow::bail!("this one is compared with the query engine: run cargo xtask-query bench library"),
        Bench::Hooks { people, database } => hooks::run(people, database.as_deref()),
        Bench::Rank { sources, sample } => rank::run(&sources, sample),
        Bench::Load { folder, database, minutes, connections, rate } => {
            load::run(&load::Plan { place: program::Place { folder, database }, minutes, connections, rate })
        }
        Bench::Kill { place_in: Some(folder), database, .. } => kill::place_until_killed(&kill::Place { folder, database }),
        Bench::Kill { rounds, database, .. } => kill::run(rounds, database),
        Bench::Service { orders, desks, requests, database, keep, from } => {
            let place = service::Place::new(keep, from);
            service::run(&service::Size { orders, desks, requests }, &place, database.as_deref())
        }
        Bench::Trio { sites, dir, generator } => trio::run(sites, &dir, &generator),
        Bench::Workers { rounds, families, stopped, database } => workers::run(&workers::Plan { rounds, families, stopped, database }),
    }
}
