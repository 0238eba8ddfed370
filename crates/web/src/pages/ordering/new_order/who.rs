//! Who an order is for, above each of its pages.

use super::{Draft, PageResult};
use crate::pages;
use care::people::patient::{Demographics, Identity, Sex};
use jiff::civil::Date;
use service::{Desk, people::deaths};

/// The patient of a draft: name, date of birth with age, sex and NHS number.
pub(crate) struct Banner {
    pub name: String,
    pub born: String,
    pub sex: &'static str,
    pub number: String,
    /// Relatives who are tested too, each with the relationship.
    pub relatives: Vec<String>,
    /// Colour and words of a death that is known of the patient, or said: on the pages that ask for it.
    pub death: Option<(&'static str, String)>,
}

impl Draft {
    /// Who the order is for; nothing as long as nobody is known.
    pub(crate) fn banner(&self, today: Date) -> Option<Banner> {
        let people = super::family::people(self).ok()?;
        let (patient, relatives) = people.split_first()?;
        let who = &patient.demographics;
        let named = |p: &service::ordering::orders::PersonForm| format!("{} ({})", p.demographics.full_name(), p.relationship.label());
        Some(Banner {
            name: who.full_name(),
            born: born(who, today),
            sex: if who.sex == Sex::Unknown { "Sex not known" } else { who.sex.label() },
            number: number(&who.nhs_number),
            relatives: relatives.iter().map(named).collect(),
            death: None,
        })
    }

    /// The same with what is known here of the patient's death.
    pub(crate) async fn banner_with_death(&self, desk: &Desk) -> PageResult<Option<Banner>> {
        let Some(banner) = self.banner(desk.today()) else { return Ok(None) };
        let patient = self.patient_form().map(|patient| patient.demographics.nhs_number);
        let known = match patient {
            Some(Identity::NhsNumber(number)) => deaths::of_number(desk, number).await?,
            Some(Identity::Unavailable(_) | Identity::Fetus) | None => None,
        };
        Ok(Some(Banner { death: known.as_ref().and_then(pages::Banner::death_tag), ..banner }))
    }
}

/// The date of birth with the age.
pub(crate) fn born(who: &Demographics, today: Date) -> String {
    let date = who.birth_date.strftime("%-d %B %Y");
    match (&who.nhs_number, who.age_years(today)) {
        (Identity::Fetus, _) => format!("due {date}"),
        (_, ..1) => format!("born {date} (under 1 year)"),
        (_, 1) => format!("born {date} (1 year)"),
        (_, years) => format!("born {date} ({years} years)"),
    }
}

/// The NHS number in groups of three, three and four; or why there is none.
pub(crate) fn number(identity: &Identity) -> String {
    match identity {
        Identity::NhsNumber(number) => format!("NHS number {number}"),
        Identity::Unavailable(why) => format!("No NHS number: {why}"),
        Identity::Fetus => "Not born: no NHS number".into(),
    }
}
