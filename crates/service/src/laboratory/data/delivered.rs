//! Files as they are delivered: what the header of each holds, whose samples they may be, and what is never taken for somebody else's.

use super::Delivered;
use crate::{
    Desk, ServiceError, ServiceResult, Status,
    laboratory::{alignments::identity, sample_names::SampleNames},
    people,
};
use access::{Action, Permit};
use anyhow::Context;
use care::{
    OrderId, PatientId, Refusal, Refusals,
    laboratory::alignment::{self, Named},
    ordering::{
        family::{Participant, Relationship},
        order::Request,
    },
};
use formats::vcf::Stream;
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{BufRead, BufReader, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};
use store::SeenData;

/// Folder of the service that files are delivered to.
pub(in crate::laboratory) const INCOMING: &str = "incoming";

/// A VCF that was delivered.
#[derive(Clone, Debug)]
pub struct Offered {
    /// Name of the file.
    pub name: String,
    /// Names of its samples, in the order of the header.
    pub samples: Vec<String>,
    /// A file of this name was registered for somebody who is not of this order.
    pub is_used: bool,
    /// Why its header cannot be read.
    pub fault: Option<String>,
}

impl Offered {
    /// A sample of it has one of these barcodes.
    #[must_use]
    pub fn has_barcode(&self, barcodes: &[String]) -> bool {
        self.samples.iter().any(|sample| barcodes.iter().any(|barcode| barcode.eq_ignore_ascii_case(sample)))
    }

    /// The sample that is a person's, where its name says so: it is the barcode of their tube, or says who they are in the family.
    pub fn sample_of(&self, person: &Participant, barcodes: &[String]) -> Option<&str> {
        let by_barcode = self.samples.iter().find(|sample| barcodes.iter().any(|barcode| barcode.eq_ignore_ascii_case(sample)));
        let mut named = self.samples.iter().filter(|sample| place_in_family(sample) == Some(person.relationship));
        by_barcode.or_else(|| named.next().filter(|_| named.next().is_none())).map(String::as_str)
    }
}

/// The files that were delivered, each with the samples that its header names; none when there is no folder for them yet.
#[crate::boxed]
pub async fn offered(desk: &Desk, order: OrderId) -> ServiceResult<Vec<Offered>> {
    let permit = desk.permit(Action::RegisterData, order).await?;
    let people = desk.status(&permit, order).await?.order.request.map(|request| request.people).unwrap_or_default();
    let (folder, service) = (desk.service.folder.join(INCOMING), Arc::clone(&desk.service));
    let mut offered =
        tokio::task::spawn_blocking(move || headers(&folder, &service.sample_names)).await.context("reading the delivered files")??;
    let mut records = Vec::new();
    for person in &people {
        records.extend(people::patients::records(desk, &permit, person.patient).await?);
    }
    for file in &mut offered {
        for line in desk.service.store.samples_of_file(&file.name).await? {
            file.is_used |= line.order != order && !records.contains(&line.patient);
        }
    }
    Ok(offered)
}

/// Where a file lies that was delivered under a name; nothing where none was.
#[must_use]
pub fn path_of(desk: &Desk, offered: &[Offered], name: &str) -> Option<PathBuf> {
    offered.iter().find(|file| file.name == name).map(|file| desk.service.folder.join(INCOMING).join(&file.name))
}

fn headers(folder: &Path, kept: &SampleNames) -> anyhow::Result<Vec<Offered>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(vec![]),
        Err(fault) => return Err(fault).with_context(|| folder.display().to_string()),
    };
    let is_vcf = |name: &String| [".vcf", ".vcf.gz"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    let mut offered = Vec::new();
    for entry in entries {
        let name = entry.with_context(|| folder.display().to_string())?.file_name().into_string().ok().filter(is_vcf);
        offered.extend(name.map(|name| header(folder, kept, name)));
    }
    offered.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(offered)
}

fn header(folder: &Path, kept: &SampleNames, name: String) -> Offered {
    let read = |path: &Path| Stream::open(path).map(|stream| stream.header().samples.clone()).map_err(|fault| fault.to_string());
    let (samples, fault) = match kept.of_file(&folder.join(&name), read) {
        Ok(samples) => (samples, None),
        Err(fault) => (vec![], Some(fault)),
    };
    Offered { name, samples, is_used: false, fault }
}

/// Words in the names of samples that say who somebody is in the family.
const RELATIVES: [(&str, Relationship); 9] = [
    ("mother", Relationship::Mother),
    ("mum", Relationship::Mother),
    ("mom", Relationship::Mother),
    ("father", Relationship::Father),
    ("dad", Relationship::Father),
    ("child", Relationship::Proband),
    ("kid", Relationship::Proband),
    ("proband", Relationship::Proband),
    ("index", Relationship::Proband),
];

/// Who the name of a sample says that somebody is; nothing where it names two.
pub(in crate::laboratory) fn place_in_family(sample: &str) -> Option<Relationship> {
    let sample = sample.to_lowercase();
    let parts = sample.split(|c: char| !c.is_alphabetic());
    let mut places = parts.filter_map(|part| RELATIVES.iter().find(|(word, _)| *word == part)).map(|(_, relationship)| *relationship);
    let first = places.next()?;
    places.all(|place| place == first).then_some(first)
}

