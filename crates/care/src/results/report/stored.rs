//! Content as version 1 stored it: what was printed, lifted into what it says. Blobs of signed reports are never rewritten, so both
//! forms are read for good.

use super::{Inheritance, PopulationFrequency, Relative, Subject, inheritance::FREQUENCY};
use crate::{
    ordering::family::{Affected, Relationship},
    people::patient::{Identity, Sex},
};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de::Error};

/// Why printed text cannot be lifted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLifted {
    /// Neither an NHS number nor a reason for having none.
    #[error("'{0}' is neither an NHS number nor why there is none")]
    Identity(String),
    /// No date such as `1 June 2020`.
    #[error("'{0}' is no date such as 1 June 2020")]
    BirthDate(String),
    /// None of the sexes.
    #[error("'{0}' is not Female, Male or Not known")]
    Sex(String),
    /// None of the relationships.
    #[error("'{0}' is no relationship of a family")]
    Relationship(String),
    /// Does not say who is affected.
    #[error("'{0}' does not say whether somebody is affected")]
    Affected(String),
}

/// The patient as version 1 printed them: name, NHS number or why there is none, date of birth, sex.
pub fn lift_patient([name, number, born, sex]: [String; 4]) -> Result<Subject, NotLifted> {
    let identity = match number.strip_prefix("not available (").and_then(|rest| rest.strip_suffix(')')) {
        Some(reason) => Identity::Unavailable(reason.into()),
        None if number == "none before birth" => Identity::Fetus,
        None => Identity::NhsNumber(number.parse().map_err(|_| NotLifted::Identity(number))?),
    };
    let birth_date = Date::strptime("%d %B %Y", &born).map_err(|_| NotLifted::BirthDate(born))?;
    let sex = [Sex::Female, Sex::Male, Sex::Unknown].into_iter().find(|s| s.label() == sex).ok_or(NotLifted::Sex(sex))?;
    Ok(Subject { name, identity, birth_date, sex })
}

/// A relative as version 1 printed them: relationship, name, whether they are affected.
pub fn lift_relative([relationship, name, affected]: [String; 3]) -> Result<Relative, NotLifted> {
    let found = Relationship::ALL.into_iter().find(|r| r.label() == relationship);
    Ok(Relative {
        relationship: found.ok_or(NotLifted::Relationship(relationship))?,
        name,
        affected: match affected.as_str() {
            "affected" => Affected::Yes,
            "not affected" => Affected::No,
            "affected status not known" => Affected::Unknown,
            _ => return Err(NotLifted::Affected(affected)),
        },
    })
}

/// Inheritance as version 1 printed it: the pattern, then how common the variant is.
pub fn lift_inheritance(printed: &str) -> Inheritance {
    let read = |frequency: &str| match frequency {
        "not evaluated" => Some(PopulationFrequency::NotEvaluated),
        "0" => Some(PopulationFrequency::NotSeen),
        share => share.parse().ok().map(PopulationFrequency::Share),
    };
    let parts = printed.rsplit_once(FREQUENCY).and_then(|(pattern, frequency)| Some((pattern, read(frequency)?)));
    match parts {
        Some((pattern, frequency)) => Inheritance { pattern: pattern.into(), frequency: Some(frequency) },
        None => Inheritance { pattern: printed.into(), frequency: None },
    }
}

/// A value as it is stored now, or as version 1 printed it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored<T, P> {
    Typed(T),
    Printed(P),
}

pub(super) fn patient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Subject, D::Error> {
    match Stored::<Subject, [String; 4]>::deserialize(deserializer)? {
        Stored::Typed(subject) => Ok(subject),
        Stored::Printed(printed) => lift_patient(printed).map_err(D::Error::custom),
    }
}

pub(super) fn relatives<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Relative>, D::Error> {
    let stored = Vec::<Stored<Relative, [String; 3]>>::deserialize(deserializer)?;
    let lifted = stored.into_iter().map(|relative| match relative {
        Stored::Typed(relative) => Ok(relative),
        Stored::Printed(printed) => lift_relative(printed).map_err(D::Error::custom),
    });
    lifted.collect()
}

pub(super) fn inheritance<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Inheritance, D::Error> {
    match Stored::<Inheritance, String>::deserialize(deserializer)? {
        Stored::Typed(inheritance) => Ok(inheritance),
        Stored::Printed(printed) => Ok(lift_inheritance(&printed)),
    }
}

/// A value as its text, and none as the empty text.
pub(super) mod text_or_empty {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::{fmt::Display, str::FromStr};

    #[expect(clippy::ref_option, reason = "serde gives the field by reference")]
    pub(crate) fn serialize<T: Display, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_str(""),
        }
    }

    pub(crate) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(D::Error::custom),
        }
    }
}

/// A zygosity by its name, and none as the empty text.
pub(super) mod zygosity_or_empty {
    use genome::Zygosity;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::IntoDeserializer};

    #[expect(clippy::ref_option, reason = "serde gives the field by reference")]
    pub(crate) fn serialize<S: Serializer>(value: &Option<Zygosity>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(zygosity) => zygosity.serialize(serializer),
            None => serializer.serialize_str(""),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zygosity>, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "" => Ok(None),
            name => Zygosity::deserialize(name.into_deserializer()).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_printed_is_lifted_or_it_is_said_why_not() {
        let patient = |number: &str, born: &str, sex: &str| lift_patient(["Ada Bell", number, born, sex].map(str::to_owned));
        let lifted = patient("401 023 2137", "29 February 2024", "Not known").expect("lifted");
        assert_eq!(lifted.nhs_number().map(String::from).as_deref(), Some("4010232137"));
        assert_eq!((lifted.birth_date, lifted.sex), (Date::constant(2024, 2, 29), Sex::Unknown));
        assert_eq!(patient("none before birth", "1 June 2027", "Male").expect("lifted").identity, Identity::Fetus);
        let reason = patient("not available (newborn (in theatre))", "1 June 2027", "Male").expect("lifted").identity;
        assert_eq!(reason, Identity::Unavailable("newborn (in theatre)".into()));
        assert_eq!(patient("401 023 2138", "1 June 2020", "Male"), Err(NotLifted::Identity("401 023 2138".into())), "the check digit");
        assert_eq!(patient("none before birth", "1.6.2020", "Male"), Err(NotLifted::BirthDate("1.6.2020".into())));
        assert_eq!(patient("none before birth", "1 June 2020", "X"), Err(NotLifted::Sex("X".into())));
        assert!(lift_relative(["Neighbour", "A", "affected"].map(str::to_owned)).is_err());
        assert!(lift_relative(["Mother", "A", "unaffected"].map(str::to_owned)).is_err());
    }

    #[test]
    fn inheritance_prints_as_it_was_printed() {
        for printed in [
            "de novo; population frequency 0",
            "dominant, not from the mother; father not tested; population frequency 0.000012",
            "compound heterozygous, in trans; population frequency not evaluated",
            "compound heterozygous",
            "de novo; population frequency unheard of",
        ] {
            assert_eq!(lift_inheritance(printed).to_string(), printed);
        }
    }
}
