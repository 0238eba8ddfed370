//! A family from elsewhere, made ready to be drawn: everybody is there who is named, identifiers are plain, somebody is the proband.

use super::{Individual, Pedigree};
use crate::{ordering::family::Affected, people::patient::Sex};
use std::collections::BTreeSet;

/// Characters of an identifier at most.
const ID_CHARACTERS_MAX: usize = 40;

/// Completes a family that another program wrote. Parents who are named and have no line of their own are added; identifiers that
/// a drawing cannot have are changed, and kept as the name; where nobody is the proband it is the one of that identifier, else the
/// first who is affected, else the first.
pub fn completed(mut pedigree: Pedigree, proband: Option<&str>) -> Pedigree {
    add_parents(&mut pedigree);
    plain_ids(&mut pedigree);
    if !pedigree.people.iter().any(|p| p.proband) {
        let named = proband.and_then(|id| pedigree.people.iter().position(|p| p.id == id));
        let affected = || pedigree.people.iter().position(|p| p.affected == Affected::Yes);
        let index = named.or_else(affected).unwrap_or_default();
        if let Some(person) = pedigree.people.get_mut(index) {
            person.proband = true;
        }
    }
    pedigree
}

fn add_parents(pedigree: &mut Pedigree) {
    let mut missing: Vec<(String, Sex)> = Vec::new();
    let parents = pedigree.people.iter().flat_map(|p| [(&p.father, Sex::Male), (&p.mother, Sex::Female)]);
    for (parent, sex) in parents.filter_map(|(parent, sex)| Some((parent.as_ref()?, sex))) {
        if pedigree.get(parent).is_some() {
            continue;
        }
        match missing.iter_mut().find(|(id, _)| id == parent) {
            None => missing.push((parent.clone(), sex)),
            Some((_, known)) if *known != sex => *known = Sex::Unknown,
            Some(_) => {}
        }
    }
    pedigree.people.extend(missing.into_iter().map(|(id, sex)| Individual::new(id, sex)));
}

/// Whether an identifier can stand in a drawing.
pub(super) fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.len() <= ID_CHARACTERS_MAX && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

fn plain_ids(pedigree: &mut Pedigree) {
    let mut used: BTreeSet<String> = pedigree.people.iter().map(|p| p.id.clone()).filter(|id| is_plain(id)).collect();
    let odd: Vec<String> = pedigree.people.iter().map(|p| p.id.clone()).filter(|id| !id.is_empty() && !is_plain(id)).collect();
    for before in odd.into_iter().collect::<BTreeSet<String>>() {
        let base: String = before
            .chars()
            .take(ID_CHARACTERS_MAX - 4)
            .map(|c| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' })
            .collect();
        let numbered = (2..).map(|n| format!("{base}_{n}"));
        let Some(after) = std::iter::once(base.clone()).chain(numbered).find(|id| !used.contains(id)) else { continue };
        rename(pedigree, &before, &after);
        used.insert(after);
    }
}

fn rename(pedigree: &mut Pedigree, before: &str, after: &str) {
    for person in &mut pedigree.people {
        if person.id == before {
            after.clone_into(&mut person.id);
            if person.name.is_empty() {
                before.clone_into(&mut person.name);
            }
        }
        for parent in [&mut person.mother, &mut person.father].into_iter().flatten().filter(|parent| *parent == before) {
            after.clone_into(parent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_named_is_there_and_identifiers_are_plain() {
        let child = |id: &str, father: &str, mother: &str| Individual {
            father: Some(father.into()),
            mother: Some(mother.into()),
            ..Individual::new(id, Sex::Female)
        };
        let family = Pedigree { people: vec![child("P 1", "John Smith", "M"), child("P2", "John Smith", "M"), child("P_1", "M", "X")] };
        let family = completed(family, Some("P2"));
        let shown: Vec<String> =
            family.people.iter().map(|p| format!("{}{} {:?}", p.id, if p.proband { "*" } else { "" }, p.sex)).collect();
        assert_eq!(shown, ["P_1_2 Female", "P2* Female", "P_1 Female", "John_Smith Male", "M Unknown", "X Female"]);
        assert_eq!((family.people[0].father.as_deref(), family.people[0].name.as_str()), (Some("John_Smith"), "P 1"));
        assert_eq!(completed(Pedigree::default(), None), Pedigree::default());
    }
}
