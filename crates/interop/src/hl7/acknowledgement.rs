//! Acknowledgements: what became of a message. Source: HL7 2.5.1, chapters 2.9 (acknowledgement modes), 2.15.8 (MSA), 2.15.5 (ERR).

mod error;
mod received;

pub use received::ReceivedAcknowledgement;

use super::{
    Message,
    header::Header,
    write::{Field, MessageWriter, SegmentWriter},
};
use crate::codes::code_system;
use care::ordering::message::Fault;

code_system! {
    /// What became of a message. Source: HL7 table 0008.
    pub enum AcknowledgementCode {
        /// It was done.
        Accept = "AA",
        /// It cannot be done; sending it again changes nothing.
        Error = "AE",
        /// It cannot be read.
        Reject = "AR",
    }
}

impl AcknowledgementCode {
    /// The code for a sender who asks for a commit acknowledgement and no other. Source: HL7 2.5.1, chapter 2.9.3.
    fn commit(self) -> &'static str {
        match self {
            AcknowledgementCode::Accept => "CA",
            AcknowledgementCode::Error => "CE",
            AcknowledgementCode::Reject => "CR",
        }
    }
}

/// An acknowledgement.
pub struct Acknowledgement<'a> {
    /// What became of the message.
    pub code: AcknowledgementCode,
    /// When that was written, `YYYYMMDDHHMMSS+0000`.
    pub time: &'a str,
    /// Number of the acknowledgement.
    pub control: &'a str,
    /// What became of the message, in words.
    pub text: &'a str,
    /// What is wrong with it.
    pub faults: &'a [Fault],
    /// What of it was not used, or read otherwise than it stood.
    pub notes: &'a [String],
}

impl Acknowledgement<'_> {
    /// The acknowledgement as an answer to a message, by what could be read of its header.
    pub fn answer(&self, to: &Header) -> String {
        let event = to.get(9, 2);
        let kind = if event.is_empty() { Field::from("ACK") } else { Field::components(["ACK", &event, "ACK"]) };
        let mut message = MessageWriter::default();
        message.push(
            &SegmentWriter::header()
                .with(3, "OPENGMS")
                .with(4, to.get(6, 1))
                .with(5, to.get(3, 1))
                .with(6, to.get(4, 1))
                .with(7, self.time)
                .with(9, kind)
                .with(10, short_control(self.control))
                .with(11, "P")
                .with(12, "2.5.1")
                .with(18, "UNICODE UTF-8"),
        );
        let code = if to.asks_for_commit() { self.code.commit() } else { self.code.code() };
        message.push(&SegmentWriter::new("MSA").with(1, code).with(2, to.control()).with(3, self.text));
        let before_2_5 = to.is_before_2_5();
        self.faults.iter().for_each(|fault| message.push(&error::error(fault, before_2_5)));
        self.notes.iter().for_each(|note| message.push(&error::warning(note, before_2_5)));
        message.finish()
    }
}

/// A number of a message as MSH-10 can hold it: as it is where it is short enough, else its digest, which is the same each time.
/// Source: HL7 2.5.1, chapter 2.15.9.10 (20 characters).
pub fn short_control(control: &str) -> String {
    use sha2::Digest;
    if control.chars().count() <= CONTROL_CHARACTERS_MAX {
        return control.to_owned();
    }
    let digest = sha2::Sha256::digest(control.as_bytes());
    digest.iter().take(CONTROL_CHARACTERS_MAX / 2).map(|byte| format!("{byte:02X}")).collect()
}

/// Characters of MSH-10. Source: HL7 2.5.1, chapter 2.15.9.
const CONTROL_CHARACTERS_MAX: usize = 20;

