//! Whose scan a file is: one that names another plate or rack, or a second tube beside one, is refused before anything is compared.

use crate::{Desk, ServiceResult};
use care::{
    ContainerId, Refusal, Refusals, SampleId,
    laboratory::container::{
        Container, Position,
        scan::{Beside, beside},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Words beside tubes and positions that are looked up, at the most.
const WORDS_MAX: usize = 400;
/// Signs of a barcode that this service prints after its letter, and the signs that it prints.
const SIGNS: usize = 12;
const PRINTED: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Refuses a scan that is of another plate or rack, or names a tube of which no position is told.
pub(super) async fn check(
    desk: &Desk,
    (id, container): (ContainerId, &Container),
    text: &str,
    tubes: &BTreeMap<Position, String>,
) -> ServiceResult<()> {
    let found = beside(text, tubes);
    let distinct: BTreeSet<&str> = found.iter().map(|beside| beside.word.as_str()).collect();
    if distinct.len() > WORDS_MAX {
        let message = "The scan holds too much beside positions and barcodes to be looked through: leave out the other columns";
        return Err(Refusals::one("scan", message).into());
    }
    let own = container.opened.as_ref().map_or("", |opened| opened.barcode.as_str());
    let (mut refusals, mut seen) = (Vec::new(), BTreeSet::new());
    for beside in found.iter().filter(|beside| beside.word != own) {
        let Some(why) = fault(desk, id, beside).await? else { continue };
        // A rack is named in each of its lines.
        if seen.insert(why.clone()) {
            refusals.push(Refusal::new("scan", format!("Line {}: {why}", beside.line)));
        }
    }
    Ok(Refusals::check(refusals)?)
}

/// What stands against a word of a scan, if anything does.
async fn fault(desk: &Desk, id: ContainerId, beside: &Beside) -> ServiceResult<Option<String>> {
    let word = &beside.word;
    let known = desk.service.store.containers_by_barcode(word).await?;
    if known.iter().any(|line| line.id == id) {
        return Ok(None);
    }
    if !known.is_empty() || is_printed('C', word) {
        return Ok(Some(format!(
            "{word} is another plate or rack, and this is a scan of it: nothing was compared. Open {word}, or scan this one again"
        )));
    }
    let tubes = samples(desk, word).await?;
    let mut of_line = Vec::new();
    for tube in &beside.tubes {
        of_line.extend(samples(desk, tube).await?);
    }
    let is_same = !tubes.is_empty() && tubes.iter().any(|tube| of_line.contains(tube));
    let is_tube = !tubes.is_empty() || is_printed('S', word);
    Ok((is_tube && !is_same).then(|| {
        format!("{word} is a tube too, and its position is not told: write one tube beside each position, or scan the rack again")
    }))
}

/// Samples with a barcode, the service's own or one that stood on the tube when it came.
async fn samples(desk: &Desk, barcode: &str) -> ServiceResult<Vec<SampleId>> {
    let store = &desk.service.store;
    let own = store.sample_by_barcode(barcode).await?.into_iter();
    Ok(own.chain(store.samples_by_label(barcode).await?).map(|line| line.id).collect())
}

/// Looks like a barcode that this service prints, with a letter for what it is on.
fn is_printed(letter: char, word: &str) -> bool {
    word.strip_prefix(letter).is_some_and(|signs| signs.len() == SIGNS && signs.chars().all(|c| PRINTED.contains(c)))
}
