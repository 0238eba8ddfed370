//! The form that changes a criterion, and the one that gives a structural variant a class.

use care::{
    Refusal, Refusals,
    interpretation::assessment::{Application, Applied, Source, SourceKind},
};
use genome::AcmgCode;
use serde::Deserialize;
use service::interpretation::assessments::Assessment;

/// A criterion as somebody wants to apply it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CriterionForm {
    pub criterion: String,
    pub strength: String,
    pub evidence: String,
    pub source_kind: String,
    pub source: String,
    pub reason: String,
    /// How many changes of the variant the page showed.
    pub seen: String,
}

/// The class of a structural variant.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ClassForm {
    pub class: String,
    pub reason: String,
    /// How many changes of the variant the page showed.
    pub seen: String,
}

impl CriterionForm {
    /// The form of a criterion as it is applied now; of the first one where none is named.
    pub(crate) fn of_criterion(name: &str, assessment: Option<&Assessment>) -> CriterionForm {
        let code = name.parse().unwrap_or(AcmgCode::ALL[0]);
        let applied = assessment.and_then(|assessment| assessment.applied.get(&code));
        let source = applied.and_then(|applied| applied.source.as_ref());
        let kind = source.map_or(SourceKind::PubMed, Source::kind);
        CriterionForm {
            criterion: code.to_string(),
            strength: named(applied.map_or(Application::Met(code.default_strength()), |applied| applied.application)).into(),
            evidence: applied.map_or_else(String::new, |applied| applied.evidence.clone()),
            source_kind: SourceKind::ALL.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| name).into(),
            source: source.map_or_else(String::new, Source::text),
            reason: String::new(),
            seen: String::new(),
        }
    }

    /// The criterion and how it is to be applied, or everything that is wrong with the form.
    pub(crate) fn read(&self) -> Result<(AcmgCode, Applied), Refusals> {
        let mut wrong = Vec::new();
        let code = self.criterion.parse::<AcmgCode>().map_err(|why| wrong.push(Refusal::new("criterion", why.to_string()))).ok();
        let application = self.application();
        if application.is_none() {
            wrong.push(Refusal::new("strength", "Choose a strength, or that the criterion is not met or does not apply"));
        }
        let source = self.read_source().map_err(|why| wrong.push(why)).ok().flatten();
        Refusals::check(wrong)?;
        let unread = || Refusals::one("criterion", "Choose a criterion and a strength");
        let (code, application) = code.zip(application).ok_or_else(unread)?;
        Ok((code, Applied { application, evidence: self.evidence.trim().into(), source }))
    }

    /// The same for a look at the points, which needs neither evidence nor source.
    pub(crate) fn unchecked(&self) -> Option<(AcmgCode, Applied)> {
        let source = self.read_source().ok().flatten();
        Some((self.criterion.parse().ok()?, Applied { application: self.application()?, evidence: String::new(), source }))
    }

    /// Whether an application, by its name, is chosen.
    pub(crate) fn is_strength(&self, name: &str) -> bool {
        self.strength == name
    }

    /// Whether a kind of source, by its name, is chosen.
    pub(crate) fn is_source_kind(&self, name: &str) -> bool {
        self.source_kind == name
    }

    fn application(&self) -> Option<Application> {
        Application::ALL.iter().find(|(name, _)| *name == self.strength).map(|(_, application)| *application)
    }

    /// The source; none where nothing was typed.
    fn read_source(&self) -> Result<Option<Source>, Refusal> {
        if self.source.trim().is_empty() {
            return Ok(None);
        }
        let kind = SourceKind::ALL.iter().find(|(name, _)| *name == self.source_kind).map(|(_, kind)| *kind);
        let kind = kind.ok_or_else(|| Refusal::new("source", "Choose what kind of source it is"))?;
        Source::read(kind, &self.source).map(Some).map_err(|why| Refusal::new("source", why.to_string()))
    }
}

/// The name of an application in forms.
fn named(application: Application) -> &'static str {
    Application::ALL.iter().find(|(_, known)| *known == application).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use genome::Strength;

    #[test]
    fn a_form_is_read_or_refused_with_everything_that_is_wrong() {
        let form = |criterion: &str, strength: &str, source: &str| CriterionForm {
            criterion: criterion.into(),
            strength: strength.into(),
            source_kind: "pubmed".into(),
            source: source.into(),
            evidence: " Seen twice ".into(),
            reason: String::new(),
            seen: String::new(),
        };
        let (code, applied) = form("PM3", "strong", "25741868").read().expect("read");
        assert_eq!(
            (code, applied.application, applied.evidence.as_str()),
            (AcmgCode::PM3, Application::Met(Strength::Strong), "Seen twice")
        );
        assert_eq!(applied.source, Some(Source::PubMed(25_741_868)));
        let refused = form("PM9", "certain", "a paper").read().expect_err("refused");
        assert_eq!(refused.0.iter().map(|r| r.field).collect::<Vec<_>>(), ["criterion", "strength", "source"]);
        assert_eq!(form("PM3", "not_met", "").read().expect("read").1.source, None);
    }

    #[test]
    fn every_application_has_a_name_of_its_own() {
        for (name, application) in Application::ALL {
            assert_eq!(named(application), name);
        }
        assert_eq!(CriterionForm::of_criterion("", None).criterion, "PVS1");
        assert_eq!(CriterionForm::of_criterion("BA1", None).strength, "stand_alone");
    }
}
