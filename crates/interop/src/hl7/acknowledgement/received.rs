//! An acknowledgement that a peer sends by itself, on a line on which it sends messages. It is never answered: two systems that answer
//! one another's answers do so for ever. Source: HL7 2.5.1, chapter 2.9.2 (the initiating system does not acknowledge an acknowledgement)
//! and 2.15.8 (MSA).

use crate::hl7::Unit;

/// An acknowledgement as it was received.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedAcknowledgement {
    /// What became of the message that it answers (MSA-1, table 0008); empty where that cannot be read.
    pub code: String,
    /// The number of that message (MSA-2).
    pub control: String,
    /// What is said of it (MSA-3, else the text of ERR-8).
    pub text: String,
}

/// Types of messages that are acted on, whatever else stands in them.
const ACTED_ON: [&str; 7] = ["ORM", "OML", "OMG", "ADT", "ORU", "OUL", "MDM"];

impl ReceivedAcknowledgement {
    /// What a message says that answers another: one of a type that does nothing else, or one with an MSA segment that is not acted on.
    pub fn read(unit: &Unit) -> Option<ReceivedAcknowledgement> {
        let msa = unit.message.as_ref().ok().and_then(|message| message.first("MSA"));
        let is_acted_on = ACTED_ON.contains(&unit.header.get(9, 1).to_uppercase().as_str());
        if !unit.header.is_acknowledgement() && (msa.is_none() || is_acted_on) {
            return None;
        }
        let get = |field| msa.map_or_else(String::new, |msa| msa.get(field, 1));
        let error = unit.message.as_ref().ok().and_then(|message| message.first("ERR")).map_or_else(String::new, |error| error.whole(8));
        let text = if get(3).is_empty() { error } else { get(3) };
        Some(ReceivedAcknowledgement { code: get(1).to_uppercase(), control: get(2), text })
    }

    /// The peer does not say that it took the message, by a refusal or by what cannot be read: somebody has to know. Source: HL7 table
    /// 0008.
    pub fn is_refusal(&self) -> bool {
        !["AA", "CA"].contains(&self.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hl7;

    fn read(kind: &str, body: &str) -> Option<(String, bool)> {
        let units = hl7::read(format!("MSH|^~\\&|A|B|C|D|2026||{kind}|9|P|2.5.1\r{body}").as_bytes());
        ReceivedAcknowledgement::read(&units[0]).map(|received| (received.control.clone(), received.is_refusal()))
    }

    #[test]
    fn what_answers_a_message_is_known_by_its_type_or_its_segment() {
        for kind in ["ACK", "ACK^O01", "ACK^R01^ACK", "ack^R01", "ORR^O02", "ORL^O22^ORL_O22", "MCF", "RSP^K11", "ORF^R04", "QCK", ""] {
            assert_eq!(read(kind, "MSA|AA|C-1\r"), Some(("C-1".into(), false)), "{kind}");
            assert_eq!(read(kind, "MSA|AE|C-1|No\r"), Some(("C-1".into(), true)), "{kind}");
        }
        assert_eq!(read("ACK^O01", ""), Some((String::new(), true)), "nothing follows the header");
        for code in ["", "AX", "NAK", "A A"] {
            assert_eq!(read("ACK", &format!("MSA|{code}|C-1\r")), Some(("C-1".into(), true)), "{code} does not say that it was taken");
        }
        for kind in ["ORM^O01", "ORU^R01", "ADT^A08", "OUL^R22"] {
            assert_eq!(read(kind, "MSA|AA|C-1\rPID|1\r"), None, "{kind} is acted on");
        }
        assert_eq!(read("QBP^Q11", "QPD|1\r"), None);
    }
}
