//! A person's own page on a phone: easy read, another language, a result that is released and recalled.

use crate::{
    Served,
    browser::Browser,
    permissions::{cookie, who},
    routes::answer,
    served::analyse,
};
use care::{
    OrderId, PatientId, Role,
    interpretation::case::{Conclusion, Outcome},
    laboratory::sample,
    ordering::{
        choice::{Answer, Category, Discussion, How, WORDING},
        family::Relationship,
    },
    people::patient::{Demographics, Identity, Sex},
    results::report::release::{Disclosure, Plan},
};
use jiff::civil::Date;
use service::{
    clock::{Clock, MachineClock},
    directory, interpretation, laboratory,
    ordering::{
        self,
        orders::{OrderForm, PersonForm},
    },
    results,
};

/// Width of a phone.
const PHONE: u32 = 390;

fn person(relationship: Relationship, name: &str, sex: Sex, number: &str, born: i16) -> PersonForm {
    let demographics = Demographics {
        nhs_number: Identity::NhsNumber(number.parse().expect("a number")),
        family_name: "Testcase".into(),
        given_name: name.into(),
        birth_date: Date::constant(born, 4, 3),
        sex,
    };
    sim::form::person(relationship, demographics)
}

/// A trio with choices and samples, and its people: child, father, mother.
async fn ready(served: &Served) -> (OrderId, Vec<PatientId>) {
    let (clinician, bench) = (served.service.desk(who(Role::Clinician, 0)), served.service.desk(who(Role::LaboratoryScientist, 0)));
    let case = sim::published::all().expect("cases").remove(1);
    let test = directory::catalogue::current(&served.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let people = vec![
        person(Relationship::Proband, "Isla", Sex::Female, "4010232137", 2019),
        person(Relationship::Father, "Owen", Sex::Male, "9434765919", 1988),
        person(Relationship::Mother, "Priya", Sex::Female, "9000000009", 1990),
    ];
    let form = OrderForm { observed: case.observed, excluded: case.excluded, ..sim::form::order(test, people) };
    let order = ordering::orders::place(&clinician, form).await.expect("placed");
    let permit = clinician.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let request = clinician.status(&permit, order).await.expect("a status").order.request.expect("submitted");
    let people: Vec<PatientId> = request.people.iter().map(|person| person.patient).collect();
    for (index, person) in people.iter().enumerate() {
        let category = if index == 0 { Category::Child { by: Relationship::Mother, assent: true } } else { Category::AdultOwn };
        ordering::choices::record(&clinician, *person, discussion(order, category)).await.expect("recorded");
    }
    let permit = bench.permit(access::Action::ReadOrder, order).await.expect("a permit");
    for (id, sample) in bench.status(&permit, order).await.expect("a status").samples {
        let barcode = sample.label.expect("labelled").barcode;
        laboratory::samples::handle(&bench, order, id, sample::Command::Receive { barcode }).await.expect("received");
        laboratory::samples::handle(&bench, order, id, sample::Command::Accept).await.expect("accepted");
    }
    (order, people)
}

/// A record of discussion that agrees to the test, and not to research.
pub(crate) fn discussion(order: OrderId, category: Category<Relationship>) -> Discussion<Relationship> {
    Discussion {
        order,
        wording: WORDING.into(),
        category,
        test: Answer::Yes,
        research: Answer::No,
        recontact: Answer::Yes,
        secondary_findings: Answer::No,
        family_sharing: Answer::Yes,
        comment: String::new(),
        how: How::Spoken,
        interpreter: String::new(),
    }
}

/// The order is analysed, and its report signed and acknowledged: no cause was found.
async fn acknowledged(served: &Served, order: OrderId, people: &[PatientId]) {
    let desk = |role, which| served.service.desk(who(role, which));
    let names = people.iter().copied().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let bioinformatician = desk(Role::Bioinformatician, 0);
    let vcf = served.service.folder.join("incoming/family.vcf.gz");
    let files = laboratory::data::Delivered::small(&vcf);
    let analysis = laboratory::data::register_data(&bioinformatician, order, &files, names).await.expect("registered");
    analyse(&bioinformatician, order, analysis).await;
    let conclusion = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary: "Nothing fits.".into() };
    interpretation::cases::propose(&desk(Role::ClinicalScientist, 0), order, conclusion).await.expect("proposed");
    interpretation::cases::check(&desk(Role::ClinicalScientist, 1), order).await.expect("checked");
    results::reports::authorise(&desk(Role::Consultant, 0), order).await.expect("signed");
    served.deliver().await;
    results::reports::acknowledge(&desk(Role::Clinician, 0), order, "").await.expect("acknowledged");
}

/// The clinician releases the result, as the page leads.
async fn release(b: &Browser, order: OrderId) {
    b.sign_in("Dr Amara Okafor").await;
    b.open(&format!("/orders/{order}/report")).await;
    b.click("Release to the patient").await;
    b.see("The patient does not see this result").await;
    b.press("Release to Isla Testcase").await;
    b.see("Enter the day on which the result was talked about").await;
    b.see("confirm that this is the right patient").await;
    b.set_value("discussed", &MachineClock.today().to_string()).await;
    b.choose("By telephone").await;
    b.tick("names_patient").await;
    b.picture("release-1").await;
    b.press("Release to Isla Testcase").await;
    b.see("The patient sees this result").await;
    b.picture("release-2").await;
}

