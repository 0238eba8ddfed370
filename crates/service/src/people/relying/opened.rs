use super::{Answer, Begun, Identity, Party};
use crate::fault::ForLog;
use anyhow::{Context, bail, ensure};
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
        let missing = "the record did not say which patient is open (patient, in its answer): open a patient there first";
        let patient = patient_id(base, answer.patient.as_deref().context(missing)?)?;
        let resource = self.resource(&answer, &format!("{base}/Patient/{patient}")).await?;
        let (number, born) = whose(&resource, &patient, now.to_zoned(TimeZone::UTC).date())?;
        let user_number = self.user_number(&answer, base, user.fhir_user.as_deref()).await?;
        Ok(Opened { user, user_number, number, born })
    }

    /// The number of who works there; none where their resource is elsewhere, is not shown, or has none.
    async fn user_number(&self, answer: &Answer, base: &str, fhir_user: Option<&str>) -> anyhow::Result<Option<String>> {
        let Some(user) = fhir_user else { return Ok(None) };
        let kind = user.split("/_history/").next().unwrap_or_default().rsplit('/').nth(1).unwrap_or_default();
        ensure!(
            !["Patient", "RelatedPerson", "Person"].contains(&kind),
            "who is signed in at the record is a {kind} (fhirUser), and this service is opened for staff"
        );
        let Some((kind, id)) = own_resource(base, user) else { return Ok(None) };
        let number = match kind {
            "Practitioner" => self.number_of_practitioner(answer, base, id).await,
            "PractitionerRole" => self.number_of_role(answer, base, id).await,
            _ => Ok(None),
        };
        // Their account may still be known by their name at the record.
        Ok(number.unwrap_or_else(|fault| {
            tracing::warn!("reading who works at {base}: {}", fault.for_log());
            None
        }))
    }

    async fn number_of_practitioner(&self, answer: &Answer, base: &str, id: &str) -> anyhow::Result<Option<String>> {
        let practitioner = self.own(answer, base, ("Practitioner", id)).await?;
        Ok(practitioner.as_ref().and_then(sds_number))
    }

    /// Of a role at work, the person whose role it is: by their resource, or by their number where the role has that alone.
    async fn number_of_role(&self, answer: &Answer, base: &str, id: &str) -> anyhow::Result<Option<String>> {
        let Some(role) = self.own(answer, base, ("PractitionerRole", id)).await? else { return Ok(None) };
        let practitioner = &role["practitioner"];
        match practitioner["reference"].as_str().and_then(|reference| own_resource(base, reference)) {
            Some(("Practitioner", id)) => self.number_of_practitioner(answer, base, id).await,
            _ => Ok(sds_number(&serde_json::json!({ "identifier": [practitioner["identifier"]] }))),
        }
    }

    /// A resource of the record that is in use and is what was asked for.
    async fn own(&self, answer: &Answer, base: &str, (kind, id): (&str, &str)) -> anyhow::Result<Option<Value>> {
        let found = self.resource(answer, &format!("{base}/{kind}/{id}")).await?;
        Ok(Some(found).filter(|found| found["resourceType"] == kind && found["id"] == id && found["active"] != Value::Bool(false)))
    }
}

/// Kind and identifier of a resource of the record, which is named by its address or below it; nothing of any other server's.
fn own_resource<'t>(base: &str, text: &'t str) -> Option<(&'t str, &'t str)> {
    let path = text.strip_prefix(base).map_or(text, |rest| rest.trim_start_matches('/'));
    let path = path.split("/_history/").next().unwrap_or_default();
    let (kind, id) = path.split_once('/')?;
    (kind.chars().all(|c| c.is_ascii_alphabetic()) && is_id(id)).then_some((kind, id))
}

/// The patient's identifier at the record, of which records write the address too.
fn patient_id(base: &str, text: &str) -> anyhow::Result<String> {
    if is_id(text) {
        return Ok(text.to_owned());
    }
    match own_resource(base, text) {
        Some(("Patient", id)) => Ok(id.to_owned()),
        _ if text.contains("://") => bail!("the record has a patient of another server open, and its own is {base}"),
        _ => bail!("the record gave an identifier of a patient that is none"),
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
    fn a_patient_and_a_user_are_those_of_the_record_itself() {
        const BASE: &str = "https://epr.example/fhir";
        for (text, expected) in [
            ("eq081-VQEgP8drUUqCWzHfw3", Some("eq081-VQEgP8drUUqCWzHfw3")),
            ("Patient/12724066", Some("12724066")),
            ("https://epr.example/fhir/Patient/7", Some("7")),
            ("https://epr.example/fhir/Patient/7/_history/2", Some("7")),
            ("https://other.example/fhir/Patient/7", None),
            ("https://epr.example/fhir2/Patient/7", None),
            ("Practitioner/7", None),
            ("Patient/../Practitioner/7", None),
            ("Patient/", None),
        ] {
            assert_eq!(patient_id(BASE, text).ok().as_deref(), expected, "{text}");
        }
        let said = patient_id(BASE, "https://other.example/fhir/Patient/7").expect_err("refused").to_string();
        assert!(said.contains("a patient of another server") && said.contains(BASE), "{said}");
        for (text, expected) in [
            ("https://epr.example/fhir/PractitionerRole/9", Some(("PractitionerRole", "9"))),
            ("Practitioner/5", Some(("Practitioner", "5"))),
            ("https://other.example/fhir/Practitioner/5", None),
            ("urn:uuid:5", None),
        ] {
            assert_eq!(own_resource(BASE, text), expected, "{text}");
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
