//! What differs between two panels, or two versions of one. A gene is itself by its HGNC identifier, whatever symbol a version shows, so
//! that a gene that was renamed is neither added nor removed.

use genome::HgncId;
use ontology::panel::{
    Rating,
    published::{Entity, Published},
};
use std::collections::{BTreeMap, BTreeSet};

/// What differs of an entity: rating and inheritance in words, empty where it is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Kind and name; where it has another name later, both.
    pub entity: String,
    /// Its gene, if it has one.
    pub gene: Option<HgncId>,
    /// What of it differs most.
    pub kind: Kind,
    /// In the earlier version.
    pub before: String,
    /// In the later version.
    pub after: String,
    /// Rating in the earlier version and in the later.
    pub ratings: (Option<Rating>, Option<Rating>),
}

/// What differs, that which matters most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// It is there only in the later version.
    Added,
    /// It is there only in the earlier version.
    Removed,
    /// Its rating.
    Rating,
    /// How it is inherited.
    Inheritance,
    /// Its name alone.
    Name,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [Kind::Added, Kind::Removed, Kind::Rating, Kind::Inheritance, Kind::Name];

    /// As a heading.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Added => "Added",
            Kind::Removed => "Removed",
            Kind::Rating => "Rating changed",
            Kind::Inheritance => "Inheritance changed",
            Kind::Name => "Renamed",
        }
    }
}

impl Difference {
    fn new(before: Option<&Entity>, after: Option<&Entity>) -> Option<Difference> {
        let shown = after.or(before)?;
        let kind = match (before, after) {
            (Some(before), Some(after)) => kind_of(before, after)?,
            (None, _) => Kind::Added,
            (_, None) => Kind::Removed,
        };
        let earlier = before.filter(|before| before.entity_name != shown.entity_name);
        let renamed = earlier.map_or_else(String::new, |before| format!(" ({} before)", before.entity_name));
        Some(Difference {
            entity: format!("{} {}{renamed}", shown.entity_type, shown.entity_name),
            gene: shown.gene().filter(|_| shown.entity_type == "gene"),
            kind,
            before: before.map_or_else(String::new, summary),
            after: after.map_or_else(String::new, summary),
            ratings: (before.map(Entity::rating), after.map(Entity::rating)),
        })
    }

    /// The gene becomes green: variants in it are reported from then on.
    pub fn enters(&self) -> bool {
        self.ratings.0 != Some(Rating::Green) && self.ratings.1 == Some(Rating::Green)
    }

    /// The gene is green no longer, or not there any more.
    pub fn leaves(&self) -> bool {
        self.ratings.0 == Some(Rating::Green) && self.ratings.1 != Some(Rating::Green)
    }
}

fn kind_of(before: &Entity, after: &Entity) -> Option<Kind> {
    if before.rating() != after.rating() {
        Some(Kind::Rating)
    } else if summary(before) != summary(after) {
        Some(Kind::Inheritance)
    } else {
        (before.entity_name != after.entity_name).then_some(Kind::Name)
    }
}

/// Rating and inheritance of an entity, in words.
pub fn summary(entity: &Entity) -> String {
    let mode = entity.mode_of_inheritance.as_deref().filter(|m| !m.is_empty()).map_or_else(String::new, |m| format!(", {m}"));
    format!("{:?}{mode}", entity.rating()).to_lowercase()
}

/// What makes an entity the same in both: its gene, else its name.
type Key = (String, Option<HgncId>, String);

/// The entities of a panel, each gene once: the first entry counts where there are several, as it does for the engine.
fn by_key(published: &Published) -> BTreeMap<Key, &Entity> {
    let mut entities = BTreeMap::new();
    for entity in published.entities() {
        let gene = entity.gene().filter(|_| entity.entity_type == "gene");
        let name = if gene.is_some() { String::new() } else { entity.entity_name.clone() };
        entities.entry((entity.entity_type.clone(), gene, name)).or_insert(entity);
    }
    entities
}

