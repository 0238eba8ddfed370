//! Whom a page is about: made here alone, from what the desk may see, and shown at the head of every page about a person.

mod age;

use crate::when;
use access::{Action, Permit};
use age::age;
use care::{
    OrderId, PatientId,
    ordering::{
        family::Relationship,
        order::{Request, purpose::Purpose},
    },
    people::{
        death,
        patient::{Demographics, Identity},
    },
};
use jiff::civil::Date;
use service::{
    Desk, ServiceResult, Status,
    people::{self, deaths::KnownDeath, restriction},
};
use store::projection::RESTRICTED;

/// Stands for a date of birth or a number that must not be seen.
const NOT_SHOWN: &str = "not shown";

/// Whom a page is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Banner {
    pub name: String,
    /// Date of birth with the age, sex, NHS number: what it is, and its value.
    pub identifiers: [(&'static str, String); 3],
    /// What has to be seen at once: colour and words.
    pub tags: Vec<(&'static str, String)>,
    /// Of a relative in an order: how they are related to its patient.
    pub role: Option<String>,
    /// Who else is in the family: relationship, and name or where they are tested.
    pub family: Vec<(String, String)>,
    /// Address of the genomic record, for those who may open it.
    pub record: Option<String>,
}

/// What a banner is made from.
struct Facts<'a> {
    who: &'a Demographics,
    today: Date,
    /// Only those who are named may open the record.
    is_restricted: bool,
    shown: Shown,
    death: Option<Death>,
    /// Records of the same person beside the one that is shown.
    merged: usize,
    /// Another record stands for this one.
    is_merged_into_another: bool,
}

/// What of a person whoever looks may see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shown {
    /// Everything.
    All,
    /// Of a restricted record what is compared with a tube: date of birth and NHS number, and no name.
    OnTubes,
    /// Of a restricted record neither.
    Nothing,
}

/// Somebody is known to have died.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Death {
    /// On a day.
    On(Date),
    /// On a day that is not known here.
    Undated,
    /// A hospital's system says it, and nobody has checked it.
    Said(Option<Date>),
}

impl Death {
    /// Its colour and words.
    fn tag(self) -> (&'static str, String) {
        match self {
            Death::On(died) => ("grey", format!("Died {}", when::day(died))),
            Death::Undated => ("grey", "Deceased".to_owned()),
            Death::Said(died) => {
                let day = died.map_or_else(String::new, |died| format!(" on {}", when::day(died)));
                ("orange", format!("Said to have died{day}: to be checked"))
            }
        }
    }
}

impl Banner {
    /// The colour and the words of a death that is known of somebody, for a page that has no banner of a record.
    pub(crate) fn death_tag(known: &death::Death) -> Option<(&'static str, String)> {
        let shown = match known {
            death::Death::Confirmed { died } => died.map_or(Death::Undated, Death::On),
            death::Death::Said { died, .. } => Death::Said(*died),
            death::Death::Mistaken { .. } => return None,
        };
        Some(shown.tag())
    }

    fn new(facts: &Facts) -> Banner {
        let who = facts.who;
        let (birth, number) = match facts.shown {
            Shown::All | Shown::OnTubes => (birth(facts), nhs_number(&who.nhs_number)),
            Shown::Nothing => (("Born", NOT_SHOWN.to_owned()), NOT_SHOWN.to_owned()),
        };
        Banner {
            name: if facts.shown == Shown::All { who.full_name() } else { RESTRICTED.into() },
            identifiers: [birth, ("Sex", who.sex.label().to_owned()), ("NHS number", number)],
            tags: tags(facts),
            role: None,
            family: vec![],
            record: None,
        }
    }

    /// The patient of an order that a permit opens.
    pub(crate) async fn of_order(desk: &Desk, permit: &Permit, order: OrderId) -> ServiceResult<Banner> {
        let status = desk.status(permit, order).await?;
        Banner::of_status(desk, permit, &status).await
    }

    /// The same where the page has no permit at hand: one for what the page does is asked for.
    pub(crate) async fn for_action(desk: &Desk, action: Action, order: OrderId) -> ServiceResult<Banner> {
        let permit = desk.permit(action, order).await?;
        Banner::of_order(desk, &permit, order).await
    }

    /// The patient of an order as it stands.
    pub(crate) async fn of_status(desk: &Desk, permit: &Permit, status: &Status) -> ServiceResult<Banner> {
        let proband = status.order.request.as_ref().and_then(Request::proband).map(|proband| proband.patient);
        Banner::of_member(desk, permit, status, proband.ok_or(service::ServiceError::NotFound("patient of this order"))?).await
    }

    /// Somebody who is tested in an order: its patient, or a relative.
    pub(crate) async fn of_member(desk: &Desk, permit: &Permit, status: &Status, patient: PatientId) -> ServiceResult<Banner> {
        let on_order = status.order.request.as_ref().and_then(|request| died(request, patient));
        let death = death(desk, permit, patient, on_order).await?;
        let if_hidden = if desk.may(Action::HandleSample) { Shown::OnTubes } else { Shown::Nothing };
        let mut banner = Banner::of_record(desk, permit, patient, (death, if_hidden)).await?;
        let Some(request) = &status.order.request else { return Ok(banner) };
        banner.role = role(request, patient);
        for (relative, label, name) in family(request, patient) {
            banner.family.push((label, restriction::name_for(desk, relative, &name).await?));
        }
        Ok(banner)
    }

