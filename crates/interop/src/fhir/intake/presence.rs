//! What is said beside a feature of whether it is there: in a component of its observation, in a question below it, or in its group.

use super::{
    json::{coding, concept_text, list, text},
    observation::{self, Answer},
};
use crate::wording;
use serde_json::{Value, json};

/// What components of an observation say.
pub(super) fn in_components(resource: &Value) -> Vec<Answer> {
    let components = list(resource, "/component").iter();
    components.filter(|component| wording::asks_presence(&concept_text(&component["code"]))).map(observation::answer).collect()
}

/// What the questions of a form that stand together say.
pub(super) fn in_items(items: &[Value]) -> Vec<Answer> {
    let presence = items.iter().filter(|item| wording::asks_presence(text(item, "/text")));
    presence.flat_map(|item| list(item, "/answer")).map(reply).collect()
}

fn reply(answer: &Value) -> Answer {
    let [truth, in_text] = ["valueBoolean", "valueString"].map(|name| answer[name].clone());
    let concept = json!({ "coding": [answer["valueCoding"]] });
    observation::answer(&json!({ "valueBoolean": truth, "valueString": in_text, "valueCodeableConcept": concept }))
}

/// Answers of questions that stand together and name a feature.
pub(super) fn count_features(items: &[Value]) -> usize {
    items.iter().flat_map(|item| list(item, "/answer")).filter(|answer| coding(&answer["valueCoding"]).is_hpo()).count()
}

/// What replies say of each of some features; nothing where they deny and doubt nothing.
pub(super) fn settled(replies: &[Answer], features: usize) -> Option<Answer> {
    let doubtful = replies.iter().find(|reply| **reply != Answer::Present)?;
    match (replies, features) {
        ([_], 1) => Some(doubtful.clone()),
        _ => Some(Answer::Unclear("of several features one is said to be absent or not known, and of which is not said".into())),
    }
}
