//! From a case to what is known of a gene, and back.

use crate::{Served, prescribing::sequenced};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scientist_opens_a_gene_from_the_case_and_goes_back() {
    let served = Served::new().await;
    let Some(b) = served.browser().await else { return };
    let (order, _) = sequenced(&served, care::ordering::choice::Answer::No).await;
    let case = format!("/orders/{order}/case");
    b.sign_in("Dr Dev Patel").await;
    b.open(&case).await;
    b.click("HMGCS2").await;
    b.see("HMGCS2 in this case").await;
    b.see("Variants of the patient in it").await;
    b.see("By the features alone it is number").await;
    b.see("No case that you may open has a signed class in HMGCS2").await;
    b.see("MANE Select").await;
    b.picture("gene-in-case").await;
    b.click("Why is my gene not here?").await;
    b.see("is in candidate").await;
    b.open(&format!("/orders/{order}/genes/HMGCS2")).await;
    b.click("Back to the case").await;
    assert_eq!(b.path().await, case);
    b.open("/search?q=HMGCS2").await;
    b.see("Genes").await;
    b.click("HMGCS2,").await;
    b.see("Earlier cases").await;
    b.picture("gene").await;
    b.close().await;
}
