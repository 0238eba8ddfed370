//! What was just done, said once on the next page: kept in the session, so that no address can claim it.

use crate::error::PageError;
use tower_sessions::Session;

/// Key of the sentence in a session.
const KEY: &str = "done";

/// Says on the next page what was done.
pub(crate) async fn say(session: &Session, sentence: &str) -> Result<(), PageError> {
    session.insert(KEY, sentence).await.map_err(PageError::fault)
}

/// What was just done, if it was not said yet.
pub(crate) async fn said(session: &Session) -> Result<Option<String>, PageError> {
    let sentence = session.get(KEY).await.map_err(PageError::fault)?;
    // A session from which something is removed is written, even where nothing was there: no page needs that.
    if sentence.is_some() {
        session.remove::<String>(KEY).await.map_err(PageError::fault)?;
    }
    Ok(sentence)
}
