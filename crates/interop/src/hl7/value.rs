//! The value of an observation (`OBX-5`) by its type (`OBX-2`). Source: HL7 2.5.1, chapter 7.4.2; table 0125.

use super::segment::{Segment, Value};
use std::collections::BTreeMap;

/// Of what kind a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A text, which is never cut.
    Text,
    /// A code with its name, or several.
    Coded,
    /// A number or a span of numbers.
    Number,
    /// Data inside the message.
    Data,
    /// Data elsewhere.
    Pointer,
}

/// The kind of an observation's value; one without a type is a code if it has components.
pub(super) fn kind(obx: &Segment) -> Kind {
    match obx.get(2, 1).to_uppercase().as_str() {
        "CE" | "CWE" | "CNE" | "CF" | "CX" | "XCN" | "XPN" | "XON" | "EI" => Kind::Coded,
        "NM" | "SN" | "NR" | "MO" | "CQ" => Kind::Number,
        "ED" => Kind::Data,
        "RP" => Kind::Pointer,
        "" if obx.first(5).is_coded() => Kind::Coded,
        _ => Kind::Text,
    }
}

/// The value in words: a text whole, names of codes, numbers with their unit.
pub(super) fn text(obx: &Segment) -> String {
    match kind(obx) {
        Kind::Text => whole_text(obx),
        Kind::Coded => listed(obx.repeats(5).map(name)),
        Kind::Number => {
            let number = listed(obx.repeats(5).map(|value| number(value, &obx.get(2, 1))));
            format!("{number} {}", unit(obx)).trim().to_owned()
        }
        Kind::Data | Kind::Pointer => String::new(),
    }
}

/// A text whole. A short one (`ST`) may be a measurement with its unit (OBX-6); a long one has no unit, and what stands there is the
/// rest of it, which an unescaped separator moved.
fn whole_text(obx: &Segment) -> String {
    let text = obx.whole(5);
    let is_long = ["TX", "FT"].contains(&obx.get(2, 1).to_uppercase().as_str());
    if text.is_empty() || obx.field(6).is_empty() {
        return text;
    }
    if !is_long || obx.field(6).is_coded() {
        return format!("{text} {}", unit(obx));
    }
    let moved = (6..).map(|field| obx.whole(field)).take_while(|part| !part.is_empty());
    std::iter::once(text).chain(moved).collect::<Vec<_>>().join(" | ")
}

fn unit(obx: &Segment) -> String {
    [obx.get(6, 1), obx.get(6, 2)].into_iter().find(|unit| !unit.is_empty()).unwrap_or_default()
}

/// What an observation asks, in words.
pub(super) fn question(obx: &Segment) -> String {
    name(obx.first(3)).trim_end_matches([':', '?']).to_owned()
}

/// A coded value in words: its name, the name of the second code, the original text, else the code.
pub(super) fn name(value: Value) -> String {
    [2, 5, 9, 1].into_iter().map(|component| value.whole_component(component)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A coded value that may be a text in its place: as a name where it has components, else whole.
pub(super) fn name_or_text(segment: &Segment, field: usize) -> String {
    let looks_coded = |value: Value| value.is_coded() && !value.component(1).contains(' ') && value.component(1).len() <= 20;
    if segment.repeats(field).all(looks_coded) { listed(segment.repeats(field).map(name)) } else { segment.whole(field) }
}

/// `>^100` as `>100`, `1^-^2` as `1-2`, `155^160` as `155-160`.
fn number(value: Value, kind: &str) -> String {
    let parts = [1, 2, 3, 4].map(|component| value.component(component));
    match kind.to_uppercase().as_str() {
        "NR" => parts[..2].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("-"),
        _ => parts.concat(),
    }
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Observations by their number (`OBX-4`); those without one are left out.
pub(super) fn by_number<'s>(observations: impl Iterator<Item = &'s Segment>) -> BTreeMap<String, Vec<&'s Segment>> {
    let mut members: BTreeMap<String, Vec<&Segment>> = BTreeMap::new();
    for obx in observations {
        members.entry(obx.whole(4)).or_default().push(obx);
    }
    members.remove("");
    members
}

/// Whether numbers of observations say which belong together: there are several, and one of them is of more than one observation.
/// Where each has its own, or all have the same, they say nothing.
pub(super) fn numbers_join(by_number: &BTreeMap<String, Vec<&Segment>>) -> bool {
    by_number.len() > 1 && by_number.values().any(|members| members.len() > 1)
}