/// What differs, entity by entity, by kind of difference and name.
pub fn compare(before: &Published, after: &Published) -> Vec<Difference> {
    let (before, after) = (by_key(before), by_key(after));
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let differing = |key: &Key| Difference::new(before.get(key).copied(), after.get(key).copied());
    let mut differences: Vec<Difference> = keys.into_iter().filter_map(differing).collect();
    differences.sort_by(|a, b| (a.kind, &a.entity).cmp(&(b.kind, &b.entity)));
    differences
}

#[cfg(test)]
mod tests {
    use super::*;
    use ontology::panel::published::GeneData;

    fn gene(id: u32, name: &str, level: &str, mode: &str) -> Entity {
        Entity {
            entity_type: "gene".into(),
            entity_name: name.into(),
            gene_data: Some(GeneData { hgnc_id: Some(HgncId(id).to_string()), ..GeneData::default() }),
            confidence_level: level.into(),
            mode_of_inheritance: Some(mode.into()),
            ..Entity::default()
        }
    }

    fn panel(genes: Vec<Entity>) -> Published {
        Published { genes, ..Published::default() }
    }

    fn differences(before: &Published, after: &Published) -> Vec<String> {
        compare(before, after).iter().map(|d| format!("{}: {} [{}] [{}]", d.kind.label(), d.entity, d.before, d.after)).collect()
    }

    #[test]
    fn two_panels_are_compared_in_both_directions_and_a_renamed_gene_is_itself() {
        let one = panel(vec![gene(1, "ATM", "3", "BIALLELIC"), gene(2, "C12orf1", "3", ""), gene(3, "FXN", "2", "BIALLELIC")]);
        let other = panel(vec![gene(1, "ATM", "1", "BIALLELIC"), gene(2, "NEWNAME", "3", ""), gene(4, "SETX", "3", "MONOALLELIC")]);
        assert_eq!(
            differences(&one, &other),
            [
                "Added: gene SETX [] [green, monoallelic]",
                "Removed: gene FXN [amber, biallelic] []",
                "Rating changed: gene ATM [green, biallelic] [red, biallelic]",
                "Renamed: gene NEWNAME (C12orf1 before) [green] [green]",
            ]
        );
        assert_eq!(
            differences(&other, &one),
            [
                "Added: gene FXN [] [amber, biallelic]",
                "Removed: gene SETX [green, monoallelic] []",
                "Rating changed: gene ATM [red, biallelic] [green, biallelic]",
                "Renamed: gene C12orf1 (NEWNAME before) [green] [green]",
            ]
        );
        assert!(differences(&one, &one).is_empty());
    }

    #[test]
    fn a_gene_enters_when_it_turns_green_and_leaves_when_it_is_green_no_longer() {
        let one = panel(vec![gene(1, "ATM", "3", ""), gene(3, "FXN", "2", ""), gene(5, "TTC19", "3", "AD")]);
        let other = panel(vec![gene(3, "FXN", "3", ""), gene(4, "SETX", "2", ""), gene(5, "TTC19", "3", "AR")]);
        let moved: Vec<_> = compare(&one, &other).iter().map(|d| (d.gene.map(|g| g.0), d.enters(), d.leaves())).collect();
        assert_eq!(moved, [(Some(4), false, false), (Some(1), false, true), (Some(3), true, false), (Some(5), false, false)]);
    }

    #[test]
    fn a_gene_that_a_panel_has_twice_counts_once_by_its_first_entry() {
        let twice = panel(vec![gene(1, "ATM", "3", ""), gene(1, "ATM", "1", "")]);
        assert!(differences(&twice, &panel(vec![gene(1, "ATM", "3", "")])).is_empty());
        assert_eq!(differences(&twice, &panel(vec![])), ["Removed: gene ATM [green] []"]);
    }
}
