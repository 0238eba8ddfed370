//! What must never happen while a test is ordered: the details of one person in the order of another, a test that is not for the patient,
//! a relative's condition as the patient's.

use crate::{
    Served,
    browser::Browser,
    ordering::{BOY, FATHER, GRANDMOTHER, METABOLIC, MOTHER, SISTER, quick_order},
    pages::{draft_key, hidden, posted},
    permissions::{cookie, set_cookie, who},
    routes::answer,
};
use care::Role;

/// Begins an order for a person with an NHS number, up to the page after the people.
async fn begun(b: &Browser, test: (&str, &str), number: &str) {
    b.open("/order-a-test").await;
    b.fill("q", test.0).await;
    b.press("Search").await;
    b.press_labelled(&format!("Choose {}", test.1)).await;
    b.fill("proband_nhs_number", number).await;
    b.press("Continue").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_for_another_patient_has_nothing_of_the_one_that_was_left_half_way() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    begun(&b, METABOLIC, BOY).await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.press("Continue").await;
    b.fill("letter", "Seizures.").await;
    b.press("Find features").await;
    b.press("Take all as found").await;
    // A new order is a new draft.
    b.open("/order-a-test").await;
    b.see("An order is not finished: Marcus Oduya").await;
    b.picture("order-not-finished").await;
    begun(&b, METABOLIC, SISTER).await;
    b.see("Efua Oduya").await;
    assert_eq!(b.value("eligibility").await, "");
    b.fill("eligibility", "Hypoglycaemia").await;
    b.press("Continue").await;
    b.see("Nothing yet.").await;
    // The number is changed in the same draft: the person goes, and everything that is about them.
    b.fill("letter", "Coma.").await;
    b.press("Find features").await;
    b.press("Take all as found").await;
    b.open("/order-a-test/family").await;
    assert_eq!(b.value("proband_given_name").await, "Efua");
    b.fill("proband_nhs_number", BOY).await;
    b.press("Continue").await;
    b.see("Marcus Oduya").await;
    b.see("born 14 February 2021").await;
    b.see("The patient was changed, so this is a new order").await;
    assert_eq!(b.value("eligibility").await, "");
    b.fill("eligibility", "Coma").await;
    b.press("Continue").await;
    b.see("Nothing yet.").await;
    b.open("/").await;
    b.see("Marcus Oduya: R98.2").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_compared_with_whoever_has_the_number_before_anything_goes_on() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    b.open("/order-a-test").await;
    b.fill("q", METABOLIC.0).await;
    b.press("Search").await;
    b.press_labelled(&format!("Choose {}", METABOLIC.1)).await;
    for (field, value) in
        [("nhs_number", BOY), ("given_name", "Simon"), ("family_name", "Oduya"), ("day", "14"), ("month", "2"), ("year", "2012")]
    {
        b.fill(&format!("proband_{field}"), value).await;
    }
    b.select("proband_sex", "female").await;
    // Mother and father swapped.
    b.fill("mother_nhs_number", FATHER).await;
    b.fill("father_nhs_number", MOTHER).await;
    b.press("Continue").await;
    b.see("The NHS number of the patient belongs to Marcus Oduya, born 14 February 2021").await;
    b.see("another date of birth and another given name and another sex").await;
    b.see("The NHS number of the mother belongs to Kofi Oduya").await;
    b.see("The NHS number of the father belongs to Temi Oduya").await;
    b.picture("somebody-elses-number").await;
    b.open("/order-a-test/check").await;
    b.press("Send the order").await;
    b.see("There is a problem").await;
    b.open("/order-a-test/family").await;
    b.fill("mother_nhs_number", MOTHER).await;
    b.fill("father_nhs_number", FATHER).await;
    b.press("Continue").await;
    b.tick("take-proband").await;
    b.press("Continue").await;
    b.see("Marcus Oduya").await;
    b.see("With Temi Oduya (Mother), Kofi Oduya (Father)").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_that_was_ordered_before_is_ordered_again_only_by_somebody_who_knows_it() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let order = quick_order(&b).await;
    begun(&b, METABOLIC, BOY).await;
    b.see("The patient has an order of this test already: OG-").await;
    b.fill("eligibility", "Coma again").await;
    b.press("Continue").await;
    b.see("tick that this was considered, or choose another test").await;
    b.picture("ordered-before").await;
    b.tick("considered-1").await;
    b.press("Continue").await;
    b.see("Clinical features").await;
    b.open(&order).await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_of_children_is_not_ordered_for_a_grandmother() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    begun(&b, ("R14.1", "R14.1 Acutely unwell children with a likely monogenic disorder"), GRANDMOTHER).await;
    b.see("Ngozi Oduya").await;
    b.see("In our words; NHS England publishes the criteria in full").await;
    b.see("Not met").await;
    b.fill("eligibility", "adult").await;
    b.press("Continue").await;
    b.see("Ngozi Oduya does not fit a criterion of the test (the patient is under 18 years old)").await;
    b.picture("not-eligible").await;
    begun(&b, ("R69.5", "R69.5 Hypotonic infant"), GRANDMOTHER).await;
    b.fill("eligibility", "Floppy since birth").await;
    b.press("Continue").await;
    b.see("tick that this was considered, or choose another test").await;
    b.tick("considered-1").await;
    b.press("Continue").await;
    b.see("Clinical features").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_letter_says_of_the_mother_never_becomes_the_patients() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    begun(&b, METABOLIC, BOY).await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.press("Continue").await;
    b.fill("letter", "Coma in May. His mother has migraine. Possible hepatomegaly. No seizures.").await;
    b.press("Find features").await;
    b.see("Of a relative, as the letter reads").await;
    b.see("Not certain in the letter").await;
    b.picture("letter-of-a-family").await;
    b.press("Take all as found").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    assert_eq!(b.text("//dt[normalize-space(.)='Present']/following-sibling::dd").await, "Coma");
    assert_eq!(b.text("//dt[normalize-space(.)='Looked for and absent']/following-sibling::dd").await, "Seizure");
    b.press("Send the order").await;
    b.see("Looked for and absent").await;
    b.see("Seizure (HP:0001250)").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_was_left_open_never_changes_the_order_that_was_begun_since() {
    let served = Served::new().await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let shown = async |path: &str| answer(&served.base, "GET", path, &format!("Cookie: {cookie}\r\n")).await;
    let first = begun_by_form(&served, &cookie, "R98.2", BOY).await;
    // In another tab, for somebody else.
    begun_by_form(&served, &cookie, "R98.2", SISTER).await;
    for (path, form) in [
        ("eligibility", "eligibility=Seizures"),
        ("family", "proband_nhs_number=9990000018"),
        ("phenotype", "present=1250"),
        ("purpose", "kind=storage&reason=Kept"),
        ("choices", "later=yes"),
        ("check", "x="),
    ] {
        // A form that names no draft is of none.
        for named in [first.as_str(), ""] {
            let refused = posted(&served, &cookie, &format!("/order-a-test/{path}"), &format!("{form}&draft={named}")).await;
            assert!(
                refused.starts_with("HTTP/1.1 409") && refused.contains("Another order was begun in this browser"),
                "{path}: {refused}"
            );
        }
    }
    let now = shown("/order-a-test/eligibility").await;
    assert!(now.contains("Efua Oduya") && !now.contains("Seizures") && hidden(&now, "draft") != first, "{now}");
}

/// Begins an order for a person with an NHS number without a browser; returns what names its draft.
async fn begun_by_form(served: &Served, cookie: &str, test: &str, number: &str) -> String {
    posted(served, cookie, "/order-a-test", &format!("test={test}")).await;
    let key = draft_key(served, cookie, "/order-a-test/family").await;
    posted(served, cookie, "/order-a-test/family", &format!("proband_nhs_number={number}&draft={key}")).await;
    key
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_user_of_a_browser_finds_nothing_of_the_one_before() {
    let served = Served::new().await;
    let first = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let key = begun_by_form(&served, &first, "R98.2", BOY).await;
    // The one before did not sign out.
    let next = set_cookie(&posted(&served, &first, "/sign-in", &format!("staff={}", who(Role::Clinician, 1).id)).await);
    let shown = async |path: &str| answer(&served.base, "GET", path, &format!("Cookie: {next}\r\n")).await;
    let page = shown("/order-a-test").await;
    assert!(page.contains("Which test?") && !page.contains("Marcus") && !page.contains(&key), "{page}");
    for path in ["family", "purpose", "eligibility", "phenotype", "choices", "check"] {
        let sent_on = shown(&format!("/order-a-test/{path}")).await;
        assert!(sent_on.starts_with("HTTP/1.1 303") && sent_on.contains("location: /order-a-test\r\n"), "{path}: {sent_on}");
    }
    let refused = posted(&served, &next, "/order-a-test/family", &format!("proband_nhs_number={SISTER}&draft={key}")).await;
    assert!(refused.starts_with("HTTP/1.1 409"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_that_was_changed_after_it_was_looked_at() {
    let served = Served::new().await;
    let [own, colleague] = [who(Role::Clinician, 0), who(Role::GenomicAssociate, 0)].map(|staff| format!("staff={}", staff.id));
    let (own, colleague) = (cookie(&served.base, "/sign-in", &own).await, cookie(&served.base, "/sign-in", &colleague).await);
    let key = begun_by_form(&served, &own, "R98.2", BOY).await;
    for (path, form) in [("eligibility", "eligibility=Coma"), ("phenotype", "present=1259"), ("choices", "later=yes")] {
        posted(&served, &own, &format!("/order-a-test/{path}"), &format!("{form}&draft={key}")).await;
    }
    let saves = async || hidden(&answer(&served.base, "GET", "/order-a-test/check", &format!("Cookie: {own}\r\n")).await, "saves");
    let shown = saves().await;
    let send = async |saves: &str| posted(&served, &own, "/order-a-test/check", &format!("draft={key}&saves={saves}")).await;
    // In another tab.
    posted(&served, &own, "/order-a-test/eligibility", &format!("eligibility=Coma&urgent=yes&draft={key}")).await;
    let refused = send(&shown).await;
    assert!(refused.starts_with("HTTP/1.1 409") && refused.contains("Look at it again"), "{refused}");
    // By a colleague, and then by oneself again.
    let again = saves().await;
    posted(&served, &colleague, "/order-a-test/drafts", &format!("order={key}&action=continue")).await;
    posted(&served, &colleague, "/order-a-test/eligibility", &format!("eligibility=Hypoglycaemia&draft={key}")).await;
    let refused = send(&again).await;
    assert!(refused.starts_with("HTTP/1.1 409") && refused.contains("Look at it again"), "{refused}");
    posted(&served, &own, "/order-a-test/drafts", &format!("order={key}&action=continue")).await;
    let sent = send(&saves().await).await;
    assert!(sent.starts_with("HTTP/1.1 303") && sent.contains(&format!("location: /orders/{key}\r\n")), "{sent}");
    let refused = send(&again).await;
    assert!(refused.starts_with("HTTP/1.1 409"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_considered_is_asked_again_when_the_order_is_sent() {
    let served = Served::new().await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    let key = begun_by_form(&served, &cookie, "R69.5", GRANDMOTHER).await;
    for (path, form) in [("eligibility", "eligibility=Floppy"), ("phenotype", "present=1259"), ("choices", "later=yes")] {
        posted(&served, &cookie, &format!("/order-a-test/{path}"), &format!("{form}&draft={key}")).await;
    }
    let check = answer(&served.base, "GET", "/order-a-test/check", &format!("Cookie: {cookie}\r\n")).await;
    let form = format!("draft={key}&saves={}", hidden(&check, "saves"));
    let back = posted(&served, &cookie, "/order-a-test/check", &form).await;
    assert!(back.starts_with("HTTP/1.1 200") && back.contains("tick that this was considered, or choose another test"), "{back}");
    assert!(back.contains("Is the patient eligible?") && back.contains("action=\"/order-a-test/eligibility\""), "{back}");
}
