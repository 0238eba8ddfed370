//! PED: who is who in a family; and CanRisk's pedigree files, which have more columns in another order.
//!
//! Sources: PLINK 1.9 file formats, `.fam` (family, individual, father, mother, sex, phenotype) and PLINK 2.0, `.psam` (columns by a
//! header); CanRisk pedigree file format specification, versions 2 to 4 (`##CanRisk`, header `##FamID Name Target IndivID …`), and
//! BOADICEA import format 4.0 before it; open-pedigree, which writes five columns without a family.

mod columns;
mod values;

use crate::{FileError, FileResult, open};
use columns::{Columns, Field, Rows};
pub use genome::{Affected, Sex};
use std::{collections::BTreeSet, path::Path};

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
    /// Sex column: 1 or M male, 2 or F female, 0 and other words for it unknown.
    pub sex: Sex,
    /// Phenotype column: 1 unaffected, 2 affected, 0 or -9 unknown; or the words.
    pub affected: Affected,
}

/// One person with what files with a header tell beside: CanRisk's and BOADICEA's columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Who descends from whom.
    pub person: Person,
    /// Name, if there is a column of names.
    pub name: String,
    /// The person whom the question is about.
    pub proband: bool,
    /// Has died.
    pub deceased: bool,
    /// Shared by identical twins.
    pub twin: Option<String>,
    /// Age in years, of who has died at death.
    pub age: Option<u16>,
    /// Year of birth.
    pub born: Option<i16>,
}

/// Reads a PED file of one family.
pub fn read(path: &Path) -> FileResult<Vec<Person>> {
    Ok(persons(family(path, open::lines(path)?)?))
}

/// Reads a PED text of one family; `name` stands in messages.
pub fn parse(name: &Path, text: &str) -> FileResult<Vec<Person>> {
    Ok(persons(parse_members(name, text)?))
}

/// Reads a PED text of one family with names, proband, deaths and twins, where it has columns of them.
pub fn parse_members(name: &Path, text: &str) -> FileResult<Vec<Member>> {
    // Old programs of the Mac end lines with a carriage return alone.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    family(name, (1..).zip(text.lines()).map(|(number, line)| Ok((number, line.to_owned()))))
}

fn persons(members: Vec<Member>) -> Vec<Person> {
    members.into_iter().map(|member| member.person).collect()
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
            Affected::Unknown => -9,
        };
        format!("{}\t{}\t{}\t{}\t{sex}\t{status}\n", p.family, p.id, parent(&p.father), parent(&p.mother))
    };
    people.iter().map(line).collect()
}

fn family(path: &Path, lines: impl Iterator<Item = FileResult<(u64, String)>>) -> FileResult<Vec<Member>> {
    let Rows { columns, rows } = columns::rows(path, lines)?;
    let mut members: Vec<Member> = Vec::with_capacity(rows.len());
    for (number, fields) in &rows {
        let (number, member) = (*number, member(path, *number, &columns, fields)?);
        if members.iter().any(|m| m.person.id == member.person.id) {
            return Err(FileError::on_line(path, number, "individual", format!("'{}' stands there twice", member.person.id)));
        }
        members.push(member);
    }
    check_family(path, &members.iter().map(|member| &member.person).collect::<Vec<_>>())?;
    check_coding(path, &columns, &rows)?;
    Ok(members)
}

/// A phenotype of zeros and ones alone says two things: 1 is unaffected where 2 is affected, and affected where 0 is unaffected.
/// Source: PLINK 1.9, `--1`.
fn check_coding(path: &Path, columns: &Columns, rows: &[(u64, Vec<String>)]) -> FileResult<()> {
    let coded: BTreeSet<&str> = rows.iter().map(|(_, fields)| columns.get(Field::Affected, fields)).collect();
    if coded == BTreeSet::from(["0", "1"]) && columns.diagnoses(&[]).is_none() {
        let rule = "0 and 1 alone can mean that 1 is unaffected, or affected: write 2 for affected, 1 for unaffected and -9 for not known";
        return Err(FileError::whole(path, format!("field phenotype: {rule}")));
    }
    Ok(())
}

