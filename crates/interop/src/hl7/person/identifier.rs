//! Numbers of people: the NHS's, wherever older and newer systems put it, and the hospitals'. Source: HL7 2.5.1, PID-2, PID-3, PID-4,
//! PID-19, data type CX, table 0203; UK Core, identifiers of patients.

use super::super::segment::{Segment, Value};
use crate::{
    codes::system::{NHS_NUMBER, NHS_NUMBER_OID},
    incoming_order::{Faults, Located, SentNumber},
};
use care::{ordering::message::Fault, people::nhs_number::NhsNumber};

/// Numbers of one person, and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub(in crate::hl7) struct Identifiers {
    pub nhs_number: Option<Located>,
    pub hospital: Vec<SentNumber>,
    pub notes: Vec<String>,
    pub faults: Faults,
}

/// Names of the NHS as the one that gave a number.
const NHS_AUTHORITIES: [&str; 6] = ["NHS", "NHSNUMBER", "NHSNBR", "NHSNO", NHS_NUMBER_OID, "HTTPS://FHIR.NHS.UK/ID/NHS-NUMBER"];

/// Types of identifiers that are the NHS number: `NH` is what the NHS in England sends.
const NHS_TYPES: [&str; 5] = ["NH", "NHS", "NHSN", "NNGBR", "NHSNUMBER"];

/// The unique national identifier: in England the NHS number.
const NATIONAL_TYPE: &str = "NI";

/// Names of those who give the national identifiers of Scotland (CHI) and Northern Ireland (H&C), which look like NHS numbers.
const OTHER_NATIONS: [&str; 5] = ["CHI", "SCOT", "HSC", "H&C", "HCN"];

impl Identifiers {
    /// Numbers of a patient. Ten digits that nobody describes are an NHS number in PID-2 and PID-19, where older systems send it, if
    /// their check digit is right.
    pub fn of_patient(pid: &Segment) -> Identifiers {
        let mut numbers = Identifiers::default();
        for field in [3, 2, 4] {
            pid.repeats(field).for_each(|value| numbers.add(value, &pid.place_of_field(field), field == 2));
        }
        numbers.add_social(pid);
        numbers
    }

    /// Numbers of a relative or of a record that is replaced, in one field.
    pub fn of_field(segment: &Segment, field: usize) -> Identifiers {
        let mut numbers = Identifiers::default();
        segment.repeats(field).for_each(|value| numbers.add(value, &segment.place_of_field(field), false));
        numbers
    }

    fn add(&mut self, value: Value, place: &str, bare_is_nhs: bool) {
        let number = value.component(1);
        if number.is_empty() {
            return;
        }
        let authority = authority(value);
        if declares_nhs(value, &authority) {
            if !value.component(8).is_empty() {
                let ended = value.component(8);
                return self.notes.push(format!("{place}: the NHS number {number} ended on {ended} by its own date, and was not used"));
            }
            return self.add_nhs(with_check_digit(value), place);
        }
        let is_bare = authority.is_empty() && value.component(5).is_empty();
        let valid = number.parse::<NhsNumber>().is_ok();
        if is_bare && valid && bare_is_nhs {
            return self.add_nhs(number, place);
        }
        // Who gave it is not said: a hospital's own number may happen to look like an NHS number, and would find somebody else.
        if authority.is_empty() && valid {
            self.notes.push(format!(
                "{place}: {number} was kept as a number of the sender's hospital, although it also looks like an NHS number; an NHS \
                 number is sent as {number}^^^NHS^NH"
            ));
        }
        let sent = SentNumber { value: number, authority, place: place.to_owned() };
        if !self.hospital.iter().any(|known| known.value == sent.value && known.authority == sent.authority) {
            self.hospital.push(sent);
        }
    }

    /// PID-19 holds a number of social security, for which systems in England use the NHS number.
    fn add_social(&mut self, pid: &Segment) {
        let (number, place) = (pid.first(19).component(1), pid.place_of_field(19));
        match number.parse::<NhsNumber>() {
            Ok(_) => self.add_nhs(number, &place),
            Err(why) if !number.is_empty() => self.notes.push(format!("{place}: '{number}' was not used: {why}")),
            Err(_) => {}
        }
    }

    /// An NHS number: a mistyped one, and a second one that differs, are faults.
    fn add_nhs(&mut self, number: String, place: &str) {
        match (number.parse::<NhsNumber>(), &self.nhs_number) {
            (Err(why), _) => self.faults.push(Fault::new(place, format!("{number}: {why}"))),
            (Ok(_), None) => self.nhs_number = Some(Located { value: number, place: place.to_owned() }),
            (Ok(second), Some(first)) => {
                if first.value.parse::<NhsNumber>() != Ok(second) {
                    let message =
                        format!("{number} is another NHS number than {} in {}; send the one of this person", first.value, first.place);
                    self.faults.push(Fault::new(place, message));
                }
            }
        }
    }
}

/// Who gave a number: the namespace, else the universal identifier of its authority, else its facility.
fn authority(value: Value) -> String {
    [(4, 1), (4, 2), (6, 1), (6, 2)]
        .into_iter()
        .map(|(component, part)| value.part(component, part))
        .find(|a| !a.is_empty())
        .unwrap_or_default()
}

/// The number with its check digit, which some systems send beside it (CX-2, by the scheme of CX-3).
fn with_check_digit(value: Value) -> String {
    let (number, digit) = (value.component(1), value.component(2));
    let is_digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if is_digits(&number, 9) && is_digits(&digit, 1) { number + &digit } else { number }
}

fn declares_nhs(value: Value, authority: &str) -> bool {
    let plain = |text: String| text.to_uppercase().replace(' ', "");
    let is_nhs = |text: String| NHS_AUTHORITIES.contains(&plain(text).trim_start_matches("URN:OID:"));
    let kind = plain(value.component(5));
    let authorities = [value.part(4, 1), value.part(4, 2)];
    NHS_TYPES.contains(&kind.as_str())
        || value.component(5) == NHS_NUMBER
        || authorities.into_iter().any(is_nhs)
        || (kind == NATIONAL_TYPE && is_of_england(&value.component(1), authority))
}

/// A national identifier is the NHS number where nobody is named as its giver, or where it is one and no other nation's.
fn is_of_england(number: &str, authority: &str) -> bool {
    let upper = authority.to_uppercase();
    authority.is_empty() || (!OTHER_NATIONS.iter().any(|name| upper.contains(name)) && number.parse::<NhsNumber>().is_ok())
}
