//! Everything that some people carry in genes, for looking again: by the service alone, never for a question.

use crate::{Library, PersonNo};
use genome::Variant;
use roaring::RoaringBitmap;

impl Library {
    /// Hands on who of some people carries a variant in a gene, small variants only, of those variants that are looked for: who, the
    /// variant, the gene.
    pub async fn carried(
        &self,
        people: &[PersonNo],
        looked_for: impl Fn(&Variant) -> bool,
        mut each: impl FnMut(PersonNo, &Variant, &str),
    ) -> anyhow::Result<()> {
        let wanted: RoaringBitmap = people.iter().map(|no| no.0).collect();
        let manifest = self.manifest().await?;
        let runs = manifest.runs.iter().filter(|run| run.people.iter().any(|no| wanted.contains(no.0)));
        for file in runs.flat_map(|run| &run.files).filter(|file| !file.gaps) {
            let index = self.index(file).await?;
            for group in 0..index.groups.len() {
                let columns = self.columns(file, &index, group).await?;
                for at in (0..columns.len()).filter(|at| !columns.gene.value(*at).is_empty()) {
                    let Some(variant) = columns.variant(at).filter(|variant| looked_for(variant)) else { continue };
                    let carriers = columns.people.iter().map(|held| held.set(at)).fold(RoaringBitmap::new(), |all, set| all | set);
                    for no in carriers & &wanted {
                        each(PersonNo(no), &variant, columns.gene.value(at));
                    }
                }
            }
        }
        Ok(())
    }
}
