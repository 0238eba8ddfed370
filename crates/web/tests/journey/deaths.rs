//! A death that a hospital's system says, checked on the page of the patient.

use crate::{
    Served,
    exchange::{System, sent},
};
use sim::messages::{NUMBERS, hl7};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_death_that_a_system_says_stands_on_the_first_page_until_somebody_has_checked_it() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let system = System::new(&served, "RP4DEMO").await;
    let headers = format!("Authorization: Bearer {}\r\n", system.secret());
    let (status, said) = system.send("POST", "/hl7", &headers, &hl7(&sent("P-1", "R98.2", "BELL"))).await;
    assert!(status == 200 && said.contains("MSA|AA|m1"), "{said}");
    let died = format!(
        "MSH|^~\\&|EPIC|RP4DEMO|OPENGMS|RP4DEMO|20261122103300+0000||ADT^A08|d1|P|2.5.1\rEVN|A08|20261122103300+0000\r\
         PID|1||{}^^^NHS^NH||BELL^ADA||20190601|F{}20200105|Y\r",
        NUMBERS[0],
        "|".repeat(21)
    );
    let (status, said) = system.send("POST", "/hl7", &headers, &died).await;
    assert!(status == 200 && said.contains("MSA|AA|d1"), "{said}");
    b.sign_in("Dr Amara Okafor").await;
    b.open("/").await;
    b.see("Said to have died by a hospital").await;
    b.picture("deaths-to-check").await;
    b.click("ADA BELL").await;
    b.see("says that this person has died on 5 January 2020").await;
    b.see("Said to have died on 5 January 2020: to be checked").await;
    b.picture("death-to-check").await;
    b.press("Confirm the death").await;
    b.see("Say how it is known").await;
    b.fill("died-why", "The ward was rung").await;
    b.press("Confirm the death").await;
    b.see("It was confirmed that this person has died on 5 January 2020").await;
    b.see("Died 5 January 2020").await;
    b.fill("lives-why", "Another patient of that name had died").await;
    b.press("The person has not died").await;
    b.see("Other records of the same person").await;
    b.close().await;
}
