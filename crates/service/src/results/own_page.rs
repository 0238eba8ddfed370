//! A person's own page: the link that opens it, where their tests are, their choices, and who looked.

mod links;
mod progress;
mod questions;
mod result;

pub(crate) use links::links_by;
pub use links::{LinkState, PersonLinks, SentLink, links};
pub use progress::{OwnTest, Whose};
pub use questions::{OwnEnd, OwnQuestion};
pub use result::OwnResult;

use crate::secret::digest;
use crate::{
    Desk, Service, ServiceError, ServiceResult,
    ordering::{self, choices},
    people::{self, emergency::Looks, staff},
};
use access::{Action, Permit, Resource};
use argon2::password_hash::rand_core::{OsRng, RngCore};
use care::{
    InvitationId, OrderId, PatientId, Refusals, Role, Staff, StaffId,
    ordering::{
        choice::{Choice, Discussion, How, Purpose},
        family::{Participant, Relationship},
    },
    results::invitation::{self, DAYS, Event, Invitation, Sent},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use std::sync::Arc;
use store::Change;

/// A person at their own page.
pub struct Own {
    /// What they work through.
    pub desk: Desk,
    /// Who they are.
    pub patient: PatientId,
    /// Order for which their link was sent.
    pub order: OrderId,
}

/// How a person's data were used in research.
pub struct Used {
    /// Whether the library holds them now, and since when not: the receipt of a withdrawal names each place.
    pub places: Vec<Place>,
    /// Projects that saw them: title, lay summary, where it stands, questions asked, outputs released.
    pub projects: Vec<UsedBy>,
}

/// Where a person's coded data are in research, or are no longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// They enter the library when the test is done.
    Entering,
    /// They are not in the library.
    NotIn,
    /// They are in it.
    In,
    /// They were taken out, and enter again.
    EnteringAgain,
    /// Answers to researchers no longer count them.
    NotCounted,
    /// Workspaces of projects no longer show them.
    NotShown,
    /// Files and releases of the library were written anew without them.
    Rewritten(Timestamp),
    /// That is being done.
    BeingRewritten,
    /// Results of before stay as they are.
    ResultsStay,
}

/// A project that saw a person's coded data.
pub struct UsedBy {
    /// Title.
    pub title: String,
    /// For everybody.
    pub lay_summary: String,
    /// Where it stands.
    pub state: String,
    /// Questions and queries.
    pub queries: usize,
    /// Results that left the workspace.
    pub released: usize,
}

/// What the page shows.
pub struct OwnPage {
    /// Tests that the person had or takes part in, latest first.
    pub tests: Vec<OwnTest>,
    /// The person, and children for whom they choose, in the order of the link.
    pub people: Vec<OwnPerson>,
}

/// Somebody for whom the person at the page chooses.
pub struct OwnPerson {
    /// Who.
    pub patient: PatientId,
    /// Name.
    pub name: String,
    /// The parent's relationship, when it is a child of the person at the page.
    pub by: Option<Relationship>,
    /// Choices as they stand.
    pub choice: Choice,
    /// Agrees to the test of the order.
    pub agrees: bool,
}

/// Makes a link to a person's own page, after talking with them. The secret is given back once and kept nowhere.
#[crate::boxed]
pub async fn invite(desk: &Desk, order: OrderId, patient: PatientId) -> ServiceResult<(String, Timestamp)> {
    let permit = desk.permit(Action::RecordChoice, order).await?;
    let people = desk.status(&permit, order).await?.order.request.map(|r| r.people).unwrap_or_default();
    if !people.iter().any(|p| p.patient == patient) {
        return Err(Refusals::one("person", "This person is not part of the order").into());
    }
    if people::patients::demographics(desk, &permit, patient).await?.is_child(desk.today()) {
        return Err(Refusals::one("person", "A child's choices are given by a parent: send the link to the parent").into());
    }
    let mut bytes = [0; 20];
    OsRng.fill_bytes(&mut bytes);
    let secret = hex::encode(bytes);
    let (id, until) = (InvitationId(desk.new_id()), desk.now() + SignedDuration::from_hours(24 * DAYS));
    let sent = Sent { order, patient, secret_sha256: digest(&secret), until, by: desk.staff.clone() };
    let loaded = desk.service.store.load::<Invitation>(&permit, id.stream()).await?;
    let mut change = Change::default();
    change.add(&loaded, &[Event::Sent(sent)]);
    change.links.push((order, id.stream()));
    desk.commit(&permit, change).await?;
    Ok((secret, until))
}

/// Opens a link with the person's date of birth.
#[crate::boxed]
pub async fn open_invitation(service: &Arc<Service>, secret: &str, birth_date: Date) -> ServiceResult<InvitationId> {
    let id = service.store.invitation(&digest(secret)).await?.ok_or(ServiceError::NotFound("link like this"))?;
    let desk = service.desk(staff::system());
    let permit = service.own_permit(Action::ReadOrder, id.stream()).await?;
    let loaded = service.store.load::<Invitation>(&permit, id.stream()).await?;
    let sent = loaded.state.sent.clone().ok_or(ServiceError::NotFound("link like this"))?;
    let knows = people::patients::demographics(&desk, &permit, sent.patient).await?.birth_date == birth_date;
    let mut change = Change::default();
    change.add(&loaded, &invitation::open(&loaded.state, knows, desk.now())?);
    desk.commit(&permit, change).await?;
    if knows { Ok(id) } else { Err(Refusals::one("birth_date", "This is not the date of birth that we have for this link").into()) }
}

