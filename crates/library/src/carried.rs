//! Everything that some people carry in genes, for looking again: by the service alone, never for a question.

use crate::{Library, PersonNo, engine, row};
use anyhow::Context;
use datafusion::prelude::{ParquetReadOptions, col, lit};
use futures_util::StreamExt;
use genome::{Contig, Position, Variant};

impl Library {
    /// Hands on what people carry in genes, small variants only, a row at a time: who, the variant, the gene.
    pub async fn carried(&self, people: &[PersonNo], mut each: impl FnMut(PersonNo, Variant, &str)) -> anyhow::Result<()> {
        let manifest = self.manifest().await?;
        let files = manifest.files.iter().filter(|f| f.people.iter().any(|no| people.contains(no)));
        let paths: Vec<String> = files.map(|f| self.address(&f.name)).collect();
        if paths.is_empty() {
            return Ok(());
        }
        let session = engine::session(self)?;
        let columns = ["no", "contig", "position", "reference", "alternate", "gene", "copies"].map(col);
        let all = session.read_parquet(paths, ParquetReadOptions::default()).await.context("opening the library's files")?;
        let mut stream = all.filter(col("gene").not_eq(lit("")))?.select(columns)?.execute_stream().await?;
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            let references = row::texts(&batch, "reference")?;
            for (found, reference) in row::found(&batch)?.into_iter().zip(references) {
                if !people.contains(&found.person) {
                    continue;
                }
                let place = Contig::from_number(found.contig).zip(Position::new(found.position));
                let Some((contig, position)) = place else { continue };
                if let Ok(variant) = Variant::new(contig, position, &reference, &found.alternate) {
                    each(found.person, variant, &found.gene);
                }
            }
        }
        Ok(())
    }
}
