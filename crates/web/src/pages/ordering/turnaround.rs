//! Where the days of orders go, stage by stage; and the orders behind each bar.

use crate::{
    pages::{Layout, PageResult, Problem, show},
    session::At,
    when,
};
use askama::Template;
use axum::extract::Query;
use care::{
    OrderId,
    ordering::{
        days::{self, Figures, ORDERS_MIN, Reached},
        milestones::Milestone,
    },
};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use service::{
    Desk,
    ordering::days::{Days, WEEKS, WEEKS_MAX},
};
use store::OrderReached;

/// Figures of some orders, stage by stage.
#[derive(Template)]
#[template(path = "ordering/days.html")]
struct Stages {
    /// `reported` or `open`.
    of: &'static str,
    heading: String,
    /// What is counted and what is not.
    note: String,
    weeks: u32,
    rows: Vec<Figures>,
}

impl Stages {
    /// How long the bars of a row are, of a hundred: its median, and its 90th percentile.
    fn lengths(&self, row: &Figures) -> (u32, u32) {
        let longest = self.rows.iter().map(|row| row.ninetieth.unwrap_or(row.median)).max().unwrap_or(0).max(1);
        (row.median * 100 / longest, row.ninetieth.unwrap_or(0) * 100 / longest)
    }

    /// Whether any row is longer than no day.
    fn has_bars(&self) -> bool {
        self.rows.iter().any(|row| row.median > 0 || row.ninetieth.is_some_and(|days| days > 0))
    }

    /// The orders of a row: the end of an address.
    fn address(&self, row: &Figures) -> String {
        format!("of={}&stage={}&weeks={}", self.of, word(row.before), self.weeks)
    }

    /// The stage of a row.
    fn stage(row: &Figures) -> &'static str {
        stage(row.before)
    }

    /// Whether a row has too few orders to say more of.
    fn is_few(row: &Figures) -> bool {
        row.orders < ORDERS_MIN
    }
}

/// The work of a stage, in words, by the milestone that ends it.
fn stage(before: Milestone) -> &'static str {
    match before {
        Milestone::Requested => "Request",
        Milestone::Consents => "Consents",
        Milestone::Samples => "Samples to acceptance",
        Milestone::Data => "Sequencing",
        Milestone::Analysed => "Analysis",
        Milestone::Interpreted => "Interpretation",
        Milestone::Reported => "Report and signature",
        Milestone::Acknowledged => "Until it was read",
    }
}

/// The name of a stage in an address.
fn word(before: Milestone) -> &'static str {
    match before {
        Milestone::Requested => "requested",
        Milestone::Consents => "consents",
        Milestone::Samples => "samples",
        Milestone::Data => "data",
        Milestone::Analysed => "analysed",
        Milestone::Interpreted => "interpreted",
        Milestone::Reported => "reported",
        Milestone::Acknowledged => "acknowledged",
    }
}

fn local(reached: [Option<Timestamp>; Milestone::ALL.len()]) -> Reached {
    reached.map(|at| at.map(when::local_day))
}

/// Both sets of figures, of reported and of open orders, as parts of a page.
pub(crate) async fn stages(desk: &Desk, weeks: u32) -> PageResult<[String; 2]> {
    stages_of(&service::ordering::days::days(desk, weeks).await?, weeks, when::local_day(desk.now()))
}

/// The same of orders that were read already.
fn stages_of(days: &Days, weeks: u32, today: Date) -> PageResult<[String; 2]> {
    let reported = days.reported.0.iter().flat_map(|line| days::spent(&local(line.reached)));
    let open = days.open.0.iter().filter_map(|line| days::waits(&local(line.reached), today));
    let (reported, open) = (days::figures(reported), days::figures(open));
    let parts = [
        Stages {
            of: "reported",
            heading: format!("Days by stage: reported since {}", when::day(days.since)),
            note: note(&days.reported, "the latest", "Orders that were closed without a report are not counted."),
            weeks,
            rows: reported,
        },
        Stages {
            of: "open",
            heading: "Days so far in the present stage: open orders".into(),
            note: note(&days.open, "those requested first", "An order counts in the stage that it waits for now."),
            weeks,
            rows: open,
        },
    ];
    let [reported, open] = parts.map(|part| show(&part).map(|html| html.0));
    Ok([reported?, open?])
}

fn note((lines, count): &(Vec<OrderReached>, usize), which: &str, rest: &str) -> String {
    let orders = if *count == 1 { "order" } else { "orders" };
    if lines.len() < *count {
        return format!("{} of {count} {orders}, {which}; the others are not in these figures. {rest}", lines.len());
    }
    format!("{count} {orders}. {rest}")
}

/// Which orders of a bar are listed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct TurnaroundQuery {
    of: String,
    stage: String,
    weeks: String,
}

#[derive(Template)]
#[template(path = "ordering/turnaround.html")]
struct Page {
    layout: Layout,
    stages: [String; 2],
    weeks: u32,
    listed: Option<Listed>,
    problems: Vec<Problem>,
}

/// The orders of a bar, the longest first.
struct Listed {
    caption: String,
    rows: Vec<(OrderId, String, u32)>,
}

pub(crate) async fn get(At(desk): At, Query(query): Query<TurnaroundQuery>) -> PageResult {
    let mut problems = Vec::new();
    let weeks = match query.weeks.trim() {
        "" => WEEKS,
        typed => typed.parse().ok().filter(|weeks| (1..=WEEKS_MAX).contains(weeks)).unwrap_or_else(|| {
            problems.push(Problem::new("weeks", format!("Weeks: enter a whole number from 1 to {WEEKS_MAX}")));
            WEEKS
        }),
    };
    let days = service::ordering::days::days(&desk, weeks).await?;
    let milestone = Milestone::ALL.into_iter().find(|milestone| word(*milestone) == query.stage);
    let today = when::local_day(desk.now());
    let listed = milestone.map(|milestone| listed(&days, &query.of, milestone, today));
    show(&Page {
        layout: Layout::new("Where the days go", Some(&desk.staff)).for_work().below("Work", "/"),
        stages: stages_of(&days, weeks, today)?,
        weeks,
        listed,
        problems,
    })
}

fn listed(days: &Days, of: &str, milestone: Milestone, today: Date) -> Listed {
    let is_open = of == "open";
    let lines = if is_open { &days.open.0 } else { &days.reported.0 };
    let days_of = |line: &OrderReached| {
        let reached = local(line.reached);
        let all = if is_open { days::waits(&reached, today).into_iter().collect() } else { days::spent(&reached) };
        all.into_iter().find(|(before, _)| *before == milestone).map(|(_, days)| days)
    };
    let mut rows: Vec<_> = lines.iter().filter_map(|line| Some((line.order, line.number.clone(), days_of(line)?))).collect();
    rows.sort_by(|a, b| (b.2, &a.1).cmp(&(a.2, &b.1)));
    let which = if is_open { "Open orders that wait for" } else { "Reported orders" };
    Listed { caption: format!("{which}: {} ({})", stage(milestone), rows.len()), rows }
}
