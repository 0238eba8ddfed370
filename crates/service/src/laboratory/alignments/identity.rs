//! Whose reads a header names: by every number of anybody that it contains, by the samples of this order's VCF, by words, and by what
//! was registered before.

use crate::{Desk, ServiceError, ServiceResult, Status, laboratory::data::delivered::place_in_family, people};
use access::Permit;
use care::{
    OrderId, PatientId, Refusals,
    interpretation::analysis::{Analysis, Input, State},
    laboratory::alignment::{Alignment, AlignmentFile, Known, KnownBy, Named, is_number, named, texts},
    ordering::{family::Relationship, order::Request},
    people::nhs_number::NhsNumber,
};
use formats::alignment::Header;
use std::collections::BTreeSet;
use store::SeenData;

/// Texts of a header that are compared with what is known: some hundreds where a genome is sequenced on many lanes.
const TEXTS_MAX: usize = 5_000;

/// What each name says for a person. What read groups, libraries and units are called says something only where it is somebody else's.
pub(super) async fn names(
    desk: &Desk,
    permit: &Permit,
    status: &Status,
    patient: PatientId,
    header: &Header,
) -> ServiceResult<Vec<(String, Named)>> {
    let request = status.order.request.as_ref().ok_or(ServiceError::NotFound("order"))?;
    let records = people::patients::records(desk, permit, patient).await?;
    let (beside, groups) = (Beside::of_status(status), numbered(header));
    let all: Vec<&str> = header.samples.iter().chain(&groups).map(String::as_str).collect();
    let mut known = numbers(desk, permit, &all).await?;
    known.extend(header.samples.iter().flat_map(|sample| beside.by_data(sample)));
    known.extend(beside.by_reads());
    let of_sample = |sample: &String| {
        let says = named(sample, &records, &known).unwrap_or_else(|| by_words(request, patient, sample));
        (sample.clone(), says)
    };
    let of_group = |group: &String| match named(group, &records, &known) {
        Some(Named::SomebodyElse(why)) => Some((group.clone(), Named::SomebodyElse(why))),
        Some(Named::OwnBarcode | Named::OwnData | Named::Unknown) | None => None,
    };
    Ok(header.samples.iter().map(of_sample).chain(groups.iter().filter_map(of_group)).collect())
}

/// What else a header names that may hold a number of somebody: read groups, libraries and units.
pub(super) fn numbered(header: &Header) -> Vec<String> {
    header.groups.iter().filter(|group| is_number(group)).cloned().collect()
}

/// What is known of the names of an order besides numbers.
pub(super) struct Beside<'s> {
    /// Its analyses, oldest first.
    pub analyses: Vec<&'s Analysis>,
    /// Its reads.
    pub alignments: Vec<&'s Alignment>,
}

/// Whether what is known now says that a name of registered reads is somebody else's: an analysis that was made since, a tube that came
/// since, other reads of the order, or records that were found not to be of one person.
pub(super) async fn is_contradicted(desk: &Desk, permit: &Permit, beside: &Beside<'_>, file: &AlignmentFile) -> ServiceResult<bool> {
    let records = people::patients::records(desk, permit, file.patient).await?;
    let names: Vec<&str> = file.samples.iter().chain(&file.groups).map(String::as_str).collect();
    let mut known = numbers(desk, permit, &names).await?;
    known.extend(file.samples.iter().flat_map(|sample| beside.by_data(sample)));
    known.extend(beside.by_reads());
    Ok(names.iter().any(|name| matches!(named(name, &records, &known), Some(Named::SomebodyElse(_)))))
}

