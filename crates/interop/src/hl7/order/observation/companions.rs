//! Observations that belong together by their number (OBX-4): a feature, whether it is there, and when it began. Source: HL7 2.5.1,
//! chapter 7.4.2.4 (observation sub-ID).

use super::super::{
    super::{
        observation_status::ObservationStatus,
        segment::Segment,
        value::{self, Kind},
    },
    hpo,
    question::Question,
    reply::Reply,
};
use crate::{
    incoming_order::Code,
    wording::{self, Sense},
};
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
pub(in crate::hl7::order) struct Groups {
    by_number: BTreeMap<String, Companions>,
    /// Something is said to be absent, or not known, and of which feature is not said.
    has_stray_reply: bool,
}

impl Groups {
    /// Groups of several observations; where each observation has its own number, the number says nothing, and where all have the
    /// same, it says something of one feature with one reply alone.
    pub fn read(segments: &[&Segment]) -> Groups {
        let is_meant = |segment: &&Segment| segment.name == "OBX" && ObservationStatus::read(segment).withdrawn().is_none();
        let observations: Vec<&Segment> = segments.iter().copied().filter(is_meant).collect();
        let members = value::by_number(observations.iter().copied());
        let do_join = value::numbers_join(&members);
        let is_group = |(_, members): &(String, Vec<&Segment>)| members.len() > 1 && (do_join || is_pair(members));
        let groups = members.into_iter().filter(is_group).map(|(number, members)| (number.clone(), companions(number, &members)));
        let by_number: BTreeMap<String, Companions> = groups.collect();
        let is_stray = |obx: &&Segment| is_presence(obx) && Reply::read(obx) != Reply::Present && !by_number.contains_key(&obx.whole(4));
        let has_stray_reply = observations.iter().any(is_stray);
        Groups { by_number, has_stray_reply }
    }

    /// What is said beside an observation. A reply that stands in no group may be of any feature of which nothing else says whether it
    /// is there.
    pub fn beside(&self, obx: &Segment) -> Companions {
        let mut beside = self.by_number.get(&obx.whole(4)).cloned().unwrap_or_default();
        if self.has_stray_reply && beside.presence == Presence::Unsaid && !says_itself(obx) {
            beside.presence = Presence::Unclear;
        }
        beside
    }
}

/// One feature with one reply, and nothing of another.
fn is_pair(members: &[&Segment]) -> bool {
    let count_features: usize = members.iter().map(|obx| features(obx).len()).sum();
    count_features == 1 && members.iter().filter(|obx| is_presence(obx)).count() == 1
}

/// The observation says of its feature itself whether it is there: as its answer, or by asking for what is absent, as under "Pertinent
/// negatives".
fn says_itself(obx: &Segment) -> bool {
    let is_answered = super::is_feature(obx) && !obx.field(5).is_empty();
    is_answered || Sense::read(&value::question(obx)) == Sense::Absent
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
    if is_onset(obx) || is_presence(obx) || !Question::read(obx).may_name_features(true) {
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
    let reply = Reply::read(obx);
    // A reply that is to be emptied says nothing for certain any more.
    let is_answered = !obx.field(5).is_empty() || reply == Reply::Unclear;
    wording::asks_presence(&value::question(obx)) && is_answered && reply != Reply::Described
}
