//! Documents as they are rendered and kept: the same bytes for as long as the record lasts.

use crate::{Service, ServiceResult};
use anyhow::Context;
use care::results::report::Rendered;
use render::document::Document;

/// A document as page and PDF.
pub(crate) async fn render(document: Document) -> anyhow::Result<[Vec<u8>; 2]> {
    let rendering = move || Ok::<_, anyhow::Error>([document.html()?.into_bytes(), document.pdf()?]);
    tokio::task::spawn_blocking(rendering).await.context("rendering the document")?
}

/// A document rendered and kept.
pub(crate) async fn kept(service: &Service, document: Document) -> ServiceResult<Rendered> {
    let [html, pdf] = render(document).await?;
    let blobs = service.store.blobs();
    Ok(Rendered { html_sha256: blobs.put(html).await?, pdf_sha256: blobs.put(pdf).await? })
}

/// Page and PDF as they were kept.
pub(crate) async fn bytes_of(service: &Service, rendered: &Rendered) -> ServiceResult<[Vec<u8>; 2]> {
    Ok([service.store.blobs().get(&rendered.html_sha256).await?, service.store.blobs().get(&rendered.pdf_sha256).await?])
}
