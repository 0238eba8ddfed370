//! Lists say what the journal says, and can be written anew from it.

mod backup;
mod broken_backup;
mod evidence;
mod evidence_on_s3;
mod first_edition;
mod restore;

use crate::bench::*;
use care::{
    Role,
    laboratory::container::Kind,
    ordering::family::Relationship,
    people::patient::{Identity, Sex},
};
use service::{
    clock::{Clock, MachineClock},
    laboratory, lines, ordering, people, results,
};
use sqlx::Executor;

#[tokio::test]
async fn every_list_is_compared_with_the_journal_and_written_anew_from_it() {
    let bench = Bench::new().await;
    let order = bench.ready().await;
    let (clinician, laboratory) = (bench.desk(Role::Clinician, 0), bench.desk(Role::LaboratoryScientist, 0));
    let adult = bench.people(order).await[2];
    let (secret, _) = results::own_page::invite(&clinician, order, adult).await.expect("a link");
    ordering::drafts::save(&clinician, care::OrderId(MachineClock.new_id()), 0, "Draft".into(), "{}".into()).await.expect("saved");
    people::emergency::break_glass(&bench.desk(Role::Clinician, 1), adult, "Unconscious in our department").await.expect("opened");
    laboratory::containers::open(&laboratory, Kind::Rack96, "Today".into()).await.expect("a rack");
    let mut newborn = person(Relationship::Proband, 2026, Sex::Unknown, "9990000018").demographics;
    newborn.nhs_number = Identity::Unavailable("newborn".into());
    people::patients::register(&clinician, newborn).await.expect("registered");
    people::restriction::restrict(&clinician, adult, &[], true, "Works in this hospital").await.expect("restricted");
    let service = &bench.service;
    assert_eq!(lines::check_views(service).await.expect("read"), Vec::<String>::new());

    let file = format!("sqlite://{}", bench.folder.path().join(store::JOURNAL).display());
    let address = bench.database.as_ref().map_or(file, |(url, _)| url.clone());
    for damage in [
        "UPDATE patient_view SET family_name = 'Other'",
        "UPDATE account_view SET closed = 1",
        "DELETE FROM draft_view",
        "DELETE FROM invitation_view",
        "DELETE FROM restriction_view",
        "UPDATE emergency_view SET until = 0",
        "UPDATE container_view SET held = 7",
        "UPDATE order_view SET state = 'Closed'",
        "UPDATE sample_view SET place = 'lost'",
        "INSERT INTO draft_view (order_id, organisation, title, saved_by, saved) VALUES ('x', 'RP4', 'Nobody', 'x', '2026')",
    ] {
        damage_lists(&address, damage).await;
    }
    let differences = lines::check_views(service).await.expect("read").join("\n");
    for table in ["patient_view", "account_view", "draft_view", "invitation_view", "restriction_view", "emergency_view", "container_view"] {
        assert!(differences.contains(table), "{table}: {differences}");
    }
    assert!(differences.contains("order OG-") && differences.contains("sample S"), "{differences}");
    assert!(lines::rebuild_views(service).await.expect("rebuilt") > 10);
    assert_eq!(lines::check_views(service).await.expect("read"), Vec::<String>::new());
    let birth_date = jiff::civil::Date::constant(1990, 4, 3);
    results::own_page::open_invitation(service, &secret, birth_date).await.expect("the link opens again");
}

/// Runs a statement behind the service's back.
async fn damage_lists(address: &str, sql: &'static str) {
    if address.starts_with("sqlite") {
        sqlx::SqlitePool::connect(address).await.expect("the file").execute(sql).await.expect("damaged");
    } else {
        sqlx::PgPool::connect(address).await.expect("the server").execute(sql).await.expect("damaged");
    }
}
