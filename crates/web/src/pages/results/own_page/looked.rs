//! Who looked at a person's record, for that person.

use crate::{
    language::Voice,
    pages::{Layout, PageResult, show},
    session::Me,
};
use access::Action;
use askama::Template;
use store::Looked;

#[derive(Template)]
#[template(path = "results/own_page/looked.html")]
struct LookedPage {
    layout: Layout,
    voice: Voice,
    rows: Vec<Row>,
    /// How many are shown, where there are more.
    cut: Option<String>,
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

pub(crate) async fn looked(Me(own): Me, voice: Voice) -> PageResult {
    let row = |l: Looked| {
        let action = Action::ALL.iter().find(|action| format!("{action:?}") == l.action);
        let label = action.map_or_else(|| l.action.clone(), ToString::to_string);
        let what = if l.allowed { label } else { format!("tried to {label}, and was refused") };
        Row { at: voice.language.moment(l.at), who: l.who, what, reason: l.reason }
    };
    let (looked, is_cut) = own.who_looked().await?;
    let number = voice.language.number(looked.len());
    show(&LookedPage {
        layout: Layout::new(voice.text("looked.title"), None).in_language(voice.language),
        voice,
        cut: is_cut.then(|| voice.fill("looked.cut", "number", number)),
        rows: looked.into_iter().map(row).collect(),
    })
}
