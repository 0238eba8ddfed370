//! Samples and the data that are made of them.

use crate::bench::*;

mod alignments;
mod jobs;
mod quality;
mod racks;
mod reception;
mod samples;
mod whose_reads;
mod worklists;
mod worklists_meanwhile;

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
    judged(&bench, order, &result).await;
    let not_tested = bench.signed(order).await.not_tested.join("\n");
    assert!(
        not_tested.contains("only as far as the files of their own callers") && !not_tested.contains("expansions were not looked for"),
        "{not_tested}"
    );
}

/// Whoever gives a structural variant another class says why, and that is its basis: not the score of the class that was proposed.
async fn judged(bench: &Bench, order: OrderId, result: &germline::Analysis) {
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let deletion = &result.candidates.iter().find(|c| c.symbol == "NSD1").expect("a candidate").variants[0];
    let another = if deletion.classification.class == Pathogenicity::Uncertain { Pathogenicity::Benign } else { Pathogenicity::Uncertain };
    let variant = deletion.variant.to_string();
    interpretation::assessments::give_class(&scientist, order, &variant, another, "Half of the reads".into()).await.expect("given");
    let selected = interpretation::assessments::selected(&scientist, order, &[variant]).await.expect("a candidate").remove(0);
    let basis = ("Judged by a clinical scientist".to_owned(), "Half of the reads".to_owned());
    assert_eq!((selected.class, selected.criteria), (another, vec![basis]));
}

/// An order whose data are registered, and its analysis, which nobody has run.
async fn queued(bench: &Bench, given_name: &str) -> (OrderId, care::AnalysisId) {
    queued_as(bench, given_name, Urgency::Routine).await
}

async fn queued_as(bench: &Bench, given_name: &str, urgency: Urgency) -> (OrderId, care::AnalysisId) {
    let mut form = OrderForm { urgency, ..bench.form().await };
    for person in &mut form.people {
        person.demographics.nhs_number = Identity::Unavailable("Not traced yet".into());
        person.demographics.given_name = format!("{given_name} {}", person.demographics.given_name);
    }
    let order = ordering::orders::place(&bench.desk(Role::Clinician, 0), form).await.expect("placed");
    bench.make_ready(order).await;
    let planted = published::all().expect("cases").remove(1).planted().expect("variants");
    let vcf = bench.folder.path().join(format!("{given_name}.vcf.gz"));
    // No two families have the same file.
    let seed = given_name.bytes().map(u64::from).sum();
    family::write_trio(&vcf, ["kid", "dad", "mum"], &planted, &reference::open("demo").expect("a pack"), seed, false).expect("a VCF");
    let names = bench.people(order).await.into_iter().zip(["kid", "dad", "mum"].map(str::to_owned)).collect();
    let desk = bench.desk(Role::Bioinformatician, 0);
    (order, laboratory::data::register_data(&desk, order, &Delivered::small(&vcf), names).await.expect("registered"))
}

