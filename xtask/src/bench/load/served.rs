//! A `gms serve` that was started, as far as the benchmark sees it: its addresses, when it was ready, its figures and its memory.

use super::{connection::client, figures::Figures, memory::Memory};
use crate::bench::program::{Place, Program};
use anyhow::{Context, bail, ensure};
use reqwest::{Client, StatusCode};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{ChildStdout, Stdio},
    thread,
    time::{Duration, Instant},
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::{sleep, timeout},
};

/// How long the program may take to say where it is, and to be ready.
const BEGUN_WITHIN: Duration = Duration::from_mins(2);
/// How often it is asked whether it is ready.
const LOOKED_EVERY: Duration = Duration::from_millis(2);
/// What the program says when it begins, before and after an address.
const FIGURES: (&str, &str) = ("Figures for monitoring: ", "/metrics.");
const PAGES: (&str, &str) = ("Open ", " in a browser.");

/// The program that serves.
pub(super) struct Served {
    program: Program,
    client: Client,
    /// Address of the pages.
    pub(super) pages: String,
    /// Address of the figures.
    figures: String,
    /// From the start of the process until it was ready.
    pub(super) ready_after: Duration,
}

impl Served {
    /// Starts it, with all work of the service, and waits until it is ready.
    pub(super) async fn start(gms: &Path, place: &Place) -> anyhow::Result<Served> {
        let client = client()?;
        let arguments = ["serve", "--plain-loopback", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
        let mut command = Program::command(gms, place, &arguments);
        command.stdout(Stdio::piped());
        let began = Instant::now();
        let mut program = Program::begin(&mut command)?;
        let mut lines = lines(program.output()?);
        let figures = address(&mut lines, FIGURES).await?;
        let pages = address(&mut lines, PAGES).await?;
        let ready = format!("{pages}/health/ready");
        let mut last = String::new();
        while began.elapsed() < BEGUN_WITHIN {
            program.check_runs()?;
            if let Ok(response) = client.get(&ready).send().await {
                if response.status() == StatusCode::OK {
                    let ready_after = began.elapsed();
                    return Ok(Served { program, client, pages, figures, ready_after });
                }
                last = response.text().await.unwrap_or_default();
            }
            sleep(LOOKED_EVERY).await;
        }
        bail!("gms serve was not ready within {BEGUN_WITHIN:?}: {last}")
    }

    /// How long requests took by its own count.
    pub(super) async fn figures(&self) -> anyhow::Result<Figures> {
        let response = self.client.get(format!("{}/metrics", self.figures)).send().await?;
        ensure!(response.status() == StatusCode::OK, "the figures were answered {}", response.status().as_u16());
        Figures::read(&response.text().await?)
    }

    /// Its memory; a fault where it has ended.
    pub(super) fn memory(&mut self) -> anyhow::Result<Memory> {
        self.program.check_runs()?;
        Memory::of_process(self.program.id())
    }

    /// Ends it as whoever runs the service does.
    pub(super) fn end(self) -> anyhow::Result<()> {
        self.program.end()
    }
}

/// What a program says, line by line. It is read until the program ends, which would not go on if nobody did.
fn lines(output: ChildStdout) -> UnboundedReceiver<String> {
    let (sender, lines) = unbounded_channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Later lines are nobody's.
            let _ = sender.send(line);
        }
    });
    lines
}

/// The address in the next line that is framed so.
async fn address(lines: &mut UnboundedReceiver<String>, frame: (&str, &str)) -> anyhow::Result<String> {
    let find = async {
        while let Some(line) = lines.recv().await {
            if let Some(address) = framed(&line, frame) {
                return Some(address.to_owned());
            }
        }
        None
    };
    let found = timeout(BEGUN_WITHIN, find).await.context("gms serve did not say where it is")?;
    found.with_context(|| format!("gms serve ended without a line that begins with '{}'", frame.0))
}

/// What stands in a line between two texts, of which the first begins it.
fn framed<'a>(line: &'a str, (before, after): (&str, &str)) -> Option<&'a str> {
    line.strip_prefix(before)?.split_once(after).map(|(framed, _)| framed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_what_the_program_says() {
        assert_eq!(framed("Figures for monitoring: http://127.0.0.1:9464/metrics.", FIGURES), Some("http://127.0.0.1:9464"));
        assert_eq!(framed("Open http://127.0.0.1:8080 in a browser. Ctrl-C ends it.", PAGES), Some("http://127.0.0.1:8080"));
        assert_eq!(framed("Settings of gms.toml.", PAGES), None);
    }
}
