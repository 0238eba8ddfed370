//! Reports and documents as PDF, typeset by Typst from a template and the content as JSON.

use crate::document::Document;
use anyhow::{anyhow, bail};
use care::results::report::Content;
use jiff::tz::TimeZone;
use std::sync::LazyLock;
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

static REPORT: &str = include_str!("report.typ");
static DOCUMENT: &str = include_str!("document.typ");

struct Fonts {
    list: Vec<Font>,
    book: LazyHash<FontBook>,
    library: LazyHash<Library>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let list: Vec<Font> = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&list)), list, library: LazyHash::new(Library::default()) }
});

/// What Typst may see: the template, the content and the fonts. No clock, no files, no network.
struct Desk {
    main: Source,
    content: Bytes,
    content_id: FileId,
}

fn id(path: &str) -> anyhow::Result<FileId> {
    let path = VirtualPath::new(path).map_err(|e| anyhow!("{e:?}"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &FONTS.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.content_id { Ok(self.content.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.list.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// A report, typeset and exported.
pub(crate) fn report(content: &Content) -> anyhow::Result<Vec<u8>> {
    let mut json = crate::printed::json(content)?;
    json["headline"] = content.headline().into();
    json["kind"] = content.kind().into();
    json["id"] = content.id.to_string().into();
    export(REPORT, json, content.authorised)
}

/// A document, typeset and exported.
pub(crate) fn document(document: &Document) -> anyhow::Result<Vec<u8>> {
    export(DOCUMENT, serde_json::to_value(document)?, document.at)
}

/// A template with its content, dated.
fn export(template: &str, mut json: serde_json::Value, at: jiff::Timestamp) -> anyhow::Result<Vec<u8>> {
    let time = at.to_zoned(TimeZone::UTC).datetime();
    let (year, month, day) = (time.year(), time.month() as u8, time.day() as u8);
    let (hour, minute, second) = (time.hour() as u8, time.minute() as u8, time.second() as u8);
    json["date"] = serde_json::json!({ "year": year, "month": month, "day": day });
    let desk = Desk {
        main: Source::new(id("/main.typ")?, template.into()),
        content: Bytes::new(serde_json::to_vec(&json)?),
        content_id: id("/content.json")?,
    };
    let document = typst::compile(&desk).output.map_err(|errors| anyhow!("typesetting: {errors:?}"))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|e| anyhow!("PDF/A and PDF/UA: {e:?}"))?;
    let fixed = Datetime::from_ymd_hms(year.into(), month, day, hour, minute, second).map(Timestamp::new_utc);
    let options = PdfOptions { standards, timestamp: fixed, ..PdfOptions::default() };
    match typst_pdf::pdf(&document, &options) {
        Ok(bytes) => Ok(bytes),
        Err(errors) => bail!("exporting as PDF/A: {errors:?}"),
    }
}
