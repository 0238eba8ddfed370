//! Reception: one field, into which tube after tube is scanned, and a list of what became of each. The list is a part of the page
//! and travels with each scan, so that it is the same with a script and without.

use crate::{
    form::Form,
    pages::{Layout, PageResult, Problem, chosen::Chosen, layout::nhs_number, refusals, show},
    session::At,
    when,
};
use access::Action;
use askama::Template;
use care::{Refusals, ordering::order::Urgency};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use service::{
    Desk, ServiceError, ServiceResult,
    laboratory::reception::{self, Outcome, Scan, Tube},
};

/// Scans of one list: it travels with each scan.
const SCANS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "laboratory/reception.html")]
struct Page {
    layout: Layout,
    /// The last scan first.
    lines: Vec<Line>,
    /// What is read out of the scan that this page answers; nothing of an earlier one.
    said: String,
    /// The list as it travels.
    carried: String,
    barcode: String,
    reason: String,
    problems: Vec<Problem>,
}

/// What became of a scan, as it is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Line {
    kind: Kind,
    scanned: String,
    at: String,
    says: String,
    #[serde(default)]
    tube: Option<Whose>,
    /// Events of the sample up to its receipt, while that can be undone here.
    #[serde(default)]
    seen: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Kind {
    Received,
    Again,
    Aside,
    Undone,
}

/// Whose a tube is, as it is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Whose {
    order: String,
    number: String,
    sample: String,
    barcode: String,
    material: String,
    name: String,
    born: String,
    nhs_number: String,
    is_urgent: bool,
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Kind::Received => "Received",
            Kind::Again => "Already received",
            Kind::Aside => "Put aside",
            Kind::Undone => "Receipt undone",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Kind::Received => "green",
            Kind::Again => "yellow",
            Kind::Aside => "red",
            Kind::Undone => "grey",
        }
    }
}

impl Whose {
    fn new(tube: &Tube) -> Whose {
        Whose {
            order: tube.order.to_string(),
            number: tube.number.clone(),
            sample: tube.sample.to_string(),
            barcode: tube.barcode.clone(),
            material: tube.material.clone(),
            name: tube.name.clone(),
            born: when::day(tube.birth_date),
            nhs_number: nhs_number(&tube.nhs_number),
            is_urgent: tube.urgency == Urgency::Urgent,
        }
    }
}

impl Line {
    fn new(scan: &Scan, at: Timestamp) -> Line {
        let (kind, says, seen) = match &scan.outcome {
            Outcome::Received { seen } => (Kind::Received, "Received now".to_owned(), Some(*seen)),
            Outcome::Again { by, at, state } => {
                let says = format!("Received by {by} on {}. Status now: {state}. Nothing was changed", when::moment(at));
                (Kind::Again, says, None)
            }
            Outcome::Aside(why) => (Kind::Aside, why.clone(), None),
        };
        Line { kind, scanned: scan.barcode.clone(), at: when::moment(at), says, tube: scan.tube.as_ref().map(Whose::new), seen }
    }

    fn undone(tube: &Tube, reason: &str, at: Timestamp) -> Line {
        let says = format!("Receipt undone: {}. The tube is expected again", reason.trim());
        Line { kind: Kind::Undone, scanned: tube.barcode.clone(), at: when::moment(at), says, tube: Some(Whose::new(tube)), seen: None }
    }

    /// What is read out when it comes.
    fn announced(&self) -> String {
        match &self.tube {
            Some(tube) => format!("{}: {}, {}, born {}. {}", self.kind.label(), self.scanned, tube.name, tube.born, self.says),
            None => format!("{}: {}. {}", self.kind.label(), self.scanned, self.says),
        }
    }
}

impl Page {
    fn new(desk: &Desk, lines: Vec<Line>, problems: Vec<Problem>) -> Page {
        let layout = Layout::new("Receive tubes", Some(&desk.staff)).below("Scan a tube", "/bench").for_work();
        let carried = serde_json::to_string(&lines).unwrap_or_default();
        Page { layout, lines, said: String::new(), carried, barcode: String::new(), reason: String::new(), problems }
    }

