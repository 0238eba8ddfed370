//! Values beside what is expected: a mark for each of a few things, over a band from one bound to the other.

use super::{
    Chart, number,
    scale::{Scale, rounded_up},
    svg::{Anchor, Drawing},
};

/// One thing and its value, where there is one.
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    /// What it is.
    pub label: String,
    /// How much, not less than nothing.
    pub value: Option<f64>,
}

/// Lower and upper bound of what is expected; one that is open is nothing.
pub type Bounds = (Option<f64>, Option<f64>);

const WIDTH: f64 = 720.0;
const LABEL_END: f64 = 232.0;
const AXIS: (f64, f64) = (240.0, 640.0);
const ROW: f64 = 28.0;

/// Draws values below each other, over the band of what is expected.
pub fn ranges(title: &str, unit: &str, marks: &[Mark], bounds: Bounds) -> Chart {
    let values = marks.iter().filter_map(|mark| mark.value).chain(bounds.0).chain(bounds.1);
    let end = rounded_up(values.fold(0.0, f64::max));
    let scale = Scale::new((0.0, end), AXIS);
    let height = marks.len() as f64 * ROW + 24.0;
    let mut drawing = Drawing::new();
    let (left, right) = (bounds.0.map_or(AXIS.0, |from| scale.place(from)), bounds.1.map_or(AXIS.1, |to| scale.place(to)));
    drawing.rectangle("chart-band", (left, 0.0), ((right - left).max(1.0), height - 20.0));
    for (bound, place) in [(bounds.0, left), (bounds.1, right)] {
        if bound.is_some() {
            drawing.line("chart-due", (place, 0.0), (place, height - 20.0));
        }
    }
    for (index, mark) in marks.iter().enumerate() {
        let middle = index as f64 * ROW + ROW / 2.0;
        drawing.text("", (LABEL_END, middle + 5.0), Anchor::End, &mark.label);
        match mark.value {
            Some(value) => {
                let place = scale.place(value);
                drawing.circle("chart-dot", (place, middle), 6.0);
                drawing.text("", (place + 10.0, middle + 5.0), Anchor::Start, number(value));
            }
            None => drawing.text("chart-dim", (AXIS.0 + 6.0, middle + 5.0), Anchor::Start, "not known"),
        }
    }
    drawing.line("chart-axis", (AXIS.0, height - 20.0), (AXIS.1, height - 20.0));
    drawing.text("chart-dim", (AXIS.0, height - 4.0), Anchor::Middle, "0");
    drawing.text("chart-dim", (AXIS.1, height - 4.0), Anchor::Middle, number(end));
    let rows: Vec<Vec<String>> = marks.iter().map(|mark| row(mark, bounds)).collect();
    let said: Vec<String> = rows.iter().map(|row| format!("{}: {}, {}", row[0], row[1], row[2])).collect();
    Chart {
        title: title.into(),
        svg: drawing.finish((WIDTH, height), title, &format!("Expected: {}. {}", expected(bounds), said.join("; "))),
        columns: vec![String::new(), unit.to_owned(), format!("Expected: {}", expected(bounds))],
        rows,
    }
}

/// What is expected, in words.
pub fn expected(bounds: Bounds) -> String {
    match bounds {
        (Some(from), Some(to)) => format!("{} to {}", number(from), number(to)),
        (Some(from), None) => format!("{} or more", number(from)),
        (None, Some(to)) => format!("{} or less", number(to)),
        (None, None) => "nothing in particular".into(),
    }
}

fn row(mark: &Mark, (from, to): Bounds) -> Vec<String> {
    let (value, compared) = match mark.value {
        None => ("not known".to_owned(), "–"),
        Some(value) if from.is_some_and(|from| value < from) => (number(value), "below"),
        Some(value) if to.is_some_and(|to| value > to) => (number(value), "above"),
        Some(value) => (number(value), "within"),
    };
    vec![mark.label.clone(), value, compared.to_owned()]
}

/// One of this kind, for tests.
pub(super) fn sample() -> Chart {
    let mark = |label: &str, value| Mark { label: label.into(), value };
    ranges("Mean depth", "reads", &[mark("Child", Some(34.0)), mark("Father", Some(12.5)), mark("Mother", None)], (Some(30.0), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_said_to_be_within_or_outside_what_is_expected() {
        let chart = sample();
        assert_eq!(chart.rows, [["Child", "34", "within"], ["Father", "12.5", "below"], ["Mother", "not known", "–"]]);
        assert!(chart.svg.contains("Expected: 30 or more. Child: 34, within; Father: 12.5, below"), "{}", chart.svg);
        // The axis ends at 50 and is 400 pixels long: the band begins at 30.
        assert!(chart.svg.contains("class=\"chart-band\" x=\"480\" y=\"0\" width=\"160\""), "{}", chart.svg);
        assert_eq!(expected((None, Some(5.0))), "5 or less");
    }
}
