//! Whose reads a file holds, by the names of samples in its header: what is somebody else's is never taken, whatever is declared.

use crate::{Refusal, Refusals};
use serde::{Deserialize, Serialize};

/// What a name of a sample in a header says, for the person whose reads they are said to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named {
    /// It is the barcode of a tube of theirs.
    OwnBarcode,
    /// It is the name of their sample in a VCF of this order that was checked against the pedigree.
    OwnData,
    /// It is somebody else's: why.
    SomebodyElse(String),
    /// It says nothing.
    Unknown,
}

/// That somebody checked whose reads they are, where the names do not say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declared {
    /// How they know.
    pub reason: String,
}

/// What the identity of registered reads rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Identity {
    /// Every name is the barcode of a tube of the person.
    Barcode,
    /// Every name is such a barcode, or the name of the person's sample in this order's VCF.
    Data,
    /// A name says nothing, and whoever registered them said how they know.
    Declared {
        /// How they know.
        reason: String,
    },
}

impl Identity {
    /// In words.
    pub fn label(&self) -> String {
        match self {
            Identity::Barcode => "the header names the barcode of the person’s tube".into(),
            Identity::Data => "the header names the person’s sample as this order’s VCF does".into(),
            Identity::Declared { reason } => format!("declared: {reason}"),
        }
    }
}

/// What the identity rests on; every reason against it, otherwise.
pub fn identified(names: &[(String, Named)], declared: Option<&Declared>) -> Result<Identity, Refusals> {
    if names.is_empty() {
        let message = "The header names no sample (SM of its read groups), so that nobody can tell whose reads they are. Have the file \
                       delivered with the barcode as the name of the sample";
        return Err(Refusals::one("samples", message));
    }
    let of_others = names.iter().filter_map(|(_, named)| match named {
        Named::SomebodyElse(why) => Some(Refusal::new("samples", why.clone())),
        Named::OwnBarcode | Named::OwnData | Named::Unknown => None,
    });
    Refusals::check(of_others.collect())?;
    let unknown: Vec<&str> = names.iter().filter(|(_, named)| *named == Named::Unknown).map(|(name, _)| name.as_str()).collect();
    if unknown.is_empty() {
        let is_by_barcode = names.iter().all(|(_, named)| *named == Named::OwnBarcode);
        return Ok(if is_by_barcode { Identity::Barcode } else { Identity::Data });
    }
    if let Some(reason) = declared.map(|declared| declared.reason.trim()).filter(|reason| !reason.is_empty()) {
        return Ok(Identity::Declared { reason: reason.to_owned() });
    }
    let message = format!(
        "'{}' is no barcode of the person and no name of their sample in this order’s VCF. Say how you know whose reads they are",
        unknown.join("', '")
    );
    Err(Refusals::one("declared", message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named() -> impl Strategy<Value = Named> {
        prop_oneof![
            Just(Named::OwnBarcode),
            Just(Named::OwnData),
            Just(Named::Unknown),
            Just(Named::SomebodyElse("the tube of somebody else".into())),
        ]
    }

    proptest! {
        #[test]
        fn reads_of_somebody_else_are_never_taken_whatever_is_declared(names in prop::collection::vec(named(), 0..5), reason in ".{0,8}") {
            let names: Vec<(String, Named)> = names.into_iter().enumerate().map(|(n, named)| (format!("S{n}"), named)).collect();
            let is_anothers = names.iter().any(|(_, named)| matches!(named, Named::SomebodyElse(_)));
            let is_unknown = names.iter().any(|(_, named)| *named == Named::Unknown);
            let declared = Declared { reason: reason.clone() };
            for declared in [None, Some(&declared)] {
                let identity = identified(&names, declared);
                if names.is_empty() || is_anothers {
                    prop_assert!(identity.is_err());
                } else if is_unknown {
                    let is_said = declared.is_some() && !reason.trim().is_empty();
                    prop_assert_eq!(identity.is_ok(), is_said);
                    prop_assert!(!matches!(identity, Ok(Identity::Barcode | Identity::Data)));
                } else {
                    prop_assert!(matches!(identity, Ok(Identity::Barcode | Identity::Data)));
                }
            }
        }
    }

    #[test]
    fn a_name_that_says_nothing_has_to_be_declared() {
        let names = [("NA12878".to_owned(), Named::Unknown)];
        let refused = identified(&names, None).expect_err("not declared").to_string();
        assert!(refused.contains("'NA12878' is no barcode"), "{refused}");
    }
}
