//! Bars: one number for each of a few things, from nothing.

use super::{
    Chart, number,
    scale::{Scale, rounded_up},
    svg::{Anchor, Drawing},
};

/// One thing and its number.
#[derive(Clone, PartialEq, Debug)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// How much, not less than nothing.
    pub value: f64,
}

const WIDTH: f64 = 720.0;
const LABEL_END: f64 = 232.0;
const BAR_START: f64 = 240.0;
const BAR_END: f64 = 660.0;
const ROW: f64 = 28.0;

/// Draws bars below each other, each with its label and number.
pub fn bars(title: &str, unit: &str, bars: &[Bar]) -> Chart {
    let largest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let scale = Scale::new((0.0, rounded_up(largest)), (BAR_START, BAR_END));
    let mut drawing = Drawing::new();
    for (index, bar) in bars.iter().enumerate() {
        let top = index as f64 * ROW + 4.0;
        let end = scale.place(bar.value);
        drawing.text("", (LABEL_END, top + 15.0), Anchor::End, &bar.label);
        drawing.rectangle("chart-bar", (BAR_START, top), (end - BAR_START, ROW - 8.0));
        drawing.text("", (end + 6.0, top + 15.0), Anchor::Start, number(bar.value));
    }
    let height = bars.len() as f64 * ROW + 8.0;
    drawing.line("chart-axis", (BAR_START, 0.0), (BAR_START, height));
    let said: Vec<String> = bars.iter().map(|bar| format!("{}: {} {unit}", bar.label, number(bar.value))).collect();
    Chart {
        title: title.into(),
        svg: drawing.finish((WIDTH, height), title, &said.join("; ")),
        columns: vec![String::new(), unit.to_owned()],
        rows: bars.iter().map(|bar| vec![bar.label.clone(), number(bar.value)]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_number() {
        let bar = |label: &str, value| Bar { label: label.into(), value };
        let chart = bars("Orders", "orders", &[bar("A", 10.0), bar("B", 5.0), bar("C", 0.0)]);
        // The axis ends at 10, which is 420 pixels long.
        for drawn in ["x=\"240\" y=\"4\" width=\"420\"", "x=\"240\" y=\"32\" width=\"210\"", "x=\"240\" y=\"60\" width=\"0\""] {
            assert!(chart.svg.contains(drawn), "{drawn}: {}", chart.svg);
        }
        assert_eq!(chart.rows, [["A", "10"], ["B", "5"], ["C", "0"]]);
        assert!(chart.svg.contains("A: 10 orders; B: 5 orders; C: 0 orders"));
    }
}
