//! Views of candidates that somebody saved, and the one that each used last.

use super::{Slice, fold};
use crate::{Entry, SavedView, saved_view::Used};
use care::{event::StreamName, interpretation::views::Views};

pub(super) fn of_views(stream: &StreamName, entries: &[Entry]) -> anyhow::Result<Vec<Slice>> {
    let views = fold::<Views>(entries)?;
    let by = views.by.map_or_else(String::new, |staff| staff.name);
    let mut rows = Vec::new();
    for view in views.views {
        let shared_with = view.shared_with.map_or_else(String::new, |code| code.to_string());
        rows.push(SavedView {
            staff: stream.parse()?,
            id: view.id.to_string(),
            by: by.clone(),
            name: view.name,
            filter: view.filter,
            shared_with,
        });
    }
    let mut used = Vec::new();
    if let Some(last) = views.last {
        used.push(Used { staff: stream.parse()?, view: last.to_string() });
    }
    Ok(vec![Slice::new(stream.to_string(), stream.id, rows), Slice::new(stream.to_string(), stream.id, used)])
}
