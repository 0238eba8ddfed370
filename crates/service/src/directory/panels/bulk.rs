//! Many entries of a panel changed at once: looked at first, then made into a version that others vote on and sign off.

use super::{Book, book, made, permit, write};
use crate::{Desk, ServiceError, ServiceResult};
use access::Action;
use annotation::Knowledge;
use care::{
    Refusals,
    directory::panel::{
        BULK_VOTES_MIN, Command, Review, Version,
        bulk::{self, Item, Line, Meant, Named},
    },
};
use genome::{Gene, gene::by_identifier};
use ontology::panel::published::Published;
use std::{collections::HashMap, sync::Arc};

/// A list of genes as it was read against the latest version of a panel.
pub struct Preview {
    /// The version that it was read against.
    pub base: Version,
    /// Its lines.
    pub lines: Vec<Line>,
}

impl Preview {
    /// Lines that are at fault.
    pub fn faults(&self) -> usize {
        self.lines.iter().filter(|line| line.item.is_err()).count()
    }
}

/// Reads a list of genes; nothing is changed.
#[crate::boxed]
pub async fn preview(desk: &Desk, panel: &str, text: &str) -> ServiceResult<Preview> {
    permit(desk, Action::ChangePanel).await?;
    let book = book(&desk.service).await?;
    let (base, content) = latest(&book, panel)?;
    Ok(Preview { base: base.clone(), lines: bulk::read(text, content, named(&desk.service.knowledge))? })
}

/// Makes the next version of a panel with everything that a list asks for, as it was looked at; returns its number.
#[crate::boxed]
pub async fn change(desk: &Desk, panel: &str, text: &str, seen: &str, reason: &str) -> ServiceResult<String> {
    let permit = permit(desk, Action::ChangePanel).await?;
    let book = book(&desk.service).await?;
    let (base, content) = latest(&book, panel)?;
    bulk::check_base(base, seen)?;
    let items = bulk::items(bulk::read(text, content, named(&desk.service.knowledge))?)?;
    if reason.trim().is_empty() {
        return Err(Refusals::one("reason", "Give the reason for the change").into());
    }
    let version = Version { votes_min: BULK_VOTES_MIN, ..made(desk, bulk::applied(content, &items), reason.trim()).await? };
    let number = version.number.clone();
    let reviews = items.into_iter().map(|item| review(desk, panel, item)).collect();
    let command = Command::PublishBulk { version: Box::new(version), reviews };
    write(desk, &permit, &book.loaded(), command, reason.trim().to_owned()).await?;
    Ok(number)
}

fn latest<'b>(book: &'b Book, panel: &str) -> ServiceResult<(&'b Version, &'b Published)> {
    let version = book.panels.0.get(panel).and_then(|panel| panel.latest()).ok_or(ServiceError::NotFound("panel"))?;
    Ok((version, book.content(version).ok_or(ServiceError::NotFound("content of this panel"))?))
}

/// The evidence of a line, kept with its entry.
fn review(desk: &Desk, panel: &str, item: Item) -> Review {
    let comment = if item.rating.is_none() { format!("To be removed: {}", item.evidence) } else { item.evidence };
    Review {
        panel: panel.to_owned(),
        entity: ("gene".to_owned(), item.entry.unwrap_or(item.gene.symbol)),
        by: desk.staff.clone(),
        on: desk.today(),
        rating: item.rating,
        inheritance: item.inheritance,
        comment,
        publications: vec![],
    }
}

/// Which genes a name may mean: by identifier or approved symbol one, by an earlier or other symbol all that had it.
fn named(knowledge: &Arc<Knowledge>) -> impl Fn(&str) -> Meant {
    let (mut approved, mut others) = (HashMap::<String, &Gene>::new(), HashMap::<String, Vec<&Gene>>::new());
    for gene in knowledge.genes() {
        approved.insert(gene.symbol.to_uppercase(), gene);
        for other in &gene.other_symbols {
            others.entry(other.to_uppercase()).or_default().push(gene);
        }
    }
    move |name| {
        let symbol = name.trim().to_uppercase();
        let one = by_identifier(name.trim()).and_then(|id| knowledge.gene(id)).or_else(|| approved.get(&symbol).copied());
        let mut genes: Vec<&Gene> = one.map_or_else(|| others.get(&symbol).cloned().unwrap_or_default(), |gene| vec![gene]);
        genes.sort_by_key(|gene| gene.id);
        genes.dedup_by_key(|gene| gene.id);
        genes.into_iter().map(|gene| Named { id: gene.id, symbol: gene.symbol.clone(), name: gene.name.clone() }).collect()
    }
}
