//! A trio in which the record of the mother is restricted: whoever is not named on it works on the order, and reads her name nowhere.

use crate::{
    Served,
    permissions::{cookie, who},
    routes::answer,
};
use access::Action;
use care::{
    OrderId, PatientId, Role,
    ordering::family::Relationship,
    people::patient::{Demographics, Identity, Sex},
};
use jiff::civil::Date;
use service::{
    directory,
    ordering::{self, orders::PersonForm},
    people,
};

/// A name that stands nowhere else.
const MOTHER: &str = "Hollingworth";
/// Her NHS number, as pages show it.
const NUMBER: &str = "900 000 0009";

fn person(relationship: Relationship, family_name: &str, sex: Sex, number: &str, born: Date) -> PersonForm {
    let demographics = Demographics {
        nhs_number: Identity::NhsNumber(number.parse().expect("a number")),
        family_name: family_name.into(),
        given_name: "Robin".into(),
        birth_date: born,
        sex,
    };
    sim::form::person(relationship, demographics)
}

/// The order, and the mother in it.
async fn placed(served: &Served) -> (OrderId, PatientId) {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let test = directory::catalogue::current(&served.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let people = vec![
        person(Relationship::Proband, "Testcase", Sex::Female, "4010232137", Date::constant(2019, 4, 3)),
        person(Relationship::Father, "Testcase", Sex::Male, "9434765919", Date::constant(1988, 4, 3)),
        person(Relationship::Mother, MOTHER, Sex::Female, "9000000009", Date::constant(1990, 4, 3)),
    ];
    let order = ordering::orders::place(&clinician, sim::form::order(test, people)).await.expect("placed");
    let permit = clinician.permit(Action::ReadOrder, order).await.expect("a permit");
    let request = clinician.status(&permit, order).await.expect("a status").order.request.expect("submitted");
    let mother = request.people.iter().find(|person| person.relationship == Relationship::Mother).expect("the mother").patient;
    people::restriction::restrict(&clinician, mother, &[], true, "Works in this hospital").await.expect("restricted");
    (order, mother)
}

async fn page(served: &Served, role: Role, path: &str) -> String {
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(role, 0).id)).await;
    let page = answer(&served.base, "GET", path, &format!("Cookie: {cookie}\r\n")).await;
    assert_eq!(page.split_whitespace().nth(1), Some("200"), "{role:?} {path}");
    page
}

#[tokio::test]
async fn the_name_of_a_mother_with_a_restricted_record_is_on_no_page_of_those_who_are_not_named() {
    let served = Served::new().await;
    let (order, mother) = placed(&served).await;
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let permit = clinician.permit(Action::ReadOrder, order).await.expect("a permit");
    let samples = clinician.status(&permit, order).await.expect("a status").samples;
    let is_hers = |sample: &care::laboratory::sample::Sample| sample.label.as_ref().is_some_and(|label| label.patient == mother);
    let sample = samples.iter().find(|(_, sample)| is_hers(sample)).expect("her sample").0;
    let (of_order, of_sample, data) =
        (format!("/orders/{order}"), format!("/orders/{order}/samples/{sample}"), format!("/orders/{order}/data"));
    for (role, path) in [
        (Role::LaboratoryScientist, &of_order),
        (Role::LaboratoryScientist, &of_sample),
        (Role::Bioinformatician, &of_order),
        (Role::Bioinformatician, &data),
    ] {
        let page = page(&served, role, path).await;
        assert!(!page.contains(MOTHER), "{role:?} reads her name on {path}");
        assert!(page.contains("Restricted record"), "{role:?} {path}");
    }
    // A tube is compared with what stands on it, without a name.
    assert!(page(&served, Role::LaboratoryScientist, &of_sample).await.contains(NUMBER));
    assert!(page(&served, Role::Clinician, &of_order).await.contains(MOTHER), "whoever is named does not read her name");
}
