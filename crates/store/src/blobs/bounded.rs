//! An object store that is asked again for a while, and no longer than whoever waits for it.

use object_store::{
    BackoffConfig, ObjectStore, ObjectStoreScheme, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    path::Path as Key,
};
use std::{sync::Arc, time::Duration};
use url::Url;

/// How often a request is sent again that was answered by a fault of the store, or by nobody.
const AGAIN_MAX: usize = 5;
/// After how long it is not sent again. Not confirmed at a site; the library alone would go on for three minutes.
const WITHIN: Duration = Duration::from_secs(20);

/// The store at an address, and where in it blobs lie.
pub(super) fn open(url: &Url, settings: Vec<(String, String)>) -> object_store::Result<(Arc<dyn ObjectStore>, Key)> {
    let (scheme, path) = ObjectStoreScheme::parse(url)?;
    if scheme != ObjectStoreScheme::AmazonS3 {
        let (store, root) = object_store::parse_url_opts(url, settings)?;
        return Ok((Arc::from(store), root));
    }
    let again = RetryConfig { backoff: BackoffConfig::default(), max_retries: AGAIN_MAX, retry_timeout: WITHIN };
    let mut builder = AmazonS3Builder::new().with_url(url.to_string()).with_retry(again);
    for (name, value) in settings {
        // What else stands in the environment is no setting of it.
        if let Ok(key) = name.parse::<AmazonS3ConfigKey>() {
            builder = builder.with_config(key, value);
        }
    }
    Ok((Arc::new(builder.build()?), Key::parse(path)?))
}
