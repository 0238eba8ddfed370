//! The stages of an order as a line: those that are reached with their days, the present one, and when the report is expected.

use super::{
    Chart,
    scale::Scale,
    svg::{Anchor, Drawing},
};
use crate::when;
use jiff::civil::Date;

/// One stage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What is reached with it.
    pub label: String,
    /// How far it is.
    pub state: StepState,
}

/// How far a stage is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepState {
    /// Reached on a day.
    Reached(Date),
    /// What is being worked on.
    Current,
    /// Still to come.
    ToCome,
}

/// By when a report is due, and between which days it is expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// The day by which it is due.
    pub due: Date,
    /// Earliest, likeliest and latest day, where enough orders like it were reported.
    pub expected: Option<[Date; 3]>,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 900.0;
const STEPS_AT: f64 = 24.0;
const DAYS_AT: f64 = 118.0;

/// Draws the stages as a line of points, and below it the days from the request until the report. The deadline is left out when
/// nothing is waited for any longer.
pub fn stages(title: &str, steps: &[Step], today: Date, deadline: Option<Deadline>) -> Chart {
    let mut drawing = Drawing::new();
    draw_steps(&mut drawing, steps);
    let first = steps.iter().find_map(|step| if let StepState::Reached(day) = step.state { Some(day) } else { None });
    let days = first.zip(deadline);
    if let Some((first, deadline)) = days {
        draw_days(&mut drawing, first, today, deadline);
    }
    let rows = rows(steps, deadline);
    let said: Vec<String> = rows.iter().map(|row| row.join(": ")).collect();
    Chart {
        title: title.into(),
        svg: drawing.finish((WIDTH, if days.is_some() { 158.0 } else { 76.0 }), title, &said.join("; ")),
        columns: vec!["Stage".into(), "Date".into()],
        rows,
    }
}

fn draw_steps(drawing: &mut Drawing, steps: &[Step]) {
    let x = Scale::new((0.0, steps.len().saturating_sub(1) as f64), (LEFT, RIGHT));
    drawing.line("chart-axis", (LEFT, STEPS_AT), (RIGHT, STEPS_AT));
    let reached = steps.iter().take_while(|step| matches!(step.state, StepState::Reached(_))).count();
    if reached > 1 {
        drawing.line("chart-line", (LEFT, STEPS_AT), (x.place((reached - 1) as f64), STEPS_AT));
    }
    for (index, step) in steps.iter().enumerate() {
        let at = x.place(index as f64);
        let (class, radius) = match step.state {
            StepState::Reached(_) => ("chart-done", 8.0),
            StepState::Current => ("chart-now", 9.0),
            StepState::ToCome => ("chart-open", 7.0),
        };
        drawing.circle(class, (at, STEPS_AT), radius);
        drawing.text("", (at, STEPS_AT + 26.0), Anchor::Middle, &step.label);
        if let StepState::Reached(day) = step.state {
            drawing.text("chart-dim", (at, STEPS_AT + 43.0), Anchor::Middle, short(day));
        }
    }
}

/// The days: expected interval as a band, due day and today as lines across.
fn draw_days(drawing: &mut Drawing, first: Date, today: Date, deadline: Deadline) {
    let ends = deadline.expected.map_or(deadline.due, |[.., latest]| latest.max(deadline.due)).max(today);
    let scale = Scale::new((0.0, days(first, ends)), (LEFT, RIGHT));
    let x = |day: Date| scale.place(days(first, day));
    if let Some([earliest, likeliest, latest]) = deadline.expected {
        drawing.rectangle("chart-band", (x(earliest), DAYS_AT - 8.0), ((x(latest) - x(earliest)).max(2.0), 16.0));
        drawing.circle("chart-dot", (x(likeliest), DAYS_AT), 4.0);
    }
    drawing.line("chart-axis", (LEFT, DAYS_AT), (RIGHT, DAYS_AT));
    drawing.line("chart-line", (x(today), DAYS_AT - 14.0), (x(today), DAYS_AT + 14.0));
    drawing.line("chart-due", (x(deadline.due), DAYS_AT - 14.0), (x(deadline.due), DAYS_AT + 14.0));
    drawing.text("", (x(today), DAYS_AT - 18.0), anchor(x(today)), "Today");
    drawing.text("", (x(deadline.due), DAYS_AT + 30.0), anchor(x(deadline.due)), format!("Due {}", short(deadline.due)));
}

