//! A real S3 server on loopback, whose objects are files of a folder.

use anyhow::{Context, anyhow};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use std::{fs, path::Path};
use tokio::net::TcpListener;

/// Serves a folder, with one bucket, for as long as the test runs; the settings with which it is reached.
pub async fn serve(folder: &Path, bucket: &str) -> anyhow::Result<Vec<(String, String)>> {
    fs::create_dir_all(folder.join(bucket)).context("making a bucket")?;
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).map_err(|fault| anyhow!("serving a folder: {fault:?}"))?);
    service.set_auth(SimpleAuth::from_single("reader", "secret"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.context("a port")?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let connection = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service.clone()).into_owned();
            tokio::spawn(connection);
        }
    });
    let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Ok(vec![
        setting("AWS_ENDPOINT", &format!("http://{address}")),
        setting("AWS_ALLOW_HTTP", "true"),
        setting("AWS_REGION", "eu-west-2"),
        setting("AWS_ACCESS_KEY_ID", "reader"),
        setting("AWS_SECRET_ACCESS_KEY", "secret"),
    ])
}