/// The mother opens her page.
async fn open_own(b: &Browser, served: &Served, order: OrderId, mother: PatientId) {
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let (secret, _) = results::own_page::invite(&clinician, order, mother).await.expect("a link");
    b.open(&format!("/link/{secret}")).await;
    for (field, value) in [("day", "3"), ("month", "4"), ("year", "1990")] {
        b.fill(field, value).await;
    }
    b.press("Open").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mother_reads_her_page_on_a_phone_in_easy_read_and_in_welsh_until_the_result_is_recalled() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, people) = ready(&served).await;
    acknowledged(&served, order, &people).await;
    release(&b, order).await;
    b.close().await;

    let Some(b) = Browser::on_phone(&served.base, PHONE).await else { return };
    open_own(&b, &served, order, people[2]).await;
    b.see("Your result is here").await;
    b.click("Easy read").await;
    b.see("You can read it now").await;
    b.see("Other things we find").await;
    b.picture_on_phone("my-easy", PHONE).await;
    b.click("Cymraeg").await;
    b.see("Mae eich canlyniad yma").await;
    b.see("Nid yw’r cyfieithiad hwn wedi’i wirio").await;
    b.picture_on_phone("my-easy-welsh", PHONE).await;
    b.click("Darllen eich canlyniad").await;
    b.see("Mae’r canlyniad a’r llythyr yn Saesneg").await;
    b.see("We did not find a change").await;
    b.picture_on_phone("my-letter-welsh", PHONE).await;
    let letter = b.path().await;
    b.open("/my?lang=ur&read=whole").await;
    b.see_element("html[lang=ur][dir=rtl]").await;
    b.picture_on_phone("my-urdu", PHONE).await;

    let clinician = served.service.desk(who(Role::Clinician, 0));
    let seen = results::releases::releasing(&clinician, order).await.expect("a report").seen;
    results::releases::recall(&clinician, order, seen, "Another variant came up").await.expect("recalled");
    b.open("/my?lang=en").await;
    b.see("The result that was shown here was taken back").await;
    b.open(&letter).await;
    b.see("Page not found").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clinician_is_led_from_the_report_to_the_page_of_the_parents_and_sees_that_it_was_opened() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, people) = ready(&served).await;
    acknowledged(&served, order, &people).await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(&format!("/orders/{order}")).await;
    b.click("What to do next with the result").await;
    b.see("Talk about the result with the patient, or with the parents of a child").await;
    b.see("Ask again when more is known").await;
    b.see("No link was made for Priya Testcase in this order").await;
    b.picture("report-next").await;
    release(&b, order).await;
    b.see("How the patient gets to the result").await;
    b.press("Make a new link for Priya Testcase").await;
    b.see("It is shown only now").await;
    b.click("/link/").await;
    for (field, value) in [("day", "3"), ("month", "4"), ("year", "1990")] {
        b.fill(field, value).await;
    }
    b.press("Open").await;
    b.see("Your result is here").await;
    b.sign_in("Dr Amara Okafor").await;
    b.open(&format!("/orders/{order}/report")).await;
    b.see("opened last on").await;
    b.see("Made by Dr Amara Okafor on").await;
    b.picture("report-opened").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_names_a_language_makes_no_session_of_somebody_who_opened_nothing() {
    let served = Served::new().await;
    for path in ["/link/nobody?lang=cy", "/link/nobody?lang=cy&read=easy"] {
        let page = answer(&served.base, "GET", path, "").await;
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("lang=\"cy\""), "in Welsh all the same: {page}");
        assert!(!page.to_lowercase().contains("set-cookie"), "{path}: {page}");
    }
}

/// What the mother may read of a result, and where.
async fn pages(served: &Served, cookie: &str, report: care::ReportId) -> String {
    let mut shown = String::new();
    for read in ["whole", "easy"] {
        for lang in ["en", "cy", "pl", "ur"] {
            for path in ["/my".to_owned(), format!("/my/letters/{report}")] {
                let path = format!("{path}?lang={lang}&read={read}");
                shown += &answer(&served.base, "GET", &path, &format!("Cookie: {cookie}\r\n")).await;
            }
        }
    }
    shown += &answer(&served.base, "GET", &format!("/my/letters/{report}/letter.pdf"), &format!("Cookie: {cookie}\r\n")).await;
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_in_any_language_says_what_a_result_that_is_not_released_says() {
    let served = Served::new().await;
    let (order, people) = ready(&served).await;
    acknowledged(&served, order, &people).await;
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let (secret, _) = results::own_page::invite(&clinician, order, people[2]).await.expect("a link");
    let cookie = cookie(&served.base, &format!("/link/{secret}"), "day=3&month=4&year=1990").await;
    let (report, _, content) = results::reports::report(&clinician, order).await.expect("a report");
    let says = |page: &str| page.contains(content.headline()) || page.contains("We did not find a change") || page.contains("%PDF");
    assert!(!says(&pages(&served, &cookie, report).await), "not released");
    let seen = results::releases::releasing(&clinician, order).await.expect("a report").seen;
    let plan = Plan { discussed: Some(MachineClock.today()), how: Some(Disclosure::InPerson), names_patient: true, after_death: false };
    results::releases::release(&clinician, order, seen, plan).await.expect("released");
    assert!(says(&pages(&served, &cookie, report).await));
    let scientist = served.service.desk(who(Role::ClinicalScientist, 0));
    interpretation::cases::reopen(&scientist, order, "New reads".into()).await.expect("opened again");
    assert!(!says(&pages(&served, &cookie, report).await), "it is being amended");
}
