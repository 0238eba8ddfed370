//! What the record of a person says of a relative. That nothing was found of them is said only of their own reports, and never beside
//! a report that names something which they may carry.

use super::{Test, test_on};
use crate::{Desk, ServiceResult, clock::end_of, ordering, people};
use access::{Action, Permit};
use care::{
    PatientId,
    ordering::{choice::policy::Use, family::Relationship},
    results::report::ReportedVariant,
};
use jiff::civil::Date;

/// A relative, and what is known of them that they share with the care of their family.
pub struct Relative {
    /// How they are related to the person.
    pub relationship: &'static str,
    /// Who, where they agreed.
    pub name: Option<String>,
    /// What their choice says.
    pub why: String,
    /// Pathogenic and likely pathogenic variants of their own signed reports.
    pub variants: Vec<ReportedVariant>,
    /// Reports of the person whose record it is, of orders in which the relative took part: number, and the variants that it names.
    pub shared: Vec<(String, Vec<ReportedVariant>)>,
    /// They have final reports of their own, none of which names a variant, and nothing else of theirs is known that could.
    pub has_clear_reports: bool,
}

/// Said where a relative's own findings may not be shown, or are not known.
const NOTHING_SHOWN: &str = "Nothing is shown here of what was found of them; that is no negative result.";
/// Said where no finding of an own test is known of somebody who agreed that theirs are shown.
const NO_OWN_FINDING: &str = "No finding of a test of their own is shown here; that is no negative result.";
/// Said of somebody whose own reports name nothing.
const CLEAR: &str = "Their own report names no variant; that rules out only what was tested.";

impl Relative {
    /// What is said of them.
    pub fn finding(&self) -> String {
        let Some(name) = &self.name else { return format!("{}. {NOTHING_SHOWN}", self.why) };
        let own = if !self.variants.is_empty() {
            format!("Their own report names {}.", named(&self.variants, |_| String::new()))
        } else if self.has_clear_reports && self.shared.is_empty() {
            CLEAR.to_owned()
        } else {
            NO_OWN_FINDING.to_owned()
        };
        let mut sentences = vec![format!("{name}."), own];
        sentences.extend(self.shared.iter().map(|(number, variants)| {
            let variants = named(variants, |variant| match variant.inheritance.pattern.as_str() {
                "" => String::new(),
                pattern => format!(" ({pattern})"),
            });
            format!("They took part in order {number}, whose report names {variants}.")
        }));
        sentences.join(" ")
    }
}

