//! When a test is to be done, where that is later than the message. Source: HL7 2.5.1, chapters 4.5.1.7 (ORC-7), 4.5.3.6 (OBR-6),
//! 4.5.3.27 (OBR-27), 4.5.3.36 (OBR-36), 4.5.4.7 (TQ1-7).

use super::{
    super::{person, segment::Segment},
    group::Group,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Days after that of the message on which the test is asked for, each with where it stands: the order is placed as of now.
pub(super) fn later(group: &Group, segments: &[&Segment], sent_on: Option<Date>) -> Vec<String> {
    let of_order = group.orc.into_iter().map(|orc| (orc, 7, 4));
    let of_request = group.obr.into_iter().flat_map(|obr| [(obr, 6, 1), (obr, 27, 4), (obr, 36, 1)]);
    let of_timing = segments.iter().filter(|segment| segment.name == "TQ1").map(|tq1| (*tq1, 7, 1));
    let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for (segment, field, component) in of_order.chain(of_request).chain(of_timing) {
        let day = person::day(&segment.get(field, component)).parse::<Date>().ok();
        if let Some(day) = day.filter(|day| sent_on.is_none_or(|sent_on| *day > sent_on)) {
            days.entry(day).or_default().push(segment.place_of_field(field));
        }
    }
    let line = |(day, places): (Date, Vec<String>)| {
        let places = places.join(", ");
        format!("{places}: the test is asked for on {day}, and the order is placed as of now; if it is to wait, cancel it and send it then")
    };
    days.into_iter().map(line).collect()
}
