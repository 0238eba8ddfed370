//! A kept file that is not what it was.

use crate::bench::*;

#[tokio::test]
async fn a_file_that_was_cut_short_on_the_disk_is_not_analysed_and_is_named() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let planted = published::all().expect("cases").remove(1).planted().expect("variants");
    let vcf = bench.folder.path().join("family.vcf.gz");
    let pack = reference::open("demo").expect("the demo pack");
    family::write_trio(&vcf, ["kid", "dad", "mum"], &planted, &pack, 3, false).expect("a VCF");
    let names = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let desk = bench.desk(Role::Bioinformatician, 0);
    let analysis = laboratory::data::register_data(&desk, order, &Delivered::small(&vcf), names).await.expect("registered");
    // The same bytes have the same name.
    let blobs = bench.service.store.blobs();
    let name = blobs.put_file(&vcf).await.expect("kept");
    let place = blobs.file(&name).await.expect("a place");
    let whole = std::fs::read(&place).expect("read");
    std::fs::write(&place, &whole[..whole.len() / 2]).expect("cut short");
    let fault = laboratory::data::run_analysis(&desk, order, analysis, Arc::new(|_| {})).await.expect_err("refused").to_string();
    assert!(fault.contains(&name) && fault.contains("was changed where it lies"), "{fault}");
    assert_eq!(bench.state(order).await.0, State::InProgress, "the order is not held for what is no fault of it");
    std::fs::write(&place, &whole).expect("restored from a backup");
    laboratory::data::run_analysis(&desk, order, analysis, Arc::new(|_| {})).await.expect("analysed");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
