//! Organisations that systems ask for: those that are known here, so that a slip in a code opens nothing to somebody else.

use crate::{Service, ServiceResult, directory, people};
use care::{
    OdsCode, Refusals, Staff,
    ordering::client::{self, Client},
    people::name::comparable,
};
use std::collections::{BTreeMap, BTreeSet};

/// Organisations that a refusal names.
const NEAREST_MAX: usize = 3;

/// Every organisation that is known here with the names that it has here: those of laboratories, of people with an account and of
/// systems.
type Known = BTreeMap<OdsCode, BTreeSet<String>>;

/// The name of an organisation that somebody types, by its code. One that is not known here is refused with those that are most like
/// it, unless they say that it is new; one that has another name here is refused always.
#[crate::boxed]
pub async fn named(service: &Service, by: &Staff, code: &OdsCode, name: &str, is_new: bool) -> ServiceResult<String> {
    let (known, name) = (known(service, by).await?, name.trim());
    let Some(names) = known.get(code) else {
        let message = format!(
            "No organisation with the code {code} is known here{}. If it is new, look its code up in the NHS's own directory of \
             organisations, and say that it is new",
            nearest(&known, code, name)
        );
        return if is_new { Ok(name.to_owned()) } else { Err(Refusals::one("organisation", message).into()) };
    };
    let is_same = |known: &&String| comparable(known) == comparable(name);
    match names.iter().find(is_same).or_else(|| names.first().filter(|_| name.is_empty())) {
        Some(known) => Ok(known.clone()),
        None if names.is_empty() => Ok(name.to_owned()),
        None => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let message = format!("{code} is known here as {}, not as {name}: check the code, or leave the name out", names.join(" or "));
            Err(Refusals::one("organisation", message).into())
        }
    }
}

/// Refuses laboratories that are not open here, with those that are.
pub(super) async fn are_open_here(service: &Service, laboratories: &[OdsCode]) -> ServiceResult<()> {
    let open = directory::laboratories::list(service).await?.0;
    let unknown: Vec<String> = laboratories.iter().filter(|code| !open.contains_key(*code)).map(ToString::to_string).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let here: Vec<String> = open.iter().map(|(code, laboratory)| format!("{code} ({})", laboratory.name)).collect();
    let here = if here.is_empty() {
        "there is none yet: an administrator opens one on the page Laboratories".to_owned()
    } else {
        format!("these are: {}", here.join(", "))
    };
    Err(Refusals::one("laboratory", format!("{} is no laboratory of this service; {here}", unknown.join(" and "))).into())
}

async fn known(service: &Service, by: &Staff) -> ServiceResult<Known> {
    let mut known = Known::new();
    let mut add = |code: &OdsCode, name: &str| {
        let names = known.entry(code.clone()).or_default();
        names.extend(Some(name.trim().to_owned()).filter(|name| !name.is_empty()));
    };
    for (code, laboratory) in directory::laboratories::list(service).await?.0 {
        add(&code, &laboratory.name);
        laboratory.serves.iter().for_each(|served| add(served, ""));
    }
    for account in service.store.accounts().await? {
        add(&account.staff.organisation, &account.staff.organisation_name);
    }
    let permit = people::accounts::permit(service, by).await?;
    for system in service.store.clients(&permit).await? {
        add(&system.organisation, &system.organisation_name);
        let represents = service.store.load::<Client>(&permit, client::stream(system.id)).await?.state.represents;
        for organisation in &represents {
            add(&organisation.code, &organisation.name);
        }
    }
    Ok(known)
}

/// The organisations whose code or name is most like what was typed.
fn nearest(known: &Known, code: &OdsCode, name: &str) -> String {
    let (code, name) = (code.to_string(), comparable(name));
    let slips = |known: &OdsCode, names: &BTreeSet<String>| {
        let of_code = strsim::osa_distance(&known.to_string(), &code);
        let of_names = names.iter().filter(|_| !name.is_empty()).map(|known| strsim::osa_distance(&comparable(known), &name));
        of_names.chain([of_code]).min().unwrap_or(of_code)
    };
    let mut all: Vec<(usize, String)> = known.iter().map(|(code, names)| (slips(code, names), labelled(code, names))).collect();
    all.sort();
    let nearest: Vec<String> = all.into_iter().take(NEAREST_MAX).map(|(_, label)| label).collect();
    if nearest.is_empty() { String::new() } else { format!("; the nearest are: {}", nearest.join(", ")) }
}

fn labelled(code: &OdsCode, names: &BTreeSet<String>) -> String {
    names.first().map_or_else(|| code.to_string(), |name| format!("{code} ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_those_with_a_slip_in_the_code_or_in_the_name() {
        let organisation = |code: &str, name: &str| (code.parse::<OdsCode>().expect("a code"), BTreeSet::from([name.to_owned()]));
        let known: Known = [
            organisation("RP4", "Great Hospital"),
            organisation("RJ1", "Riverside Trust"),
            organisation("699X0", "Hub"),
            organisation("RVV", "East Trust"),
        ]
        .into();
        let near = |code: &str, name: &str| nearest(&known, &code.parse().expect("a code"), name);
        assert!(near("RP5", "").starts_with("; the nearest are: RP4 (Great Hospital)"), "{}", near("RP5", ""));
        assert!(near("ZZZ99", "River side trust").starts_with("; the nearest are: RJ1 (Riverside Trust)"));
        assert_eq!(near("RP5", "").matches('(').count(), NEAREST_MAX);
        assert_eq!(nearest(&Known::new(), &"RP5".parse().expect("a code"), ""), "");
    }
}