fn member(path: &Path, number: u64, columns: &Columns, fields: &[String]) -> FileResult<Member> {
    let get = |field: Field| columns.get(field, fields);
    let wrong = |field: &'static str, rule: String| FileError::on_line(path, number, field, rule);
    let id = get(Field::Individual).to_owned();
    if values::is_nobody(&id) {
        return Err(wrong("individual", format!("'{id}' names nobody: give everybody an identifier")));
    }
    let sex = values::sex(get(Field::Sex)).map_err(|rule| wrong("sex", rule))?;
    let affected = match columns.diagnoses(fields) {
        Some(ages) => values::diagnosed(ages),
        None => values::affected(get(Field::Affected)).map_err(|rule| wrong("phenotype", rule))?,
    };
    let parent = |field| Some(get(field)).filter(|name| !values::is_nobody(name)).map(str::to_owned);
    Ok(Member {
        name: Some(get(Field::Name)).filter(|name| !values::is_nobody(name)).unwrap_or_default().to_owned(),
        proband: values::is_yes(get(Field::Target)),
        deceased: values::is_yes(get(Field::Dead)),
        twin: Some(get(Field::Twin)).filter(|code| !values::is_nobody(code)).map(str::to_owned),
        age: values::age(get(Field::Age)).map_err(|rule| wrong("age", rule))?,
        born: values::year(get(Field::Born)).map_err(|rule| wrong("year of birth", rule))?,
        person: Person {
            family: Some(get(Field::Family)).filter(|name| !name.is_empty()).unwrap_or("family").to_owned(),
            father: parent(Field::Father),
            mother: parent(Field::Mother),
            id,
            sex,
            affected,
        },
    })
}