    fn count(&self, kind: Kind) -> usize {
        self.lines.iter().filter(|line| line.kind == kind).count()
    }

    /// The last receipt of this list that was not undone, with its sample.
    fn last_received(&self) -> Option<(&Line, &Whose, u64)> {
        self.lines.iter().find_map(|line| Some((line, line.tube.as_ref()?, line.seen?)))
    }
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    desk.permit_general(Action::HandleSample).await?;
    show(&Page::new(&desk, vec![], vec![]))
}

/// What is done at reception.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum ReceptionAction {
    Scan {
        #[serde(default)]
        barcode: String,
    },
    Undo {
        #[serde(default)]
        order: String,
        #[serde(default)]
        sample: String,
        #[serde(default)]
        seen: String,
        #[serde(default)]
        reason: String,
    },
}

#[derive(Deserialize)]
pub(crate) struct ReceptionForm {
    /// The list so far.
    #[serde(default)]
    lines: String,
    #[serde(flatten)]
    act: Chosen<ReceptionAction>,
}

pub(crate) async fn post(At(desk): At, Form(form): Form<ReceptionForm>) -> PageResult {
    desk.permit_general(Action::HandleSample).await?;
    let mut problems: Vec<Problem> = Vec::new();
    let mut lines: Vec<Line> = match serde_json::from_str(&form.lines) {
        Ok(lines) => lines,
        Err(_) if form.lines.trim().is_empty() => vec![],
        Err(_) => {
            problems.push(
                "The list of earlier scans could not be read, so a new list has been started. Tubes already received are still received"
                    .into(),
            );
            vec![]
        }
    };
    match done(&desk, &lines, form.act.0.as_ref()).await {
        Ok(line) => {
            if line.kind == Kind::Undone {
                forget(&mut lines, line.tube.as_ref());
            }
            let said = line.announced();
            lines.insert(0, line);
            show(&Page { said, ..Page::new(&desk, lines, problems) })
        }
        Err(error) => {
            problems.extend(refusals(error)?);
            let mut page = Page::new(&desk, lines, problems);
            match form.act.0 {
                Some(ReceptionAction::Scan { barcode }) => {
                    page.said = format!("Not received: {}. Put the tube aside", barcode.trim());
                    page.barcode = barcode;
                }
                Some(ReceptionAction::Undo { reason, .. }) => page.reason = reason,
                None => {}
            }
            show(&page)
        }
    }
}

async fn done(desk: &Desk, lines: &[Line], act: Option<&ReceptionAction>) -> ServiceResult<Line> {
    if lines.len() >= SCANS_MAX {
        let message = format!(
            "This list has {SCANS_MAX} scans and is full: print it if you need it, then start a new list. This tube was not received"
        );
        return Err(Refusals::one("barcode", message).into());
    }
    match act {
        Some(ReceptionAction::Scan { barcode }) => Ok(Line::new(&reception::receive(desk, barcode).await?, desk.now())),
        Some(ReceptionAction::Undo { order, sample, seen, reason }) => {
            let order = order.parse().map_err(|_| ServiceError::NotFound("order"))?;
            let sample = sample.parse().map_err(|_| ServiceError::NotFound("sample of this order"))?;
            // What is no number is no state that anybody saw.
            let seen = seen.parse().unwrap_or(0);
            Ok(Line::undone(&reception::undo(desk, order, sample, seen, reason).await?, reason, desk.now()))
        }
        None => Err(Refusals::one("action", "Choose what is done with the tube").into()),
    }
}

/// A receipt that was undone is shown as such, and not offered to be undone again.
fn forget(lines: &mut [Line], tube: Option<&Whose>) {
    for line in lines.iter_mut().filter(|line| line.tube.as_ref().map(|t| &t.sample) == tube.map(|t| &t.sample)) {
        if line.seen.take().is_some() {
            line.kind = Kind::Undone;
            line.says = "Received; the receipt was undone later".into();
        }
    }
}
