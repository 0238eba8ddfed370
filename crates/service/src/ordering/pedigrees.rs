//! The family of an order, drawn and changed.

use crate::{Desk, ServiceError, ServiceResult};
use access::Action;
use care::{
    OrderId, Refusals,
    ordering::{
        family::Affected,
        pedigree::{self, Edit, Individual, Pedigree},
    },
};
use formats::ped::{self, Person};
use std::path::Path;
use store::{Change, Loaded};

/// The family of an order: as it was drawn last, else as the order tells it; and how often it was drawn.
pub async fn pedigree(desk: &Desk, order: OrderId) -> ServiceResult<(Pedigree, u64)> {
    let permit = desk.permit(Action::ReadOrder, order).await?;
    let loaded = desk.service.store.load::<Pedigree>(&permit, pedigree::stream(order)).await?;
    if loaded.sequence > 0 {
        return Ok((loaded.state, loaded.sequence));
    }
    let request = desk.status(&permit, order).await?.order.request.ok_or(ServiceError::NotFound("order"))?;
    Ok((Pedigree::from_participants(&request.people), 0))
}

/// Changes the drawing that was seen; `seen` is how often it had been drawn then.
pub async fn edit(desk: &Desk, order: OrderId, seen: u64, edit: Edit) -> ServiceResult<()> {
    let permit = desk.permit(Action::ChangeOrder, order).await?;
    let (drawn, times) = pedigree(desk, order).await?;
    if times != seen {
        return Err(Refusals::one(
            "pedigree",
            "Somebody else changed this drawing meanwhile; it is shown as it is now. Repeat what is still needed",
        )
        .into());
    }
    let edit = match edit {
        Edit::Replace(other) => Edit::Replace(recognised(other, &drawn)?),
        edit => edit,
    };
    let events = pedigree::decide(&drawn, edit)?;
    let mut change = Change::default();
    change.add(&Loaded { stream: pedigree::stream(order), state: drawn, sequence: times }, &events);
    change.links.push((order, pedigree::stream(order)));
    desk.commit(&permit, change).await
}

/// A family from elsewhere, with the people of the order recognised by name or identifier; each of them must be in it.
fn recognised(mut other: Pedigree, drawn: &Pedigree) -> Result<Pedigree, Refusals> {
    let mut missing = Vec::new();
    for known in drawn.people.iter().filter(|p| p.patient.is_some()) {
        let same = |p: &&mut Individual| p.id == known.id || (!p.name.is_empty() && p.name.eq_ignore_ascii_case(&known.name));
        match other.people.iter_mut().find(same) {
            Some(found) => {
                found.patient = known.patient;
                found.name.clone_from(&known.name);
            }
            None => missing.push(format!("{} ({})", known.name, known.id)),
        }
    }
    if missing.is_empty() {
        return Ok(other);
    }
    let message = format!("The file has nobody for {}: give each the identifier that they have in this drawing", missing.join(", "));
    Err(Refusals::one("pedigree", message))
}

/// The family as PED, for programs that read no more.
pub fn to_ped(pedigree: &Pedigree, family: &str) -> String {
    let person = |p: &Individual| Person {
        family: family.into(),
        id: p.id.clone(),
        father: p.father.clone(),
        mother: p.mother.clone(),
        sex: p.sex,
        affected: p.affected,
    };
    ped::write(&pedigree.people.iter().map(person).collect::<Vec<_>>())
}

/// A family from PED; the first affected person is taken for the proband, unless the drawing's proband is in it.
pub fn from_ped(text: &str, drawn: &Pedigree) -> ServiceResult<Pedigree> {
    let people = ped::parse(Path::new("pedigree"), text)?;
    let known = drawn.people.iter().find(|p| p.proband).map(|p| p.id.as_str());
    let named = people.iter().position(|p| Some(p.id.as_str()) == known);
    let proband = named.or_else(|| people.iter().position(|p| p.affected == Affected::Yes)).unwrap_or_default();
    let individual = |(index, p): (usize, Person)| Individual {
        affected: p.affected,
        father: p.father,
        mother: p.mother,
        proband: index == proband,
        ..Individual::new(p.id, p.sex)
    };
    Ok(Pedigree { people: people.into_iter().enumerate().map(individual).collect() })
}

/// The family drawn as SVG.
pub fn drawing(pedigree: &Pedigree) -> String {
    render::pedigree::svg(pedigree)
}
