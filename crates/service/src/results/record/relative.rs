//! What a record says of relatives: what they share of their own tests, and never that nothing was found of them.

use super::test_on;
use crate::{Desk, ServiceResult, ordering, people};
use access::{Action, Permit};
use care::{PatientId, ordering::choice::policy::Use, results::report::ReportedVariant};
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
    /// Tests of their own that were reported.
    pub reported: usize,
}

impl Relative {
    pub(super) async fn read(
        desk: &Desk,
        permit: &Permit,
        relative: PatientId,
        relationship: &'static str,
        on: Date,
    ) -> ServiceResult<Relative> {
        let receipt = ordering::choices::decide_use(desk, permit, relative, Use::FamilyCare).await?;
        if !receipt.allowed {
            return Ok(Relative { relationship, name: None, why: receipt.why, variants: vec![], reported: 0 });
        }
        // They agreed that their results are used in the care of their family. Whoever reads this record need have no part in the
        // relative's own tests, so that the program reads them; both stand in the audit.
        let own = desk.service.own_permit(Action::ReadOrder, relative.stream()).await?;
        let (mut variants, mut reported) = (Vec::new(), 0);
        for view in desk.service.store.orders_of(&own, relative).await? {
            let test = test_on(desk, &own, view, on).await?;
            reported += usize::from(test.report.is_some());
            variants.extend(test.report.iter().flat_map(|(_, content)| content.pathogenic()).cloned());
        }
        let name = Some(people::patients::demographics(desk, &own, relative).await?.full_name());
        Ok(Relative { relationship, name, why: receipt.why, variants, reported })
    }

    /// What is known of them, in words. A relative who took part in somebody else's test may carry what was found there: that nothing
    /// stands here says nothing of it.
    pub fn finding(&self) -> String {
        let elsewhere = "What was found of them in a test of a relative is not shown here";
        let Some(name) = &self.name else { return self.why.clone() };
        match (self.variants.as_slice(), self.reported) {
            ([], 0) => format!("{name}. No test of their own has been reported. {elsewhere}: this is no negative result."),
            ([], 1) => format!("{name}. No pathogenic variant is reported in the one test of their own. {elsewhere}."),
            ([], tests) => format!("{name}. No pathogenic variant is reported in {tests} tests of their own. {elsewhere}."),
            (found, _) => format!("{name}. {}", found.iter().map(variant_line).collect::<Vec<_>>().join("; ")),
        }
    }
}

/// A variant as a line of a record.
pub(super) fn variant_line(v: &ReportedVariant) -> String {
    format!("{} {}:{} {} – {}", v.gene, v.transcript, v.hgvs[0], v.hgvs[1], v.class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_said_of_a_relative_that_nothing_was_found_without_saying_where_nobody_looked() {
        for reported in 0..4 {
            let mother = Relative { relationship: "Mother", name: Some("Joanna".into()), why: "Agreed".into(), variants: vec![], reported };
            let finding = mother.finding();
            assert!(finding.contains("What was found of them in a test of a relative is not shown here"), "{finding}");
            assert_eq!(finding.contains("No pathogenic variant"), reported > 0, "{finding}");
        }
        let unnamed = Relative { relationship: "Mother", name: None, why: "Did not agree".into(), variants: vec![], reported: 2 };
        assert_eq!(unnamed.finding(), "Did not agree");
    }
}
