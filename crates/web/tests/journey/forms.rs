//! Forms of pages that act on people, consent, samples, classes and results: each says what its page showed, so that nothing is done where
//! that changed since, or stands here with the reason why it need not.

use crate::{
    Served,
    pages::posted,
    permissions::{cookie, who},
};
use care::{
    Role,
    ordering::{choice::WORDING, family::Relationship, order::State},
    people::patient::{Demographics, Identity, Sex},
};
use jiff::civil::Date;
use service::{directory, ordering};
use std::{collections::BTreeSet, fs, path::Path};

/// Wings whose pages act on these.
const WINGS: [&str; 5] = ["people", "ordering", "laboratory", "interpretation", "results"];

/// How a form says what its page showed: how much of a stream, which report, proposal, edit or reading, which day of death, or which
/// draft of the own order that is being written.
const SAYS: [&str; 13] = [
    "hidden(\"seen\"",
    "?seen=",
    "of_this(",
    "hidden(\"version\"",
    "hidden(\"events\"",
    "hidden(\"report\"",
    "hidden(\"proposed\"",
    "hidden(\"edit\"",
    "hidden(\"difference\"",
    "hidden(\"panels\"",
    "hidden(\"analysis\"",
    "hidden(\"content\"",
    "hidden(\"draft\"",
];

const ADDS: &str = "it adds something beside what is there, and takes nothing away";
const NAMES_ITSELF: &str = "what is scanned or typed names itself what it acts on";
const OWN: &str = "it is about whoever looks, and about nobody else";
const ONCE: &str = "it can be done once, and is refused after that by what it acts on";

/// Forms that say nothing: the template, what stands in the form, and why it need not.
const SAYS_NOTHING: [(&str, &str, &str); 46] = [
    ("people/accounts.html", "action=\"/accounts\"", ADDS),
    ("people/accounts.html", "\"agree\"", "it sends the role that was shown"),
    ("people/accounts.html", "\"role\"", "a role is given with a reason, and most of them by two people"),
    ("people/accounts.html", "\"password\"", NAMES_ITSELF),
    ("people/accounts.html", "\"reason\"", "closing or opening an account that is so already is refused"),
    ("people/emergency.html", "/emergency", ADDS),
    ("people/password.html", "\"present\"", OWN),
    ("people/sign_in.html", "action=\"/sign-in\"", OWN),
    ("ordering/choice.html", "\"link\"", ADDS),
    ("ordering/messages/one.html", "\"code\"", ADDS),
    ("ordering/messages/one.html", "\"send\"", ONCE),
    ("ordering/messages/one.html", "\"aside\"", ONCE),
    ("ordering/missing.html", "\"person\"", ADDS),
    ("ordering/new_order/discard.html", "\"continue\"", OWN),
    ("ordering/new_order/test.html", "\"another\"", OWN),
    ("laboratory/alignments.html", "\"withdraw\"", ONCE),
    ("laboratory/containers/container.html", "\"fill\"", NAMES_ITSELF),
    ("laboratory/containers/list.html", "\"barcode\"", NAMES_ITSELF),
    ("laboratory/containers/list.html", "\"kind\"", ADDS),
    ("laboratory/data.html", "\"file\"", "each sample of the file is named, and one that is not in it by then is refused"),
    ("laboratory/lots/list.html", "\"name\"", ADDS),
    ("laboratory/reception.html", "\"scan\"", NAMES_ITSELF),
    ("laboratory/worklists/list.html", "\"step\"", ADDS),
    ("laboratory/worklists/worklist.html", "\"add\"", NAMES_ITSELF),
    ("laboratory/worklists/worklist.html", "\"pick\"", NAMES_ITSELF),
    ("interpretation/case.html", "\"reopen\"", "the report that was signed stands until another is, and a case that is open is refused"),
    ("interpretation/case/views.html", "\"use_view\"", OWN),
    ("interpretation/case/views.html", "\"save_view\"", OWN),
    ("interpretation/case/views.html", "\"delete_view\"", OWN),
    ("interpretation/variant/notes.html", "\"answer\"", NAMES_ITSELF),
    ("interpretation/variant/notes.html", "\"withdraw_comment\"", NAMES_ITSELF),
    ("interpretation/variant/notes.html", "\"comment\"", ADDS),
    ("interpretation/variant/notes.html", "\"pin\"", ADDS),
    ("interpretation/variant/notes.html", "\"restore\"", ONCE),
    (
        "interpretation/variant/notes.html",
        "\"dismiss\"",
        "the note stands beside those of others, and a conclusion with the variant is refused",
    ),
    ("interpretation/variant/notes.html", "\"withdraw_confirmation\"", ONCE),
    ("interpretation/variant/notes.html", "\"confirm\"", ADDS),
    ("results/access.html", "\"link\"", ADDS),
    ("results/cascade/one.html", "\"begin\"", ONCE),
    ("results/cascade/one.html", "\"add\"", ADDS),
    ("results/medicines.html", "\"read\"", ADDS),
    ("results/own_page/ask.html", "\"text\"", ADDS),
    ("results/own_page/open.html", "day", OWN),
    ("results/own_page/page.html", "/sign-out", OWN),
    ("results/subscriptions.html", "\"call\"", NAMES_ITSELF),
    ("results/subscriptions.html", "\"look\"", NAMES_ITSELF),
];

