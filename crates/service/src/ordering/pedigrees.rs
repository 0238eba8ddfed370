//! The family of an order, drawn and changed.

mod take;

pub use take::take;

use crate::{Desk, ServiceError, ServiceResult, Status, ordering::generations};
use access::{Action, Permit};
use care::{
    OrderId, Refusals,
    ordering::pedigree::{
        self, Edit, Event, Individual, Pedigree, Twin,
        years::{self, Years},
    },
    people::patient::Sex,
};
use formats::ped::{self, Member, Person};
use std::path::Path;
use store::{Change, Loaded};

/// The family of an order: as it was drawn last, else as the order tells it; and how often it was drawn.
#[crate::boxed]
pub async fn pedigree(desk: &Desk, order: OrderId) -> ServiceResult<(Pedigree, u64)> {
    let permit = desk.permit(Action::ReadOrder, order).await?;
    drawn(desk, &permit, order, &desk.status(&permit, order).await?).await
}

/// The same for a permit that opens the order, with its status.
pub(crate) async fn drawn(desk: &Desk, permit: &Permit, order: OrderId, status: &Status) -> ServiceResult<(Pedigree, u64)> {
    let loaded = desk.service.store.load::<Pedigree>(permit, pedigree::stream(order)).await?;
    if loaded.sequence > 0 {
        return Ok((loaded.state, loaded.sequence));
    }
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    Ok((Pedigree::from_participants(&request.people), 0))
}

/// Changes the drawing that was seen; `seen` is how often it had been drawn then.
#[crate::boxed]
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
    let mut events = pedigree::decide(&drawn, edit)?;
    for Event::Drawn { pedigree: after, what } in &mut events {
        let checks = generations::of_drawing(desk, &permit, &drawn, after).await?;
        for check in checks {
            *what += &format!(". {check}");
        }
    }
    let mut change = Change::default();
    change.add(&Loaded { stream: pedigree::stream(order), state: drawn, sequence: times }, &events);
    change.links.push((order, pedigree::stream(order)));
    desk.commit(&permit, change).await
}

/// A family from elsewhere, with the people of the order recognised by identifier or name, else by their place: the proband, and the
/// proband's parents. Each of them must be in it, and of the sex that the order says: identifiers such as P2 are those of many files.
fn recognised(mut other: Pedigree, drawn: &Pedigree) -> Result<Pedigree, Refusals> {
    let (mut missing, mut wrong) = (Vec::new(), Vec::new());
    for known in drawn.people.iter().filter(|p| p.patient.is_some()) {
        let found = by_identifier_or_name(&other, known).or_else(|| by_place(&other, drawn, known));
        match found.and_then(|index| other.people.get_mut(index)) {
            Some(found) if !may_be_of(found.sex, known.sex) => {
                let sex_of = |p: &Individual| p.sex.label().to_lowercase();
                wrong.push(format!("{} ({}) is {} in the order and {} in the file", known.name, known.id, sex_of(known), sex_of(found)));
            }
            Some(found) => {
                found.patient = known.patient;
                found.name.clone_from(&known.name);
            }
            None => missing.push(format!("{} ({})", known.name, known.id)),
        }
    }
    if !wrong.is_empty() {
        let message = format!(
            "{}: nothing is taken, for the file may number people otherwise. Compare who is who, and mend one of them",
            wrong.join("; ")
        );
        return Err(Refusals::one("pedigree", message));
    }
    if missing.is_empty() {
        return Ok(other);
    }
    let message = format!("The file has nobody for {}: give each the identifier that they have in this drawing", missing.join(", "));
    Err(Refusals::one("pedigree", message))
}

/// Who has somebody's identifier, else the one person who has their name.
fn by_identifier_or_name(other: &Pedigree, known: &Individual) -> Option<usize> {
    let is_free = |p: &Individual| p.patient.is_none();
    let by_identifier = other.people.iter().position(|p| is_free(p) && p.id == known.id);
    let is_named = |p: &Individual| is_free(p) && !p.name.is_empty() && p.name.eq_ignore_ascii_case(&known.name);
    let mut named = (0..other.people.len()).filter(|index| is_named(&other.people[*index]));
    by_identifier.or_else(|| named.next().filter(|_| named.next().is_none()))
}

/// Whether nothing speaks against two sexes being those of one person.
fn may_be_of(one: Sex, other: Sex) -> bool {
    one == other || one == Sex::Unknown || other == Sex::Unknown
}

