//! The registry of streams: each kind with its name in the journal, its event and what that says. Whoever reads the journal
//! matches on it without a rest, so that the compiler names every place where a new kind has to be thought of.

mod describe;

pub use describe::Describe;

use crate::{
    directory, interpretation,
    laboratory::{alignment, container, lot, sample, worklist},
    ordering::{choice, client, draft, message, order, pedigree, template, work},
    people::{account, emergency, patient},
    research::{participant, project},
    results::{cascade, invitation, medicines, outside, question, report},
};
use std::{fmt, str::FromStr};

/// Version of the payloads that this program writes.
pub const PAYLOAD_VERSION: i64 = 1;

/// Why an event of the journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The stream is of no kind that this program knows.
    #[error("'{0}' is no stream that this program knows")]
    Stream(String),
    /// The stream's identifier is none.
    #[error("'{0}' does not name anything of its kind")]
    Id(String),
    /// The payload is of a later program.
    #[error("an event of {kind} has payload version {version}, which this program cannot read")]
    Version {
        /// Kind of its stream.
        kind: StreamKind,
        /// Version that was written.
        version: i64,
    },
    /// The payload is not what its kind and version say.
    #[error("an event of {kind} does not read: {fault}")]
    Payload {
        /// Kind of its stream.
        kind: StreamKind,
        /// What is wrong with it.
        fault: serde_json::Error,
    },
}

macro_rules! streams {
    ($($(#[$doc:meta])* $kind:ident $name:literal $event:ty),* $(,)?) => {
        /// Kinds of streams.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum StreamKind {
            $($(#[$doc])* $kind,)*
        }

        /// An event of any stream.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Event {
            $($(#[$doc])* $kind($event),)*
        }

        impl StreamKind {
            /// Every kind.
            pub const ALL: &[StreamKind] = &[$(StreamKind::$kind),*];

            /// As the names of its streams begin.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(StreamKind::$kind => $name,)*
                }
            }
        }

        impl Event {
            /// Reads a payload of a stream of a kind.
            pub fn read(kind: StreamKind, version: i64, payload: &str) -> Result<Event, Unreadable> {
                let payload = lift(kind, version, payload)?;
                let read = match kind {
                    $(StreamKind::$kind => serde_json::from_str(payload).map(Event::$kind),)*
                };
                read.map_err(|fault| Unreadable::Payload { kind, fault })
            }

            /// Kind of its stream.
            pub fn kind(&self) -> StreamKind {
                match self {
                    $(Event::$kind(_) => StreamKind::$kind,)*
                }
            }

            /// What it says: one sentence without who and when.
            pub fn sentence(&self) -> String {
                match self {
                    $(Event::$kind(event) => event.sentence(),)*
                }
            }
        }
    };
}

streams! {
    /// A person.
    Patient "patient" patient::Event,
    /// Emergency access to a person's record.
    Emergency "emergency" emergency::Event,
    /// An account of somebody who works here.
    Account "account" account::Event,
    /// Another system that asks and sends.
    Client "client" client::Event,
    /// The Test Directory of a branch.
    Directory "directory" directory::change::Event,
    /// The gene panels.
    Panels "panels" directory::panel::Event,
    /// The laboratories and what each can do.
    Laboratories "laboratories" directory::laboratory::Event,
    /// Somebody's favourite tests.
    Favourites "favourites" directory::favourite::Event,
    /// The order templates of an organisation.
    OrderTemplates "order_templates" template::Event,
    /// A form that is not sent.
    Draft "draft" draft::Event,
    /// An order.
    Order "order" order::Event,
    /// Who has taken the work on an order.
    Work "work" work::Event,
    /// A person's choices.
    Choice "choice" choice::Event,
    /// The family of an order.
    Pedigree "pedigree" pedigree::Event,
    /// A message of another system.
    Message "message" message::Event,
    /// A sample.
    Sample "sample" sample::Event,
    /// A plate or a rack.
    Container "container" container::Event,
    /// A worklist.
    Worklist "worklist" worklist::Event,
    /// A lot of a reagent.
    Lot "lot" lot::Event,
    /// Aligned reads of one person.
    Alignment "alignment" alignment::Event,
    /// An analysis.
    Analysis "analysis" interpretation::analysis::Event,
    /// An interpretation.
    Interpretation "interpretation" interpretation::case::Event,
    /// The class of a variant that was given several.
    Discordance "discordance" interpretation::discordance::Event,
    /// Somebody's saved views of candidates.
    CandidateViews "candidate_views" interpretation::views::Event,
    /// A report.
    Report "report" report::Event,
    /// A result of another laboratory.
    OutsideResult "outside_result" outside::Event,
    /// Relatives who may share a finding.
    Cascade "cascade" cascade::Event,
    /// A person's genes for medicines.
    Medicines "medicines" medicines::Event,
    /// A link to a person's own page.
    Invitation "invitation" invitation::Event,
    /// A question from somebody's own page.
    Question "question" question::Event,
    /// A person's data in the research library.
    Participant "participant" participant::Event,
    /// A research project.
    Project "project" project::Event,
}

/// A payload in the present version, from the one that it was written in. A later version adds its step here, from the version
/// before it, and every earlier payload goes through all of them.
pub fn lift(kind: StreamKind, version: i64, payload: &str) -> Result<&str, Unreadable> {
    match version {
        PAYLOAD_VERSION => Ok(payload),
        _ => Err(Unreadable::Version { kind, version }),
    }
}

impl StreamKind {
    /// The name of a stream of this kind.
    pub fn stream(self, id: impl fmt::Display) -> String {
        format!("{self}/{id}")
    }

    /// How the names of this kind's streams begin, up to the identifier.
    pub fn prefix(self) -> String {
        format!("{self}/")
    }
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StreamKind {
    type Err = Unreadable;
    fn from_str(text: &str) -> Result<StreamKind, Unreadable> {
        StreamKind::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or_else(|| Unreadable::Stream(text.into()))
    }
}

/// A stream's name in its parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StreamName<'a> {
    /// Kind.
    pub kind: StreamKind,
    /// Which of the kind; empty where there is one alone.
    pub id: &'a str,
}

impl<'a> StreamName<'a> {
    /// Reads a name, as `kind/id` or as a kind alone.
    pub fn read(stream: &'a str) -> Result<StreamName<'a>, Unreadable> {
        let (kind, id) = stream.split_once('/').unwrap_or((stream, ""));
        let kind = kind.parse().map_err(|_| Unreadable::Stream(stream.into()))?;
        Ok(StreamName { kind, id })
    }

    /// The identifier, typed.
    pub fn parse<T: FromStr>(&self) -> Result<T, Unreadable> {
        self.id.parse().map_err(|_| Unreadable::Id(self.id.into()))
    }
}

impl fmt::Display for StreamName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            "" => self.kind.fmt(f),
            id => write!(f, "{}/{id}", self.kind),
        }
    }
}

