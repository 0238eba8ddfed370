//! Sheets of a workbook (Office Open XML, ECMA-376: a zip of XML), read as far as the published directories need.

use anyhow::{Context, bail, ensure};
use roxmltree::{Document, Node};
use std::{collections::HashMap, fs, io::Read, path::Path};

/// One sheet.
pub(super) struct Sheet {
    #[cfg_attr(not(test), expect(dead_code, reason = "the comparison with the published sheets names them"))]
    pub name: String,
    /// Cells of each row by column, from A; empty text where there is none.
    pub rows: Vec<Vec<String>>,
}

/// Every sheet, in order.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Sheet>> {
    let parts = parts(path)?;
    let part = |name: &str| parts.get(name).with_context(|| format!("{name} is not in {}", path.display()));
    let (book, links) = (Document::parse(part("xl/workbook.xml")?)?, Document::parse(part("xl/_rels/workbook.xml.rels")?)?);
    let targets: HashMap<&str, &str> =
        links.descendants().filter_map(|link| Some((link.attribute("Id")?, link.attribute("Target")?))).collect();
    let shared = shared_texts(part("xl/sharedStrings.xml")?)?;
    let mut sheets = Vec::new();
    for sheet in book.descendants().filter(|node| node.has_tag_name(named("sheet"))) {
        let link = sheet.attributes().find(|a| a.name() == "id").context("a sheet without a link")?;
        let target = targets.get(link.value()).context("a link without a target")?;
        let rows = rows(part(&format!("xl/{}", target.trim_start_matches("/xl/")))?, &shared)?;
        sheets.push(Sheet { name: sheet.attribute("name").unwrap_or_default().to_owned(), rows });
    }
    Ok(sheets)
}

const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn named(tag: &str) -> (&str, &str) {
    (SPREADSHEET, tag)
}

/// The text of a node and of all in it.
fn text(node: Node) -> String {
    node.descendants().filter(|part| part.has_tag_name(named("t"))).filter_map(|part| part.text()).collect()
}

/// Texts that cells name by their number.
pub(super) fn shared_texts(xml: &str) -> anyhow::Result<Vec<String>> {
    Ok(Document::parse(xml)?.descendants().filter(|node| node.has_tag_name(named("si"))).map(text).collect())
}

fn rows(xml: &str, shared: &[String]) -> anyhow::Result<Vec<Vec<String>>> {
    let sheet = Document::parse(xml)?;
    sheet.descendants().filter(|node| node.has_tag_name(named("row"))).map(|row| cells(row, shared)).collect()
}

fn cells(row: Node, shared: &[String]) -> anyhow::Result<Vec<String>> {
    let mut cells = Vec::new();
    for cell in row.children().filter(|node| node.has_tag_name(named("c"))) {
        let column = column(cell.attribute("r").context("a cell without a place")?);
        let value = cell.children().find(|node| node.has_tag_name(named("v"))).and_then(|node| node.text()).unwrap_or_default();
        let content = match cell.attribute("t") {
            Some("s") => shared.get(value.parse::<usize>()?).context("a cell with an unknown text")?.clone(),
            Some("inlineStr") => text(cell),
            _ => value.to_owned(),
        };
        cells.resize(cells.len().max(column + 1), String::new());
        cells[column] = content;
    }
    Ok(cells)
}

/// Number of a column, from 0: `A1` is 0, `AB7` is 27.
fn column(place: &str) -> usize {
    place
        .bytes()
        .take_while(u8::is_ascii_uppercase)
        .fold(0, |column, letter| column * 26 + usize::from(letter - b'A') + 1)
        .saturating_sub(1)
}

/// Names and texts of the XML files in a zip (PKWARE APPNOTE 4.3.12, 4.3.16), stored or deflated.
pub(super) fn parts(path: &Path) -> anyhow::Result<HashMap<String, String>> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06").context("not a zip")?;
    let (count, mut place) = (number(&bytes, end + 10, 2)?, number(&bytes, end + 16, 4)?);
    let mut parts = HashMap::new();
    for _ in 0..count {
        ensure!(bytes.get(place..place + 4) == Some(b"PK\x01\x02"), "the zip's directory is broken");
        let packed = (number(&bytes, place + 10, 2)?, number(&bytes, place + 20, 4)?, number(&bytes, place + 42, 4)?);
        let [name, extra, comment] = [28, 30, 32].map(|offset| number(&bytes, place + offset, 2));
        let (start, name) = (place + 46, name?);
        let name = String::from_utf8_lossy(bytes.get(start..start + name).context("a name is cut off")?).into_owned();
        place = start + name.len() + extra? + comment?;
        if Path::new(&name).extension().is_some_and(|kind| kind == "xml" || kind == "rels") {
            parts.insert(name, unpacked(&bytes, packed)?);
        }
    }
    Ok(parts)
}

fn unpacked(bytes: &[u8], (method, size, header): (usize, usize, usize)) -> anyhow::Result<String> {
    let start = header + 30 + number(bytes, header + 26, 2)? + number(bytes, header + 28, 2)?;
    let packed = bytes.get(start..start + size).context("a part is cut off")?;
    let mut text = String::new();
    match method {
        0 => text = String::from_utf8(packed.to_vec())?,
        8 => drop(flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text)?),
        other => bail!("a part is packed by method {other}"),
    }
    Ok(text)
}

fn number(bytes: &[u8], start: usize, length: usize) -> anyhow::Result<usize> {
    let field = bytes.get(start..start + length).context("the zip is cut off")?;
    Ok(field.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