/// What speaks against samples being those of the people who are said to have them.
pub(super) async fn faults(
    desk: &Desk,
    permit: &Permit,
    (order, status): (OrderId, &Status),
    files: &Delivered,
    samples: &[(PatientId, String)],
) -> ServiceResult<Vec<Refusal>> {
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let mut refusals = by_name(request, samples);
    for person in &request.people {
        let Some(sample) = super::sample_of(person.patient, samples) else { continue };
        let records = people::patients::records(desk, permit, person.patient).await?;
        let known = identity::numbers(desk, permit, &[&sample]).await?;
        if let Some(Named::SomebodyElse(why)) = alignment::named(&sample, &records, &known) {
            refusals.push(Refusal::new("samples", format!("For {}: {why}", person.name)));
        }
    }
    for path in [&files.vcf].into_iter().chain(&files.structural) {
        let read = path.clone();
        let sha256 = tokio::task::spawn_blocking(move || digest(&read)).await.context("reading the file")??;
        let seen = desk.service.store.samples_of_data(&sha256).await?;
        refusals.extend(used_for_another(desk, permit, (order, path.as_path()), &seen, samples).await?);
    }
    Ok(refusals)
}

/// What is registered of a file that is kept already, to be compared again as it is written; refused where its samples are those of
/// somebody else: another order may have been registered, or the file been replaced, since it was looked at first.
pub(super) async fn unused(
    desk: &Desk,
    permit: &Permit,
    (order, path, sha256): (OrderId, &Path, &str),
    samples: &[(PatientId, String)],
) -> ServiceResult<SeenData> {
    let seen = desk.service.store.samples_of_data(sha256).await?;
    Refusals::check(used_for_another(desk, permit, (order, path), &seen, samples).await?)?;
    Ok(seen)
}

/// What the names alone say: one sample for two people, or a parent's sample for the other parent or the child.
fn by_name(request: &Request, samples: &[(PatientId, String)]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let is_tested = |relationship| request.people.iter().any(|person| person.relationship == relationship);
    for (index, (patient, sample)) in samples.iter().enumerate() {
        if samples[..index].iter().any(|(_, earlier)| earlier == sample) {
            refusals.push(Refusal::new("samples", format!("The sample '{sample}' is said to be two people's")));
        }
        let Some(person) = request.people.iter().find(|person| person.patient == *patient) else { continue };
        let place = place_in_family(sample).filter(|place| *place != person.relationship && is_tested(*place));
        if let Some(place) = place.filter(|_| person.relationship.is_parent() || person.relationship == Relationship::Proband) {
            let message = format!(
                "The sample '{sample}' reads as that of the {}, and was chosen for {} ({}). Check who is who; if the name is wrong, have \
                 the file delivered with the right names",
                place.label().to_lowercase(),
                person.name,
                person.relationship.label().to_lowercase()
            );
            refusals.push(Refusal::new("samples", message));
        }
    }
    refusals
}

/// Samples of a file that were registered as those of somebody else, for another order.
async fn used_for_another(
    desk: &Desk,
    permit: &Permit,
    (order, path): (OrderId, &Path),
    seen: &SeenData,
    samples: &[(PatientId, String)],
) -> ServiceResult<Vec<Refusal>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut refusals = Vec::new();
    for line in &seen.lines {
        let Some((patient, _)) = samples.iter().find(|(_, sample)| *sample == line.sample) else { continue };
        // The same order may name its samples anew: who was swapped is put right by that.
        let is_own = line.order == order || people::patients::records(desk, permit, *patient).await?.contains(&line.patient);
        if !is_own {
            let message = format!(
                "'{}' of {name} was registered as the sample of somebody else, for another order. Check that this is the right file",
                line.sample
            );
            refusals.push(Refusal::new("file", message));
        }
    }
    Ok(refusals)
}

fn digest(path: &Path) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    let mut file = BufReader::with_capacity(1 << 20, fs::File::open(path).with_context(|| path.display().to_string())?);
    loop {
        let bytes = file.fill_buf().with_context(|| path.display().to_string())?;
        if bytes.is_empty() {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(bytes);
        let count = bytes.len();
        file.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_an_order_only_by_a_barcode() {
        let offered = Offered { name: "family.vcf".into(), samples: vec!["kid".into(), "s0123abcd".into()], is_used: false, fault: None };
        assert!(offered.has_barcode(&["S0123ABCD".into()]));
        assert!(!offered.has_barcode(&["S0123ABCE".into()]) && !offered.has_barcode(&[]));
    }

    #[test]
    fn the_name_of_a_sample_says_who_it_is_only_as_a_word_of_its_own() {
        for (sample, place) in [
            ("mother", Some(Relationship::Mother)),
            ("FAM12_Father", Some(Relationship::Father)),
            ("kid1", Some(Relationship::Proband)),
            ("mother_mum", Some(Relationship::Mother)),
            ("mother_of_proband", None),
            ("maternal_grandmother", None),
            ("paternal", None),
            ("S0123ABCD", None),
            ("mumford", None),
            ("NA12878", None),
        ] {
            assert_eq!(place_in_family(sample), place, "{sample}");
        }
    }
}
