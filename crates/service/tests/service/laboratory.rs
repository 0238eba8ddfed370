//! Samples and the data that are made of them.

use crate::bench::*;

mod racks;
mod samples;

#[tokio::test]
async fn a_swapped_sample_stops_the_case_with_its_reason() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    bench.analyse(order, true).await;
    let (state, waiting) = bench.state(order).await;
    assert!(matches!(state, State::OnHold { .. }), "{state:?}");
    assert!(waiting.contains("not who the pedigree says") && waiting.contains("dad is a parent of kid"), "{waiting}");
    refused(interpretation::cases::case(&bench.desk(Role::ClinicalScientist, 0), order).await, "no finished analysis");
    bench.analyse(order, false).await;
    assert_eq!(bench.state(order).await.0, State::InProgress);
}

#[tokio::test]
async fn data_wait_for_choices_and_samples() {
    let bench = Bench::new().await;
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), bench.form().await).await.expect("placed");
    let vcf = bench.folder.path().join("f.vcf.gz");
    family::write_trio(&vcf, ["a", "b", "c"], &[], &reference::open("demo").expect("a pack"), 1, false).expect("a VCF");
    refused(
        laboratory::data::register_data(&bench.desk(Role::Bioinformatician, 0), order, &Delivered::small(&vcf), vec![]).await,
        "has not agreed to the test",
    );
    refused(
        laboratory::data::register_data(
            &bench.desk(Role::Bioinformatician, 0),
            order,
            &Delivered::small(Path::new("/nowhere.vcf")),
            vec![],
        )
        .await,
        "cannot be read",
    );
}

#[tokio::test]
async fn structural_variants_of_the_same_people_are_read_beside_their_small_ones() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let folder = bench.folder.path();
    let vcf = folder.join("f.vcf.gz");
    family::write_trio(&vcf, ["kid", "dad", "mum"], &[], &reference::open("demo").expect("a pack"), 1, false).expect("a VCF");
    // NSD1 in DRAGEN's layout, new in the child (Sotos syndrome).
    let deletion = |kid: &str| {
        format!(
            "##fileformat=VCFv4.2\n##reference=GRCh38\n##ALT=<ID=DEL,Description=\"d\">\n\
             ##INFO=<ID=END,Number=1,Type=Integer,Description=\"e\">\n##INFO=<ID=SVTYPE,Number=1,Type=String,Description=\"t\">\n\
             ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n##FORMAT=<ID=CN,Number=1,Type=Integer,Description=\"c\">\n\
             #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{kid}\tdad\tmum\n\
             5\t177100000\tx\tN\t<DEL>\t90\tPASS\tSVTYPE=CNV;END=177400000\tGT:CN\t0/1:1\t./.:2\t./.:2\n"
        )
    };
    let (theirs, others) = (folder.join("cnv.vcf"), folder.join("other.vcf"));
    std::fs::write(&theirs, deletion("kid")).expect("written");
    std::fs::write(&others, deletion("x").replace("dad\tmum", "y\tz")).expect("written");
    let names: Vec<_> = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let desk = bench.desk(Role::Bioinformatician, 0);
    let with = |path: &Path| Delivered { vcf: vcf.clone(), structural: vec![path.to_owned()] };
    refused(
        laboratory::data::register_data(&desk, order, &with(&others), names.clone()).await,
        "other.vcf has no sample of this family; it has: x, y, z",
    );
    let analysis = laboratory::data::register_data(&desk, order, &with(&theirs), names).await.expect("registered");
    laboratory::data::run_analysis(&desk, order, analysis, Arc::new(|_| {})).await.expect("settled");
    let (_, result) = interpretation::cases::case(&bench.desk(Role::ClinicalScientist, 0), order).await.expect("a case");
    assert!(result.candidates.iter().any(|c| c.symbol == "NSD1" && c.pattern.to_string() == "de novo"));
    let not_tested = bench.signed(order).await.not_tested.join("\n");
    assert!(
        not_tested.contains("only as far as the files of their own callers") && !not_tested.contains("expansions were not looked for"),
        "{not_tested}"
    );
}