/// Who stands where somebody of the order stands, and may be of the same sex: the proband, or a parent of the proband.
fn by_place(other: &Pedigree, drawn: &Pedigree, known: &Individual) -> Option<usize> {
    let (proband, theirs) = (drawn.people.iter().find(|p| p.proband)?, other.people.iter().find(|p| p.proband)?);
    let is = |parent: &Option<String>| parent.as_deref() == Some(known.id.as_str());
    let id = match () {
        () if known.proband => Some(&theirs.id),
        () if is(&proband.mother) => theirs.mother.as_ref(),
        () if is(&proband.father) => theirs.father.as_ref(),
        () => None,
    }?;
    // Whoever has the identifier of somebody else of the order is that person.
    let is_other = drawn.people.iter().any(|p| p.patient.is_some() && p.id != known.id && p.id == *id);
    other.people.iter().position(|p| p.id == *id && p.patient.is_none() && !is_other && may_be_of(p.sex, known.sex))
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

/// A family from a file of another program: PED, CanRisk or BOADICEA; GA4GH, Phenopackets, FHIR, open-pedigree or pedigreejs as
/// JSON. What such a file says that a drawing has no place for is told, and nothing is taken.
pub fn from_file(text: &str, drawn: &Pedigree) -> ServiceResult<Pedigree> {
    let known = drawn.people.iter().find(|p| p.proband).map(|p| p.id.as_str());
    let read = if interop::pedigree::is_json(text) {
        let (pedigree, left_out) = interop::pedigree::read(text).map_err(|why| Refusals::one("file", why))?;
        if !left_out.is_empty() {
            return Err(Refusals::one("file", left_out.join("; ")).into());
        }
        pedigree
    } else {
        from_ped(text)?
    };
    Ok(pedigree::completed(read, known))
}

fn from_ped(text: &str) -> ServiceResult<Pedigree> {
    let individual = |member: Member| {
        let person = member.person;
        Individual {
            name: member.name,
            affected: person.affected,
            father: person.father,
            mother: person.mother,
            proband: member.proband,
            deceased: member.deceased,
            twin: member.twin.map(|birth| Twin { birth, identical: true }),
            years: Years { born: member.born, died: None, age: member.age },
            ..Individual::new(person.id, person.sex)
        }
    };
    let pedigree = Pedigree { people: ped::parse_members(Path::new("pedigree"), text)?.into_iter().map(individual).collect() };
    let impossible = years::impossible(&pedigree);
    if impossible.is_empty() { Ok(pedigree) } else { Err(Refusals::one("file", impossible.join("; ")).into()) }
}

/// The family drawn as SVG.
pub fn drawing(pedigree: &Pedigree) -> String {
    render::pedigree::svg(pedigree)
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::PatientId;

    fn person(id: &str, name: &str, sex: Sex, patient: Option<u128>) -> Individual {
        Individual { name: name.into(), patient: patient.map(|n| PatientId(uuid::Uuid::from_u128(n))), ..Individual::new(id, sex) }
    }

    #[test]
    fn a_file_of_canrisk_keeps_its_years_and_a_mother_is_no_younger_than_her_child() {
        let file = |mother: &str| {
            format!(
                "##CanRisk 2.0\n##FamID\tName\tTarget\tIndivID\tFathID\tMothID\tSex\tMZtwin\tDead\tAge\tYob\nF\tAnn\t1\tP1\t0\tP3\tF\t0\t0\t30\t1990\n\
                 F\tMum\t0\tP3\t0\t0\tF\t0\t0\t58\t{mother}"
            )
        };
        let drawn = Pedigree { people: vec![person("P1", "Ann", Sex::Female, None)] };
        let read = from_file(&file("1962"), &drawn).expect("read");
        let years: Vec<(Option<i16>, Option<u16>)> = read.people.iter().map(|p| (p.years.born, p.years.age)).collect();
        assert_eq!(years, [(Some(1990), Some(30)), (Some(1962), Some(58))]);
        let refused = from_file(&file("1995"), &drawn).expect_err("refused").to_string();
        assert!(refused.contains("Mum (P3) (born 1995) is the mother of Ann (P1) (born 1990)"), "{refused}");
    }

    #[test]
    fn nobody_of_the_order_is_taken_for_somebody_of_the_file() {
        let drawn = Pedigree { people: vec![person("P1", "Sam", Sex::Male, Some(1)), person("P2", "Colin", Sex::Male, Some(2))] };
        let result = |people: Vec<Individual>| match recognised(Pedigree { people }, &drawn) {
            Ok(family) => family.people.iter().filter(|p| p.patient.is_some()).map(|p| p.id.clone()).collect::<Vec<_>>().join(", "),
            Err(refusals) => refusals.to_string(),
        };
        let of_file = |id: &str, name: &str, sex| person(id, name, sex, None);
        assert_eq!(result(vec![of_file("P2", "", Sex::Male), of_file("P1", "", Sex::Unknown)]), "P2, P1");
        assert_eq!(result(vec![of_file("a", "Sam", Sex::Male), of_file("b", "COLIN", Sex::Male)]), "a, b");
        let numbered_otherwise = result(vec![of_file("P1", "", Sex::Male), of_file("P2", "", Sex::Female)]);
        assert!(numbered_otherwise.contains("Colin (P2) is male in the order and female in the file"), "{numbered_otherwise}");
        let two_of_a_name =
            result(vec![of_file("a", "Sam", Sex::Male), of_file("b", "Colin", Sex::Male), of_file("c", "Colin", Sex::Male)]);
        assert!(two_of_a_name.contains("nobody for Colin (P2)"), "{two_of_a_name}");
    }
}
