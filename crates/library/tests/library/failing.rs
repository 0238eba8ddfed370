//! A store that fails in the middle of everything: nothing that counted is lost, and what was begun is done again.

use super::{
    checked,
    cohort::{call, person},
};
use async_trait::async_trait;
use futures_util::{StreamExt, stream::BoxStream};
use genome::consequence::Impact;
use library::{Library, PersonNo, Scope, ask};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, Result, memory::InMemory, path::Path,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// A store that does so many things, and then nothing more.
#[derive(Debug)]
struct Failing {
    inner: Arc<InMemory>,
    left: Arc<AtomicI64>,
}

impl std::fmt::Display for Failing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a store that fails")
    }
}

fn spent(left: &AtomicI64) -> Result<()> {
    if left.fetch_sub(1, Ordering::SeqCst) > 0 {
        return Ok(());
    }
    Err(Error::Generic { store: "failing", source: "the disk is gone".into() })
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        spent(&self.left)?;
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(&self, location: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        spent(&self.left)?;
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        spent(&self.left)?;
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let left = Arc::clone(&self.left);
        self.inner.delete_stream(locations.map(move |location| spent(&left).and(location)).boxed())
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        spent(&self.left)?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        spent(&self.left)?;
        self.inner.copy_opts(from, to, options).await
    }
}

fn on_store(inner: &Arc<InMemory>, operations: i64) -> Library {
    let store = Failing { inner: Arc::clone(inner), left: Arc::new(AtomicI64::new(operations)) };
    Library::on_store(Arc::new(store), "memory:///".parse().expect("an address"))
}

/// Takes people in, puts their files together, makes a release, and takes one of them out.
async fn everything(library: &Library) -> anyhow::Result<()> {
    for no in 1..=66 {
        let manifest = library.manifest().await?;
        if !manifest.runs.iter().any(|run| run.people.contains(&PersonNo(no))) {
            library.add(&[call(no, 1000 + no % 3, "SCN1A", Impact::High, None, 1)]).await?;
        }
    }
    library.compact().await?;
    if library.released("1").await?.is_none() {
        library.release("1", jiff::Timestamp::UNIX_EPOCH, (1..=66).map(person).collect(), [1; 32]).await?;
    }
    library.purge(&[PersonNo(7)]).await?;
    library.forget(&[PersonNo(7)]).await?;
    Ok(())
}

#[tokio::test]
async fn wherever_a_store_fails_what_counted_is_there_and_the_rest_is_done_again() {
    let mut operations = 1;
    loop {
        let inner = Arc::new(InMemory::new());
        let result = everything(&on_store(&inner, operations)).await;
        if let Err(error) = &result {
            assert!(format!("{error:#}").contains("the disk is gone"), "{error:#}");
        }
        // Somebody begins again with a store that works.
        let library = on_store(&inner, i64::MAX);
        assert_eq!(library.verify().await.expect("looked"), Vec::<String>::new(), "every file that counts is whole, after {operations}");
        everything(&library).await.expect("the same again");
        // Of who left nothing stayed behind, wherever the first try was cut off.
        let runs = inner.list_with_delimiter(Some(&"runs".into())).await.expect("listed").objects;
        for run in runs {
            let bytes = inner.get(&run.location).await.expect("read").bytes().await.expect("read");
            let run: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            assert!(!run["people"].as_array().expect("people").contains(&7.into()), "after {operations} operations");
        }
        let release = library.released("1").await.expect("read").expect("there");
        let carriers = ask::who(&library, &release, &Scope::new(1..=66), &checked("carriers in SCN1A")).await.expect("asked");
        assert_eq!(carriers.len(), 65, "after {operations} operations");
        let (mut people, mut rows) = (BTreeSet::new(), 0);
        let everybody: Vec<PersonNo> = (1..=66).map(PersonNo).collect();
        let count = |no: PersonNo, _: &genome::Variant, _: &str| {
            rows += 1;
            people.insert(no);
        };
        library.library_rows(&everybody, |_| true, count).await.expect("read");
        assert_eq!((people.len(), rows), (65, 65), "after {operations} operations");
        if result.is_ok() {
            break;
        }
        // Every operation of the beginning, then one in seventeen.
        operations += if operations < 30 { 1 } else { 17 };
    }
    assert!(operations > 100, "there are some hundred operations");
}