/// The person at a page that was opened; nobody once the link has ended.
#[crate::boxed]
pub async fn own(service: &Arc<Service>, id: InvitationId) -> ServiceResult<Option<Own>> {
    let permit = service.own_permit(Action::ReadOrder, id.stream()).await?;
    let invitation = service.store.load::<Invitation>(&permit, id.stream()).await?.state;
    let Some(sent) = invitation.opens(service.now()) else { return Ok(None) };
    let name = people::patients::demographics(&service.desk(staff::system()), &permit, sent.patient).await?.full_name();
    let person = Staff {
        id: StaffId(sent.patient.0),
        name,
        role: Role::Patient,
        organisation: sent.by.organisation.clone(),
        organisation_name: sent.by.organisation_name.clone(),
    };
    Ok(Some(Own { desk: service.desk(person), patient: sent.patient, order: sent.order }))
}

impl Own {
    async fn permit(&self, action: Action, name: String, subjects: Vec<PatientId>) -> ServiceResult<Permit> {
        let resource = Resource { name, subjects, ..Resource::default() };
        Ok(self.desk.service.store.permit(&self.desk.staff, action, &resource, self.desk.now()).await?)
    }

    /// A permit to give the choices of a person of the order.
    async fn permit_choice(&self, patient: PatientId) -> ServiceResult<Permit> {
        let reader = self.permit(Action::SeeOwnPage, self.order.stream(), vec![self.patient]).await?;
        let people = self.people(&reader).await?;
        let mut subjects = vec![patient];
        if let Some(person) = people.iter().find(|p| p.patient == patient)
            && people::patients::demographics(&self.desk, &reader, patient).await?.is_child(self.desk.today())
        {
            subjects = choices::parents(person, &people);
        }
        self.permit(Action::GiveChoice, self.order.stream(), subjects).await
    }

    async fn people(&self, permit: &Permit) -> ServiceResult<Vec<Participant>> {
        Ok(self.desk.status(permit, self.order).await?.order.request.map(|r| r.people).unwrap_or_default())
    }

    /// Everything that the page shows.
    #[crate::boxed]
    pub async fn page(&self) -> ServiceResult<OwnPage> {
        let permit = self.permit(Action::SeeOwnPage, self.patient.stream(), vec![self.patient]).await?;
        let mut page = OwnPage { tests: self.tests(&permit).await?, people: vec![] };
        let status = self.desk.status(&permit, self.order).await?;
        let people = status.order.request.as_ref().map(|r| r.people.clone()).unwrap_or_default();
        let my_relationship = people.iter().find(|p| p.patient == self.patient).map(|p| p.relationship);
        for person in &people {
            let mine = person.patient == self.patient;
            let child = !mine
                && choices::parents(person, &people).contains(&self.patient)
                && people::patients::demographics(&self.desk, &permit, person.patient).await?.is_child(self.desk.today());
            if mine || child {
                page.people.push(OwnPerson {
                    patient: person.patient,
                    name: person.name.clone(),
                    by: my_relationship.filter(|_| child),
                    choice: ordering::choices::choice(&self.desk, &permit, person.patient).await?,
                    agrees: status.agrees(person.patient),
                });
            }
        }
        Ok(page)
    }

    /// Gives choices, one's own or those of one's child, on a page that showed a version of them.
    #[crate::boxed]
    pub async fn choose(&self, patient: PatientId, seen: Option<u64>, discussion: Discussion<Relationship>) -> ServiceResult<()> {
        let permit = self.permit_choice(patient).await?;
        let discussion = Discussion { how: How::OwnPage, order: self.order, ..discussion };
        ordering::choices::record_as(&self.desk, &permit, (patient, seen), discussion).await
    }

    /// Withdraws an agreement from today, on a page that showed a version of the choices.
    #[crate::boxed]
    pub async fn withdraw(&self, patient: PatientId, seen: Option<u64>, what: Purpose, reason: String) -> ServiceResult<()> {
        let permit = self.permit_choice(patient).await?;
        let withdrawal = ordering::choices::Withdrawal { what, from: self.desk.today(), reason };
        ordering::choices::withdraw_as(&self.desk, &permit, self.order, (patient, seen), withdrawal).await
    }

    /// A page of who looked at the person's record and orders, whatever they did, but the person at the page; the first, where there are
    /// not so many. The same by the same people in a row is listed once.
    #[crate::boxed]
    pub async fn who_looked(&self, page: u64) -> ServiceResult<Looks> {
        let permit = self.permit(Action::SeeOwnPage, self.patient.stream(), vec![self.patient]).await?;
        let (own, store) = (Some(self.desk.staff.id), &self.desk.service.store);
        let mut looks = Looks::new(store.looked_at(&permit, self.patient, own, Looks::window(page)).await?, page);
        if looks.is_beyond() {
            looks = Looks::new(store.looked_at(&permit, self.patient, own, Looks::window(1)).await?, 1);
        }
        looks.lines.dedup_by(|later, l| (&later.who, &later.action, &later.reason) == (&l.who, &l.action, &l.reason));
        Ok(looks)
    }
}