#[tokio::test]
async fn work_cut_off_in_the_middle_is_taken_up_again() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let case = published::all().expect("cases").remove(1);
    let vcf = bench.folder.path().join("f.vcf.gz");
    family::write_trio(
        &vcf,
        ["kid", "dad", "mum"],
        &case.planted().expect("variants"),
        &reference::open("demo").expect("a pack"),
        3,
        false,
    )
    .expect("a VCF");
    let names = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    laboratory::data::register_data(&bench.desk(Role::Bioinformatician, 0), order, &Delivered::small(&vcf), names)
        .await
        .expect("registered");
    let again = bench.again().await;
    assert_eq!(laboratory::data::resume_work(&again).await.expect("resumed"), 1);
    assert!(bench.state(order).await.1.contains("first scientist"));
}

#[tokio::test]
async fn a_sample_is_never_taken_for_somebody_elses() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let desk = bench.desk(Role::Bioinformatician, 0);
    let pack = reference::open("demo").expect("a pack");
    let incoming = bench.folder.path().join("incoming");
    std::fs::create_dir_all(&incoming).expect("a folder");
    let vcf = incoming.join("family.vcf.gz");
    family::write_trio(&vcf, ["kid", "dad", "mum"], &[], &pack, 1, false).expect("a VCF");
    let offered = laboratory::data::delivered::offered(&desk, order).await.expect("read");
    assert_eq!((offered[0].samples.join(" "), offered[0].is_used), ("kid dad mum".into(), false));

    let people = bench.people(order).await;
    let register = async |order: OrderId, vcf: &Path, people: &[PatientId], samples: &[&str]| {
        let named = people.iter().copied().zip(samples.iter().map(|&sample| sample.to_owned())).collect();
        laboratory::data::register_data(&desk, order, &Delivered::small(vcf), named).await
    };
    refused(register(order, &vcf, &people, &["kid", "mum", "dad"]).await, "'mum' reads as that of the mother, and was chosen for Father");
    refused(register(order, &vcf, &people, &["kid", "kid", "mum"]).await, "'kid' is said to be two people's");
    register(order, &vcf, &people, &["kid", "dad", "mum"]).await.expect("registered");

    // Another child: the file of the first, also under another name; and a sample with the barcode of the first child's tube.
    let other = bench.placed(|form| form.people = vec![person(Relationship::Proband, 2021, Sex::Female, "9990000042")]).await;
    let child = bench.people(other).await;
    let by_clinician = Category::BestInterest { clinician: "Dr Amara Okafor".into() };
    ordering::choices::record(&bench.desk(Role::Clinician, 0), child[0], discussion(other, by_clinician)).await.expect("recorded");
    bench.receive(other).await;
    let offered = laboratory::data::delivered::offered(&desk, other).await.expect("read");
    assert!(offered[0].is_used, "it is marked");
    let copied = incoming.join("copy.vcf.gz");
    std::fs::copy(&vcf, &copied).expect("copied");
    for path in [&vcf, &copied] {
        refused(register(other, path, &child, &["kid"]).await, "was registered as the sample of somebody else");
    }
    let permit = bench_permit(&bench.desk(Role::Clinician, 0), order).await;
    let status = bench.desk(Role::Clinician, 0).status(&permit, order).await.expect("a status");
    let barcode = status.samples[0].1.label.as_ref().expect("labelled").barcode.clone();
    let theirs = incoming.join("theirs.vcf.gz");
    family::write_trio(&theirs, [&barcode, "x", "y"], &[], &pack, 2, false).expect("a VCF");
    refused(register(other, &theirs, &child, &[&barcode]).await, "is the barcode of somebody else's tube");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
