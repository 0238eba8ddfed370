//! Arguments of `gms-query`.

use clap::{Parser, Subcommand};
use std::net::SocketAddr;

#[derive(Parser)]
#[command(name = "gms-query", version, about = "The query engine of a research library. gms starts it: see gms serve and gms machines")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Answer one request, which gms writes to the input.
    Run,
    /// Give out work to machines that answer questions together.
    Schedule {
        /// Where the library lies, the same for all: a folder that they share, or an address such as s3://bucket/library.
        #[arg(long)]
        library: String,
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:50050")]
        listen: SocketAddr,
    },
    /// Do work that a scheduler gives out.
    Execute {
        /// Where the library lies.
        #[arg(long)]
        library: String,
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
