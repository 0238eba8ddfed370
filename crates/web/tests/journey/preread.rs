//! A consultant reads a report, edits it with a reason, and signs what is shown; two scientists agree where the conclusion changes.

use crate::{Served, permissions::who, prescribing::sequenced};
use care::{
    OrderId, Role,
    interpretation::case::{Conclusion, Outcome},
};
use service::interpretation::cases;

/// Two scientists sign that nothing was found.
async fn signed_by_two(served: &Served, order: OrderId) {
    let scientist = |which| served.service.desk(who(Role::ClinicalScientist, which));
    let summary = "No variant explains the features.".into();
    let conclusion = Conclusion { variants: vec![], outcome: Outcome::NoFinding, summary };
    cases::propose(&scientist(0), order, conclusion).await.expect("proposed");
    cases::check(&scientist(1), order).await.expect("checked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consultant_edits_the_wording_and_the_conclusion_and_signs_what_is_shown() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, care::ordering::choice::Answer::No).await;
    signed_by_two(&served, order).await;
    let (case, preread) = (format!("/orders/{order}/case"), format!("/orders/{order}/preread"));
    b.sign_in("Consultant").await;
    b.open(&case).await;
    b.click("Read the report before signing").await;
    b.see("What changed since it was proposed").await;
    b.see("No variant explains the features.").await;
    b.picture("preread").await;
    b.unfold("Edit the summary").await;
    b.fill("text-summary", "A variant explains the features.").await;
    b.press_labelled("Save the edit of the summary").await;
    b.see("Say whether your edit changes what is concluded").await;
    assert_eq!(b.value("text-summary").await, "A variant explains the features.", "what was typed is kept");
    b.choose("The wording alone").await;
    b.fill("reason-summary", "Easier to read").await;
    b.press_labelled("Save the edit of the summary").await;
    b.see("This is more than wording: 'no' is taken out").await;
    b.picture("preread-refused").await;
    b.fill("text-summary", "No variant here explains the features.").await;
    b.press_labelled("Save the edit of the summary").await;
    b.see("Edits in this report").await;
    b.see("edited the summary (wording)").await;

    b.unfold("Edit the result in plain words").await;
    b.fill("text-plain", "This test did not find a cause.").await;
    b.tick("conclusion-plain").await;
    b.fill("reason-plain", "The letter is too long").await;
    b.press_labelled("Save the edit of the result in plain words").await;
    b.see("An edit waits for both scientists").await;
    b.see("It cannot be signed now").await;
    b.picture("preread-waiting").await;
    for scientist in ["Dr Dev Patel", "Dr Elin Hughes"] {
        b.sign_in(scientist).await;
        b.open("/").await;
        b.see("Edits of reports that you signed as a scientist").await;
        b.open(&case).await;
        b.press_labelled("I have read this edit of the summary").await;
        b.see("The conclusion was edited").await;
        b.press("I agree with the edited text").await;
    }

    b.sign_in("Consultant").await;
    b.open(&preread).await;
    b.see("This test did not find a cause.").await;
    b.press("Authorise the report").await;
    b.see("Read the signed report").await;
    b.click("Read the signed report").await;
    b.see("This test did not find a cause.").await;
    b.see("No variant here explains the features.").await;
    b.close().await;
}
