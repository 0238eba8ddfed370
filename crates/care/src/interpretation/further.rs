//! Further panels: those that a scientist applies to a finished analysis beside the order's own, with a reason. The engine looked at
//! every gene; a further panel changes which candidates are looked at first, and the report names it.

use crate::{Refusal, Refusals, Staff};
use genome::HgncId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A panel that was applied to an analysis.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FurtherPanel {
    /// Its number.
    pub panel: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How many of its genes are green.
    pub green: usize,
    /// What of it the analysis did not look at, in words.
    pub not_looked_at: Vec<String>,
    /// Why it was applied.
    pub reason: String,
    /// Who applied it.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// What was done with further panels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PanelChange {
    /// A panel was applied.
    Applied(FurtherPanel),
    /// A panel that was applied does not count any more.
    Removed {
        /// Its number.
        panel: String,
        /// Its name and version, for who reads it.
        named: String,
        /// Why.
        reason: String,
        /// Who.
        by: Staff,
        /// When.
        at: Timestamp,
    },
}

/// A panel with its green genes, as another is compared with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its number.
    pub panel: String,
    /// Its name and version.
    pub named: String,
    /// Its green genes.
    pub genes: BTreeSet<HgncId>,
    /// It is the order's own.
    pub is_own: bool,
}

impl FurtherPanel {
    /// Name and version.
    pub fn named(&self) -> String {
        format!("{}, version {}", self.name, self.version)
    }
}

impl PanelChange {
    /// What was done, in a sentence.
    pub fn sentence(&self) -> String {
        match self {
            PanelChange::Applied(panel) => format!("{} applied a further panel, {}: {}", panel.by.name, panel.named(), panel.reason),
            PanelChange::Removed { named, reason, by, .. } => format!("{} removed the further panel {named}: {reason}", by.name),
        }
    }
}

/// The further panels that count, in the order in which they were applied.
pub fn in_force<'c>(changes: impl IntoIterator<Item = &'c PanelChange>) -> Vec<FurtherPanel> {
    let mut found: Vec<FurtherPanel> = Vec::new();
    for change in changes {
        match change {
            PanelChange::Applied(panel) => found.push(panel.clone()),
            PanelChange::Removed { panel, .. } => found.retain(|applied| applied.panel != *panel),
        }
    }
    found
}

/// Refuses a panel that is looked at already, by its number or by its genes, or that has none.
pub fn check(panel: &FurtherPanel, genes: &BTreeSet<HgncId>, known: &[Known]) -> Result<(), Refusals> {
    let mut refusals = Vec::new();
    if panel.reason.trim().is_empty() {
        refusals.push(Refusal::new("reason", "Say why this panel is applied; the report says it"));
    }
    if genes.is_empty() {
        refusals.push(Refusal::new("panel", format!("{} has no green gene: choose another panel or version", panel.named())));
    }
    for other in known {
        let is_same = other.panel == panel.panel && (!other.is_own || other.named == panel.named());
        if is_same && other.is_own {
            refusals.push(Refusal::new("panel", format!("{} is the order’s own panel", other.named)));
        } else if is_same {
            let message = format!("{} is applied already: remove it before another version of it is applied", other.named);
            refusals.push(Refusal::new("panel", message));
        } else if !genes.is_empty() && other.genes == *genes {
            let message = format!("{} has the very genes of {}, which is looked at already", panel.named(), other.named);
            refusals.push(Refusal::new("panel", message));
        }
    }
    Refusals::check(refusals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::staff;

    fn panel(id: &str, version: &str) -> FurtherPanel {
        FurtherPanel {
            panel: id.into(),
            name: format!("Panel {id}"),
            version: version.into(),
            green: 2,
            not_looked_at: vec![],
            reason: "New feature".into(),
            by: staff(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn genes(ids: &[u32]) -> BTreeSet<HgncId> {
        ids.iter().map(|id| HgncId(*id)).collect()
    }

    fn known(of: &FurtherPanel, ids: &[u32], is_own: bool) -> Known {
        Known { panel: of.panel.clone(), named: of.named(), genes: genes(ids), is_own }
    }

    #[test]
    fn a_panel_is_not_added_twice_by_its_number_nor_by_its_genes() {
        let refused =
            |panel: &FurtherPanel, ids: &[u32], known: &[Known]| check(panel, &genes(ids), known).expect_err("refused").to_string();
        let (own, first) = (panel("1", "2.0"), panel("7", "1.0"));
        let looked_at = [known(&own, &[1, 2], true), known(&first, &[3, 4], false)];
        assert!(check(&panel("8", "1.0"), &genes(&[5]), &looked_at).is_ok());
        assert!(refused(&first, &[3, 4], &looked_at).contains("is applied already"));
        assert!(refused(&panel("7", "1.1"), &[3, 4, 5], &looked_at).contains("remove it before another version"));
        assert!(refused(&panel("8", "1.0"), &[3, 4], &looked_at).contains("has the very genes of Panel 7, version 1.0"));
        assert!(refused(&panel("8", "1.0"), &[1, 2], &looked_at).contains("the very genes of Panel 1"));
        assert!(refused(&own, &[1, 2], &looked_at).contains("is the order’s own panel"));
        assert!(check(&panel("1", "3.0"), &genes(&[1, 2, 9]), &looked_at).is_ok(), "the order's own in another version");
    }

    #[test]
    fn a_panel_has_a_reason_and_a_green_gene() {
        let nothing = FurtherPanel { reason: " ".into(), ..panel("7", "1.0") };
        let fields: Vec<_> = check(&nothing, &genes(&[]), &[]).expect_err("refused").0.iter().map(|r| r.field).collect();
        assert_eq!(fields, ["reason", "panel"]);
    }

    #[test]
    fn what_was_removed_counts_no_more_and_may_be_applied_again() {
        let removed = PanelChange::Removed {
            panel: "7".into(),
            named: "Panel 7, version 1.0".into(),
            reason: "Wrong panel".into(),
            by: staff(),
            at: Timestamp::UNIX_EPOCH,
        };
        let mut changes = vec![PanelChange::Applied(panel("7", "1.0")), PanelChange::Applied(panel("8", "1.0")), removed];
        let named = |changes: &[PanelChange]| in_force(changes).iter().map(FurtherPanel::named).collect::<Vec<_>>();
        assert_eq!(named(&changes), ["Panel 8, version 1.0"]);
        changes.push(PanelChange::Applied(panel("7", "1.1")));
        assert_eq!(named(&changes), ["Panel 8, version 1.0", "Panel 7, version 1.1"]);
    }
}
