//! The menu: only pages that open for the role of whoever looks.

use access::Action::{
    self, AnswerQuestion, CheckOutput, FileResult, FollowJobs, FollowReports, HandleSample, Interpret, ManageAccounts, MendMessage,
    OpenLaboratory,
};
use access::Action::{PlaceOrder, ReadAudit, ReadDirectory, ReadOrder, ReviewProject, SeeWorkList, SetReadiness, UseWorkspace};
use care::Role;

/// A page in the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub label: &'static str,
    pub href: &'static str,
}

/// Every page of the menu with what opens it: one of these actions.
const PAGES: &[(&str, &str, &[Action])] = &[
    ("Projects", "/research/projects", &[UseWorkspace, ReviewProject, CheckOutput]),
    ("Outputs", "/research/outputs", &[CheckOutput]),
    ("Work", "/", &[SeeWorkList]),
    ("Scan", "/bench", &[HandleSample]),
    ("Receive", "/bench/receipt", &[HandleSample]),
    ("Worklists", "/bench/worklists", &[HandleSample]),
    ("Racks", "/containers", &[HandleSample]),
    ("Classification conflicts", "/discordances", &[Interpret]),
    ("Reanalysis", "/findings", &[Interpret]),
    ("Other laboratories", "/outside", &[FileResult]),
    ("Unread", "/unread", &[FollowReports]),
    ("Questions", "/questions", &[AnswerQuestion]),
    ("Families", "/families", &[PlaceOrder]),
    ("Relatives", "/cascades", &[PlaceOrder]),
    ("Messages", "/messages", &[MendMessage]),
    ("Test Directory", "/directory", &[ReadDirectory]),
    ("Panels", "/panels", &[ReadDirectory]),
    ("Laboratories", "/laboratories", &[SetReadiness, OpenLaboratory]),
    ("Accounts", "/accounts", &[ManageAccounts]),
    ("Audit", "/audit", &[ReadAudit]),
    ("Background work", "/background", &[FollowJobs]),
];

/// The menu of a role.
pub(crate) fn role_menu(role: Role) -> Vec<Entry> {
    let opens = |actions: &[Action]| actions.iter().any(|action| access::offers(role, *action));
    PAGES.iter().filter(|(.., actions)| opens(actions)).map(|(label, href, _)| Entry { label, href }).collect()
}

/// Whether a role works with orders, and so with people by name.
pub(crate) fn works_with_orders(role: Role) -> bool {
    access::offers(role, ReadOrder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(role: Role) -> Vec<&'static str> {
        role_menu(role).into_iter().map(|entry| entry.label).collect()
    }

    #[test]
    fn each_role_has_the_pages_that_it_may_open() {
        assert_eq!(labels(Role::Clinician), ["Work", "Unread", "Questions", "Families", "Relatives", "Test Directory", "Panels"]);
        let of_administrators = ["Work", "Messages", "Test Directory", "Panels", "Laboratories", "Accounts", "Audit", "Background work"];
        assert_eq!(labels(Role::Administrator), of_administrators);
        assert_eq!(labels(Role::Researcher), ["Projects", "Test Directory", "Panels"]);
    }

    #[test]
    fn nobody_without_orders_works_with_orders() {
        let without: Vec<Role> = [Role::Curator, Role::Administrator, Role::Researcher].into();
        assert!(without.into_iter().all(|role| !works_with_orders(role)));
        assert!(works_with_orders(Role::Manager) && works_with_orders(Role::Clinician));
    }
}
