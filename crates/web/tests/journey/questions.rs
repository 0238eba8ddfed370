//! A parent asks the clinic a question on their own page, and reads the answer.

use crate::{
    Served,
    ordering::{BOY, METABOLIC, MOTHER, Ordered, order},
    permissions::who,
};
use care::Role;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_from_a_parents_own_page_is_answered_by_the_clinic() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    b.sign_in("Clinician").await;
    let people = &[("proband", BOY), ("mother", MOTHER)];
    order(&b, &Ordered { test: METABOLIC, people, letter: "Coma.", ..Ordered::default() }).await;
    b.click("Record the choices of Temi Oduya").await;
    b.press("Let Temi Oduya").await;
    b.see("It is shown only now").await;
    b.click("/link/").await;
    let link = b.path().await;
    let open = async || {
        b.open(&link).await;
        for (field, value) in [("day", "30"), ("month", "6"), ("year", "1991")] {
            b.fill(field, value).await;
        }
        b.press("Open").await;
        b.click("Ask your clinic a question").await;
    };
    open().await;
    b.see("In an emergency, call 999").await;
    b.press("Send your question").await;
    b.see("Write your question").await;
    b.fill("text", "When will the result be ready?").await;
    b.press("Send your question").await;
    b.see("Nobody has answered yet").await;
    b.picture("my-question").await;
    b.sign_in("Dr Amara Okafor").await;
    b.click("1 question from a patient is waiting for an answer").await;
    b.see("Temi Oduya, born 30 June 1991").await;
    b.see("When will the result be ready?").await;
    b.picture("questions").await;
    b.press("We talked about it").await;
    b.see("Write when and how you talked about it").await;
    let (waiting, _) = service::results::questions::waiting(&served.service.desk(who(Role::Clinician, 0))).await.expect("a list");
    b.fill(&format!("text-{}", waiting[0].id), "In about six weeks.").await;
    b.press("Send the answer").await;
    b.see("No question waits").await;
    open().await;
    b.see("Dr Amara Okafor answered on").await;
    b.see("In about six weeks.").await;
    b.picture("my-question-answered").await;
    b.close().await;
}
