//! BED: stretches of the genome, such as the targets of a capture, or what was covered.
//!
//! Source: GA4GH, The Browser Extensible Data (BED) format, version 1.0 (2021): three to twelve columns, starts counted from 0 and
//! ends left out; and UCSC's `track` and `browser` lines. Files in use also separate columns with blanks.

use crate::{FileError, FileResult, open};
use genome::{Contig, Position};
use std::path::Path;

/// A stretch of a BED file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    /// Contig on which it lies; none for one that is not of the primary assembly, such as a decoy.
    pub contig: Option<Contig>,
    /// First base.
    pub start: Position,
    /// Last base, which belongs to it.
    pub end: Position,
    /// Fourth column: a name, or the depth in a file of what was covered.
    pub name: Option<String>,
}

impl Region {
    /// Whether a base lies in it.
    pub fn contains(&self, contig: Contig, position: u32) -> bool {
        self.contig == Some(contig) && (self.start.get()..=self.end.get()).contains(&position)
    }
}

/// The stretches of a file, line by line, in its order.
pub fn regions(path: &Path) -> FileResult<impl Iterator<Item = FileResult<Region>>> {
    Ok(open::lines(path)?.filter_map(move |line| match line {
        Ok((number, line)) => region(path, number, &line).transpose(),
        Err(error) => Some(Err(error)),
    }))
}

/// The stretch of a line; none of a line that is empty, a comment, or for a browser.
fn region(path: &Path, number: u64, line: &str) -> FileResult<Option<Region>> {
    let line = line.trim_start_matches('\u{feff}').trim_end();
    if line.starts_with('#') || matches!(line.split_whitespace().next(), None | Some("track" | "browser")) {
        return Ok(None);
    }
    let wrong = |field, rule: String| FileError::on_line(path, number, field, rule);
    let columns: Vec<&str> = if line.contains('\t') { line.split('\t').collect() } else { line.split_whitespace().collect() };
    let [contig, start, end, more @ ..] = &columns[..] else {
        let remedy = "Give contig, start and end, with tabs between them";
        return Err(wrong("columns", format!("{} where at least 3 are needed", columns.len())).remedy(remedy));
    };
    let count = |field, text: &str| text.parse::<u32>().map_err(|_| wrong(field, format!("'{text}' is not a whole number of bases")));
    let (before, last) = (count("start", start)?, count("end", end)?);
    if last <= before {
        let remedy = "A BED file counts starts from 0 and leaves the end out; a file that counts from 1 must be converted first";
        return Err(wrong("end", format!("{before} to {last} covers no base")).remedy(remedy));
    }
    let position = |field, base| Position::new(base).ok_or_else(|| wrong(field, format!("{base} is beyond any contig")));
    Ok(Some(Region {
        contig: contig.parse().ok(),
        start: position("start", before + 1)?,
        end: position("end", last)?,
        name: more.first().map(|name| (*name).to_owned()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f.bed");
        std::fs::write(&path, text).expect("written");
        let line = |r: Region| {
            let contig = r.contig.map_or_else(|| "other".into(), |contig| contig.to_string());
            format!("{contig}:{}-{} {}", r.start.get(), r.end.get(), r.name.as_deref().unwrap_or("-"))
        };
        match regions(&path).expect("opened").collect::<FileResult<Vec<Region>>>() {
            Ok(regions) => regions.into_iter().map(line).collect::<Vec<_>>().join("; "),
            Err(why) => why.to_string().rsplit('/').next().expect("a name").to_owned(),
        }
    }

    /// Source: the specification, section 1.3: the first 100 bases of a chromosome are 0 to 100.
    #[test]
    fn starts_are_counted_from_0_and_ends_are_left_out() {
        assert_eq!(shown("chr7\t0\t100\n"), "7:1-100 -");
        assert_eq!(shown("7\t99\t100\tone base\t0\t+\n"), "7:100-100 one base");
        let region = Region { contig: "7".parse().ok(), ..region(Path::new("f.bed"), 1, "7\t99\t101").expect("sound").expect("a stretch") };
        let seven: Contig = "7".parse().expect("a contig");
        assert_eq!([99, 100, 101, 102].map(|position| region.contains(seven, position)), [false, true, true, false]);
    }

    #[test]
    fn lines_for_browsers_comments_and_empty_lines_are_no_stretches() {
        let text = "\u{feff}browser position chr7:1-200\r\ntrack name=\"targets\" description=\"v 2\"\r\n# made by hand\r\n\r\n \t\r\n\
                    chrX 10 20 a\r\nchrUn_KI270302v1\t0\t5\r\ntrack\n";
        assert_eq!(shown(text), "X:11-20 a; other:1-5 -");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn a_line_that_is_wrong_is_named_with_its_number() {
        let empty = "A BED file counts starts from 0 and leaves the end out; a file that counts from 1 must be converted first";
        for (text, says) in [
            (
                "chr1\t1\t2\nchr1\t5\n",
                "f.bed, line 2, field columns: 2 where at least 3 are needed. Give contig, start and end, with tabs between them"
                    .to_owned(),
            ),
            ("chrom\tstart\tend\n", "f.bed, line 1, field start: 'start' is not a whole number of bases".to_owned()),
            ("# c\nchr1\t5\t1e3\n", "f.bed, line 2, field end: '1e3' is not a whole number of bases".to_owned()),
            ("chr1\t-1\t3\n", "f.bed, line 1, field start: '-1' is not a whole number of bases".to_owned()),
            ("chr1\t5\t5\n", format!("f.bed, line 1, field end: 5 to 5 covers no base. {empty}")),
            ("chr1\t9\t5\n", format!("f.bed, line 1, field end: 9 to 5 covers no base. {empty}")),
            ("chr1\t9\t4294967295\n", "f.bed, line 1, field end: 4294967295 is beyond any contig".to_owned()),
        ] {
            assert_eq!(shown(text), says, "{text}");
        }
    }
}
