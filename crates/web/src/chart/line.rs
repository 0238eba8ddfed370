//! A line through numbers in their order, with the interval in which each lies.

use super::{
    Chart, number,
    scale::{Scale, rounded_up},
    svg::{Anchor, Drawing},
};

/// One number of a line.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// When, or of what.
    pub label: String,
    /// How much.
    pub value: f64,
    /// Within what it lies, where that is known.
    pub interval: Option<Interval>,
}

/// From where to where.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

const SIZE: (f64, f64) = (720.0, 260.0);
const LEFT: f64 = 60.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 220.0;
/// Labels that fit below a line.
const LABELS_MAX: usize = 12;

/// Draws a line from nothing upwards, with the interval as a band where every point has one.
pub fn line(title: &str, unit: &str, points: &[Point]) -> Chart {
    let highest = points.iter().map(|point| point.interval.map_or(point.value, |i| i.high.max(point.value))).fold(0.0, f64::max);
    let end = rounded_up(highest);
    let y = Scale::new((0.0, end), (BOTTOM, TOP));
    let x = Scale::new((0.0, points.len().saturating_sub(1) as f64), (LEFT, RIGHT));
    let place = |(index, value): (usize, f64)| (x.place(index as f64), y.place(value));
    let mut drawing = Drawing::new();
    axes(&mut drawing, y, end, unit);
    let intervals: Option<Vec<Interval>> = points.iter().map(|point| point.interval).collect();
    if let Some(intervals) = intervals.filter(|intervals| !intervals.is_empty()) {
        let above = intervals.iter().map(|i| i.high).enumerate().map(place);
        let mut below: Vec<_> = intervals.iter().map(|i| i.low).enumerate().map(place).collect();
        below.reverse();
        drawing.path("chart-band", &above.chain(below).collect::<Vec<_>>(), true);
    }
    let places: Vec<(f64, f64)> = points.iter().map(|point| point.value).enumerate().map(place).collect();
    if !places.is_empty() {
        drawing.path("chart-line", &places, false);
    }
    let every = points.len().div_ceil(LABELS_MAX).max(1);
    for (index, (point, at)) in points.iter().zip(&places).enumerate() {
        drawing.circle("chart-dot", *at, 4.0);
        if index % every == 0 {
            drawing.text("chart-dim", (at.0, BOTTOM + 20.0), Anchor::Middle, &point.label);
        }
    }
    Chart {
        title: title.into(),
        svg: drawing.finish(SIZE, title, &description(points, unit)),
        columns: vec![String::new(), unit.to_owned(), "from".into(), "to".into()],
        rows: points.iter().map(row).collect(),
    }
}

fn axes(drawing: &mut Drawing, y: Scale, end: f64, unit: &str) {
    for value in [0.0, end / 2.0, end] {
        drawing.line("chart-axis", (LEFT, y.place(value)), (RIGHT, y.place(value)));
        drawing.text("chart-dim", (LEFT - 8.0, y.place(value) + 4.0), Anchor::End, number(value));
    }
    drawing.text("chart-dim", (LEFT - 8.0, BOTTOM + 20.0), Anchor::End, unit);
}

fn row(point: &Point) -> Vec<String> {
    let end = |end: fn(Interval) -> f64| point.interval.map_or_else(String::new, |interval| number(end(interval)));
    vec![point.label.clone(), number(point.value), end(|i| i.low), end(|i| i.high)]
}

fn description(points: &[Point], unit: &str) -> String {
    let said = |point: &Point| match point.interval {
        Some(Interval { low, high }) => format!("{}: {} {unit} ({} to {})", point.label, number(point.value), number(low), number(high)),
        None => format!("{}: {} {unit}", point.label, number(point.value)),
    };
    points.iter().map(said).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(label: &str, value: f64, interval: Option<(f64, f64)>) -> Point {
        Point { label: label.into(), value, interval: interval.map(|(low, high)| Interval { low, high }) }
    }

    #[test]
    fn points_stand_at_their_numbers() {
        let chart = line("Days", "days", &[point("Jan", 0.0, None), point("Feb", 50.0, None), point("Mar", 100.0, None)]);
        assert!(chart.svg.contains("d=\"M60 220L375 118L690 16\""), "{}", chart.svg);
        assert!(!chart.svg.contains("chart-band"), "an interval that is not known is not drawn");
    }

    #[test]
    fn the_band_goes_along_the_upper_ends_and_back_along_the_lower() {
        let chart = line("Days", "days", &[point("Jan", 50.0, Some((0.0, 100.0))), point("Feb", 50.0, Some((50.0, 100.0)))]);
        assert!(chart.svg.contains("class=\"chart-band\" d=\"M60 16L690 16L690 118L60 220Z\""), "{}", chart.svg);
        assert_eq!(chart.rows[0], ["Jan", "50", "0", "100"]);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let chart = line("Days", "days", &[]);
        assert!(!chart.svg.contains("<path") && chart.rows.is_empty());
    }
}
