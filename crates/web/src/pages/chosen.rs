//! What a form asks to be done: one of the actions that its page knows, with the fields that this action needs.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fmt, marker::PhantomData};

/// What a form asks to be done, by its field `action`; none when it names no action, or none of this page.
///
/// `T` is an enum that is tagged by `action`, of which no field has to be sent.
pub(crate) struct Chosen<T>(pub(crate) Option<T>);

/// Why something is done, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Why {
    pub reason: String,
}

/// Every value of a field that may be sent several times, such as a box that can be ticked for each line.
pub(crate) fn every<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Sent {
        Once(String),
        Often(Vec<String>),
    }
    Ok(match Sent::deserialize(deserializer)? {
        Sent::Once(value) => vec![value],
        Sent::Often(values) => values,
    })
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Chosen<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Chosen<T>, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Fields<T> {
    type Value = Chosen<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a form")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Chosen<T>, A::Error> {
        let mut sent: BTreeMap<String, Vec<String>> = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            sent.entry(name).or_default().push(value);
        }
        // A field that is sent twice is a list, which only `every` takes.
        let value = |mut values: Vec<String>| if values.len() == 1 { Value::from(values.swap_remove(0)) } else { Value::from(values) };
        let fields: Map<String, Value> = sent.into_iter().map(|(name, values)| (name, value(values))).collect();
        let alone = json!({ "action": fields.get("action") });
        match serde_json::from_value(Value::Object(fields)) {
            Ok(act) => Ok(Chosen(Some(act))),
            // No field has to be sent, so that what cannot be read without any is no action of this page.
            Err(_) if serde_json::from_value::<T>(alone).is_err() => Ok(Chosen(None)),
            Err(error) => Err(A::Error::custom(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::PageError;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "action", rename_all = "snake_case")]
    enum TestAction {
        Accept,
        Reject {
            #[serde(default)]
            reason: String,
        },
        Report {
            #[serde(default, deserialize_with = "every")]
            variant: Vec<String>,
        },
    }

    fn read(form: &str) -> Option<TestAction> {
        serde_urlencoded::from_str::<Chosen<TestAction>>(form).expect("a form").0
    }

    #[test]
    fn an_action_comes_with_its_fields() {
        assert_eq!(read("action=accept"), Some(TestAction::Accept));
        assert_eq!(read("reason=too+little&action=reject"), Some(TestAction::Reject { reason: "too little".into() }));
    }

    #[test]
    fn an_action_that_the_page_does_not_know_is_none() {
        assert_eq!(read("action=destroy&reason=x"), None);
        assert_eq!(read("action="), None);
        assert_eq!(read("action=Accept"), None);
    }

    #[test]
    fn a_form_without_an_action_chooses_nothing() {
        assert_eq!(read("reason=x"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_field_that_was_not_sent_is_empty() {
        assert_eq!(read("action=reject"), Some(TestAction::Reject { reason: String::new() }));
        assert_eq!(read("action=report"), Some(TestAction::Report { variant: vec![] }));
    }

    #[test]
    fn a_field_that_the_action_does_not_need_is_passed_over() {
        assert_eq!(read("action=accept&reason=x&from=sample"), Some(TestAction::Accept));
        assert_eq!(read("action=reject&reason=x&from=a&from=b"), Some(TestAction::Reject { reason: "x".into() }));
    }

    #[test]
    fn only_a_list_is_sent_several_times() {
        assert_eq!(read("variant=a&action=report&variant=b"), Some(TestAction::Report { variant: vec!["a".into(), "b".into()] }));
        assert_eq!(read("variant=a&action=report"), Some(TestAction::Report { variant: vec!["a".into()] }));
        let twice = crate::pages::form::<Chosen<TestAction>>("action=reject&reason=a&reason=b");
        assert!(matches!(twice, Err(PageError::Unread(_))), "refused, and no fault of ours");
    }

    #[test]
    fn what_every_action_needs_may_stand_beside_it() {
        #[derive(Deserialize)]
        struct TestForm {
            #[serde(default)]
            seen: u64,
            #[serde(flatten)]
            act: Chosen<TestAction>,
        }
        let form: TestForm = serde_urlencoded::from_str("seen=7&action=reject&reason=x").expect("a form");
        assert_eq!((form.seen, form.act.0), (7, Some(TestAction::Reject { reason: "x".into() })));
        let form: TestForm = serde_urlencoded::from_str("seen=7&action=destroy").expect("a form");
        assert_eq!((form.seen, form.act.0), (7, None));
        assert!(serde_urlencoded::from_str::<TestForm>("seen=x&action=accept").is_err());
    }
}
