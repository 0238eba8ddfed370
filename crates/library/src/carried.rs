//! Everything that some people carry in genes, for looking again: by the service alone, never for a question.

use crate::{Library, PersonNo};
use genome::{Contig, Position, Variant};
use std::collections::BTreeSet;

impl Library {
    /// Hands on what people carry in genes, small variants only: who, the variant, the gene.
    pub async fn carried(&self, people: &[PersonNo], mut each: impl FnMut(PersonNo, Variant, &str)) -> anyhow::Result<()> {
        let people: BTreeSet<PersonNo> = people.iter().copied().collect();
        let manifest = self.manifest().await?;
        let runs = manifest.runs.iter().filter(|run| run.people.iter().any(|no| people.contains(no)));
        for file in runs.flat_map(|run| &run.files) {
            let index = self.index(file).await?;
            for group in 0..index.groups.len() {
                for row in self.rows(file, &index, group).await? {
                    let place = Contig::from_number(row.place.0).zip(Position::new(row.place.1));
                    let Some((contig, position)) = place.filter(|_| !row.gene.is_empty()) else { continue };
                    let Ok(variant) = Variant::new(contig, position, &row.reference, &row.alternate) else { continue };
                    for no in row.one.iter().chain(&row.two).map(|no| PersonNo(*no)).filter(|no| people.contains(no)) {
                        each(no, variant.clone(), &row.gene);
                    }
                }
            }
        }
        Ok(())
    }
}
