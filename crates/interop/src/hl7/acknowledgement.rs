//! Acknowledgements: what became of a message. Source: HL7 2.5.1, chapter 2.

use super::{
    Message,
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
}

impl Acknowledgement<'_> {
    /// The acknowledgement as an answer to a message, if that could be read.
    pub fn answer(&self, to: Option<&Message>) -> String {
        let header = |field, component| to.map_or("", |message| message.header(field, component));
        let event = header(9, 2);
        let kind = if event.is_empty() { Field::from("ACK") } else { Field::components(["ACK", event, "ACK"]) };
        let mut message = MessageWriter::default();
        message.push(
            &SegmentWriter::header()
                .with(3, "OPENGMS")
                .with(4, header(6, 1))
                .with(5, header(3, 1))
                .with(6, header(4, 1))
                .with(7, self.time)
                .with(9, kind)
                .with(10, self.control)
                .with(11, "P")
                .with(12, "2.5.1"),
        );
        message.push(&SegmentWriter::new("MSA").with(1, self.code.code()).with(2, header(10, 1)).with(3, self.text));
        self.faults.iter().for_each(|fault| message.push(&error(fault)));
        message.finish()
    }
}

fn error(fault: &Fault) -> SegmentWriter {
    let application_error = Field::components(["207", "Application internal error", "HL70357"]);
    SegmentWriter::new("ERR").with(2, &fault.at).with(3, application_error).with(4, "E").with(8, &fault.message)
}

/// Whether an answer accepts the message with a number, else why not.
pub fn check_accepted(answer: &str, control: &str) -> Result<(), String> {
    let message = Message::read(answer).map_err(|why| format!("the answer is no acknowledgement: {why}"))?;
    let Some(msa) = message.first("MSA") else { return Err("the answer has no MSA segment".into()) };
    if msa.get(2, 1) != control {
        return Err(format!("acknowledged another message ('{}')", msa.get(2, 1)));
    }
    match msa.get(1, 1) {
        "AA" | "CA" => Ok(()),
        code => {
            Err(format!("answered {code}: {}", [msa.get(3, 1), &message.first("ERR").map_or_else(String::new, |e| e.text(8))].join(" ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_accepted_for_the_message_that_it_names_and_no_other() {
        let answer = |code, number: &str| {
            let to = Message::read(&format!("MSH|^~\\&|A|B|C|D|2026||ORM^O01|{number}|P|2.3")).expect("a message");
            let faults = [Fault::new("PID-3", "No number")];
            Acknowledgement { code, time: "2026", control: "9", text: "Kept", faults: &faults }.answer(Some(&to))
        };
        assert_eq!(check_accepted(&answer(AcknowledgementCode::Accept, "7"), "7"), Ok(()));
        let other = check_accepted(&answer(AcknowledgementCode::Accept, "8"), "7");
        assert_eq!(other, Err("acknowledged another message ('8')".into()));
        let error = check_accepted(&answer(AcknowledgementCode::Error, "7"), "7");
        assert_eq!(error, Err("answered AE: Kept No number".into()));
        assert!(check_accepted("MSH|^~\\&|A", "7").expect_err("refused").contains("no MSA"));
    }
}
