//! How often the rules are wrong: outputs in the formats of the field, of which somebody who read them said whether they may leave.
//!
//! They were written before the rules were last changed. Those with an odd number may be looked at while rules are changed, of those
//! with an even one only the number of errors is shown. An output that is stopped for its format (HTML,
//! LaTeX) is stopped, whatever it says.

use super::found;
use std::fmt::Write;

/// An output, and what it is.
struct Output {
    name: &'static str,
    text: String,
    is_held_out: bool,
}

fn outputs(list: &'static str) -> Vec<Output> {
    let output = |(index, entry): (usize, &'static str)| {
        let (name, text) = entry.split_once('\n').unwrap_or((entry, ""));
        Output { name: name.trim(), text: text.to_owned(), is_held_out: index % 2 == 1 }
    };
    list.split("=== ").filter(|entry| !entry.trim().is_empty()).enumerate().map(output).collect()
}

/// How many of some outputs the rules are wrong about.
struct Errors {
    wrong: usize,
    of: usize,
}

impl Errors {
    fn count(outputs: &[Output], is_held_out: bool, must_stop: bool) -> Errors {
        let half: Vec<&Output> = outputs.iter().filter(|output| output.is_held_out == is_held_out).collect();
        let is_wrong = |output: &&&Output| found(&output.text).is_empty() == must_stop;
        let wrong: Vec<&&Output> = half.iter().filter(is_wrong).collect();
        // Of the held-out half only the number is shown, so that nobody changes a rule for one of them.
        for output in wrong.iter().filter(|output| !output.is_held_out) {
            eprintln!("must {}: {}\n{}{:?}", if must_stop { "stop" } else { "pass" }, output.name, output.text, found(&output.text));
        }
        Errors { wrong: wrong.len(), of: half.len() }
    }

    /// Share in percent, with its 95 % interval by Wilson's score: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    fn line(&self) -> String {
        const Z: f64 = 1.959_964;
        let (n, p) = (self.of as f64, self.wrong as f64 / self.of as f64);
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let bound = |sign: f64| 100.0 * (middle + sign * half) / (1.0 + Z * Z / n);
        format!("{} of {} | {:.1} % ({:.1} to {:.1})", self.wrong, self.of, 100.0 * p, bound(-1.0).max(0.0), bound(1.0).min(100.0))
    }
}

/// The table is shown, and nothing is asserted of it: a rate that a test demands is soon a rate that the rules are written for.
#[test]
fn error_rates_are_shown() {
    let (stop, pass) = (outputs(include_str!("stop.txt")), outputs(include_str!("pass.txt")));
    assert_eq!((stop.len(), pass.len()), (62, 61));
    let mut table = String::from("| outputs | half | wrong | share (95 % interval) |\n|---|---|---|---|\n");
    for (what, list, must_stop) in [("must be stopped, were let through", &stop, true), ("may leave, were stopped", &pass, false)] {
        for (half, is_held_out) in [("looked at", false), ("held out", true)] {
            let _ = writeln!(table, "| {what} | {half} | {} |", Errors::count(list, is_held_out, must_stop).line());
        }
    }
    eprintln!("{table}");
}
