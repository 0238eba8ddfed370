//! Taking a family from a file of another program: only one of the patient of the order, by number, day of birth and sex, and of nobody
//! else.

use super::{edit, from_file, pedigree, recognised};
use crate::{Desk, ServiceResult, people};
use access::{Action, Permit};
use care::{
    OrderId, Refusals,
    ordering::pedigree::{Edit, Pedigree},
    people::patient::{Demographics, Identity},
};
use interop::pedigree::{Whose, whose};

/// Takes a family from a file in the place of the drawing that was seen; `seen` is how often it had been drawn then.
#[crate::boxed]
pub async fn take(desk: &Desk, order: OrderId, seen: u64, text: &str) -> ServiceResult<()> {
    let permit = desk.permit(Action::ChangeOrder, order).await?;
    let (drawn, _) = pedigree(desk, order).await?;
    let family = from_file(text, &drawn)?;
    if let Some(patient) = drawn.people.iter().find(|person| person.proband).and_then(|person| person.patient) {
        is_of(&people::patients::demographics(desk, &permit, patient).await?, &whose(text))?;
    }
    same_years(desk, &permit, &recognised(family.clone(), &drawn)?).await?;
    edit(desk, order, seen, Edit::Replace(family)).await
}

/// Refuses the family of somebody else. A fetus has no number, and its day of birth is one that is expected.
fn is_of(patient: &Demographics, whose: &Whose) -> Result<(), Refusals> {
    let (name, mut wrong) = (patient.full_name(), Vec::new());
    if let Identity::NhsNumber(own) = &patient.nhs_number
        && let Some(other) = whose.numbers.iter().find(|number| *number != own)
    {
        wrong.push(format!("The file is of the family of somebody with the NHS number {other}, and {name} has {own}"));
    }
    let own = patient.birth_date.to_string();
    let other = whose.births.iter().find(|born| !own.starts_with(born.as_str()));
    if let Some(other) = other.filter(|_| patient.nhs_number != Identity::Fetus) {
        wrong.push(format!("The file is of the family of somebody born on {other}, and {name} was born on {own}"));
    }
    refused(wrong)
}

/// Refuses a family in which somebody of the order was born in another year.
async fn same_years(desk: &Desk, permit: &Permit, family: &Pedigree) -> ServiceResult<()> {
    let mut wrong = Vec::new();
    for person in &family.people {
        let (Some(patient), Some(born)) = (person.patient, person.years.born) else { continue };
        let known = people::patients::demographics(desk, permit, patient).await?;
        if known.nhs_number != Identity::Fetus && known.birth_date.year() != born {
            wrong.push(format!("{} was born in {born} by the file and in {} by the order", known.full_name(), known.birth_date.year()));
        }
    }
    Ok(refused(wrong)?)
}

fn refused(wrong: Vec<String>) -> Result<(), Refusals> {
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Refusals::one("file", format!("{}: nothing is taken. Is it the family of this patient?", wrong.join("; "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::people::patient::Sex;
    use jiff::civil::Date;

    fn ann() -> Demographics {
        Demographics {
            nhs_number: Identity::NhsNumber("9990000018".parse().expect("a number")),
            family_name: "Elm".into(),
            given_name: "Ann".into(),
            birth_date: Date::constant(1980, 1, 2),
            sex: Sex::Female,
        }
    }

    /// Why a file is not taken for Ann; nothing where it is.
    fn why_not(who: &Demographics, file: &str) -> String {
        is_of(who, &whose(file)).err().map_or_else(String::new, |refusals| refusals.to_string())
    }

    fn bundle(patient: &str, of: &str) -> String {
        format!(
            r#"{{"resourceType":"Bundle","entry":[{{"resource":{patient}}},{{"resource":{{"resourceType":"FamilyMemberHistory",
            "status":"completed","patient":{of},"relationship":{{"text":"father"}}}}}}]}}"#
        )
    }

    fn patient(number: &str, born: &str) -> String {
        format!(
            r#"{{"resourceType":"Patient","id":"1","birthDate":"{born}","identifier":[
            {{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{number}"}},{{"system":"https://trust.nhs.uk/mrn","value":"9990000026"}}]}}"#
        )
    }

    fn packets(id: &str, alternate: &str, born: &str) -> String {
        format!(
            r#"{{"proband":{{"subject":{{"id":"{id}","alternateIds":["{alternate}"],"dateOfBirth":"{born}"}}}},
            "pedigree":{{"persons":[{{"individualId":"{id}"}}]}}}}"#
        )
    }

    #[test]
    fn a_family_of_somebody_else_is_known_by_number_and_by_day_of_birth() {
        let reference = r#"{"reference":"Patient/1"}"#;
        let named = r#"{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"999 000 0026"},"display":"Ann Elm"}"#;
        for (file, says) in [
            (bundle(&patient("9990000026", "1980-01-02"), reference), "with the NHS number 999"),
            (bundle(&patient("9990000018", "1991-06-30"), reference), "born on 1991-06-30, and Ann Elm was born on 1980-01-02"),
            (bundle("{}", named), "with the NHS number 999"),
            (packets("P9", "NHS:9990000026", "1980-01-02T00:00:00Z"), "with the NHS number 999"),
            (packets("9990000026", "", "1980-01-02T00:00:00Z"), "with the NHS number 999"),
            (packets("P9", "", "1991-06-30T00:00:00Z"), "born on 1991-06-30"),
        ] {
            assert!(why_not(&ann(), &file).contains(says), "{file}: {}", why_not(&ann(), &file));
        }
        for file in [
            bundle(&patient("9990000018", "1980-01-02"), reference),
            bundle(&patient("9990000018", "1980-01"), reference),
            packets("P9", "NHS:9990000018", "1980-01-02T00:00:00Z"),
            packets("P9", "", "1980-01-01T00:00:00Z"),
            "1 2 3".to_owned(),
        ] {
            assert_eq!(why_not(&ann(), &file), "", "{file}");
        }
    }

    #[test]
    fn a_fetus_is_compared_with_nobodys_number_or_day() {
        let fetus = Demographics { nhs_number: Identity::Fetus, ..ann() };
        assert_eq!(why_not(&fetus, &packets("P9", "NHS:9990000026", "1991-06-30T00:00:00Z")), "");
    }
}
