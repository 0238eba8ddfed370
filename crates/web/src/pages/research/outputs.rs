//! Outputs that wait for a checker.

use super::super::{Layout, PageResult, chosen::Chosen, refusals, show};
use crate::session::At;
use askama::Template;
use axum::{
    Form,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    ProjectId, Refusals,
    research::project::{
        Project,
        airlock::{Output, Verdict},
    },
};
use serde::Deserialize;
use service::{Desk, ServiceResult, research};

#[derive(Template)]
#[template(path = "research/outputs.html")]
struct Page {
    layout: Layout,
    waiting: Vec<Waiting>,
    problems: Vec<String>,
}

/// An output, with what its rules found beside the lines that they speak of.
struct Waiting {
    project_id: ProjectId,
    project: Project,
    output: Output,
    findings: Vec<Found>,
    lines: Vec<Line>,
    /// Lines that are not shown.
    more: usize,
    /// What the bytes are, where they cannot be shown as text.
    not_text: Option<String>,
}

/// A finding as a row: where, by which rule, and what to do.
struct Found {
    location: String,
    rule: String,
    message: String,
}

struct Line {
    number: usize,
    text: String,
    is_found: bool,
}

/// Where the airlock's lines end.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
/// Lines of an output that a page shows; the whole is behind a link.
const LINES_MAX: usize = 500;

impl Waiting {
    fn new((project_id, project, output): (ProjectId, Project, Output), bytes: &[u8]) -> Waiting {
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
        Waiting { project_id, project, output, findings, lines, more, not_text }
    }
}

impl Found {
    /// As the airlock writes it: `Line 2, carriers, ‘2’ · Small count: what to do`. Earlier ones have no rule.
    fn read(text: &str) -> Found {
        let (location, rest) = text.split_once(" · ").unwrap_or(("", text));
        let (rule, message) = if location.is_empty() { ("", rest) } else { rest.split_once(": ").unwrap_or(("", rest)) };
        Found { location: location.to_owned(), rule: rule.to_owned(), message: message.to_owned() }
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

async fn page(desk: &Desk, problems: Vec<String>) -> PageResult {
    let mut waiting = Vec::new();
    for output in research::asking::outputs_waiting(desk).await? {
        let (_, bytes) = research::asking::output(desk, output.0, output.2.id).await?;
        waiting.push(Waiting::new(output, &bytes));
    }
    show(&Page { layout: Layout::new("Outputs to check", Some(&desk.staff)), waiting, problems })
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    page(&desk, vec![]).await
}

/// What can be done with an output.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum OutputAction {
    Release(Checked),
    Change(Checked),
    Refuse(Checked),
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Checked {
    project: String,
    output: String,
    reason: String,
}

pub(crate) async fn post(At(desk): At, Form(Chosen(act)): Form<Chosen<OutputAction>>) -> PageResult<Response> {
    let done = match act {
        Some(OutputAction::Release(checked)) => check(&desk, checked, Verdict::Release).await,
        Some(OutputAction::Change(checked)) => check(&desk, checked, Verdict::Change).await,
        Some(OutputAction::Refuse(checked)) => check(&desk, checked, Verdict::Refuse).await,
        None => Err(nothing().into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/research/outputs").into_response()),
        Err(error) => Ok(page(&desk, refusals(error)?).await?.into_response()),
    }
}

async fn check(desk: &Desk, Checked { project, output, reason }: Checked, verdict: Verdict) -> ServiceResult<()> {
    let (Ok(project), Ok(output)) = (project.parse(), output.parse()) else { return Err(nothing().into()) };
    research::asking::check_output(desk, project, output, verdict, reason).await
}

fn nothing() -> Refusals {
    Refusals::one("action", "Choose what to do with which output")
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