/// An event as the journal keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recorded<'a> {
    /// Stream.
    pub stream: &'a str,
    /// Version of the payload.
    pub version: i64,
    /// Payload as JSON.
    pub payload: &'a str,
}

impl<'a> Recorded<'a> {
    /// The event, and the stream that it is of.
    pub fn read(&self) -> Result<(StreamName<'a>, Event), Unreadable> {
        let name = StreamName::read(self.stream)?;
        Ok((name, Event::read(name.kind, self.version, self.payload)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_by_its_name_and_no_two_have_one() {
        for kind in StreamKind::ALL {
            assert_eq!(kind.as_str().parse::<StreamKind>().expect("known"), *kind);
        }
        let names: std::collections::BTreeSet<&str> = StreamKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), StreamKind::ALL.len());
        assert_eq!(StreamName::read("panels").expect("one alone"), StreamName { kind: StreamKind::Panels, id: "" });
    }

    #[test]
    fn an_event_is_read_with_its_sentence_and_what_is_unknown_is_a_fault_in_words() {
        let event = Event::read(StreamKind::Order, 1, "\"Accepted\"").expect("read");
        assert_eq!(event.sentence(), "The laboratory accepted the request");
        let fault = |stream, version, payload| Recorded { stream, version, payload }.read().expect_err("no event").to_string();
        assert_eq!(fault("order/x", 2, "\"Accepted\""), "an event of order has payload version 2, which this program cannot read");
        assert_eq!(fault("weather/x", 1, "{}"), "'weather/x' is no stream that this program knows");
        assert!(fault("order/x", 1, "\"Rained\"").starts_with("an event of order does not read: unknown variant `Rained`"));
    }

    #[test]
    fn identifiers_name_streams_of_the_kind_that_the_registry_knows() {
        use crate::*;
        let named = [
            (PatientId::KIND, StreamKind::Patient),
            (OrderId::KIND, StreamKind::Order),
            (SampleId::KIND, StreamKind::Sample),
            (AlignmentId::KIND, StreamKind::Alignment),
            (AnalysisId::KIND, StreamKind::Analysis),
            (InterpretationId::KIND, StreamKind::Interpretation),
            (InvitationId::KIND, StreamKind::Invitation),
            (QuestionId::KIND, StreamKind::Question),
            (ReportId::KIND, StreamKind::Report),
            (OutsideResultId::KIND, StreamKind::OutsideResult),
            (ContainerId::KIND, StreamKind::Container),
            (WorklistId::KIND, StreamKind::Worklist),
            (LotId::KIND, StreamKind::Lot),
            (MessageId::KIND, StreamKind::Message),
            (ProjectId::KIND, StreamKind::Project),
        ];
        for (name, kind) in named {
            assert_eq!(name, kind.as_str());
        }
    }
}
