//! Which test is asked for: codes of the Test Directory and of the sender, in OBR-4 and in answers. Source: HL7 2.5.1, OBR-4 (CE, with
//! an alternate code); National Genomic Test Directory (`R59`, `R59.3`, `M119.5`).

use super::super::segment::{Segment, Value};
use crate::incoming_order::Code;
use care::ordering::message::Fault;
use std::collections::HashSet;

/// How precisely a code names a test.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    /// One test of the directory.
    Test,
    /// A clinical indication, which may have several tests.
    Indication,
    /// A code of the sender.
    Other,
}

/// Codes of an order, in order of precision, each once.
pub(super) fn sorted(mut codes: Vec<Code>) -> Vec<Code> {
    codes.retain(|code| !code.code.is_empty() || !code.display.is_empty());
    codes.sort_by_key(|code| precision(&code.code));
    let mut seen = HashSet::new();
    codes.retain(|code| seen.insert((code.code.to_uppercase(), if code.code.is_empty() { code.display.clone() } else { String::new() })));
    codes
}

/// Codes of a coded field: its code, its alternate code, and one of the directory at the beginning of a name.
pub(super) fn requested(segment: &Segment, field: usize) -> Vec<Code> {
    segment.repeats(field).flat_map(of_value).collect()
}

fn of_value(value: Value) -> Vec<Code> {
    let mut codes = Vec::new();
    for first in [1, 4] {
        let (code, name) = (value.component(first), value.component(first + 1));
        let named = if precision(&code) == Precision::Other { leading(&name).or_else(|| leading(&code)) } else { None };
        if let Some((code, rest)) = named {
            codes.push(Code::new("", &code, &rest));
        }
        codes.push(Code::new(&value.component(first + 2), &code, &name));
    }
    codes
}

/// Codes of an answer: `R305: Cystic fibrosis`, or a coded value.
pub(super) fn answered(obx: &Segment) -> Vec<Code> {
    let mut codes = Vec::new();
    for value in obx.repeats(5) {
        if value.is_coded() {
            codes.extend(of_value(value));
            continue;
        }
        let text = value.whole();
        codes.push(match leading(&text) {
            Some((code, rest)) => Code::new("", &code, &rest),
            None => Code::new("", text.split(':').next().unwrap_or_default(), text.split_once(':').map_or("", |(_, rest)| rest)),
        });
    }
    codes
}

/// Codes of an answer to a choice of tests: what is no code of the directory is an answer in words.
pub(super) fn chosen(obx: &Segment) -> Vec<Code> {
    answered(obx).into_iter().filter(|code| precision(&code.code) != Precision::Other).collect()
}

/// Several tests of one order, or a test and another indication: which of them is meant is not for a program to choose. Each is named
/// with where it stands first.
pub(super) fn several(named: &[(Code, String)]) -> Option<Fault> {
    let mut known: Vec<(String, &str)> = Vec::new();
    for (code, place) in named.iter().filter(|(code, _)| precision(&code.code) != Precision::Other) {
        let code = code.code.trim().to_uppercase();
        if known.iter().all(|(other, _)| *other != code) {
            known.push((code, place.as_str()));
        }
    }
    known.sort_by_key(|(code, _)| precision(code));
    let (first, _) = known.first()?;
    let differs = |code: &str| if is_indication(code) { code != indication(first) } else { code != first };
    if !known.iter().any(|(code, _)| differs(code)) {
        return None;
    }
    // An indication of which a test is named beside it is that test.
    let is_of_test = |code: &str| is_indication(code) && known.iter().any(|(other, _)| !is_indication(other) && indication(other) == code);
    let tests: Vec<&(String, &str)> = known.iter().filter(|(code, _)| !is_of_test(code)).collect();
    let list: Vec<String> = tests.iter().map(|(code, place)| format!("{code} ({place})")).collect();
    let place = tests.last().map_or("OBR-4", |(_, place)| *place);
    Some(Fault::new(place, format!("The order names several tests: {}. Nothing was ordered: send an order for each", list.join(", "))))
}

fn is_indication(code: &str) -> bool {
    precision(code) == Precision::Indication
}

fn indication(code: &str) -> &str {
    code.split('.').next().unwrap_or_default()
}

/// Whether a code of the directory is among them.
pub(super) fn is_of_directory(codes: &[Code]) -> bool {
    codes.iter().any(|code| precision(&code.code) != Precision::Other)
}