/// Variants with their class, and what is added to each.
fn named(variants: &[ReportedVariant], add: impl Fn(&ReportedVariant) -> String) -> String {
    let one = |v: &ReportedVariant| format!("{} {}:{} {} – {}{}", v.gene, v.transcript, v.hgvs[0], v.hgvs[1], v.class, add(v));
    variants.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Relatives: those of the person's own orders, and the patients of orders in which the person is a relative. What each is known
/// for is told only where that relative agreed that it serves the care of the family; each decision is written to the audit.
pub(super) async fn relatives(desk: &Desk, permit: &Permit, patient: PatientId, tests: &[Test], on: Date) -> ServiceResult<Vec<Relative>> {
    let mut edges: Vec<(PatientId, &'static str)> = Vec::new();
    for test in tests {
        let people = test.status.order.request.as_ref().map_or(&[][..], |r| &r.people);
        edges.extend(people.iter().filter(|p| p.relationship != Relationship::Proband).map(|p| (p.patient, p.relationship.label())));
    }
    for view in desk.service.store.orders_with(permit, patient).await? {
        let folded;
        let status = if let Some(test) = tests.iter().find(|test| test.view.id == view.id) {
            &test.status
        } else {
            folded = desk.status_before(permit, view.id, end_of(on)).await?;
            &folded
        };
        let Some(request) = &status.order.request else { continue };
        let own = request.people.iter().find(|p| p.patient == patient).map(|p| p.relationship);
        if let (Some(own), Some(proband)) = (own.filter(|own| *own != Relationship::Proband), request.proband()) {
            edges.push((proband.patient, own.inverse()));
        }
    }
    let (mut relatives, mut seen) = (Vec::new(), Vec::new());
    for (relative, relationship) in edges {
        if seen.contains(&relative) {
            continue;
        }
        seen.push(relative);
        relatives.push(self::relative(desk, permit, (relative, relationship), tests, on).await?);
    }
    Ok(relatives)
}

async fn relative(
    desk: &Desk,
    permit: &Permit,
    (relative, relationship): (PatientId, &'static str),
    tests: &[Test],
    on: Date,
) -> ServiceResult<Relative> {
    let receipt = ordering::choices::decide_use(desk, permit, relative, Use::FamilyCare).await?;
    if !receipt.allowed {
        let (variants, shared) = (vec![], vec![]);
        return Ok(Relative { relationship, name: None, why: receipt.why, variants, shared, has_clear_reports: false });
    }
    // They agreed that their results are used in the care of their family. Whoever reads this record need have no part in the
    // relative's own tests, so that the program reads them; both stand in the audit.
    let own = desk.service.own_permit(Action::ReadOrder, relative.stream()).await?;
    let records = people::patients::records(desk, &own, relative).await?;
    let own_tests = own_tests(desk, &own, &records, on).await?;
    let pathogenic = |test: &Test| test.report.iter().flat_map(|(_, content)| content.pathogenic()).cloned().collect::<Vec<_>>();
    let variants = own_tests.iter().flat_map(pathogenic).collect();
    let joint: Vec<&Test> = tests.iter().filter(|test| took_part(test, &records)).collect();
    let is_elsewhere = takes_part_elsewhere(desk, &own, &records, tests, on).await?;
    let has_outside = joint.iter().copied().chain(&own_tests).any(|test| test.status.outside_results().next().is_some());
    let name = Some(people::patients::demographics(desk, &own, relative).await?.full_name());
    let has_clear_reports = are_clear(&own_tests) && !is_elsewhere && !has_outside;
    let shared = joint.into_iter().filter_map(shared).collect();
    Ok(Relative { relationship, name, why: receipt.why, variants, shared, has_clear_reports })
}

/// Tests of a relative as the patient, by any of their records.
async fn own_tests(desk: &Desk, own: &Permit, records: &[PatientId], on: Date) -> ServiceResult<Vec<Test>> {
    let mut tests = Vec::new();
    for record in records {
        for view in desk.service.store.orders_of(own, *record).await? {
            tests.push(test_on(desk, own, view, on).await?);
        }
    }
    Ok(tests)
}

/// Whether there are reports, all final, and none names a variant.
fn are_clear(tests: &[Test]) -> bool {
    let mut contents = tests.iter().filter_map(|test| test.report.as_ref()).map(|(_, content)| content).peekable();
    contents.peek().is_some() && contents.all(|content| !content.interim && content.variants.is_empty())
}

/// Whether somebody is a relative in an order.
fn took_part(test: &Test, records: &[PatientId]) -> bool {
    let mut people = test.status.order.request.iter().flat_map(|request| &request.people);
    people.any(|person| person.relationship != Relationship::Proband && records.contains(&person.patient))
}

/// Whether they are in an order of somebody else than the person whose tests these are: its report is nobody's here to tell.
async fn takes_part_elsewhere(desk: &Desk, own: &Permit, records: &[PatientId], tests: &[Test], on: Date) -> ServiceResult<bool> {
    for record in records {
        let views = desk.service.store.orders_with(own, *record).await?;
        let is_elsewhere = views
            .iter()
            .any(|view| view.submitted <= on && !records.contains(&view.patient_id) && tests.iter().all(|test| test.view.id != view.id));
        if is_elsewhere {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the report of an order names, with its number.
fn shared(test: &Test) -> Option<(String, Vec<ReportedVariant>)> {
    let (_, content) = test.report.as_ref()?;
    (!content.variants.is_empty()).then(|| (test.view.number.clone(), content.variants.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use care::results::report::{Coded, Inheritance};
    use genome::Pathogenicity;

    fn variant(gene: &str) -> ReportedVariant {
        ReportedVariant {
            gene: gene.into(),
            transcript: "NM_000000.1".into(),
            hgvs: ["c.1A>G".into(), "p.Met1?".into(), "NC_000001.11:g.1A>G".into()],
            inheritance: Inheritance { pattern: "dominant, from the mother".into(), frequency: None },
            class: Pathogenicity::Pathogenic,
            criteria: vec![],
            disorder: String::new(),
            note: String::new(),
            secondary: false,
            coded: Coded::default(),
        }
    }

    /// Whatever is known: nobody is said to have nothing where something is named that they may carry, where they have no report of
    /// their own, or where they did not agree.
    #[test]
    fn that_nothing_was_found_of_a_relative_is_said_of_clear_reports_of_their_own_alone() {
        for known in 0..16u8 {
            let [is_named, has_own, has_shared, has_clear_reports] = [1, 2, 4, 8].map(|bit| known & bit != 0);
            let relative = Relative {
                relationship: "Mother",
                name: is_named.then(|| "Joanna Eastleigh".to_owned()),
                why: "Agreed to sharing".into(),
                variants: if has_own { vec![variant("OWN")] } else { vec![] },
                shared: if has_shared { vec![("OG-1".to_owned(), vec![variant("JOINT")])] } else { vec![] },
                has_clear_reports,
            };
            let line = relative.finding();
            let is_clear = is_named && has_clear_reports && !has_own && !has_shared;
            assert_eq!(line.contains("names no variant"), is_clear, "{line}");
            assert_eq!(line.contains("no negative result"), !(is_clear || is_named && has_own), "{line}");
            assert_eq!(line.contains("OWN"), is_named && has_own, "{line}");
            let joint = "JOINT NM_000000.1:c.1A>G p.Met1? – Pathogenic (dominant, from the mother)";
            assert_eq!(line.contains(joint), is_named && has_shared, "{line}");
            assert_eq!(line.contains("Joanna"), is_named, "{line}");
            assert!(!line.contains("o pathogenic variant"), "{line}");
        }
    }
}
