//! open-pedigree's own files: a graph of people, relationships and hubs of children, joined by edges, some of which run through
//! nodes that stand for nothing. Source: phenotips/open-pedigree, `src/script/model/import.js` (`initFromPhenotipsInternal`) and
//! `baseGraph.js`.

use super::{Family, people, text};
use care::{
    ordering::pedigree::{Individual, Pedigree},
    people::patient::Sex,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Steps through nodes without meaning at most.
const STEPS_MAX: usize = 64;

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Relationship,
    /// A hub of children, or a piece of an edge.
    Passage,
}

/// The nodes of a file.
struct Graph<'n>(&'n [Value]);

/// Reads a family; the proband is the node that the file names, else number 0.
pub(super) fn family(nodes: &[Value], proband: &Value) -> Result<Family, String> {
    let graph = Graph(nodes);
    let proband = if proband.is_null() { "0".to_owned() } else { text(proband) };
    let mut people = Vec::new();
    for (index, node) in nodes.iter().enumerate().filter(|(_, node)| kind(node) == Kind::Person) {
        let id = graph.id(index);
        let mut person = people::described(&id, properties(node));
        person.proband = id == proband;
        if !node["gender"].is_null() {
            person.sex = super::sex(&node["gender"]);
        }
        people.push(person);
    }
    if people.is_empty() {
        return Err("GG names nobody: export the pedigree again".into());
    }
    let mut pedigree = Pedigree { people };
    let left_out = graph.join(&mut pedigree)?;
    Ok((pedigree, left_out))
}

/// What a node says of a person.
fn properties(node: &Value) -> &Value {
    [&node["prop"], &node["properties"]].into_iter().find(|properties| properties.is_object()).unwrap_or(node)
}

fn kind(node: &Value) -> Kind {
    let has = |names: &[&str]| names.iter().any(|name| !node[*name].is_null());
    if has(&["rel", "relationship"]) {
        Kind::Relationship
    } else if has(&["chhub", "virt", "virtual"]) {
        Kind::Passage
    } else {
        Kind::Person
    }
}

impl Graph<'_> {
    /// The identifier of a node: its own, else its name, else its place.
    fn id(&self, index: usize) -> String {
        let node = &self.0[index];
        let named = [text(&node["id"]), text(&node["name"])].into_iter().find(|id| !id.is_empty());
        named.unwrap_or_else(|| index.to_string())
    }

    /// The place of the node that an edge leads to.
    fn find(&self, target: &Value) -> Result<usize, String> {
        let target = text(target);
        let found = (0..self.0.len()).find(|index| self.id(*index) == target || text(&self.0[*index]["name"]) == target);
        found.ok_or_else(|| format!("an edge leads to '{target}', which is no node: export the pedigree again"))
    }

    /// Nodes of a kind that are reached from a node, through passages alone.
    fn reached(&self, from: usize, sought: Kind) -> Result<BTreeSet<usize>, String> {
        let (mut found, mut next, mut seen) = (BTreeSet::new(), vec![from], BTreeSet::new());
        for _ in 0..STEPS_MAX {
            let mut further = Vec::new();
            for edge in next.iter().flat_map(|node| self.0[*node]["outedges"].as_array().into_iter().flatten()) {
                let target = self.find(&edge["to"])?;
                if kind(&self.0[target]) == sought {
                    found.insert(target);
                } else if kind(&self.0[target]) == Kind::Passage && seen.insert(target) {
                    further.push(target);
                }
            }
            next = further;
        }
        Ok(found)
    }

    /// Gives every child of a relationship its parents; says who of them has no place in a drawing.
    fn join(&self, pedigree: &mut Pedigree) -> Result<Vec<String>, String> {
        let of_kind = |sought: Kind| (0..self.0.len()).filter(move |index| kind(&self.0[*index]) == sought);
        let (mut partners, mut left_out): (Vec<(usize, usize)>, Vec<String>) = (Vec::new(), Vec::new());
        for person in of_kind(Kind::Person) {
            partners.extend(self.reached(person, Kind::Relationship)?.into_iter().map(|relationship| (relationship, person)));
        }
        for relationship in of_kind(Kind::Relationship) {
            let parents = partners.iter().filter(|(of_relationship, _)| *of_relationship == relationship);
            let parents: Vec<String> = parents.map(|(_, person)| self.id(*person)).collect();
            for child in self.reached(relationship, Kind::Person)? {
                left_out.extend(set_parents(pedigree, &self.id(child), &parents));
            }
        }
        Ok(left_out)
    }
}

/// Parents by their sex; one whose sex is not known takes the place that is free. A second mother or father, and parents of a child who
/// has some already, have no place.
fn set_parents(pedigree: &mut Pedigree, child: &str, parents: &[String]) -> Option<String> {
    let sex_of = |id: &String| pedigree.get(id).map_or(Sex::Unknown, |parent: &Individual| parent.sex);
    let father =
        parents.iter().find(|id| sex_of(id) == Sex::Male).or_else(|| parents.iter().find(|id| sex_of(id) == Sex::Unknown)).cloned();
    let mother = parents.iter().find(|id| sex_of(id) != Sex::Male && Some(*id) != father.as_ref()).cloned();
    let one = pedigree.people.iter_mut().find(|p| p.id == child)?;
    let left: Vec<&str> = if one.father.is_some() || one.mother.is_some() {
        parents.iter().map(String::as_str).collect()
    } else {
        let is_left = |id: &&String| Some(*id) != father.as_ref() && Some(*id) != mother.as_ref();
        let left = parents.iter().filter(is_left).map(String::as_str).collect();
        (one.father, one.mother) = (father.clone(), mother.clone());
        left
    };
    let why = "a drawing has one mother and one father of each child";
    (!left.is_empty()).then(|| format!("{} is a parent of {child} too, and {why}: leave out what is not by descent", left.join(" and ")))
}
