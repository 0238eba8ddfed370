//! The quality of the samples of an analysis, and what is decided of it.

use crate::bench::*;
use care::{Role, interpretation::analysis::QualityDecision};
use service::{laboratory::quality, lines};

#[tokio::test]
async fn the_quality_of_each_sample_is_counted_and_decided_by_somebody_who_saw_it_as_it_is() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let desk = bench.desk(Role::LaboratoryScientist, 0);
    let nothing = quality::quality(&desk, order).await;
    assert!(matches!(nothing, Err(ServiceError::NotFound("finished analysis"))), "nothing is analysed yet");
    bench.analyse(order, false).await;
    let refusal = quality::quality(&bench.desk(Role::Clinician, 0), order).await;
    assert!(matches!(refusal, Err(ServiceError::Denied(_))), "a clinician handles no samples");
    let seen = quality::quality(&desk, order).await.expect("counted");
    let mut names: Vec<&str> = seen.samples.iter().map(|sample| sample.quality.sample.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["dad", "kid", "mum"]);
    for sample in &seen.samples {
        assert!(sample.quality.sites > 0 && sample.patient.is_some() && sample.decision.is_none(), "{:?}", sample.quality);
        let calls = sample.quality.heterozygous + sample.quality.homozygous;
        assert!(calls <= sample.quality.sites - sample.quality.missing, "{:?}", sample.quality);
    }

    let decide = async |seen: u64, sample: &str, reason: &str| {
        let analysis = quality::quality(&desk, order).await.expect("counted").analysis;
        quality::decide(&desk, order, (analysis, seen), sample, (QualityDecision::Repeat, reason)).await
    };
    refused(decide(seen.seen, "kid", " ").await, "Say why the data are accepted");
    refused(decide(seen.seen, "uncle", "Low depth").await, "Choose a sample of this analysis");
    decide(seen.seen, "kid", "Low depth").await.expect("decided");
    refused(decide(seen.seen, "kid", "Low depth").await, "Something was decided or analysed since");
    let after = quality::quality(&desk, order).await.expect("counted");
    let kid = after.samples.iter().find(|sample| sample.quality.sample == "kid").expect("the child");
    let decided = kid.decision.as_ref().expect("decided");
    assert_eq!((decided.decision, decided.reason.as_str(), decided.by.as_str()), (QualityDecision::Repeat, "Low depth", &*desk.staff.name));
    assert_eq!(bench.state(order).await.0, State::InProgress, "nothing of it stops the case");
    assert_eq!(lines::check_views(&bench.service).await.expect("read"), Vec::<String>::new());
}
