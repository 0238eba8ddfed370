//! Who an order is for, above each of its pages.

use super::Draft;
use care::people::patient::{Demographics, Identity, Sex};
use jiff::civil::Date;

/// The patient of a draft: name, date of birth with age, sex and NHS number.
pub(crate) struct Banner {
    pub name: String,
    pub born: String,
    pub sex: &'static str,
    pub number: String,
    /// Relatives who are tested too, each with the relationship.
    pub relatives: Vec<String>,
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
        })
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
