//! What an order that is begun says of its patient, so that a search for a test knows whom it is for.

use super::Draft;
use crate::pages::people::patient::sex;
use care::people::patient::Sex;
use jiff::civil::Date;
use service::directory::search::patient::{Life, Patient};

/// Age, sex and life of the patient of a draft, as far as they were typed; nothing of a draft without people.
pub(crate) fn patient(draft: &Draft, today: Date) -> Patient {
    let Some(proband) = draft.people.iter().find(|person| person.relationship == "proband") else { return Patient::default() };
    let sex = Some(sex(&proband.sex)).filter(|sex| *sex != Sex::Unknown);
    let life = match draft.purpose.kind.as_str() {
        // Nobody was asked yet: the first of the kinds stands there unchosen.
        "" => None,
        "fetus" => Some(Life::Unborn),
        "death" => Some(Life::Dead),
        _ => Some(Life::Alive),
    };
    let number = |text: &str| text.trim().parse::<i16>().ok();
    let small = |text: &str| text.trim().parse::<i8>().ok();
    let born = number(&proband.year)
        .zip(small(&proband.month))
        .zip(small(&proband.day))
        .and_then(|((year, month), day)| Date::new(year, month, day).ok())
        .filter(|born| *born <= today && !matches!(life, Some(Life::Unborn | Life::Dead)));
    let age_years = born.map(|born| {
        let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
        today.year() - born.year() - i16::from(!had_birthday)
    });
    Patient { sex, age_years, life }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::ordering::new_order::{family, purpose};

    #[test]
    fn a_search_within_an_order_knows_its_patient_and_nothing_of_an_order_without_one() {
        let today = Date::constant(2026, 11, 21);
        assert_eq!(patient(&Draft::default(), today), Patient::default());
        let boy = family::Typed {
            relationship: "proband".into(),
            day: "22".into(),
            month: "11".into(),
            year: "2022".into(),
            sex: "male".into(),
            ..family::Typed::default()
        };
        let mut draft = Draft { people: vec![boy], ..Draft::default() };
        let known = |draft: &Draft| patient(draft, today);
        assert_eq!(known(&draft), Patient { sex: Some(Sex::Male), age_years: Some(3), life: None });
        draft.purpose = purpose::Typed { kind: "carrier".into(), ..purpose::Typed::default() };
        assert_eq!(known(&draft).life, Some(Life::Alive));
        draft.purpose = purpose::Typed { kind: "death".into(), ..purpose::Typed::default() };
        assert_eq!(known(&draft), Patient { sex: Some(Sex::Male), age_years: None, life: Some(Life::Dead) });
        draft.people[0].year = "1O22".into();
        draft.purpose = purpose::Typed::default();
        assert_eq!(known(&draft).age_years, None, "what cannot be read leaves nothing out");
    }
}
