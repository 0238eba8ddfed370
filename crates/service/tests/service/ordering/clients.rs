//! Systems are opened for organisations that are known, and their results go to laboratories that are open.

use crate::bench::*;
use ordering::clients;

#[tokio::test]
async fn a_system_is_opened_for_an_organisation_that_is_known_or_said_to_be_new() {
    let bench = Bench::new().await;
    let (service, by, hospital) = (&bench.service, who(Role::Administrator, 0), who(Role::Clinician, 0));
    let named =
        async |code: &str, name: &str, is_new: bool| clients::named(service, &by, &code.parse().expect("a code"), name, is_new).await;
    let code = hospital.organisation.to_string();
    assert_eq!(named(&code, "", false).await.expect("known"), hospital.organisation_name);
    assert_eq!(named(&code, &hospital.organisation_name.to_uppercase(), false).await.expect("known"), hospital.organisation_name);
    refused(named(&code, "Quite another trust", false).await, "is known here as");
    refused(named(&code, "Quite another trust", true).await, "is known here as");
    let slip = format!("{code}X");
    let message = named(&slip, "", false).await.expect_err("refused").to_string();
    assert!(message.contains(&format!("No organisation with the code {slip}")) && message.contains(&format!("{code} (")), "{message}");
    assert_eq!(named("ZZ999", "A new trust", true).await.expect("new"), "A new trust");
    let organisation = ("ZZ999".parse().expect("a code"), "A new trust");
    let (id, _) = clients::open(service, &by, Role::LaboratorySystem, "Another LIMS", organisation).await.expect("opened");
    assert_eq!(named("ZZ999", "", false).await.expect("known by its system"), "A new trust");
    let unknown = vec!["699X0".parse().expect("a code"), "699Z9".parse().expect("a code")];
    refused(clients::take_results(service, &by, id, unknown).await, "699Z9 is no laboratory of this service; these are: 699X0 (");
    clients::take_results(service, &by, id, vec!["699X0".parse().expect("a code")]).await.expect("taken");
}
