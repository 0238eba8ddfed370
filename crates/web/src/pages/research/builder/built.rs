//! Everything that the form of a question sends.

use super::super::super::chosen::every;
use care::Refusals;
use serde::Deserialize;
use service::research::builder::Pieces;

/// Everything that the form sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Built {
    pub(super) what: String,
    pub(super) variant: String,
    pub(super) genes: String,
    pub(super) effect: String,
    pub(super) frequency: String,
    pub(super) place: String,
    pub(super) sex: String,
    pub(super) ancestry: String,
    pub(super) born_from: String,
    pub(super) born_to: String,
    pub(super) solved: String,
    pub(super) by: String,
    pub(super) search: String,
    #[serde(deserialize_with = "every")]
    pub(super) with: Vec<String>,
    #[serde(deserialize_with = "every")]
    pub(super) with_any: Vec<String>,
    #[serde(deserialize_with = "every")]
    pub(super) without: Vec<String>,
    #[serde(deserialize_with = "every")]
    pub(super) hit: Vec<String>,
    #[serde(deserialize_with = "every")]
    pub(super) drop: Vec<String>,
    /// The text as it was edited, and as it was shown.
    pub(super) question: String,
    pub(super) shown: String,
    /// The text of the form as it was shown.
    pub(super) formed: String,
}

impl Built {
    pub(super) fn pieces(&self) -> Pieces {
        Pieces {
            what: self.what.clone(),
            variant: self.variant.clone(),
            genes: self.genes.clone(),
            effect: self.effect.clone(),
            frequency_percent: self.frequency.clone(),
            place: self.place.clone(),
            with: self.with.clone(),
            with_any: self.with_any.clone(),
            without: self.without.clone(),
            sex: self.sex.clone(),
            born_from: self.born_from.clone(),
            born_to: self.born_to.clone(),
            ancestry: self.ancestry.clone(),
            solved: self.solved.clone(),
            by: self.by.clone(),
        }
    }

    /// Whether the text was changed since it was shown.
    pub(super) fn is_edited(&self) -> bool {
        self.question.trim() != self.shown.trim()
    }

    /// The text that is meant: that of the form where only the form was changed, else the one that can be edited. Where both were
    /// changed nobody knows, and nothing is asked.
    pub(super) fn meant(&self) -> Result<String, Refusals> {
        let form = self.pieces().text();
        let is_form_changed = !self.formed.is_empty() && form != self.formed;
        match (self.is_edited(), is_form_changed) {
            (true, true) => Err(Refusals::one(
                "question",
                "The form and the text were both changed, and only one of them can be asked. Choose Write the question to take the form, \
                 or Read the text to take the text",
            )),
            (false, true) => Ok(form),
            _ => Ok(self.question.trim().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(formed: &str, shown: &str, question: &str) -> Built {
        let of = |text: &str| text.to_owned();
        Built {
            what: "carriers".into(),
            genes: "SCN1A".into(),
            formed: of(formed),
            shown: of(shown),
            question: of(question),
            ..Built::default()
        }
    }

    #[test]
    fn what_is_asked_is_what_was_changed_last_and_nothing_if_both_were() {
        let form = "carriers in SCN1A";
        assert_eq!(built(form, "people", "people").meant(), Ok("people".into()), "nothing was changed");
        assert_eq!(built("people", "people", "people").meant(), Ok(form.into()), "the form was");
        assert_eq!(built(form, form, "people solved").meant(), Ok("people solved".into()), "the text was");
        assert!(built("people", "people", "people solved").meant().is_err());
        assert_eq!(built("", "", "people").meant(), Ok("people".into()), "an earlier question is asked again");
    }
}
