//! PED: who is who in a family. Source: PLINK 1.9 file format, `.fam`/`.ped` first six columns.

use crate::{FileError, FileResult, open};
pub use genome::{Affected, Sex};
use std::path::Path;

/// One person of a PED file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Identifier of the family.
    pub family: String,
    /// Individual, the same name as the VCF sample.
    pub id: String,
    /// Father, if named.
    pub father: Option<String>,
    /// Mother, if named.
    pub mother: Option<String>,
    /// Sex column: 1 male, 2 female, anything else unknown.
    pub sex: Sex,
    /// Phenotype column: 1 unaffected, 2 affected, 0 or -9 unknown.
    pub affected: Affected,
}

/// Reads a PED file of one family.
pub fn read(path: &Path) -> FileResult<Vec<Person>> {
    family(path, open::lines(path)?)
}

/// Reads a PED text of one family; `name` stands in messages.
pub fn parse(name: &Path, text: &str) -> FileResult<Vec<Person>> {
    family(name, (1..).zip(text.lines()).map(|(number, line)| Ok((number, line.to_owned()))))
}

/// Writes a family as PED.
pub fn write(people: &[Person]) -> String {
    let line = |p: &Person| {
        let parent = |name: &Option<String>| name.clone().unwrap_or_else(|| "0".into());
        let sex = match p.sex {
            Sex::Male => 1,
            Sex::Female => 2,
            Sex::Unknown => 0,
        };
        let status = match p.affected {
            Affected::No => 1,
            Affected::Yes => 2,
            Affected::Unknown => 0,
        };
        format!("{}\t{}\t{}\t{}\t{sex}\t{status}\n", p.family, p.id, parent(&p.father), parent(&p.mother))
    };
    people.iter().map(line).collect()
}

fn family(path: &Path, lines: impl Iterator<Item = FileResult<(u64, String)>>) -> FileResult<Vec<Person>> {
    let mut people: Vec<Person> = Vec::new();
    for line in lines {
        let (number, line) = line?;
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let person = person(path, number, &line)?;
        if people.iter().any(|p| p.id == person.id) {
            return Err(FileError::on_line(path, number, "individual", format!("'{}' stands there twice", person.id)));
        }
        people.push(person);
    }
    check_family(path, &people)?;
    Ok(people)
}

fn person(path: &Path, number: u64, line: &str) -> FileResult<Person> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [family, id, father, mother, sex, status, ..] = fields[..] else {
        let rule = format!("{} columns; family, individual, father, mother, sex, phenotype are needed", fields.len());
        return Err(FileError::on_line(path, number, "columns", rule));
    };
    let parent = |name: &str| (name != "0" && name != ".").then(|| name.to_owned());
    Ok(Person {
        family: family.into(),
        id: id.into(),
        father: parent(father),
        mother: parent(mother),
        sex: match sex {
            "1" => Sex::Male,
            "2" => Sex::Female,
            "0" | "." | "-9" | "3" => Sex::Unknown,
            other => return Err(FileError::on_line(path, number, "sex", format!("'{other}' is not 1 (male), 2 (female) or 0"))),
        },
        affected: match status {
            "1" => Affected::No,
            "2" => Affected::Yes,
            "0" | "." | "-9" => Affected::Unknown,
            other => {
                return Err(FileError::on_line(path, number, "phenotype", format!("'{other}' is not 1 (unaffected), 2 (affected) or 0")));
            }
        },
    })
}

fn check_family(path: &Path, people: &[Person]) -> FileResult<()> {
    if people.is_empty() {
        return Err(FileError::whole(path, "names nobody"));
    }
    if let Some(other) = people.iter().find(|p| p.family != people[0].family) {
        let rule = format!("families '{}' and '{}' stand in one file; one family is one case", people[0].family, other.family);
        return Err(FileError::whole(path, rule));
    }
    for person in people {
        for (parent, sex, role) in [(&person.father, Sex::Female, "father"), (&person.mother, Sex::Male, "mother")] {
            let Some(name) = parent else { continue };
            if *name == person.id {
                return Err(FileError::whole(path, format!("'{name}' is their own {role}")));
            }
            if people.iter().any(|p| p.id == *name && p.sex == sex) {
                return Err(FileError::whole(path, format!("'{name}' is the {role} of '{}' but has the other sex", person.id)));
            }
        }
    }
    Ok(())
}