/// Kinds of the events of an analysis.
async fn events(bench: &Bench, (order, analysis): (OrderId, care::AnalysisId)) -> Vec<String> {
    let desk = bench.desk(Role::Bioinformatician, 0);
    let permit = desk.permit(Action::RegisterData, order).await.expect("a permit");
    let events = bench.service.store.stream(&permit, &analysis.stream()).await.expect("a stream");
    events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_share_the_analyses_and_run_none_twice() {
    let bench = Bench::new().await;
    let mut waiting = Vec::new();
    for name in ["Ann", "Bea", "Cas"] {
        waiting.push(queued(&bench, name).await);
    }
    let other = bench.again().await;
    let (one, two) = tokio::join!(laboratory::analyses::run_waiting(&bench.service), laboratory::analyses::run_waiting(&other));
    assert_eq!(one.expect("run") + two.expect("run"), 3);
    for analysis in waiting {
        assert_eq!(events(&bench, analysis).await, ["Queued", "Started", "Finished"]);
        assert_eq!(bench.state(analysis.0).await.0, State::InProgress);
    }
}

/// A program that took an analysis which another has ended meanwhile leaves it as it is.
#[tokio::test]
async fn an_analysis_that_has_ended_is_not_begun_again() {
    let bench = Bench::new().await;
    let analysis = queued(&bench, "Ann").await;
    assert_eq!(laboratory::analyses::run_waiting(&bench.service).await.expect("run"), 1);
    let desk = bench.desk(Role::Bioinformatician, 0);
    let again = laboratory::data::run_analysis(&desk, analysis.0, analysis.1, Arc::new(|_| {})).await;
    refused(again, "finished and is never changed");
    assert_eq!(laboratory::analyses::run_waiting(&bench.again().await).await.expect("run"), 0);
    assert_eq!(events(&bench, analysis).await, ["Queued", "Started", "Finished"]);
}

/// A program that stood still while another took its analysis over writes nothing of it; the order goes on as if it had not been.
#[tokio::test]
async fn what_another_program_has_taken_over_is_written_by_that_one_alone() {
    let bench = Bench::new().await;
    let analysis = queued(&bench, "Ann").await;
    let store = &bench.service.store;
    let subject = analysis.1.stream();
    let now = bench.service.now();
    let lost = store.take_lease(&subject, now, now).await.expect("asked").expect("nobody has it");
    assert_eq!(laboratory::analyses::run_waiting(&bench.again().await).await.expect("run"), 1);
    let desk = bench.desk(Role::Bioinformatician, 0);
    let permit = desk.permit(Action::RegisterData, analysis.0).await.expect("a permit");
    let mut change = store::Change { leased: Some(store::Leased::Ends(lost)), ..store::Change::default() };
    let reason = "writing the side file: no such file".to_owned();
    change.more(&subject, &[care::interpretation::analysis::Event::Failed { reason, retryable: true }]);
    let refused = store.commit(&permit, change, bench.service.now()).await;
    assert!(matches!(refused, Err(store::CommitError::Conflict { .. })), "{refused:?}");
    assert_eq!(events(&bench, analysis).await, ["Queued", "Started", "Finished"]);
    assert_eq!(bench.state(analysis.0).await.0, State::InProgress);
}

/// While one program has an analysis, another passes over it and runs what stands behind it; what is given back is taken at once.
#[tokio::test]
async fn an_analysis_that_another_program_has_keeps_no_other_waiting() {
    let bench = Bench::new().await;
    let (first, second) = (queued(&bench, "Ann").await, queued(&bench, "Bea").await);
    let now = bench.service.now();
    let minute = jiff::SignedDuration::from_secs(60);
    let had = bench.service.store.take_lease(&first.1.stream(), now, now + minute).await.expect("asked").expect("nobody has it");
    let other = bench.again().await;
    assert_eq!(laboratory::analyses::run_waiting(&other).await.expect("run"), 1);
    assert_eq!(events(&bench, first).await, ["Queued"]);
    assert_eq!(events(&bench, second).await, ["Queued", "Started", "Finished"]);
    bench.service.store.give_lease_back(&had).await.expect("given back");
    service::work::leave(&other).await.expect("left");
    assert_eq!(laboratory::analyses::run_waiting(&other).await.expect("run"), 0, "this program leaves such work to others");
    assert_eq!(laboratory::analyses::run_waiting(&bench.service).await.expect("run"), 1);
}

/// Why a gene is not among the candidates is answered on a machine that did not run the analysis, and has a folder of its own.
#[tokio::test]
async fn what_a_run_wrote_beside_its_result_is_read_on_another_machine() {
    let bench = Bench::new().await;
    let (order, _) = queued(&bench, "Ann").await;
    assert_eq!(laboratory::analyses::run_waiting(&bench.service).await.expect("run"), 1);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let pack = reference::open("demo").expect("a pack");
    let other = Service::with_store(bench.service.store.clone(), elsewhere.path(), &pack).await.expect("a service");
    let mut answers = Vec::new();
    for service in [&bench.service, &other] {
        let desk = service.desk(who(Role::ClinicalScientist, 0));
        answers.push(interpretation::explanations::explained(&desk, order, "SCN1A").await.expect("an answer"));
    }
    assert!(!answers[0].is_empty());
    assert_eq!(answers[0], answers[1]);
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
    assert_eq!(laboratory::analyses::run_waiting(&again).await.expect("resumed"), 1);
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
