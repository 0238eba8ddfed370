//! How people come in, from the arguments of `gms serve` and from the environment.

use crate::{
    arguments::service::{Provider, Records, Serve},
    commands::service::folder,
};
use anyhow::{Context, ensure};
use std::{path::Path, sync::Arc};
use web::{Credential, Entrance, Origins, RecordServer, Settings, Signer};

/// Reads keys and secrets, and asks the provider what it can do.
pub async fn entrance(arguments: &Serve) -> anyhow::Result<Entrance> {
    let (entrance, settings) = stated(arguments)?;
    let provider = match settings {
        Some(settings) => Some(web::Provider::discover(settings).await?),
        None => None,
    };
    Ok(Entrance { provider, ..entrance })
}

/// As far as the arguments and the files that they name say it: nobody is asked. And by what the provider would be.
pub fn stated(arguments: &Serve) -> anyhow::Result<(Entrance, Option<Settings>)> {
    let keys = [&arguments.provider.oidc_key, &arguments.records.smart_key];
    let [oidc_key, smart_key] = keys.map(|file| file.as_deref().map(signer).transpose());
    let (oidc_key, smart_key) = (oidc_key?, smart_key?);
    let settings = provider(&arguments.provider, oidc_key.clone(), &arguments.place.dir)?;
    let entrance = Entrance {
        records: records(&arguments.records, smart_key.clone())?,
        address: arguments.provider.address.clone(),
        signers: [oidc_key, smart_key].into_iter().flatten().collect(),
        origins: Origins::read(&arguments.cors_origins).map_err(|why| anyhow::anyhow!("--cors-origin: {why}"))?,
        plain_loopback: arguments.plain_loopback,
        ..Entrance::default()
    };
    Ok((entrance, settings))
}

fn provider(arguments: &Provider, key: Option<Arc<Signer>>, folder: &Path) -> anyhow::Result<Option<Settings>> {
    let Provider { oidc_issuer: Some(issuer), oidc_client: Some(client), oidc_secret_file, oidc_assurance, address: Some(address), .. } =
        arguments
    else {
        return Ok(None);
    };
    Ok(Some(Settings {
        issuer: issuer.clone(),
        client: client.clone(),
        credential: Credential { secret: secret("GMS_OIDC_SECRET", oidc_secret_file.as_deref())?, key },
        address: address.clone(),
        assurance: oidc_assurance.clone(),
        folder: folder.to_owned(),
    }))
}

fn records(arguments: &Records, key: Option<Arc<Signer>>) -> anyhow::Result<Vec<RecordServer>> {
    let secret = secret("GMS_SMART_SECRET", arguments.smart_secret_file.as_deref())?;
    ensure!(
        secret.is_none() || arguments.smart_issuers.len() < 2,
        "GMS_SMART_SECRET, or --smart-secret-file, is the secret of one record, and several are named: give --smart-key, whose public \
         half each of them knows"
    );
    let record = |text: &String| {
        let (base, client) = text.rsplit_once('=').with_context(|| format!("--smart-issuer takes URL=CLIENT_ID, not '{text}'"))?;
        ensure!(base.starts_with("https://") || base.starts_with("http://"), "--smart-issuer: '{base}' is no address");
        let credential = Credential { secret: secret.clone(), key: key.clone() };
        Ok(RecordServer { base: base.trim_end_matches('/').to_owned(), client: client.trim().to_owned(), credential })
    };
    arguments.smart_issuers.iter().map(record).collect()
}

fn signer(file: &Path) -> anyhow::Result<Arc<Signer>> {
    folder::check_secret(file)?;
    let pem = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(Arc::new(Signer::read(&pem).with_context(|| format!("{}", file.display()))?))
}

/// A secret of the environment, else of a file; an empty one is none.
fn secret(name: &str, file: Option<&Path>) -> anyhow::Result<Option<String>> {
    match std::env::var(name).ok().filter(|secret| !secret.is_empty()) {
        Some(secret) => Ok(Some(secret)),
        None => file.map(folder::secret).transpose(),
    }
}