fn check_family(path: &Path, people: &[&Person]) -> FileResult<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let line = |m: &Member| {
            let p = &m.person;
            let parents = [&p.father, &p.mother].map(|name| name.as_deref().unwrap_or("-"));
            let more = [(m.proband, "*"), (m.deceased, "+"), (m.twin.is_some(), "=")];
            let more: String = more.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            format!("{}{} {} {} {:?} {:?}{more}", m.name, p.id, parents[0], parents[1], p.sex, p.affected)
        };
        match parse_members(Path::new("f.ped"), text) {
            Ok(members) => members.iter().map(line).collect::<Vec<_>>().join("; "),
            Err(why) => why.to_string(),
        }
    }

    const TRIO: &str = "P1 P2 P3 Female Yes; P2 - - Male No; P3 - - Female No";

    #[test]
    fn one_family_is_read_in_every_spelling() {
        for text in [
            "F P1 P2 P3 2 2\nF P2 0 0 1 1\nF P3 0 0 2 1",
            "\u{feff}F\tP1\tP2\tP3\t2\t2\r\nF\tP2\t\t\t1\t1\r\n\r\nF\tP3\t.\t-9\t2\t1\r\n",
            "Family_ID\tIndividual_ID\tPaternal_ID\tMaternal_ID\tSex\tPhenotype\nF\tP1\tP2\tP3\t2\t2\nF\tP2\t0\t0\t1\t1\nF\tP3\t0\t0\t2\t1",
            "# a comment\n  # another\nF P1 P2 P3 female affected\nF P2 0 0 male unaffected\nF P3 NA NA Woman control",
            "F,P1,P2,P3,F,2\nF,P2,0,0,M,1\nF,P3,0,0,F,1",
            "#FID IID PAT MAT SEX PHENO1\rF P1 P2 P3 2 2\rF P2 0 0 1 1\rF P3 0 0 2 1",
            "individual;sex;father;mother;affected\nP1;F;P2;P3;yes\nP2;M;;;no\nP3;F;;;no",
            "PedigreeName\tIndividualName\tFather\tMother\tGender\tAffected\nF\tP1\tP2\tP3\tF\tY\nF\tP2\t\t\tM\tN\nF\tP3\t\t\tF\tN",
        ] {
            assert_eq!(shown(text), TRIO, "{text}");
        }
        assert_eq!(shown("P1 P2 P3 2 -9\nP3 0 0 2 -9\nP2 0 0 1 -9"), "P1 P2 P3 Female Unknown; P3 - - Female Unknown; P2 - - Male Unknown");
        assert_eq!(shown("F P1 P2 P3 2\nF P2 0 0 1"), "P1 P2 P3 Female Unknown; P2 - - Male Unknown", "no phenotype");
        assert_eq!(shown("F\tP1\tJohn Smith\t0\t2\t2\nF\tJohn Smith\t0\t0\t1\t1"), "P1 John Smith - Female Yes; John Smith - - Male No");
        assert_eq!(shown("F P1 0 0 2 2 HP:1,HP:2,HP:3,HP:4,HP:5"), "P1 - - Female Yes", "what follows the sixth column");
    }

    #[test]
    fn files_of_canrisk_and_boadicea_are_read_by_their_columns() {
        let canrisk = "##CanRisk 2.0\n##menarche=13\n##FamID\tName\tTarget\tIndivID\tFathID\tMothID\tSex\tMZtwin\tDead\tAge\tYob\tBC1\tBC2\tOC\tPRO\tPAN\tAshkn\n\
                       F\tAnn\t1\tP1\tP2\tP3\tF\tA\t0\t30\t1990\t0\t0\t0\t0\t0\t0\nF\tDad\t0\tP2\t0\t0\tM\t0\t1\t60\t1962\t0\t0\t0\tAU\t0\t0\nF\tMum\t0\tP3\t0\t0\tF\t0\t0\t58\t1962\t50\t0\t0\t0\t0\t0";
        assert_eq!(shown(canrisk), "AnnP1 P2 P3 Female No*=; DadP2 - - Male Yes+; MumP3 - - Female Yes");
        let boadicea = "BOADICEA import pedigree file format 4.0\nFamID Name Target IndivID FathID MothID Sex Twin Dead Age Yob 1BrCa 2BrCa OvCa ProCa PanCa\n\
                        X pa 0 m21 0 0 M 0 0 45 1964 0 0 0 0 0\nX me 1 ch1 m21 f21 F 0 0 23 1986 22 0 0 0 0\nX ma 0 f21 0 0 F 0 0 42 1966 0 0 0 0 0";
        assert_eq!(shown(boadicea), "pam21 - - Male No; mech1 m21 f21 Female Yes*; maf21 - - Female No");
    }

    #[test]
    fn a_column_whose_name_is_unknown_is_read_by_its_place() {
        for header in ["#fam sample pat mat sex phen", "#FAMILY_NAME subject father mother sex trait", "#kin iid dad mum gender case"] {
            let text = format!("{header}\nF kid dad mom 1 2\nF dad 0 0 1 1\nF mom 0 0 2 1");
            assert_eq!(shown(&text), "kid dad mom Male Yes; dad - - Male No; mom - - Female No", "{header}");
        }
        let of_tissue = shown("#fam iid pat mat sex tissue\nF kid dad mom 1 blood");
        assert!(of_tissue.contains("blood"), "what is no phenotype is named: {of_tissue}");
    }

    #[test]
    fn ages_and_years_of_birth_are_read_where_a_header_names_them() {
        let text = |age: &str, born: &str| format!("FamID Name Target IndivID FathID MothID Sex Age Yob\nF Ann 1 P1 0 0 F {age} {born}");
        let years = |age: &str, born: &str| {
            let members = parse_members(Path::new("f.ped"), &text(age, born)).expect("read");
            (members[0].age, members[0].born)
        };
        assert_eq!(years("30", "1990"), (Some(30), Some(1990)));
        assert_eq!(years("0", "NA"), (None, None));
        assert_eq!(years("unknown", "0"), (None, None));
        assert!(shown(&text("old", "1990")).contains("field age: 'old' is no age in whole years"));
        assert!(shown(&text("30", "90")).contains("field year of birth: '90' is no year with four digits"));
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_field() {
        for (text, says) in [
            ("F P1 0 0 X 2", "line 1, field sex: 'X' is not 1 (male), 2 (female) or 0"),
            ("F P1 0 0 1 7.5", "field phenotype: '7.5' is not 1 (unaffected), 2 (affected) or 0"),
            ("F P1 0 0 1 2\nF P1 0 0 1 2", "line 2, field individual: 'P1' stands there twice"),
            ("F P1 0 0", "field columns: 4 columns"),
            ("F P1 0 0 1 2\nG P2 0 0 1 2", "families 'F' and 'G'"),
            ("F P1 P2 P3 1 1\nF P2 0 0 1 0\nF P3 0 0 2 0", "0 and 1 alone"),
            ("0 HEAD\n1 GEDC\n2 VERS 5.5.1", "this is GEDCOM"),
            ("<pedigree/>", "this is XML"),
            ("F P1 P2 0 1 2\nF P2 0 0 2 1", "'P2' is the father of 'P1' but has the other sex"),
            ("# nobody", "names nobody"),
            ("", "names nobody"),
        ] {
            assert!(shown(text).contains(says), "{text}: {}", shown(text));
        }
    }
}
