//! Texts that lie beside the blobs under names of their own: each is written once, and none over another.

use super::{Blobs, Key};
use anyhow::{Context, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

/// Texts that are read at once.
const AT_ONCE: usize = 16;

impl Blobs {
    /// Keeps a text under a name beside the blobs, such as `evidence/heads/…`. One that is there already stays; another text under its
    /// name is a fault.
    pub async fn put_text(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&self.beside(name), PutPayload::from(text.as_bytes().to_vec()), options).await {
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. }) => {
                ensure!(self.text(name).await? == text, "{name} is kept already, and is another text");
                Ok(())
            }
            Err(fault) => Err(fault).with_context(|| format!("keeping {name}")),
        }
    }

    /// Names of texts below a name, in their order; those alone that come after one, where it is named.
    pub async fn texts(&self, below: &str, after: Option<&str>) -> anyhow::Result<Vec<String>> {
        let prefix = self.beside(below);
        let mut listed = match after {
            Some(after) => self.store.list_with_offset(Some(&prefix), &self.beside(after)),
            None => self.store.list(Some(&prefix)),
        };
        let mut names = Vec::new();
        while let Some(found) = listed.try_next().await.with_context(|| format!("listing {below}"))? {
            names.extend(found.location.filename().map(|name| format!("{below}/{name}")));
        }
        names.sort();
        Ok(names)
    }

    /// Some texts by their names, in the same order.
    pub async fn read_texts(&self, names: &[String]) -> anyhow::Result<Vec<String>> {
        let reads = names.iter().cloned().map(|name| {
            let blobs = self.clone();
            async move { blobs.text(&name).await }
        });
        stream::iter(reads).buffered(AT_ONCE).try_collect().await
    }

    async fn text(&self, name: &str) -> anyhow::Result<String> {
        let reading = || format!("reading {name}");
        let bytes = self.store.get(&self.beside(name)).await.with_context(reading)?.bytes().await.with_context(reading)?;
        String::from_utf8(bytes.into()).with_context(reading)
    }

    fn beside(&self, name: &str) -> Key {
        self.root.parts().chain(Key::from(name).parts()).collect()
    }
}
