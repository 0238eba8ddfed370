//! The mother of a fetus who is named as a relative and is nobody of the order: what was read of her, and what she lacks. Source: NHS
//! England Genomics FHIR guide, prenatal orders: the mother has a Patient and a request of her own.

use super::{bundle_index::BundleIndex, details::Member, family::Relations};
use crate::incoming_order::Located;
use care::ordering::family::Relationship;

/// What was read of a mother who is not tested along, with her place; nothing where she is part of the order, or not in the bundle.
pub(super) fn seen(index: &BundleIndex, relations: &Relations, members: &[Member]) -> Option<Located> {
    let proband = &members.first()?.target;
    if members.iter().any(|member| member.relationship == Relationship::Mother) {
        return None;
    }
    let is_mother = |relation: &&super::family::Relation| relation.relationship(index).is_ok_and(|how| how == Relationship::Mother);
    let relation = relations.relatives_of(proband).find(is_mother)?;
    let (read, lacks) = if relation.is_described() {
        ("with her Patient", "a ServiceRequest of her own (Extension-Genomic-Patient-Role consultand)")
    } else {
        ("as RelatedPerson alone", "a Patient with her name and date of birth, and a ServiceRequest of her own (consultand)")
    };
    let value = format!("The mother was read {read}, and is nobody of the order yet: she lacks {lacks}");
    Some(Located { value, place: index.path(relation.place, "") })
}
