//! A usual order is kept as a template, and begun from it for another patient.

use crate::{
    Served,
    ordering::{BOY, METABOLIC, SISTER},
    pages::posted,
    permissions::{cookie, who},
};
use care::Role;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_begun_from_a_template_of_which_each_part_is_confirmed() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Dr Amara Okafor").await;
    b.open("/order-templates").await;
    b.see("You have no templates, and no colleague shares one").await;
    b.open("/order-a-test").await;
    b.fill("q", METABOLIC.0).await;
    b.press("Search").await;
    b.press_labelled(&format!("Choose {}", METABOLIC.1)).await;
    b.fill("proband_nhs_number", BOY).await;
    b.press("Continue").await;
    b.fill("eligibility", "Coma with hypoglycaemia").await;
    b.fill("consultant", "Dr Ada Lovell").await;
    b.press("Continue").await;
    b.fill("letter", "Coma.").await;
    b.press("Find features").await;
    b.press("Take all as found").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.click("Save what is usual of this order as a template").await;
    b.see("This is kept").await;
    b.fill("name", "Marcus").await;
    b.press("Save the template").await;
    b.see("This names somebody of the order").await;
    assert_eq!(b.value("name").await, "Marcus", "what was typed is kept");
    b.picture("template-save").await;
    b.fill("name", "Metabolic emergency").await;
    b.tick("shared").await;
    b.press("Save the template").await;
    b.see("The template is saved. Your order is not sent yet").await;
    b.see("Features that usually apply").await;
    b.picture("templates").await;
    // For another patient: a new order, of which nothing is confirmed by itself.
    b.open("/order-a-test").await;
    b.press_labelled("Use the template Metabolic emergency").await;
    b.fill("proband_nhs_number", SISTER).await;
    b.press("Continue").await;
    b.see("Efua Oduya").await;
    b.see("Begun from the template “Metabolic emergency”").await;
    assert_eq!(b.value("consultant").await, "Dr Ada Lovell");
    assert_eq!(b.value("eligibility").await, "");
    b.fill("eligibility", "Coma").await;
    b.press("Continue").await;
    b.see("does the patient have it?").await;
    b.see("Nothing yet.").await;
    b.picture("template-features").await;
    b.press("Present").await;
    b.press("Continue").await;
    b.press("Record the choices later").await;
    b.see("Tick what is right for this patient").await;
    b.press("Send the order").await;
    b.see("The test came from the template “Metabolic emergency”: tick that it is right for this patient, or change it").await;
    b.picture("template-confirm").await;
    for part in ["from-test", "from-reason", "from-features", "from-consultant"] {
        b.tick(part).await;
    }
    b.press("Send the order").await;
    b.see("Responsible consultant: Dr Ada Lovell").await;
    b.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_that_nobody_may_use_begins_nothing() {
    let served = Served::new().await;
    let cookie = cookie(&served.base, "/sign-in", &format!("staff={}", who(Role::Clinician, 0).id)).await;
    for (form, why) in [
        ("", "Choose what should be done"),
        ("action=start&template=x", "Choose a template of the list"),
        ("action=start&template=00000000-0000-0000-0000-000000000001", "This page is not complete"),
        ("action=start&template=00000000-0000-0000-0000-000000000001&seen=0", "was deleted, or is no longer shared"),
        ("action=delete&template=00000000-0000-0000-0000-000000000001", "is not one of yours"),
    ] {
        let answer = posted(&served, &cookie, "/order-templates", form).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(why), "{form}: {answer}");
    }
}
