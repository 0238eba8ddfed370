//! Saved views: a scientist's own, shared with the laboratory by choice, and the one that was used last.

use crate::bench::*;
use care::interpretation::{filter::Filter, views::Command};
use service::interpretation::views;
use uuid::Uuid;

fn rare() -> Filter {
    Filter { frequency: "0.001".into(), inheritance: "de_novo".into(), ..Filter::default() }
}

/// Names of the views that somebody can use, and the one that they used last.
async fn usable(desk: &Desk) -> (Vec<String>, Option<String>) {
    let usable = views::usable(desk).await.expect("views");
    let name = |id: &String| usable.view(id).map(|view| view.name.clone());
    (usable.views.iter().map(|view| view.name.clone()).collect(), usable.last.as_ref().and_then(name))
}

#[tokio::test]
async fn a_view_is_a_scientists_own_until_it_is_shared_with_the_laboratory() {
    let bench = Bench::new().await;
    let [first, second] = [0, 1].map(|n| bench.desk(Role::ClinicalScientist, n));
    let elsewhere =
        Staff { id: care::StaffId(Uuid::from_u128(91)), organisation: "699F0".parse().expect("a code"), ..who(Role::ClinicalScientist, 0) };
    let elsewhere = bench.service.desk(elsewhere);
    let id = first.new_id();
    let save = |id, name: &str| Command::Save { id, name: name.into(), filter: Box::new(rare()) };
    views::change(&first, save(id, "Rare and new")).await.expect("saved");
    let rare_and_new = vec!["Rare and new".to_owned()];
    assert_eq!(usable(&first).await, (rare_and_new.clone(), Some("Rare and new".into())));
    assert_eq!(usable(&second).await, (vec![], None));
    refused(views::change(&second, Command::Use { id: Some(id) }).await, "is deleted, or no longer shared");
    refused(views::change(&second, Command::Delete { id }).await, "is not one of yours");
    refused(views::change(&first, save(Uuid::from_u128(92), "rare and NEW")).await, "choose another name");
    refused(views::change(&bench.desk(Role::Clinician, 0), save(Uuid::from_u128(93), "Mine")).await, "may not");

    views::change(&first, Command::Share { id }).await.expect("shared");
    assert_eq!(usable(&second).await, (rare_and_new.clone(), None), "nobody's list is filtered by itself");
    assert_eq!(usable(&elsewhere).await, (vec![], None), "another laboratory");
    views::change(&second, Command::Use { id: Some(id) }).await.expect("used");
    assert_eq!(usable(&second).await, (rare_and_new, Some("Rare and new".into())));
    assert_eq!(bench.service.store.check_lists().await.expect("checked"), Vec::<String>::new());

    views::change(&first, Command::Delete { id }).await.expect("deleted");
    let left = views::usable(&second).await.expect("views");
    assert!(left.views.is_empty() && left.last.is_none() && left.is_last_gone, "it says so");
    assert_eq!(bench.service.store.check_lists().await.expect("checked"), Vec::<String>::new());
}

#[tokio::test]
async fn whoever_chooses_the_whole_list_has_it_next_time_too() {
    let bench = Bench::new().await;
    let scientist = bench.desk(Role::ClinicalScientist, 0);
    let id = scientist.new_id();
    views::change(&scientist, Command::Save { id, name: "Rare".into(), filter: Box::new(rare()) }).await.expect("saved");
    views::change(&scientist, Command::Use { id: None }).await.expect("chosen");
    assert_eq!(usable(&scientist).await, (vec!["Rare".to_owned()], None));
    assert!(!views::usable(&scientist).await.expect("views").is_last_gone);
    views::change(&scientist, Command::Use { id: Some(id) }).await.expect("used");
    let nothing = Filter::default();
    refused(
        views::change(&scientist, Command::Save { id: scientist.new_id(), name: "All".into(), filter: Box::new(nothing) }).await,
        "Nothing is filtered",
    );
    assert_eq!(usable(&scientist).await.1.as_deref(), Some("Rare"));
}
