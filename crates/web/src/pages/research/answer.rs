//! An answer of the library as a picture.

use crate::chart::{self, Bar, Chart};
use service::research::answers::{Answer, Count};

/// The charts of an answer. What is not told has no bar; the table beside says why.
pub(super) fn charts(answer: &Answer) -> Vec<Chart> {
    let mut people = vec![("People who fit".to_owned(), answer.cohort)];
    people.extend(answer.carriers.map(|count| ("Carriers among them".to_owned(), count)));
    if let Some(burden) = &answer.burden {
        for (name, [all, carriers]) in [("with the features", burden.cases), ("without them", burden.controls)] {
            people.push((format!("People {name}"), all));
            people.push((format!("Carriers {name}"), carriers));
        }
    }
    let by_group = if answer.carriers.is_some() { "Carriers by group" } else { "People by group" };
    [drawn("People", &people), drawn(by_group, &answer.groups)].into_iter().flatten().collect()
}

/// Bars of the counts that are told; nothing where none is.
fn drawn(title: &str, counts: &[(String, Count)]) -> Option<Chart> {
    let bar = |(label, count): &(String, Count)| match count {
        Count::About(number) => Some(Bar { label: label.clone(), value: *number as f64 }),
        Count::Few | Count::Hidden => None,
    };
    let bars: Vec<Bar> = counts.iter().filter_map(bar).collect();
    if bars.is_empty() {
        return None;
    }
    let mut chart = chart::bars(title, "people, rounded to 5", &bars);
    chart.rows = counts.iter().map(|(label, count)| vec![label.clone(), count.label()]).collect();
    Some(chart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_has_no_bar_and_stands_in_the_table() {
        let counts = [("female".to_owned(), Count::About(35)), ("male".to_owned(), Count::Few)];
        let chart = drawn("People by group", &counts).expect("a chart");
        assert_eq!(chart.svg.matches("chart-bar").count(), 1);
        assert_eq!(chart.rows.len(), 2);
        assert!(chart.rows[1][1].contains("fewer than 5"), "{:?}", chart.rows);
        assert_eq!(drawn("People", &[("People who fit".to_owned(), Count::Few)]), None);
    }
}
