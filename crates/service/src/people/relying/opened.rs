use super::{Answer, Begun, Identity, Party};
use anyhow::{Context, ensure};
use care::NhsNumber;
use interop::fhir::intake::whose;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;
use uuid::Uuid;

/// Who works at a hospital's electronic record, and who is open there.
#[derive(Debug)]
pub struct Opened {
    /// Who works there.
    pub user: Identity,
    /// Their number in the NHS's own directory (SDS), where the record gives it.
    pub user_number: Option<String>,
    /// The patient's NHS number.
    pub number: NhsNumber,
    /// The patient's date of birth.
    pub born: Date,
}

/// Numbers of people who work in the NHS, which are the subjects of CIS2 too. Source: UK Core, Practitioner.identifier.
const SDS_USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";

impl Party {
    /// Who works at the record at a base address, and whom they have open, from what the browser brought back.
    #[crate::boxed]
    pub async fn opened(
        &self,
        base: &str,
        begun: &Begun,
        (code, state): (&str, &str),
        (now, id): (Timestamp, Uuid),
    ) -> anyhow::Result<Opened> {
        let base = base.trim_end_matches('/');
        let answer = self.exchange(begun, code, state, (now, id)).await?;
        let user = self.identity(&answer, begun, now).await?;
        let patient = answer.patient.clone().context("the record did not say which patient is open (patient, in its answer)")?;
        ensure!(is_id(&patient), "the record gave an identifier of a patient that is none");
        let resource = self.resource(&answer, &format!("{base}/Patient/{patient}")).await?;
        let (number, born) = whose(&resource, &patient, now.to_zoned(TimeZone::UTC).date())?;
        let user_number = self.user_number(&answer, base, user.fhir_user.as_deref()).await;
        Ok(Opened { user, user_number, number, born })
    }

    /// The number of who works there; none where their resource is elsewhere, is not shown, or has none.
    async fn user_number(&self, answer: &Answer, base: &str, fhir_user: Option<&str>) -> Option<String> {
        let path = fhir_user?;
        let path = path.strip_prefix(base).map_or(path, |rest| rest.trim_start_matches('/'));
        let id = path.strip_prefix("Practitioner/").filter(|id| is_id(id))?;
        match self.resource(answer, &format!("{base}/Practitioner/{id}")).await {
            Ok(practitioner) if practitioner["resourceType"] == "Practitioner" && practitioner["id"] == *id => sds_number(&practitioner),
            Ok(_) => None,
            Err(fault) => {
                tracing::warn!("reading who works at {base}: {fault:#}");
                None
            }
        }
    }
}

/// The only number of SDS that somebody has.
fn sds_number(practitioner: &Value) -> Option<String> {
    let identifiers = practitioner["identifier"].as_array()?.iter();
    let mut found = identifiers.filter(|i| i["system"] == SDS_USER && i["use"] != "old").filter_map(|i| i["value"].as_str());
    let number = found.next()?.trim();
    found.all(|other| other.trim() == number).then(|| number.to_owned())
}

/// Whether text is an identifier of FHIR, which is safe in an address. Source: FHIR R4, data type `id`.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text != "." && text != ".." && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_identifier_that_leads_elsewhere_is_none() {
        for (text, is) in [("a-1.B", true), ("", false), ("..", false), ("../Practitioner/1", false), ("1?_format=x", false), ("é", false)]
        {
            assert_eq!(is_id(text), is, "{text}");
        }
    }

    #[test]
    fn somebody_with_two_numbers_has_none() {
        let number = |values: &[&str]| {
            let identifiers: Vec<Value> = values.iter().map(|value| json!({ "system": SDS_USER, "value": value })).collect();
            sds_number(&json!({ "identifier": identifiers }))
        };
        assert_eq!(number(&["555021935107"]).as_deref(), Some("555021935107"));
        assert_eq!((number(&["1", "2"]), number(&[]), sds_number(&json!({ "identifier": 7 }))), (None, None, None));
    }
}
