//! What a page showed when somebody chose what to do on it: nothing is done on a page that shows what is no longer so.

use crate::{Desk, ServiceResult};
use care::Refusals;

/// What somebody is told whose form does not say what its page showed.
pub(crate) const NOT_SAID: &str =
    "The form does not say what its page showed, and nothing was done. Look at it as it is now, and act again";

/// Refuses what was chosen on a page that showed so many events of a stream where there are others now, or where its form does not say.
pub(crate) fn as_shown(what: &str, seen: Option<u64>, now: u64) -> Result<(), Refusals> {
    match seen {
        Some(seen) if seen == now => Ok(()),
        Some(_) => {
            let message =
                format!("{what} changed since you opened this page, and nothing was done. Look at the page as it is now, and act again");
            Err(Refusals::one("seen", message))
        }
        None => Err(Refusals::one("seen", NOT_SAID)),
    }
}

/// How many events a stream has: what a page says that it showed.
#[crate::boxed]
pub async fn version(desk: &Desk, stream: &str) -> ServiceResult<u64> {
    Ok(desk.service.store.sequence(stream).await?)
}

/// Refuses what was chosen on a page that showed a stream as it was before, or does not say how much of it was shown. What comes in the
/// same moment is stopped by whatever is done: it is written against the events that it was decided on.
#[crate::boxed]
pub async fn check(desk: &Desk, stream: &str, what: &str, seen: Option<u64>) -> ServiceResult<()> {
    Ok(as_shown(what, seen, version(desk, stream).await?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_and_is_still_so_is_done() {
        as_shown("It", Some(3), 3).expect("as shown");
    }

    #[test]
    fn what_changed_since_or_was_not_said_is_refused() {
        for (seen, now) in [(Some(2), 3), (Some(4), 3), (Some(0), 1)] {
            let refused = as_shown("The choices of Ann", seen, now).expect_err("changed");
            assert!(refused.to_string().contains("The choices of Ann changed since you opened this page"), "{refused}");
        }
        assert!(as_shown("It", None, 0).expect_err("not said").to_string().contains("does not say what its page showed"));
    }
}
