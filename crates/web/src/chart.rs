//! Charts, drawn on the server as SVG with the same numbers in a table beside: for whoever cannot see them, and for whoever wants to
//! check. Colours come from the page (classes `chart-…` of `gms.css`). A page shows one by the macro of `macros/chart.html`.

mod bars;
mod gene;
mod ranges;
mod scale;
mod stages;
mod svg;

pub use bars::{Bar, bars};
pub use gene::{MarkKind, VariantMark, gene};
pub use ranges::{Mark, expected, ranges};
pub use stages::{Deadline, Step, StepState, stages};

/// A chart, with what it shows in words and numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chart {
    /// What it is.
    pub title: String,
    /// The drawing: an `svg` element with title and description, safe to put into a page.
    pub svg: String,
    /// Heads of the table's columns.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

impl Chart {
    /// One chart of each kind, for tests that render every kind.
    pub fn samples() -> Vec<Chart> {
        let bar = |label: &str, value| Bar { label: label.into(), value };
        vec![
            bars("Open orders by who is waited for", "orders", &[bar("Laboratory <scientist>", 12.0), bar("Consultant", 3.0)]),
            stages::sample(),
            ranges::sample(),
            gene::sample(),
        ]
    }
}

/// A number as people read it: at most two places after the point.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chart_can_be_read_without_being_seen() {
        for chart in Chart::samples() {
            assert!(chart.svg.starts_with("<svg ") && chart.svg.ends_with("</svg>"), "{}", chart.svg);
            assert!(chart.svg.contains("role=\"img\"") && chart.svg.contains("<title ") && chart.svg.contains("<desc "), "{}", chart.title);
            assert!(!chart.rows.is_empty());
            assert!(chart.rows.iter().all(|row| row.len() == chart.columns.len()), "{}", chart.title);
        }
    }

    #[derive(askama::Template)]
    #[template(source = "{% import \"macros/chart.html\" as chart %}{% for c in charts %}{{ chart::figure(c) }}{% endfor %}", ext = "html")]
    struct Figures {
        charts: Vec<Chart>,
    }

    #[test]
    fn every_chart_is_shown_with_its_table() {
        let shown = askama::Template::render(&Figures { charts: Chart::samples() }).expect("rendered");
        assert_eq!(shown.matches("<svg ").count(), Chart::samples().len());
        assert_eq!(shown.matches("<table ").count(), Chart::samples().len());
        assert!(shown.contains("<th scope=\"row\">Laboratory &#60;scientist&#62;</th>"), "{shown}");
    }

    #[test]
    fn what_is_labelled_cannot_become_a_part_of_the_page() {
        let drawn = bars("<b>", "orders", &[Bar { label: "<script>alert(1)</script> & \"x\"".into(), value: 1.0 }]);
        assert!(!drawn.svg.contains("<script>") && !drawn.svg.contains("<b>"), "{}", drawn.svg);
        assert!(drawn.svg.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"), "{}", drawn.svg);
    }

    #[test]
    fn numbers_have_no_more_places_than_they_need() {
        assert_eq!([0.0, 12.0, 28.5, 0.333].map(number), ["0", "12", "28.5", "0.33"]);
    }
}
