//! The text in which figures are given: Prometheus' own, version 0.0.4, or OpenMetrics 1.0.0 for whoever asks for that. The two differ
//! in the name of a counter's family, in units and in the last line.
//!
//! Sources: Prometheus, Exposition formats; OpenMetrics 1.0.0, sections 4 and 5.

use super::histogram::Histogram;
use std::fmt::Write;

/// Which of the two texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Version 0.0.4.
    Prometheus,
    /// Version 1.0.0.
    OpenMetrics,
}

/// How the values of a family behave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only grows, until the program ends.
    Counter,
    /// Durations in buckets.
    Histogram,
}

/// A family of figures: its name ends with its unit, if it has one, and a counter's never with `_total`, which is added.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Name.
    pub name: &'static str,
    /// Kind.
    pub kind: Kind,
    /// Unit, with which the name ends; empty for counts.
    pub unit: &'static str,
    /// What it says.
    pub help: &'static str,
}

/// Figures as text.
pub struct Exposition {
    text: String,
    format: Format,
}

/// What tells values of a family apart.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

impl Format {
    /// The one that an `Accept` header asks for.
    pub fn accepted(accept: &str) -> Format {
        if accept.contains("application/openmetrics-text") { Format::OpenMetrics } else { Format::Prometheus }
    }

    /// As it is called in `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

impl Family {
    /// The names under which its values stand.
    pub fn samples(&self) -> Vec<String> {
        match self.kind {
            Kind::Gauge => vec![self.name.to_owned()],
            Kind::Counter => vec![format!("{}_total", self.name)],
            Kind::Histogram => ["bucket", "count", "sum"].map(|part| format!("{}_{part}", self.name)).to_vec(),
        }
    }
}

impl Exposition {
    /// No figures yet.
    pub fn new(format: Format) -> Exposition {
        Exposition { text: String::new(), format }
    }

    /// Begins a family; its values follow.
    pub fn family(&mut self, family: &Family) {
        let kind = match family.kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
            Kind::Histogram => "histogram",
        };
        let total = if family.kind == Kind::Counter && self.format == Format::Prometheus { "_total" } else { "" };
        self.line(&format!("# HELP {}{total} {}", family.name, family.help));
        self.line(&format!("# TYPE {}{total} {kind}", family.name));
        if self.format == Format::OpenMetrics && !family.unit.is_empty() {
            self.line(&format!("# UNIT {} {}", family.name, family.unit));
        }
    }

    /// A value of a gauge or a counter.
    pub fn value(&mut self, family: &Family, labels: Labels, value: f64) {
        let name = family.samples().swap_remove(0);
        self.sample(&name, labels, &format!("{value}"));
    }

    /// Durations.
    pub(super) fn histogram(&mut self, family: &Family, labels: Labels, histogram: &Histogram) {
        let counts = histogram.cumulative();
        let bounds = histogram.bounds.iter().map(|bound| format!("{bound:?}")).chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(&counts) {
            let labels: Vec<(&str, &str)> = labels.iter().copied().chain([("le", bound.as_str())]).collect();
            self.sample(&format!("{}_bucket", family.name), &labels, &count.to_string());
        }
        self.sample(&format!("{}_count", family.name), labels, &counts.last().copied().unwrap_or(0).to_string());
        self.sample(&format!("{}_sum", family.name), labels, &format!("{:?}", histogram.sum));
    }

    fn sample(&mut self, name: &str, labels: Labels, value: &str) {
        let labels: Vec<String> = labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        self.line(&format!("{name}{labels} {value}"));
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.line("# EOF");
        }
        self.text
    }

    fn line(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("a text takes whatever is written to it");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SENT: Family = Family { name: "sent", kind: Kind::Counter, unit: "", help: "Letters that were sent." };
    const TOOK: Family = Family { name: "took_seconds", kind: Kind::Histogram, unit: "seconds", help: "How long." };

    fn text(format: Format) -> String {
        let mut text = Exposition::new(format);
        text.family(&SENT);
        text.value(&SENT, &[("to", "a \"b\" \\c")], 3.0);
        text.family(&TOOK);
        let mut histogram = Histogram::new(&[0.5, 2.0]);
        histogram.add(Duration::from_millis(1_500));
        text.histogram(&TOOK, &[], &histogram);
        text.finish()
    }

    #[test]
    fn each_text_is_as_its_own_specification_says() {
        let values = "took_seconds_bucket{le=\"0.5\"} 0\ntook_seconds_bucket{le=\"2.0\"} 1\ntook_seconds_bucket{le=\"+Inf\"} 1\n\
                      took_seconds_count 1\ntook_seconds_sum 1.5\n";
        let sent = r#"sent_total{to="a \"b\" \\c"} 3"#;
        assert_eq!(
            text(Format::Prometheus),
            format!(
                "# HELP sent_total Letters that were sent.\n# TYPE sent_total counter\n{sent}\n\
                 # HELP took_seconds How long.\n# TYPE took_seconds histogram\n{values}"
            )
        );
        assert_eq!(
            text(Format::OpenMetrics),
            format!(
                "# HELP sent Letters that were sent.\n# TYPE sent counter\n{sent}\n\
                 # HELP took_seconds How long.\n# TYPE took_seconds histogram\n# UNIT took_seconds seconds\n{values}# EOF\n"
            )
        );
    }

    #[test]
    fn whoever_asks_for_neither_is_given_the_older() {
        assert_eq!(Format::accepted("*/*"), Format::Prometheus);
        assert_eq!(Format::accepted("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3"), Format::OpenMetrics);
    }
}