/// Texts at the ends stay within the drawing.
fn anchor(x: f64) -> Anchor {
    match x {
        x if x < LEFT + 40.0 => Anchor::Start,
        x if x > RIGHT - 40.0 => Anchor::End,
        _ => Anchor::Middle,
    }
}

fn days(from: Date, to: Date) -> f64 {
    from.until(to).map_or(0.0, |span| f64::from(span.get_days()))
}

fn short(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

fn rows(steps: &[Step], deadline: Option<Deadline>) -> Vec<Vec<String>> {
    let state = |state: StepState| match state {
        StepState::Reached(day) => when::day(day),
        StepState::Current => "now".into(),
        StepState::ToCome => "to come".into(),
    };
    let mut rows: Vec<Vec<String>> = steps.iter().map(|step| vec![step.label.clone(), state(step.state)]).collect();
    if let Some(deadline) = deadline {
        rows.push(vec!["Report due by".into(), when::day(deadline.due)]);
        if let Some([earliest, likeliest, latest]) = deadline.expected {
            let expected = format!("about {}, between {} and {}", when::day(likeliest), when::day(earliest), when::day(latest));
            rows.push(vec!["Report expected".into(), expected]);
        }
    }
    rows
}

/// An order whose samples are accepted, and whose data are waited for.
pub(super) fn sample() -> Chart {
    let on = Date::constant;
    let step = |label: &str, state| Step { label: label.into(), state };
    let steps = [
        step("Requested", StepState::Reached(on(2027, 1, 1))),
        step("Samples accepted", StepState::Reached(on(2027, 1, 11))),
        step("Data received", StepState::Current),
        step("Reported", StepState::ToCome),
    ];
    let expected = Some([on(2027, 1, 31), on(2027, 2, 10), on(2027, 2, 20)]);
    stages("Stages of the order", &steps, on(2027, 1, 21), Some(Deadline { due: on(2027, 4, 11), expected }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_ends_at_the_last_stage_that_was_reached() {
        let chart = sample();
        // Four stages over 840 pixels; two are reached.
        assert!(chart.svg.contains("class=\"chart-line\" x1=\"60\" y1=\"24\" x2=\"340\" y2=\"24\""), "{}", chart.svg);
        assert_eq!(chart.svg.matches("class=\"chart-done\"").count(), 2);
        assert_eq!(chart.svg.matches("class=\"chart-now\"").count(), 1);
        assert_eq!(chart.svg.matches("class=\"chart-open\"").count(), 1);
    }

    #[test]
    fn days_stand_in_their_proportion() {
        let chart = sample();
        // From 1 January to 11 April are 100 days and 840 pixels: today is day 20, the band is from day 30 to day 50.
        assert!(chart.svg.contains("class=\"chart-line\" x1=\"228\" y1=\"104\" x2=\"228\" y2=\"132\""), "{}", chart.svg);
        assert!(chart.svg.contains("class=\"chart-band\" x=\"312\" y=\"110\" width=\"168\""), "{}", chart.svg);
        assert!(chart.svg.contains("class=\"chart-due\" x1=\"900\""), "{}", chart.svg);
        assert!(chart.svg.contains(">Due 11 Apr 2027<"), "{}", chart.svg);
    }

    #[test]
    fn the_table_says_the_same_in_words() {
        let rows: Vec<String> = sample().rows.iter().map(|row| row.join(": ")).collect();
        assert_eq!(
            rows,
            [
                "Requested: 1 January 2027",
                "Samples accepted: 11 January 2027",
                "Data received: now",
                "Reported: to come",
                "Report due by: 11 April 2027",
                "Report expected: about 10 February 2027, between 31 January 2027 and 20 February 2027",
            ]
        );
    }

    #[test]
    fn a_late_order_has_today_beyond_its_day() {
        let steps = [Step { label: "Requested".into(), state: StepState::Reached(Date::constant(2027, 1, 1)) }];
        let late = stages("Late", &steps, Date::constant(2027, 1, 21), Some(Deadline { due: Date::constant(2027, 1, 11), expected: None }));
        assert!(
            late.svg.contains("class=\"chart-due\" x1=\"480\"") && late.svg.contains("class=\"chart-line\" x1=\"900\""),
            "{}",
            late.svg
        );
    }

    #[test]
    fn an_order_that_is_finished_has_no_deadline() {
        let steps = [Step { label: "Requested".into(), state: StepState::Reached(Date::constant(2027, 1, 1)) }];
        let chart = stages("Done", &steps, Date::constant(2027, 1, 21), None);
        assert!(!chart.svg.contains("chart-due") && chart.rows.len() == 1);
    }
}
