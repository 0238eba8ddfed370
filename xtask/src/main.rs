//! Work on the project itself: `cargo xtask tidy | data | pictures | package | sbom | bench`.

mod bench;
mod data;
mod directory;
mod evidence;
mod fuzzing;
mod names;
mod package;
mod pharmacogenomics;
mod pictures;
mod sbom;
mod tidy;
mod wings;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Work on the project itself")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Rebuild the demo reference pack from the published sources listed in data/SOURCES.md.
    Data {
        /// Folder with the sources.
        #[arg(long, default_value = "../shared/data")]
        sources: PathBuf,
        /// Where to write the pack.
        #[arg(long, default_value = "data/demo.gmspack")]
        to: PathBuf,
    },
    /// Rewrite the Test Directory's facts, data/directory, from the published files.
    Directory {
        /// Folder with the published directories.
        #[arg(long, default_value = "../shared/data/directory")]
        sources: PathBuf,
        /// Where to write them.
        #[arg(long, default_value = "data/directory")]
        to: PathBuf,
    },
    /// Rewrite the facts of pharmacogenomics, data/pharmacogenomics, from the published tables.
    Pharmacogenomics {
        /// Folder with the published tables.
        #[arg(long, default_value = "../shared/data/pgx")]
        sources: PathBuf,
        /// Where to write them.
        #[arg(long, default_value = "data/pharmacogenomics")]
        to: PathBuf,
    },
    /// Keep a picture of every page that the journeys come to: wide, narrow, dark and as it is printed.
    Pictures {
        /// Where to write them.
        #[arg(long, default_value = "target/pictures")]
        to: PathBuf,
    },
    /// Build the Debian package of two programs that are built.
    Package {
        /// Folder with `gms` and `gms-query`.
        #[arg(long, default_value = "target/release")]
        programs: PathBuf,
        /// Folder to write it to.
        #[arg(long, default_value = "target")]
        to: PathBuf,
    },
    /// Write what the programs are made of, as CycloneDX.
    Sbom {
        /// Where to write it.
        #[arg(long, default_value = "target/gms.cdx.json")]
        to: PathBuf,
    },
    /// Check the house's rules: dependency edges, file length, format.
    Tidy,
    /// Measure: accuracy on published cases, speed on a trio.
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().task {
        Task::Data { sources, to } => data::demo_pack(&sources, &to),
        Task::Directory { sources, to } => directory::run(&sources, &to),
        Task::Pharmacogenomics { sources, to } => pharmacogenomics::run(&sources, &to),
        Task::Pictures { to } => pictures::run(&to),
        Task::Package { programs, to } => package::run(&programs, &to),
        Task::Sbom { to } => sbom::run(&tidy::root()?, &to),
        Task::Tidy => tidy::run(),
        Task::Bench(bench) => bench::run(bench),
    }
}
