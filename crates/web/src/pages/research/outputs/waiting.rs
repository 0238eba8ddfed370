//! An output as its checkers see it: its flags beside the lines that they speak of, and the checker's own answers to them.

use care::{
    ProjectId,
    research::project::{Project, airlock::Output},
};
use service::research;

/// An output that waits.
pub(super) struct Waiting {
    pub project_id: ProjectId,
    pub project: Project,
    pub output: Output,
    pub findings: Vec<Found>,
    pub lines: Vec<Line>,
    /// Lines that are not shown.
    pub more: usize,
    /// What the bytes are, where they cannot be shown as text.
    pub not_text: Option<String>,
    /// What the checker wrote of the whole, if they were refused.
    pub reason: String,
}

/// A flag as a row: where, by which rule, what to do, and what the checker answers.
pub(super) struct Found {
    /// By which the form names it.
    pub mark: String,
    pub location: String,
    pub rule: String,
    pub message: String,
    pub answer: String,
}

pub(super) struct Line {
    pub number: usize,
    pub text: String,
    pub is_found: bool,
}

/// Where the airlock's lines end.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
/// Lines of an output that a page shows; the whole is behind a link.
const LINES_MAX: usize = 500;

impl Waiting {
    pub(super) fn new((project_id, project, output): (ProjectId, Project, Output), bytes: &[u8]) -> Waiting {
        let findings: Vec<Found> = output.findings.iter().map(|text| Found::read(text)).collect();
        let text = research::asking::output_text(bytes);
        let found: Vec<usize> = findings.iter().filter_map(Found::line).collect();
        let text = text.map(|text| text.replace("\r\n", "\n"));
        let all = || text.as_deref().unwrap_or_default().split(LINE_ENDS).zip(1..);
        // The first lines, and beyond them those that something was found in.
        let shown = all().filter(|(_, number)| *number <= LINES_MAX || found.contains(number)).take(LINES_MAX * 2);
        let line = |(text, number): (&str, usize)| Line { number, text: visible(text), is_found: found.contains(&number) };
        let lines: Vec<Line> = shown.map(line).collect();
        let more = all().count() - lines.len();
        let not_text = text.is_none().then(|| format!("{} bytes that are not text", bytes.len()));
        Waiting { project_id, project, output, findings, lines, more, not_text, reason: String::new() }
    }

    /// What the checker typed before they were refused: nothing of it is lost.
    pub(super) fn typed(&mut self, reason: &str, answers: &[(String, String)]) {
        reason.clone_into(&mut self.reason);
        for found in &mut self.findings {
            if let Some((_, answer)) = answers.iter().find(|(mark, _)| *mark == found.mark) {
                found.answer.clone_from(answer);
            }
        }
    }
}

impl Found {
    /// As the airlock writes it: `Line 2, carriers, ‘2’ · Small count: what to do`. Earlier ones have no rule.
    fn read(text: &str) -> Found {
        let (location, rest) = text.split_once(" · ").unwrap_or(("", text));
        let (rule, message) = if location.is_empty() { ("", rest) } else { rest.split_once(": ").unwrap_or(("", rest)) };
        Found {
            mark: research::checking::mark(text),
            location: location.to_owned(),
            rule: rule.to_owned(),
            message: message.to_owned(),
            answer: String::new(),
        }
    }

    fn line(&self) -> Option<usize> {
        let place = if self.location.is_empty() { &self.message } else { &self.location };
        place.strip_prefix("Line ")?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    }
}

/// A line with the characters that nobody sees written as their numbers.
fn visible(line: &str) -> String {
    let is_hidden = |c: char| {
        (c.is_control() && c != '\t')
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}')
    };
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        if is_hidden(c) { text.push_str(&format!("[U+{:04X}]", u32::from(c))) } else { text.push(c) }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_shown_by_where_rule_and_what_to_do() {
        let found = Found::read("Line 12, groups.people, ‘3’ · Small count: put groups together: or leave it out");
        assert_eq!((found.location.as_str(), found.rule.as_str()), ("Line 12, groups.people, ‘3’", "Small count"));
        assert_eq!((found.message.as_str(), found.line()), ("put groups together: or leave it out", Some(12)));
        let whole = Found::read("‘HTML’ · Format: give tables as CSV");
        assert_eq!((whole.location.as_str(), whole.line()), ("‘HTML’", None));
        let earlier = Found::read("Line 2: 2 in 'carriers': counts below 5 are not taken out");
        assert_eq!((earlier.rule.as_str(), earlier.line()), ("", Some(2)));
    }

    #[test]
    fn what_nobody_sees_is_written_out() {
        assert_eq!(visible("a\u{200b}b\tc\u{1b}"), "a[U+200B]b\tc[U+001B]");
    }
}
