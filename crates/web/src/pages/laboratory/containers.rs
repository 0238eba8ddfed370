//! Plates and racks: the laboratory's list, and one of them as a grid that is filled by scanning.

use crate::{
    form::Form,
    pages::{
        Layout, PageResult, Problem,
        chosen::{Chosen, Why},
        id, page_number, refusals, show,
    },
    session::At,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use care::{
    ContainerId, OdsCode, Refusals,
    laboratory::barcode::scanned,
    laboratory::container::{Command, Container, Difference, Kind, Position, State, StoredSample},
};
use serde::Deserialize;
use service::{Desk, ServiceResult, directory, laboratory};
use store::{ContainerLine, Paged};

#[derive(Template)]
#[template(path = "laboratory/containers/list.html")]
struct List {
    layout: Layout,
    containers: Paged<ContainerLine>,
    purpose: String,
    done: String,
    problems: Vec<Problem>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    page: String,
    done: String,
}

pub(crate) async fn all(At(desk): At, Query(from): Query<From>) -> PageResult {
    list(&desk, from, String::new(), vec![]).await
}

async fn list(desk: &Desk, From { page, done }: From, purpose: String, problems: Vec<Problem>) -> PageResult {
    let containers = laboratory::containers::list(desk, page_number(&page)).await?;
    show(&List { layout: Layout::new("Plates and racks", Some(&desk.staff)).for_work(), containers, purpose, done, problems })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct New {
    kind: String,
    purpose: String,
    /// Barcode of a container, to go to it.
    barcode: String,
}

pub(crate) async fn open(At(desk): At, Form(new): Form<New>) -> PageResult<Response> {
    let opened = if new.barcode.trim().is_empty() {
        let kind = Kind::ALL.into_iter().find(|k| format!("{k:?}") == new.kind);
        match kind {
            Some(kind) => laboratory::containers::open(&desk, kind, new.purpose.clone()).await,
            None => Err(Refusals::one("kind", "Choose what it is").into()),
        }
    } else {
        let unknown = || Refusals::one("barcode", format!("No plate or rack has the barcode {}", new.barcode.trim())).into();
        laboratory::containers::scan_box(&desk, &new.barcode).await.and_then(|found| found.ok_or_else(unknown))
    };
    match opened {
        Ok(id) => Ok(Redirect::to(&format!("/containers/{id}")).into_response()),
        Err(error) => Ok(list(&desk, From::default(), new.purpose, refusals(error)?).await?.into_response()),
    }
}

#[derive(Template)]
#[template(path = "laboratory/containers/container.html")]
struct Page {
    layout: Layout,
    id: ContainerId,
    /// How many events of it are shown.
    seen: u64,
    container: Container,
    barcode: String,
    kind: Kind,
    purpose: String,
    laboratories: Vec<(String, String)>,
    code128: String,
    data_matrix: String,
    /// Scan of the whole that has been read, not yet taken.
    scan: String,
    differences: Option<Vec<Difference>>,
    here: bool,
    mine: bool,
    done: String,
    problems: Vec<Problem>,
}

/// A row of the grid: its letter, and its positions with what they hold.
type Row<'p> = (char, Vec<(Position, Option<&'p StoredSample>)>);

impl Page {
    /// The grid, row by row.
    fn rows(&self) -> Vec<Row<'_>> {
        let (_, columns) = self.kind.shape();
        let positions: Vec<Position> = self.kind.positions().collect();
        let row = |row: &[Position]| {
            (row[0].to_string().chars().next().unwrap_or('?'), row.iter().map(|p| (*p, self.container.stored.get(p))).collect())
        };
        positions.chunks(usize::from(columns)).map(row).collect()
    }

    fn columns(&self) -> std::ops::RangeInclusive<u8> {
        1..=self.kind.shape().1
    }
}

#[derive(Deserialize)]
pub(crate) struct ScanQuery {
    #[serde(default)]
    done: String,
}

pub(crate) async fn get(At(desk): At, Path(container): Path<String>, Query(query): Query<ScanQuery>) -> PageResult {
    page(&desk, id(&container, "plate or rack")?, String::new(), None, query.done, vec![]).await
}

async fn page(
    desk: &Desk,
    id: ContainerId,
    scan: String,
    differences: Option<Vec<Difference>>,
    done: String,
    problems: Vec<Problem>,
) -> PageResult {
    let seen = service::shown::version(desk, &id.stream()).await?;
    let container = laboratory::containers::container(desk, id).await?;
    let opened = container.opened.clone().ok_or(service::ServiceError::NotFound("plate or rack"))?;
    let laboratories = directory::laboratories::list(&desk.service).await.map_err(crate::error::PageError::fault)?;
    show(&Page {
        layout: Layout::new(format!("{} {}", opened.kind.label(), opened.barcode), Some(&desk.staff))
            .below("Plates and racks", "/containers")
            .for_work(),
        id,
        seen,
        code128: service::laboratory::labels::code128(&opened.barcode).map_err(crate::error::PageError::fault)?,
        data_matrix: service::laboratory::labels::data_matrix(&opened.barcode).map_err(crate::error::PageError::fault)?,
        here: container.state == State::Here,
        mine: container.custodian() == Some(&desk.staff.organisation),
        container,
        barcode: opened.barcode,
        kind: opened.kind,
        purpose: opened.purpose,
        laboratories: laboratories.0.into_iter().map(|(code, lab)| (code.to_string(), lab.name)).collect(),
        scan,
        differences,
        done,
        problems,
    })
}

