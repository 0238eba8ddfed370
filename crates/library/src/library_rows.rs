//! Everything that some people carry in genes, for looking again: for the service alone, never for a question.

use crate::{Library, PersonNo};
use genome::Variant;
use roaring::RoaringBitmap;

impl Library {
    /// Hands on who of some people carries a variant in a gene, small variants only, of those variants that are looked for: who, the
    /// variant, the gene.
    pub async fn library_rows(
        &self,
        people: &[PersonNo],
        is_sought: impl Fn(&Variant) -> bool,
        mut each: impl FnMut(PersonNo, &Variant, &str),
    ) -> anyhow::Result<()> {
        let people: RoaringBitmap = people.iter().map(|no| no.0).collect();
        let manifest = self.manifest().await?;
        let runs = manifest.runs.iter().filter(|run| run.people.iter().any(|no| people.contains(no.0)));
        for file in runs.flat_map(|run| &run.files).filter(|file| !file.gaps) {
            let index = self.index(file).await?;
            for group in 0..index.groups.len() {
                let columns = self.columns(file, &index, group).await?;
                for row in (0..columns.len()).filter(|row| !columns.gene.value(*row).is_empty()) {
                    let Some(variant) = columns.variant(row).filter(|variant| is_sought(variant)) else { continue };
                    let carriers = columns.people.iter().map(|column| column.set(row)).fold(RoaringBitmap::new(), |all, set| all | set);
                    for no in carriers & &people {
                        each(PersonNo(no), &variant, columns.gene.value(row));
                    }
                }
            }
        }
        Ok(())
    }
}
