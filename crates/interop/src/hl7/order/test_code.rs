//! Which test is asked for: codes of the Test Directory and of the sender, in OBR-4 and in answers. Source: HL7 2.5.1, OBR-4 (CE, with
//! an alternate code); National Genomic Test Directory (`R59`, `R59.3`, `M119.5`).

use super::super::segment::{Segment, Value};
use crate::incoming_order::Code;
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

/// Tests of the directory beside the first, which contradict it: other tests, or tests of other indications.
pub(super) fn contradictions(codes: &[Code]) -> Vec<String> {
    let Some(first) = codes.first().map(|code| code.code.to_uppercase()).filter(|code| precision(code) != Precision::Other) else {
        return vec![];
    };
    let indication = |code: &str| code.split('.').next().unwrap_or_default().to_owned();
    let differs = |code: &&Code| {
        let other = code.code.to_uppercase();
        match precision(&other) {
            Precision::Test => other != first,
            Precision::Indication => other != indication(&first),
            Precision::Other => false,
        }
    };
    codes[1..]
        .iter()
        .filter(differs)
        .map(|code| format!("{} is named beside {first}, which was ordered", code.code.to_uppercase()))
        .collect()
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
    fn another_test_beside_the_first_is_noted() {
        let code = |code: &str| Code::new("", code, "");
        assert_eq!(contradictions(&[code("R59.3"), code("R59"), code("GEN")]), Vec::<String>::new());
        assert_eq!(contradictions(&[code("R59.3"), code("R29.4"), code("R100")]).len(), 2);
        assert_eq!(
            (is_cancer(&[code("GEN"), code("M119.5")]), is_cancer(&[code("R59")]), is_cancer(&[code("X")])),
            (Some(true), Some(false), None)
        );
    }
}