/// A form of a template, from its tag to its end.
struct Form {
    template: String,
    text: String,
}

fn forms_below(folder: &Path, forms: &mut Vec<Form>) {
    for file in fs::read_dir(folder).expect("a folder of templates").map(|file| file.expect("a file").path()) {
        if file.is_dir() {
            forms_below(&file, forms);
            continue;
        }
        let text = fs::read_to_string(&file).expect("a template");
        let template = file.strip_prefix("templates").expect("below the templates").display().to_string();
        for rest in text.split("<form ").skip(1).filter(|rest| rest.starts_with("method=\"post\"")) {
            let text = rest.split("</form>").next().unwrap_or_default().to_owned();
            forms.push(Form { template: template.clone(), text });
        }
    }
}

#[test]
fn every_form_says_what_its_page_showed_or_why_it_need_not() {
    let mut forms = Vec::new();
    for wing in WINGS {
        forms_below(&Path::new("templates").join(wing), &mut forms);
    }
    assert!(forms.len() > 100, "{} forms", forms.len());
    let (mut lacking, mut used) = (Vec::new(), BTreeSet::new());
    for form in forms.iter().filter(|form| !SAYS.iter().any(|says| form.text.contains(says))) {
        let exempt = SAYS_NOTHING.iter().position(|(template, part, _)| form.template == *template && form.text.contains(part));
        match exempt {
            Some(place) => {
                used.insert(place);
            }
            None => lacking.push(format!("{}: {}", form.template, form.text.split_whitespace().take(12).collect::<Vec<_>>().join(" "))),
        }
    }
    assert!(lacking.is_empty(), "these act on what they show, and do not say what that was: {lacking:#?}");
    let unused: Vec<_> = SAYS_NOTHING.iter().enumerate().filter(|(place, _)| !used.contains(place)).map(|(_, form)| form).collect();
    assert!(unused.is_empty(), "no such forms, or they say it by now: {unused:#?}");
}

#[tokio::test]
async fn a_form_that_does_not_say_what_its_page_showed_does_nothing_and_keeps_what_was_typed() {
    let served = Served::new().await;
    let clinician = served.service.desk(who(Role::Clinician, 0));
    let test = directory::catalogue::current(&served.service).await.expect("a directory").test("R98.2").expect("in force").clone();
    let demographics = Demographics {
        nhs_number: Identity::NhsNumber("9990003009".parse().expect("a number")),
        family_name: "Oduya".into(),
        given_name: "Marcus".into(),
        birth_date: Date::constant(1990, 2, 14),
        sex: Sex::Male,
    };
    let form = sim::form::order(test, vec![sim::form::person(Relationship::Proband, demographics)]);
    let order = ordering::orders::place(&clinician, form).await.expect("placed");
    let permit = clinician.permit(access::Action::ReadOrder, order).await.expect("a permit");
    let patient = clinician.status(&permit, order).await.expect("a status").order.request.expect("submitted").people[0].patient;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let choice = format!("action=record&category=best&by=Dr+Ash&test=yes&research=yes&wording={WORDING}");
    for (path, form, typed) in [
        (format!("/orders/{order}"), "action=cancel&reason=Sent+twice".to_owned(), "Sent twice"),
        (format!("/orders/{order}/choice/{patient}"), choice, "Dr Ash"),
        (
            format!("/patients/{patient}/details"),
            "action=correct&nhs_number=9990003009&given_name=Zed&family_name=Oduya&birth_date=1990-02-14&sex=male&reason=Misspelt".into(),
            "Zed",
        ),
    ] {
        for seen in ["", "&seen=7", "&seen=x"] {
            let answer = posted(&served, &cookie, &path, &format!("{form}{seen}")).await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("nothing was done"), "{path} {seen}: {answer}");
            assert!(answer.contains(&format!("value=\"{typed}\"")), "{path} {seen} forgets {typed}");
        }
    }
    let status = clinician.status(&permit, order).await.expect("a status");
    assert!(status.order.state == State::Submitted && status.choices.iter().all(|(_, choice)| !choice.is_recorded()));
    let who = service::people::patients::demographics(&clinician, &permit, patient).await.expect("a person");
    assert_eq!(who.given_name, "Marcus");
}
