//! The Test Directory's facts in our own format, from the published files.

mod cancer;
mod excerpt;
mod rare;
mod sheet;
#[cfg(test)]
mod tests;

use anyhow::Context;
use std::{fmt::Write as _, fs, path::Path};

/// Columns of a version's file; files of the rare disease directory have one more.
const HEAD: &str = "code\tindication\tgroup\tname\tscope\tmethod\ttargets\tcriteria";

/// Writes `data/directory/*.tsv`.
pub fn run(sources: &Path, to: &Path) -> anyhow::Result<()> {
    write_rare(sources, to)?;
    cancer::write(sources, to)
}

/// Of each test the version whose published line it is, where that is another.
fn write_rare(sources: &Path, to: &Path) -> anyhow::Result<()> {
    for (version, rows) in rare::versions(sources)? {
        write(to, &format!("rare-{version}.tsv"), &format!("{HEAD}\tsheet"), &rows)?;
    }
    Ok(())
}

fn write<const COLUMNS: usize>(to: &Path, name: &str, head: &str, rows: &[[String; COLUMNS]]) -> anyhow::Result<()> {
    let mut text = format!("{head}\n");
    for row in rows {
        let _ = writeln!(text, "{}", row.join("\t"));
    }
    fs::write(to.join(name), text).with_context(|| name.to_owned())?;
    println!("{name}: {} tests", rows.len());
    Ok(())
}

/// One line of text: blanks joined, tabs gone, one kind of dash.
fn plain(text: &str) -> String {
    text.replace('–', "-").split_whitespace().collect::<Vec<_>>().join(" ")
}
