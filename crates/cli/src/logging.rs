//! The log: lines on standard error, as text or as JSON. What could name a person is blotted out of each before it is written. Beside it,
//! where a collector is named, traces.

mod blot;
mod traces;

use crate::arguments::service::{LogFormat, Watching};
use blot::blotted;
use service::operations::traces::{Queue, Sending, TARGET, begin as begin_sending};
use std::{
    io::{self, Write},
    path::Path,
};
use traces::Traces;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::filter_fn, fmt, fmt::MakeWriter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Some of what happens, for somebody to read.
type Part = Box<dyn Layer<Registry> + Send + Sync>;

/// Begins the log of a program that runs on, and sends traces for as long as what is returned lives, if it is told to.
pub fn begin_with(watching: &Watching, folder: &Path) -> anyhow::Result<Option<Sending>> {
    let (queue, sending) = watching.traces.as_ref().map(|collector| begin_sending(collector, folder)).transpose()?.unzip();
    begin(watching.log_format, queue);
    Ok(sending)
}

/// Begins the log. Which lines are written, `RUST_LOG` says; warnings and faults without it.
pub fn begin(format: LogFormat, queue: Option<Queue>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    let lines = fmt::layer::<Registry>().with_writer(Blotting);
    let lines: Part = match format {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).with_filter(filter).boxed(),
    };
    let traces = queue.map(|queue| -> Part { Traces::new(queue).with_filter(filter_fn(|of| of.target() == TARGET)).boxed() });
    tracing_subscriber::registry().with(std::iter::once(lines).chain(traces).collect::<Vec<Part>>()).init();
}

/// Standard error, without what could name a person.
struct Blotting;

/// One line on its way.
struct Line;

impl MakeWriter<'_> for Blotting {
    type Writer = Line;

    fn make_writer(&self) -> Line {
        Line
    }
}

impl Write for Line {
    /// A line comes whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(blotted(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
