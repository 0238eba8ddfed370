//! Observations that belong together by their number (OBX-4): a feature, whether it is there, and when it began. Source: HL7 2.5.1,
//! chapter 7.4.2.4 (observation sub-ID).

use super::super::{
    super::{
        segment::Segment,
        value::{self, Kind},
    },
    hpo,
    question::{Question, Reply},
};
use crate::incoming_order::Code;
use std::collections::BTreeMap;

/// What the observations beside one say of its feature.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::hl7::order) struct Companions {
    /// The feature that the group is about, else its number; empty for an observation of no group.
    pub label: String,
    /// Whether the feature is there.
    pub presence: Presence,
    /// The feature whose beginning this observation says.
    pub feature: Option<Code>,
}

/// Whether a feature is there, as another observation of its group says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::hl7::order) enum Presence {
    /// Nothing is said beside it.
    #[default]
    Unsaid,
    Present,
    Absent,
    /// It is not known, or not certain of which feature it is said.
    Unclear,
}

/// Groups of the observations of an order, by their numbers.
pub(in crate::hl7::order) struct Groups(BTreeMap<String, Companions>);

impl Groups {
    /// Groups of several observations; where each observation has its own number, or all have the same, the number says nothing.
    pub fn read(segments: &[&Segment]) -> Groups {
        let mut members: BTreeMap<String, Vec<&Segment>> = BTreeMap::new();
        for obx in segments.iter().filter(|segment| segment.name == "OBX" && value::withdrawn(segment).is_none()) {
            members.entry(obx.whole(4)).or_default().push(obx);
        }
        members.remove("");
        let are_several = members.len() > 1;
        let is_group = |(_, members): &(String, Vec<&Segment>)| are_several && members.len() > 1;
        Groups(members.into_iter().filter(is_group).map(|(number, members)| (number.clone(), companions(number, &members))).collect())
    }

    /// What is said beside an observation.
    pub fn beside(&self, obx: &Segment) -> Companions {
        self.0.get(&obx.whole(4)).cloned().unwrap_or_default()
    }
}

fn companions(number: String, members: &[&Segment]) -> Companions {
    let features: Vec<Code> = members.iter().flat_map(|obx| features(obx)).collect();
    let replies: Vec<Reply> = members.iter().filter(|obx| is_presence(obx)).map(|obx| Reply::read(obx)).collect();
    let presence = match (features.len(), replies.as_slice()) {
        (_, []) => Presence::Unsaid,
        (1, [Reply::Absent]) => Presence::Absent,
        (_, [Reply::Present]) => Presence::Present,
        _ => Presence::Unclear,
    };
    match features.as_slice() {
        [feature] => Companions { label: feature.label(), presence, feature: Some(feature.clone()) },
        _ => Companions { label: number, presence, feature: None },
    }
}

/// Features that an observation names.
fn features(obx: &Segment) -> Vec<Code> {
    if super::is_feature(obx) {
        return vec![super::feature(obx)];
    }
    if is_onset(obx) || is_presence(obx) || Question::read(obx) == Question::OfRelative {
        return vec![];
    }
    match value::kind(obx) {
        Kind::Coded => obx.repeats(5).filter_map(hpo::term).collect(),
        _ => hpo::terms(&value::text(obx)).into_iter().map(|(code, _)| code).collect(),
    }
}

/// The observation says when a feature began, and nothing else.
pub(in crate::hl7::order) fn is_onset(obx: &Segment) -> bool {
    let question = value::question(obx).to_lowercase();
    question.contains("onset") && ![" and ", " or ", "&", "/", ","].iter().any(|more| question.contains(more))
}

/// The observation says whether a feature is there: it asks for that, and its answer is one of those words alone.
pub(in crate::hl7::order) fn is_presence(obx: &Segment) -> bool {
    let question = value::question(obx).to_lowercase();
    let asks = ["status", "presence", "present", "present/absent", "observed"].contains(&question.trim())
        || ["phenotype status", "feature status", "hpo status", "phenotype presence", "feature present", "phenotype present"]
            .iter()
            .any(|part| question.contains(part));
    asks && !obx.field(5).is_empty() && Reply::read(obx) != Reply::Described
}
