//! Order templates: somebody's own, and those that colleagues of the organisation share.

use crate::{Desk, ServiceResult, directory::catalogue};
use access::{Action, Permit};
use care::{
    Refusals,
    directory::Test,
    ordering::template::{self, Command, Template, Templates, TestNow},
};
use store::{Change, Loaded};
use uuid::Uuid;

/// A template that somebody can use.
pub struct Usable {
    /// The template.
    pub template: Template,
    /// It is their own.
    pub is_own: bool,
    /// What became of its test since somebody last looked at it.
    pub test_now: TestNow,
    /// The test as the directory has it today.
    pub test: Option<Test>,
    /// The directory of today, as orders name it.
    pub directory: String,
}

impl Usable {
    /// Its test is not as it was when somebody last looked at it for this template.
    pub fn is_changed(&self) -> bool {
        self.test_now != TestNow::Same
    }
}

/// Opens the templates of the organisation of whoever orders tests.
#[crate::boxed]
pub async fn permit(desk: &Desk) -> ServiceResult<Permit> {
    let organisation = &desk.staff.organisation;
    desk.permit_named(Action::PlaceOrder, template::stream(organisation), organisation.clone()).await
}

/// The templates that the person at a desk can use: their own first, then those of colleagues, by name.
#[crate::boxed]
pub async fn list(desk: &Desk) -> ServiceResult<Vec<Usable>> {
    let templates = load(desk, &permit(desk).await?).await?.state.0;
    let mut found = Vec::new();
    for template in templates.into_iter().filter(|template| template.is_usable_by(&desk.staff)) {
        found.push(usable(desk, template).await?);
    }
    found.sort_by_key(|usable| (!usable.is_own, usable.template.name.to_lowercase()));
    Ok(found)
}

/// A template to begin an order from, as somebody saw it: refused where it was changed or its test withdrawn since.
#[crate::boxed]
pub async fn start(desk: &Desk, id: Uuid, seen: u32, directory: &str) -> ServiceResult<(Template, Test)> {
    let templates = load(desk, &permit(desk).await?).await?.state;
    let found = usable(desk, templates.usable(id, &desk.staff)?.clone()).await?;
    let is_as_seen = found.template.revision == seen && found.directory == directory;
    match found.test {
        Some(test) if is_as_seen => Ok((found.template, test)),
        Some(_) => Err(changed().into()),
        None => {
            let code = &found.template.usual.test.code;
            Err(Refusals::one("template", format!("{code} is no longer in the Test Directory: choose another test, and save it anew"))
                .into())
        }
    }
}

/// Says that a template still fits its test as the directory has it today, which somebody looked at.
#[crate::boxed]
pub async fn renew(desk: &Desk, id: Uuid, seen: u32, directory: &str) -> ServiceResult<()> {
    let (_, test) = start(desk, id, seen, directory).await?;
    change(desk, Command::Renew { id, seen, test: Box::new(test) }).await
}

/// Changes the templates of the person at a desk. Nobody changes a colleague's.
#[crate::boxed]
pub async fn change(desk: &Desk, command: Command) -> ServiceResult<()> {
    let permit = permit(desk).await?;
    let loaded = load(desk, &permit).await?;
    let events = template::decide(&loaded.state, command, &desk.staff)?;
    if events.is_empty() {
        return Ok(());
    }
    let mut change = Change::default();
    change.add(&loaded, &events);
    desk.commit(&permit, change).await
}

fn changed() -> Refusals {
    Refusals::one("template", "This template, or the Test Directory, was changed after this page was opened: look at it again")
}

async fn load(desk: &Desk, permit: &Permit) -> ServiceResult<Loaded<Templates>> {
    Ok(desk.service.store.load::<Templates>(permit, template::stream(&desk.staff.organisation)).await?)
}

async fn usable(desk: &Desk, template: Template) -> ServiceResult<Usable> {
    let catalogue = catalogue::current(&desk.service).await?;
    let code = &template.usual.test.code;
    let (test, directory) = (catalogue.test(code.as_str()).cloned(), catalogue.version_of(code));
    Ok(Usable { is_own: template.is_own_of(&desk.staff), test_now: template.usual.test_now(test.as_ref()), test, directory, template })
}
