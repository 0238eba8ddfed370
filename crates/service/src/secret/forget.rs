//! Forgetting secrets: all that are sealed with a key that is lost, so that a new one can be made; or one by its name.

use super::key::Key;
use crate::Service;
use anyhow::bail;

/// Names of the secrets that are forgotten, or would be. Without a name they are those that the key of this folder does not open;
/// where it opens them, nothing is lost and nothing is forgotten.
#[crate::boxed]
pub async fn forget(service: &Service, name: Option<&str>, confirm: bool) -> anyhow::Result<Vec<String>> {
    let kept = service.store.sealed_names().await?;
    let own = Key::read(&service.folder)?.map(|key| key.id);
    let names: Vec<String> = match name {
        Some(name) => kept.into_iter().map(|(known, _)| known).filter(|known| known == name).collect(),
        None => kept.into_iter().filter(|(_, key)| own.as_ref() != Some(key)).map(|(known, _)| known).collect(),
    };
    if let (Some(name), true) = (name, names.is_empty()) {
        bail!("no secret has the name {name}; without --name those that no key here opens are listed");
    }
    if confirm {
        service.store.forget_sealed(&names).await?;
        for name in &names {
            tracing::warn!("the secret {name} was forgotten by command");
        }
    }
    Ok(names)
}

/// What has to be done once a secret is forgotten.
pub fn remedy(name: &str) -> &'static str {
    match name.split_once('/').map(|(kind, _)| kind) {
        Some("subscription") => "the system has to delete its subscription and subscribe again",
        Some("client") => "put the token of the system into the folder tokens again",
        _ => "whoever gave it has to give it again",
    }
}
