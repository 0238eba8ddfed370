//! The family of a VCF: from a PED file, or one person alone.

use annotation::{Family, Member, case::Sex};
use formats::{FileError, FileResult, ped, vcf::Header};
use std::path::Path;

/// Reads the family. Everybody in the pedigree must be in the VCF.
pub fn read(ped: Option<&Path>, header: &Header, vcf: &Path, proband: Option<&str>) -> FileResult<Family> {
    if header.samples.is_empty() {
        return Err(
            FileError::whole(vcf, "has no samples, so there is nobody to interpret").remedy("Give a VCF with FORMAT and sample columns")
        );
    }
    let Some(path) = ped else {
        return match (&header.samples[..], proband) {
            ([only], _) => Ok(Family::singleton(only, Sex::Unknown)),
            (samples, Some(name)) if samples.iter().any(|s| s == name) => Ok(Family::singleton(name, Sex::Unknown)),
            (samples, _) => {
                Err(FileError::whole(vcf, format!("has {} samples ({}) and no pedigree was given", samples.len(), samples.join(", ")))
                    .remedy("Give --ped with the family, or --proband with the one sample to interpret"))
            }
        };
    };
    let people = ped::read(path)?;
    for person in &people {
        if !header.samples.contains(&person.id) {
            let rule = format!("'{}' is in the pedigree but not in {} (samples: {})", person.id, vcf.display(), header.samples.join(", "));
            return Err(
                FileError::whole(path, rule).remedy("Use the family's own VCF, or take people without a sample out of the pedigree")
            );
        }
    }
    let place = |name: &Option<String>| name.as_ref().and_then(|n| people.iter().position(|p| p.id == *n));
    let members = people.iter().map(|person| Member {
        sample: person.id.clone(),
        sex: person.sex,
        affected: person.affected,
        father: place(&person.father),
        mother: place(&person.mother),
    });
    Family::new(members.collect(), proband).map_err(|e| FileError::whole(path, e))
}