    /// Somebody whose record a permit opens, with what is known under each of their records. Relatives are not named here: each is shown
    /// by name where they agreed to it.
    pub(crate) async fn of_patient(desk: &Desk, permit: &Permit, patient: PatientId) -> ServiceResult<Banner> {
        let (mut on_order, mut relatives) = (None, Vec::new());
        let records = people::patients::records(desk, permit, patient).await?;
        for record in &records {
            for view in desk.service.store.orders_with(permit, *record).await? {
                let status = desk.status(permit, view.id).await?;
                let Some(request) = &status.order.request else { continue };
                if !matches!(on_order, Some(Death::On(_))) {
                    on_order = died(request, *record).or(on_order);
                }
                for (_, label, _) in family(request, *record).into_iter().filter(|(relative, _, _)| !records.contains(relative)) {
                    relatives.push((label, format!("in order {}", view.number)));
                }
            }
        }
        let death = death(desk, permit, patient, on_order).await?;
        let banner = Banner::of_record(desk, permit, patient, (death, Shown::Nothing)).await?;
        Ok(Banner { family: relatives, ..banner })
    }

    async fn of_record(
        desk: &Desk,
        permit: &Permit,
        patient: PatientId,
        (death, if_hidden): (Option<Death>, Shown),
    ) -> ServiceResult<Banner> {
        let record = people::patients::record(desk, permit, patient).await?;
        let who = record.demographics.as_ref().ok_or(service::ServiceError::NotFound("patient"))?;
        let facts = Facts {
            who,
            today: desk.today(),
            is_restricted: record.restricted_to.is_some(),
            shown: if restriction::is_name_hidden(desk, patient).await? { if_hidden } else { Shown::All },
            death,
            merged: record.absorbed.len(),
            is_merged_into_another: record.merged_into.is_some(),
        };
        let record = desk.may(Action::ReadRecord).then(|| format!("/patients/{patient}"));
        Ok(Banner { record, ..Banner::new(&facts) })
    }
}

/// That somebody died: on the day that an order says or somebody confirmed, else on a day that is not said, where anything of theirs
/// tells it; else as a hospital's system says it.
async fn death(desk: &Desk, permit: &Permit, patient: PatientId, on_order: Option<Death>) -> ServiceResult<Option<Death>> {
    if matches!(on_order, Some(Death::On(_))) {
        return Ok(on_order);
    }
    Ok(match people::deaths::known(desk, permit, patient).await? {
        KnownDeath::Died(died) => Some(died.map_or(Death::Undated, Death::On)),
        KnownDeath::Said { died, .. } => Some(Death::Said(died)),
        KnownDeath::Mistaken => None,
        KnownDeath::Nothing => on_order,
    })
}

/// The day on which somebody died, where an order for them says so; what another system ordered says it as that system does.
fn died(request: &Request, patient: PatientId) -> Option<Death> {
    let is_proband = request.proband().is_some_and(|proband| proband.patient == patient);
    match request.purpose {
        Purpose::AfterDeath { died, .. } if is_proband => {
            Some(if request.sender.is_some() { Death::Said(Some(died)) } else { Death::On(died) })
        }
        _ => None,
    }
}

fn role(request: &Request, patient: PatientId) -> Option<String> {
    let own = request.people.iter().find(|person| person.patient == patient)?.relationship;
    (own != Relationship::Proband).then(|| format!("{} of the patient", own.label()))
}

/// Everybody else in an order: who, relationship, name.
fn family(request: &Request, patient: PatientId) -> Vec<(PatientId, String, String)> {
    let is_proband = request.proband().is_some_and(|proband| proband.patient == patient);
    let label = |relationship: Relationship| match relationship {
        Relationship::Proband => "Patient".to_owned(),
        other if is_proband => other.label().to_owned(),
        other => format!("Patient’s {}", other.label().to_lowercase()),
    };
    let others = request.people.iter().filter(|person| person.patient != patient);
    others.map(|person| (person.patient, label(person.relationship), person.name.clone())).collect()
}

fn birth(facts: &Facts) -> (&'static str, String) {
    let day = when::day(facts.who.birth_date);
    match (&facts.who.nhs_number, facts.death) {
        (Identity::Fetus, _) => ("Due", day),
        (_, Some(Death::On(died))) => ("Born", format!("{day} (died at {})", age(facts.who.birth_date, died))),
        (_, Some(Death::Undated)) => ("Born", day),
        (_, Some(Death::Said(_)) | None) => ("Born", format!("{day} ({})", age(facts.who.birth_date, facts.today))),
    }
}

/// The NHS number in groups of three, three and four; or why there is none.
pub(crate) fn nhs_number(identity: &Identity) -> String {
    match identity {
        Identity::NhsNumber(number) => number.to_string(),
        Identity::Unavailable(reason) => format!("none: {reason}"),
        Identity::Fetus => "none before birth".into(),
    }
}

fn tags(facts: &Facts) -> Vec<(&'static str, String)> {
    let mut tags = Vec::new();
    if facts.is_restricted {
        tags.push(("red", "Restricted".to_owned()));
    }
    tags.extend(facts.death.map(Death::tag));
    if facts.who.nhs_number == Identity::Fetus {
        tags.push(("purple", "Before birth".to_owned()));
    }
    if facts.is_merged_into_another {
        tags.push(("orange", "Merged into another record".to_owned()));
    } else if facts.merged > 0 {
        tags.push(("orange", format!("{} records merged", facts.merged + 1)));
    }
    tags
}

#[cfg(test)]
mod tests;