/// Whether an answer accepts the message with a number, else why not.
pub fn check_accepted(answer: &str, control: &str) -> Result<(), String> {
    let message = Message::read(answer).map_err(|why| format!("the answer is no acknowledgement: {why}"))?;
    let Some(msa) = message.first("MSA") else { return Err("the answer has no MSA segment".into()) };
    let acknowledged = msa.get(2, 1);
    if acknowledged != control && acknowledged != short_control(control) {
        return Err(format!("acknowledged another message ('{acknowledged}')"));
    }
    match msa.get(1, 1).as_str() {
        "AA" | "CA" => Ok(()),
        code => {
            let error = message.first("ERR").map_or_else(String::new, |error| error.whole(8));
            Err(format!("answered {code}: {} {error}", msa.whole(3)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hl7;

    fn answer(header: &str, code: AcknowledgementCode, faults: &[Fault], notes: &[String]) -> String {
        let units = hl7::read(header.as_bytes());
        Acknowledgement { code, time: "2026", control: "9", text: "Kept", faults, notes }.answer(&units[0].header)
    }

    #[test]
    fn an_answer_is_accepted_for_the_message_that_it_names_and_no_other() {
        let faults = [Fault::new("PID-3", "No number")];
        let answer = |code, number: &str| answer(&format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|{number}|P|2.3"), code, &faults, &[]);
        assert_eq!(check_accepted(&answer(AcknowledgementCode::Accept, "7"), "7"), Ok(()));
        let other = check_accepted(&answer(AcknowledgementCode::Accept, "8"), "7");
        assert_eq!(other, Err("acknowledged another message ('8')".into()));
        let error = check_accepted(&answer(AcknowledgementCode::Error, "7"), "7");
        assert_eq!(error, Err("answered AE: Kept PID-3: No number".into()));
        assert!(check_accepted("MSH|^~\\&|A", "7").expect_err("refused").contains("no MSA"));
    }

    #[test]
    fn the_senders_number_is_answered_even_where_the_rest_cannot_be_read() {
        for header in [
            "MSH|^~&|EPR|RP4|OPENGMS|699X0|2026||ORM^O01|C-7|P|2.4",
            "MSH|^~\\&#|EPR|RP4|OPENGMS|699X0|2026||ORM^O01|C-7|P|2.7",
            "MSH$!%\\&$EPR$RP4$OPENGMS$699X0$2026$$ORM!O01$C-7$P$2.4",
            "MSH|^^^^|EPR|RP4|OPENGMS|699X0|2026||ORM^O01|C-7|P|2.4",
            "MSH|^~\\&|EPR|RP4|OPENGMS|699X0|2026||ORM^O01|C-\0\u{7}7|P|2.4",
        ] {
            let text = answer(header, AcknowledgementCode::Reject, &[], &[]);
            assert!(text.contains("\rMSA|AR|C-7|Kept\r") && text.contains("|ACK^O01^ACK|"), "{header}: {text}");
        }
        for nothing in ["", "no message", "MSH", "MSH|"] {
            assert!(answer(nothing, AcknowledgementCode::Reject, &[], &[]).contains("\rMSA|AR||Kept\r"));
        }
    }

    #[test]
    fn errors_and_warnings_name_their_place_and_their_code() {
        let header = |version: &str, accept: &str| format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|7|P|{version}|||{accept}");
        let (faults, notes) = ([Fault::new("OBX(4)-5", "'x' is no number")], ["PID-8: 'W' is not understood".to_owned()]);
        let text = answer(&header("2.5.1", ""), AcknowledgementCode::Error, &faults, &notes);
        assert!(text.contains("\rERR||OBX^4^5|102^Data type error^HL70357|E||||OBX(4)-5: 'x' is no number\r"), "{text}");
        assert!(text.contains("\rERR||PID^1^8|0^Message accepted^HL70357|W||||PID-8: 'W' is not understood\r"), "{text}");
        let old = answer(&header("2.3", ""), AcknowledgementCode::Error, &faults, &[]);
        assert!(old.contains("\rERR|OBX^4^5^102&Data type error&HL70357|OBX^4^5|102^"), "{old}");
        for (accept, code) in [("", "AE"), ("AL", "AE"), ("AL|AL", "AE"), ("AL|NE", "CE"), ("NE|AL", "AE")] {
            assert!(answer(&header("2.4", accept), AcknowledgementCode::Error, &[], &[]).contains(&format!("\rMSA|{code}|7|")), "{accept}");
        }
    }

    /// HL7 2.5.1, 9.6 (MDM) and 7.3.1 (ORU): both are acknowledged by the general ACK with the event of what came.
    #[test]
    fn each_kind_of_message_is_acknowledged_by_its_own_event() {
        for (kind, acknowledged) in [
            ("MDM^T02^MDM_T02", "ACK^T02^ACK"),
            ("ORU^R01^ORU_R01", "ACK^R01^ACK"),
            ("ORM^O01", "ACK^O01^ACK"),
            ("ADT^A40^ADT_A39", "ACK^A40^ACK"),
            ("ORM", "ACK"),
        ] {
            let text = answer(&format!("MSH|^~\\&|A|B|C|D|2026||{kind}|7|P|2.5.1"), AcknowledgementCode::Accept, &[], &[]);
            assert!(text.contains(&format!("|{acknowledged}|")), "{kind}: {text}");
        }
    }

    #[test]
    fn a_long_number_becomes_a_short_one_that_stays_the_same() {
        let long = "0192f3c4d5e6f708192a3b4c5d6e7f80";
        assert_eq!((short_control("7").as_str(), short_control(long).len()), ("7", 20));
        assert_eq!(short_control(long), short_control(long));
        assert_ne!(short_control(long), short_control("0192f3c4d5e6f708192a3b4c5d6e7f81"));
    }
}
