//! What a report says as people read it: numbers in groups, dates with the name of the month, words for what is coded.

use care::{
    ordering::family::Affected,
    people::patient::Identity,
    results::report::{Content, Relative, Subject},
};
use serde_json::{Value, json};

/// Name, NHS number or why there is none, date of birth and sex.
pub fn patient(subject: &Subject) -> [String; 4] {
    let number = match &subject.identity {
        Identity::Fetus => "none before birth".to_owned(),
        Identity::NhsNumber(number) => number.to_string(),
        Identity::Unavailable(reason) => format!("not available ({reason})"),
    };
    [subject.name.clone(), number, subject.birth_date.strftime("%-d %B %Y").to_string(), subject.sex.label().into()]
}

/// Relationship, name, and whether they are affected.
pub fn relative(relative: &Relative) -> [String; 3] {
    let affected = match relative.affected {
        Affected::Yes => "affected",
        Affected::No => "not affected",
        Affected::Unknown => "affected status not known",
    };
    [relative.relationship.label().into(), relative.name.clone(), affected.into()]
}

/// The content as JSON with everything printed: the export of a report, and what its PDF is set from.
pub fn json(content: &Content) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(content)?;
    value["patient"] = json!(patient(&content.patient));
    value["relatives"] = content.relatives.iter().map(|r| json!(relative(r))).collect();
    for (index, variant) in content.variants.iter().enumerate() {
        value["variants"][index]["inheritance"] = variant.inheritance.to_string().into();
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The content of reports that version 1 signed, in the form in which it was exported.
    #[test]
    fn a_report_of_version_1_is_exported_and_printed_as_it_was() {
        let stored: Vec<Value> = serde_json::from_str(include_str!("../../care/tests/fixtures/report-content-v1.json")).expect("JSON");
        for before in stored {
            let content: Content = serde_json::from_value(before.clone()).expect("read");
            let mut after = json(&content).expect("JSON");
            // Fields that the oldest reports did not have.
            for key in ["asked", "headline", "interim"].into_iter().filter(|key| before.get(*key).is_none()) {
                after.as_object_mut().expect("an object").remove(key);
            }
            for (index, variant) in before["variants"].as_array().expect("a list").iter().enumerate() {
                for key in ["secondary", "coded"].into_iter().filter(|key| variant.get(*key).is_none()) {
                    after["variants"][index].as_object_mut().expect("an object").remove(key);
                }
            }
            assert_eq!(after, before);
        }
    }
}