/// What can be done with a plate or rack.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub(crate) enum ContainerAction {
    Fill {
        #[serde(default)]
        barcode: String,
        #[serde(default)]
        position: String,
    },
    Empty {
        #[serde(default)]
        position: String,
        #[serde(default)]
        reason: String,
    },
    Move {
        #[serde(default, rename = "reason")]
        place: String,
    },
    Alias {
        #[serde(default)]
        barcode: String,
    },
    Discard(Why),
    Send {
        #[serde(default)]
        laboratory: String,
        #[serde(default, rename = "reason")]
        manifest: String,
    },
    TakeIn,
    Compare(Scan),
    TakeScan(Scan),
}

/// What a scanner of the whole read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Scan {
    scan: String,
}

/// A form of the page: how much of the plate or rack was shown, and what is to be done.
#[derive(Deserialize)]
pub(crate) struct Posted {
    #[serde(default)]
    seen: String,
    #[serde(flatten)]
    act: Chosen<ContainerAction>,
}

pub(crate) async fn post(At(desk): At, Path(container): Path<String>, Form(posted): Form<Posted>) -> PageResult<Response> {
    let id: ContainerId = id(&container, "plate or rack")?;
    let (seen, Chosen(act)) = (posted.seen.parse().ok(), posted.act);
    if let Some(ContainerAction::Compare(Scan { scan })) = act {
        let (differences, problems) = match laboratory::containers::read_scan(&desk, id, &scan).await {
            Ok(scan) => (Some(scan.differences), vec![]),
            Err(error) => (None, refusals(error)?),
        };
        return Ok(page(&desk, id, scan, differences, String::new(), problems).await?.into_response());
    }
    match done(&desk, (id, seen), act.as_ref()).await {
        Ok(message) => {
            let query = serde_urlencoded::to_string([("done", message)]).map_err(crate::error::PageError::fault)?;
            // What was sent is another laboratory's to open.
            let to = if matches!(act, Some(ContainerAction::Send { .. })) { "/containers".to_owned() } else { format!("/containers/{id}") };
            Ok(Redirect::to(&format!("{to}?{query}")).into_response())
        }
        Err(error) => {
            let scan = if let Some(ContainerAction::TakeScan(Scan { scan })) = act { scan } else { String::new() };
            Ok(page(&desk, id, scan, None, String::new(), refusals(error)?).await?.into_response())
        }
    }
}

/// Does what was asked; says what was done.
async fn done(desk: &Desk, (id, seen): (ContainerId, Option<u64>), act: Option<&ContainerAction>) -> ServiceResult<String> {
    // A tube that is put in is named by itself; two may fill one rack at once.
    if act.is_some_and(|act| !matches!(act, ContainerAction::Fill { .. })) {
        service::shown::check(desk, &id.stream(), "What this plate or rack holds, or where it is,", seen).await?;
    }
    let parsed = |position: &str| position.parse::<Position>().map_err(|wrong| Refusals::one("position", wrong.to_string()));
    Ok(match act {
        Some(ContainerAction::Fill { barcode, position }) => {
            let position = if position.trim().is_empty() { None } else { Some(parsed(position)?) };
            let place = laboratory::containers::fill(desk, id, position, barcode).await?;
            format!("{} is in {place}", scanned(barcode))
        }
        Some(ContainerAction::Empty { position, reason }) => {
            let position = parsed(position)?;
            laboratory::containers::empty(desk, id, position, reason.clone()).await?;
            format!("{position} is empty")
        }
        Some(ContainerAction::Move { place }) => {
            laboratory::containers::change(desk, id, Command::Move { place: place.clone() }).await?;
            format!("Its location is {}", place.trim())
        }
        Some(ContainerAction::Alias { barcode }) => {
            laboratory::containers::change(desk, id, Command::Alias { barcode: barcode.clone() }).await?;
            format!("It is found by {} too", scanned(barcode))
        }
        Some(ContainerAction::Discard(Why { reason })) => {
            laboratory::containers::change(desk, id, Command::Discard { reason: reason.clone() }).await?;
            "It is discarded".into()
        }
        Some(ContainerAction::Send { laboratory, manifest }) => {
            let to: OdsCode = laboratory.parse().map_err(|_| Refusals::one("laboratory", "Choose the laboratory that it is sent to"))?;
            laboratory::containers::send(desk, id, to, manifest.clone()).await?;
            "The container is on its way, with everything in it".into()
        }
        Some(ContainerAction::TakeIn) => {
            laboratory::containers::receive(desk, id).await?;
            "It is taken in, with everything in it".into()
        }
        Some(ContainerAction::TakeScan(Scan { scan })) => {
            format!("{} differences were written down as scanned", laboratory::containers::take_scan(desk, id, scan).await?)
        }
        // What is only compared changes nothing, and was answered before.
        Some(ContainerAction::Compare(_)) | None => return Err(Refusals::one("action", "Choose what was done").into()),
    })
}

/// Position, barcode and order of everything that it holds.
pub(crate) async fn csv(At(desk): At, Path(container): Path<String>) -> PageResult<Response> {
    let id: ContainerId = id(&container, "plate or rack")?;
    let stored = laboratory::containers::container(&desk, id).await?;
    let mut text = String::from("position,barcode,order\n");
    for (position, tube) in &stored.stored {
        text += &format!("{position},{},{}\n", tube.barcode, tube.order);
    }
    let name = format!("attachment; filename=\"{}.csv\"", stored.opened.map_or_else(|| "container".into(), |o| o.barcode));
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response())
}
