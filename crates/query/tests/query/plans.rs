//! Blocks in memory and the plan of an engine give the same answers.

use super::*;
use library::{ask, disclosure::DisclosureLedger};
use made::{QUESTIONS, checked};
use query::plan::PlannedCarriers;
use std::sync::Arc;

#[tokio::test]
async fn blocks_in_memory_and_the_plan_of_an_engine_give_the_same_answers() {
    let made = Made::new().await;
    let planned = made.library.clone().with_source(Arc::new(PlannedCarriers::here()));
    for text in QUESTIONS {
        let from_blocks = made.alone(&everybody(), text).await.expect("answered");
        let mut ledger = DisclosureLedger::default();
        let by_plan = ask::ask(&planned, &made.release, &everybody(), &mut ledger, &checked(text)).await.expect("answered");
        assert_eq!(by_plan, from_blocks, "{text}");
    }
}
