//! A worklist on paper, for whoever works at the instrument.

use crate::{
    pages::{Layout, PageResult, id, show},
    session::At,
    when,
};
use askama::Template;
use axum::extract::Path;
use care::{
    WorklistId,
    laboratory::worklist::{Created, Listed, SHAPE, Worklist},
};
use service::{ServiceError, laboratory};

#[derive(Template)]
#[template(path = "laboratory/worklists/sheet.html")]
struct Sheet {
    layout: Layout,
    id: WorklistId,
    worklist: Worklist,
    created: Created,
    printed: String,
}

impl Sheet {
    /// The plate, row by row.
    fn rows(&self) -> Vec<(String, Vec<Option<&Listed>>)> {
        let (_, columns) = SHAPE.shape();
        let positions: Vec<_> = SHAPE.positions().collect();
        let row = |row: &[care::laboratory::container::Position]| {
            let letter = row[0].to_string().chars().next().unwrap_or('?').to_string();
            (letter, row.iter().map(|position| self.worklist.listed.get(position)).collect())
        };
        positions.chunks(usize::from(columns)).map(row).collect()
    }

    fn columns() -> std::ops::RangeInclusive<u8> {
        1..=SHAPE.shape().1
    }
}

pub(crate) async fn get(At(desk): At, Path(worklist): Path<String>) -> PageResult {
    let id: WorklistId = id(&worklist, "worklist")?;
    let worklist = laboratory::worklists::worklist(&desk, id).await?.worklist;
    let created = worklist.created.clone().ok_or(ServiceError::NotFound("worklist"))?;
    let title = format!("Sheet of the worklist {}", created.number);
    let layout =
        Layout::new(title, Some(&desk.staff)).below(format!("Worklist {}", created.number), format!("/bench/worklists/{id}")).for_work();
    show(&Sheet { layout, id, worklist, created, printed: when::moment(desk.now()) })
}
