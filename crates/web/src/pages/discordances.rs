//! Variants to which different classes were given: each is to be looked at again.

use super::{Layout, PageResult, show};
use crate::session::At;
use askama::Template;
use jiff::tz::TimeZone;
use store::Classified;

#[derive(Template)]
#[template(path = "discordances.html")]
struct Page {
    layout: Layout,
    /// By variant, latest class first.
    variants: Vec<Vec<Classified>>,
}

impl Page {
    fn day(line: &Classified) -> String {
        line.at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
    }
}

pub(crate) async fn get(At(desk): At) -> PageResult {
    let found = desk.discordant().await?;
    let variants = found.chunk_by(|a, b| a.variant == b.variant).map(<[Classified]>::to_vec).collect();
    show(&Page { layout: Layout::of("Variants with different classes", Some(&desk.staff)), variants })
}