/// The barcodes of tubes, the numbers with which tubes came from elsewhere, and the NHS numbers that names contain: of anybody whom the
/// service knows.
pub(in crate::laboratory) async fn numbers(desk: &Desk, permit: &Permit, names: &[&str]) -> ServiceResult<Vec<Known>> {
    let mut found = BTreeSet::new();
    for name in names {
        found.extend(texts(name));
        if found.len() > TEXTS_MAX {
            let message = "The header names too much to be compared with the tubes of this service. Have the file delivered with the \
                           barcode alone as the name of the sample";
            return Err(Refusals::one("samples", message).into());
        }
    }
    let (found, store): (Vec<String>, _) = (found.into_iter().collect(), &desk.service.store);
    let tubes = store.samples_by_barcodes(&found).await?;
    let mut known: Vec<Known> =
        tubes.into_iter().map(|tube| Known { text: tube.barcode, by: KnownBy::Barcode, whose: tube.patient }).collect();
    let labels = store.labels_among(&found).await?;
    known.extend(labels.into_iter().map(|(text, whose)| Known { text, by: KnownBy::Label, whose }));
    for text in found {
        let Ok(number) = text.parse::<NhsNumber>() else { continue };
        let whose = store.patient_by_nhs_number(permit, number).await?;
        known.extend(whose.map(|whose| Known { text, by: KnownBy::NhsNumber, whose }));
    }
    Ok(known)
}

impl<'s> Beside<'s> {
    /// What an order as it was read has.
    pub fn of_status(status: &'s Status) -> Beside<'s> {
        Beside {
            analyses: status.analyses.iter().map(|(_, analysis)| analysis).collect(),
            alignments: status.alignments.iter().map(|(_, alignment)| alignment).collect(),
        }
    }

    /// Whose a name is as that of a sample in the order's VCF, by the newest analysis that was finished and has it. The names of an
    /// analysis that was stopped are nobody's.
    fn by_data(&self, name: &str) -> Vec<Known> {
        let of_name = |input: &Input| -> Vec<Known> {
            let own = input.samples.iter().filter(|(_, sample)| sample.to_uppercase() == name.to_uppercase());
            own.map(|(whose, text)| Known { text: text.clone(), by: KnownBy::Data, whose: *whose }).collect()
        };
        let finished = self.analyses.iter().rev().filter(|analysis| matches!(analysis.state, State::Done { .. }));
        let mut known = finished.filter_map(|analysis| analysis.input.as_ref()).map(of_name);
        known.find(|known| !known.is_empty()).unwrap_or_default()
    }

    /// Names of the reads that are registered for the order.
    fn by_reads(&self) -> Vec<Known> {
        let of_file = |file: &AlignmentFile| -> Vec<Known> {
            file.samples.iter().map(|sample| Known { text: sample.clone(), by: KnownBy::Reads, whose: file.patient }).collect()
        };
        self.alignments.iter().filter_map(|alignment| alignment.in_force()).flat_map(of_file).collect()
    }
}

/// What a name says by its words: that of a parent for the other parent or the child is somebody else's.
fn by_words(request: &Request, patient: PatientId, sample: &str) -> Named {
    let own = request.people.iter().find(|person| person.patient == patient).map(|person| person.relationship);
    let is_tested = |place: Relationship| request.people.iter().any(|person| person.relationship == place);
    match (place_in_family(sample), own) {
        (Some(place), Some(own)) if place != own && is_tested(place) => Named::SomebodyElse(format!(
            "The sample '{sample}' reads as that of the {}, and was chosen for the {}. Check who is who; if the name is wrong, have the \
             file delivered with the right one",
            place.label().to_lowercase(),
            own.label().to_lowercase()
        )),
        _ => Named::Unknown,
    }
}

/// What is registered of a file already, to be compared again as it is written; refused where that is for somebody else, or for the same
/// person in this order.
pub(super) async fn unused(desk: &Desk, permit: &Permit, order: OrderId, patient: PatientId, sha256: &str) -> ServiceResult<SeenData> {
    let records = people::patients::records(desk, permit, patient).await?;
    let seen = desk.service.store.samples_of_data(sha256).await?;
    for line in &seen.lines {
        if !records.contains(&line.patient) {
            let message = "This file was registered as the reads of somebody else. Check that this is the right file; if it is, the other \
                           registration has to be withdrawn first";
            return Err(Refusals::one("file", message).into());
        }
        if line.order == order {
            return Err(Refusals::one("file", "This file is registered for this person already").into());
        }
    }
    Ok(seen)
}
