//! What an analysis counted of its samples. A result never changes, so that what was read of the last ones is kept, by their digests.

use crate::{Desk, ServiceError, ServiceResult, Status, laboratory::data::interpreted};
use anyhow::Context;
use care::interpretation::analysis::State;
use germline::{identity::IdentityCheck, quality::SampleQuality};
use serde::Deserialize;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

/// Results that are kept.
const RESULTS_MAX: usize = 50;

/// What of a result a page of quality shows.
#[derive(Deserialize)]
pub(super) struct Counted {
    /// Of each sample; nothing in analyses of before it was counted.
    #[serde(default)]
    pub quality: Vec<SampleQuality>,
    /// Sex and parentage, as they were compared with the pedigree.
    pub identity: Vec<IdentityCheck>,
}

/// The last results that were read, by digest.
#[derive(Default)]
pub(crate) struct LastCounted(Mutex<VecDeque<(String, Arc<Counted>)>>);

impl LastCounted {
    fn kept(&self) -> MutexGuard<'_, VecDeque<(String, Arc<Counted>)>> {
        self.0.lock().expect("nobody panics with the lock held")
    }

    fn found(&self, sha256: &str) -> Option<Arc<Counted>> {
        self.kept().iter().find(|(digest, _)| digest == sha256).map(|(_, counted)| Arc::clone(counted))
    }

    fn keep(&self, sha256: &str, counted: &Arc<Counted>) {
        let mut kept = self.kept();
        kept.push_front((sha256.to_owned(), Arc::clone(counted)));
        kept.truncate(RESULTS_MAX);
    }
}

/// What the analysis counted that the latest interpretation is over, else the newest that is finished.
pub(super) async fn counted(desk: &Desk, status: &Status) -> ServiceResult<Arc<Counted>> {
    let Some(State::Done { result_sha256, .. }) = interpreted(status).map(|analysis| &analysis.state) else {
        return Err(ServiceError::NotFound("finished analysis"));
    };
    if let Some(counted) = desk.service.last_counted.found(result_sha256) {
        return Ok(counted);
    }
    let bytes = desk.service.store.blobs().get(result_sha256).await?;
    let counted = Arc::new(serde_json::from_slice(&bytes).context("reading the analysis")?);
    desk.service.last_counted.keep(result_sha256, &counted);
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_results_are_kept_and_no_more() {
        let kept = LastCounted::default();
        for number in 0..=RESULTS_MAX {
            kept.keep(&number.to_string(), &Arc::new(Counted { quality: vec![], identity: vec![] }));
        }
        assert!(kept.found("0").is_none() && kept.found("1").is_some() && kept.kept().len() == RESULTS_MAX);
    }
}
