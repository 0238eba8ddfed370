//! Who looked at a person's record, for that person.

use crate::{
    language::Voice,
    pages::{Layout, PageResult, page_number, people::emergency::action_label, show},
    session::Me,
};
use askama::Template;
use axum::extract::Query;
use serde::Deserialize;
use store::Looked;

#[derive(Template)]
#[template(path = "results/own_page/looked.html")]
struct LookedPage {
    layout: Layout,
    voice: Voice,
    rows: Vec<Row>,
    /// The page of later looks, and that of earlier ones.
    later: Option<u64>,
    earlier: Option<u64>,
}

/// Which page of the looks.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    page: String,
}

/// One look.
struct Row {
    /// In the language of the page.
    at: String,
    /// Name, role and organisation.
    who: String,
    /// What they did or tried: in English, as the audit has it.
    what: String,
    reason: String,
}

pub(crate) async fn looked(Me(own): Me, voice: Voice, Query(which): Query<Which>) -> PageResult {
    let row = |l: Looked| {
        let label = action_label(&l.action);
        let what = if l.allowed { label } else { format!("tried to {label}, and was refused") };
        Row { at: voice.language.moment(l.at), who: l.who, what, reason: l.reason }
    };
    let looks = own.who_looked(page_number(&which.page)).await?;
    show(&LookedPage {
        layout: Layout::new(voice.text("looked.title"), None).in_language(voice.language),
        voice,
        later: looks.later(),
        earlier: looks.earlier(),
        rows: looks.lines.into_iter().map(row).collect(),
    })
}