/// A test of cancer: its code begins with M.
pub(super) fn is_cancer(codes: &[Code]) -> Option<bool> {
    let code = codes.iter().find(|code| precision(&code.code) != Precision::Other)?;
    Some(code.code.to_uppercase().starts_with('M'))
}

/// A code of the directory at the beginning of a text, and what follows it.
fn leading(text: &str) -> Option<(String, String)> {
    let code = text.split(|c: char| c.is_whitespace() || [':', ';', ',', '-', '–'].contains(&c)).next().unwrap_or_default();
    let rest = text[code.len()..].trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned();
    (precision(code) != Precision::Other).then(|| (code.to_owned(), rest))
}

fn precision(code: &str) -> Precision {
    let is_number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let Some(number) = code.trim().strip_prefix(['R', 'M', 'r', 'm']) else { return Precision::Other };
    match number.split_once('.') {
        Some((indication, test)) if is_number(indication) && is_number(test) => Precision::Test,
        None if is_number(number) => Precision::Indication,
        _ => Precision::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hl7::Message;

    fn codes(obr4: &str) -> Vec<String> {
        let message = Message::read(&format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|1|P|2.4\rOBR|1|1||{obr4}\r")).expect("a message");
        sorted(requested(message.first("OBR").expect("a request"), 4)).iter().map(Code::label).collect()
    }

    #[test]
    fn the_most_precise_code_comes_first_wherever_it_stands() {
        assert_eq!(codes("GENWGS^Genome^L^R59.3^Epilepsy^NGTD"), ["Epilepsy (R59.3)", "Genome (GENWGS)"]);
        assert_eq!(codes("R59^Epilepsy^GTD^r59.3^WGS^GTD"), ["WGS (r59.3)", "Epilepsy (R59)"]);
        assert_eq!(codes("GEN^R59.3 - Epilepsy^L"), ["Epilepsy (R59.3)", "R59.3 - Epilepsy (GEN)"]);
        assert_eq!(codes("GEN^Genome^L~R59.3^Epilepsy^GTD"), ["Epilepsy (R59.3)", "Genome (GEN)"]);
        assert_eq!((codes("STR^Chimerism^L"), codes("")), (vec!["Chimerism (STR)".to_owned()], vec![]));
    }

    #[test]
    fn several_tests_are_refused_with_where_each_of_them_stands() {
        let named = |codes: &[(&str, &str)]| {
            let named: Vec<(Code, String)> = codes.iter().map(|(code, place)| (Code::new("", code, ""), (*place).to_owned())).collect();
            several(&named).map(|fault| fault.to_string())
        };
        for one in [
            &[("R59.3", "OBR-4"), ("R59", "OBX(1)-5"), ("GEN", "OBR-4"), ("r59.3", "OBX(2)-5")][..],
            &[("R59", "OBR-4")],
            &[("GEN", "OBR-4"), ("STR", "OBR-4")],
            &[],
        ] {
            assert_eq!(named(one), None, "{one:?}");
        }
        let both = [("R59.3", "OBR-4"), ("R29.4", "OBX(1)-5")];
        let indication = [("R59.3", "OBR-4"), ("R29", "OBX(1)-5")];
        let indications = [("R59", "A"), ("R29", "B")];
        let form = [("R240", "A"), ("R242", "A"), ("R240.1", "B"), ("R242.1", "C")];
        for (several, expected) in [
            (both.as_slice(), "OBX(1)-5: The order names several tests: R59.3 (OBR-4), R29.4 (OBX(1)-5)."),
            (indication.as_slice(), "OBX(1)-5: The order names several tests: R59.3 (OBR-4), R29 (OBX(1)-5)."),
            (indications.as_slice(), "B: The order names several tests: R59 (A), R29 (B)."),
            (form.as_slice(), "C: The order names several tests: R240.1 (B), R242.1 (C)."),
        ] {
            let said = named(several).expect("several");
            assert_eq!(said, format!("{expected} Nothing was ordered: send an order for each"));
        }
    }

    #[test]
    fn a_test_of_cancer_is_known_by_its_code() {
        let code = |code: &str| Code::new("", code, "");
        assert_eq!(
            (is_cancer(&[code("GEN"), code("M119.5")]), is_cancer(&[code("R59")]), is_cancer(&[code("X")])),
            (Some(true), Some(false), None)
        );
    }
}
