//! Lists of people who name their parents: open-pedigree's simple JSON and pedigreejs, which CanRisk draws with. Sources:
//! phenotips/open-pedigree, `src/script/model/import.js` (`initFromSimpleJSON`); CCGE-BOADICEA/pedigreejs, documentation of the
//! data set.

use super::{Family, sex, text};
use care::ordering::{
    family::Affected,
    pedigree::{Adopted, Individual, Pedigree, Twin},
};
use serde_json::Value;

/// Reads a list.
pub(super) fn family(list: &[Value]) -> Result<Family, String> {
    let mut people = Vec::with_capacity(list.len());
    // open-pedigree lists relationships beside people; they say nothing that the parents of children do not.
    for (index, person) in list.iter().enumerate().filter(|(_, person)| person["relationshipId"].is_null()) {
        let id = first(person, &["id", "name", "externalId"]);
        if id.is_empty() || !person.is_object() {
            return Err(format!("[{index}] has no id and no name: give everybody one"));
        }
        let mut one = described(&id, person);
        one.proband = is_true(&person["proband"]);
        let parent = |name: &str| Some(text(&person[name])).filter(|id| !id.is_empty());
        (one.father, one.mother) = (parent("father"), parent("mother"));
        people.push(one);
    }
    if people.is_empty() {
        return Err("the list names nobody".into());
    }
    let mut pedigree = Pedigree { people };
    by_identifier(&mut pedigree, list);
    Ok((pedigree, vec![]))
}

/// open-pedigree lets a parent be named by any of a person's names.
fn by_identifier(pedigree: &mut Pedigree, list: &[Value]) {
    let known: Vec<(String, Vec<String>)> = list
        .iter()
        .map(|person| {
            (first(person, &["id", "name", "externalId"]), ["name", "firstName", "externalId"].map(|key| text(&person[key])).to_vec())
        })
        .collect();
    let ids: Vec<String> = pedigree.people.iter().map(|p| p.id.clone()).collect();
    for parent in pedigree.people.iter_mut().flat_map(|p| [&mut p.father, &mut p.mother]).flatten() {
        if !ids.contains(parent)
            && let Some((id, _)) = known.iter().find(|(_, names)| names.contains(parent))
        {
            parent.clone_from(id);
        }
    }
}

/// Somebody as their properties describe them: sex, name, life, condition, twins, adoption.
pub(super) fn described(id: &str, properties: &Value) -> Individual {
    let sex_field = if properties["gender"].is_null() { &properties["sex"] } else { &properties["gender"] };
    let mut one = Individual::new(id, sex(sex_field));
    let names = [first(properties, &["fName", "firstName", "display_name"]), first(properties, &["lName", "lastName"])];
    one.name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
    let life = text(&properties["lifeStatus"]).to_ascii_lowercase();
    one.fetus = ["unborn", "stillborn", "aborted", "miscarriage"].contains(&life.as_str());
    // pedigreejs writes 1 for who has died.
    one.deceased = ["deceased", "stillborn", "aborted", "miscarriage"].contains(&life.as_str()) || text(&properties["status"]) == "1";
    one.affected = affected(properties);
    one.adopted = match text(&properties["adoptedStatus"]).as_str() {
        "adoptedIn" => Adopted::In,
        "adoptedOut" => Adopted::Out,
        _ if is_true(&properties["isAdopted"]) || is_true(&properties["adopted_in"]) => Adopted::In,
        _ if is_true(&properties["adopted_out"]) => Adopted::Out,
        _ => Adopted::No,
    };
    one.twin = twin(properties);
    one
}

/// Who has the condition: by the status, or by any disorder or diagnosis that is listed.
fn affected(properties: &Value) -> Affected {
    let listed = |name: &str| properties[name].as_array().is_some_and(|list| !list.is_empty());
    let diagnosed = properties.as_object().into_iter().flatten().any(|(key, age)| key.ends_with("_diagnosis_age") && !text(age).is_empty());
    match text(&properties["carrierStatus"]).as_str() {
        "affected" => Affected::Yes,
        "carrier" | "presymptomatic" | "unaffected" => Affected::No,
        _ if listed("disorders") || diagnosed || is_true(&properties["affected"]) => Affected::Yes,
        _ if properties["affected"] == false => Affected::No,
        _ => Affected::Unknown,
    }
}

fn twin(properties: &Value) -> Option<Twin> {
    let group = |name: &str| Some(text(&properties[name])).filter(|group| !group.is_empty());
    let birth = |name: &str, identical| group(name).map(|group| Twin { birth: format!("birth-{group}"), identical });
    birth("twinGroup", is_true(&properties["monozygotic"])).or_else(|| birth("mztwin", true)).or_else(|| birth("dztwin", false))
}

fn first(value: &Value, names: &[&str]) -> String {
    names.iter().map(|name| text(&value[*name])).find(|text| !text.is_empty()).unwrap_or_default()
}

fn is_true(value: &Value) -> bool {
    *value == true || ["true", "1", "yes"].contains(&text(value).as_str())
}
