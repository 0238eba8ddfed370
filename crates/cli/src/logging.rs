//! The log: lines on standard error, as text or as JSON. What could name a person is blotted out of each before it is written.

mod blot;

use crate::arguments::service::LogFormat;
use blot::blotted;
use std::io::{self, Write};
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter};

/// Begins the log. Which lines are written, `RUST_LOG` says; warnings and faults without it.
pub fn begin(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    let lines = fmt().with_env_filter(filter).with_writer(Blotting);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).init(),
    }
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
