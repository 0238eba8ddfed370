//! The file that a scanner of whole racks writes, of whichever maker: which position holds which barcode. No tube is dropped: a line
//! that is not understood, and a tube that was seen and not read, are refused with the line.
//!
//! Shapes that are read, with where they were seen: `A01,barcode` without a heading (Thermo VisionMate, FluidX, Ziath and Micronic in
//! their plainest export; sanger/limber, `csv_file_for_tube_rack`); the barcode of the rack before position and tube
//! (sanger/limber, `csv_file_for_tube_rack_with_rack_barcode`); headings in any order, such as `Date,Time,RackId,Position,Tube`
//! (FluidX) or `Position,Tube ID,Status` (Micronic); row and column in columns of their own (`Row,Col,Tube Code`); lines about the
//! scan before the heading (Ziath, `Rack Barcode,SA001`); a grid with its letters and numbers; numbers in the place of positions, where
//! the file says how they are counted.

mod beside;
mod grid;
mod number;

pub use beside::{Beside, beside};

use super::{Kind, Position};
use crate::{Refusal, Refusals, laboratory::barcode::scanned};
use number::Counting;
use std::collections::BTreeMap;

/// Names of the column of positions, in small letters without signs.
const POSITION: &[&str] = &[
    "position",
    "pos",
    "well",
    "wellposition",
    "tubeposition",
    "location",
    "cell",
    "locationcell",
    "coordinate",
    "wellid",
    "rackposition",
    "positionid",
    "wellpos",
    "wellname",
    "welllocation",
    "tubelocation",
    "tubepos",
];
/// Names of the column of barcodes, those that say most first.
const BARCODE: &[&str] = &[
    "tubebarcode",
    "tubeid",
    "tubecode",
    "tube",
    "tube2dbarcode",
    "2dbarcode",
    "2dcode",
    "barcode",
    "decodedbarcode",
    "code",
    "sampleid",
    "samplebarcode",
    "vialid",
    "vialbarcode",
    "tube2dcode",
    "barcodeid",
    "sampletubebarcode",
    "datamatrix",
    "sample",
    "id",
];
/// Names of the columns of rows and columns.
const ROW: &[&str] = &["row", "locationrow", "tuberow", "wellrow"];
const COLUMN: &[&str] = &["column", "col", "locationcolumn", "tubecolumn", "wellcolumn", "wellcol"];

/// What scanners write of a position without a tube, in capitals, letters and digits alone.
const EMPTY: &[&str] = &["", "EMPTY", "EMPTYWELL", "NOTUBE", "NOVIAL", "NONE", "NULL", "NA", "NOSAMPLE"];
/// What scanners write of a tube that they saw and could not read.
const UNREAD: &[&str] = &[
    "NOREAD",
    "NOCODE",
    "NOBARCODE",
    "NODECODE",
    "NOTREAD",
    "MISREAD",
    "BADREAD",
    "ERROR",
    "READERROR",
    "READFAIL",
    "READFAILED",
    "READFAILURE",
    "DECODEERROR",
    "DECODEFAILED",
    "UNREADABLE",
    "UNREAD",
    "UNDECODED",
    "FAIL",
    "FAILED",
    "UNKNOWN",
];

/// What a scanner says of a position in the place of a barcode.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Empty,
    Unread,
    Barcode,
}

impl Reading {
    fn read(cell: &str) -> Reading {
        let plain: String = cell.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let is_mark = !cell.is_empty() && cell.chars().all(|c| ['?', '*', '#', '!'].contains(&c));
        match plain.as_str() {
            _ if is_mark => Reading::Unread,
            text if EMPTY.contains(&text) => Reading::Empty,
            text if UNREAD.contains(&text) => Reading::Unread,
            _ => Reading::Barcode,
        }
    }
}

/// Where each value of a line stands.
#[derive(Clone, Copy)]
struct Layout {
    place: Place,
    barcode: usize,
}

/// Lines that hold something, with their numbers and cells.
type Lines = [(usize, Vec<String>)];

/// How positions that are numbers are read.
#[derive(Clone, Copy)]
struct Numbering {
    counting: Option<Counting>,
    kind: Option<Kind>,
}

#[derive(Clone, Copy)]
enum Place {
    Whole(usize),
    RowAndColumn(usize, usize),
}

/// Reads a scan: barcodes by position.
pub fn read(text: &str) -> Result<BTreeMap<Position, String>, Refusals> {
    read_lines(text, None)
}

/// The same of a container of a kind, in which positions may be numbers.
pub fn read_for(kind: Kind, text: &str) -> Result<BTreeMap<Position, String>, Refusals> {
    read_lines(text, Some(kind))
}

/// The lines of a scan that hold something, with their numbers and cells.
fn lines(text: &str) -> Vec<(usize, Vec<String>)> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let lines = (1..).zip(text.lines()).map(|(number, line)| (number, cells(line)));
    lines.filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty())).collect()
}

fn read_lines(text: &str, kind: Option<Kind>) -> Result<BTreeMap<Position, String>, Refusals> {
    let lines = lines(text);
    let (layout, first) = match heading(&lines) {
        Some((layout, index)) => (Some(layout), index + 1),
        None => (None, 0),
    };
    if layout.is_none()
        && let Some(tubes) = grid::read(&lines)
    {
        return checked(tubes?);
    }
    let numbering = Numbering { counting: Counting::declared(lines[..first].iter().flat_map(|(_, cells)| cells)), kind };
    let (mut tubes, mut refusals) = (BTreeMap::new(), Vec::new());
    for (number, cells) in &lines[first..] {
        if let Err(rule) = line(layout, numbering, cells, &mut tubes) {
            refusals.push(Refusal::new("scan", format!("Line {number}: {rule}")));
        }
    }
    refusals.extend(beside::doubled(&lines[first..], &tubes));
    Refusals::check(refusals)?;
    checked(tubes)
}

fn checked(tubes: BTreeMap<Position, String>) -> Result<BTreeMap<Position, String>, Refusals> {
    if tubes.is_empty() {
        return Err(Refusals::one("scan", "The scan names no tube: paste a line for each, such as A01,S0123456789AB"));
    }
    let mut seen: BTreeMap<&str, Position> = BTreeMap::new();
    for (position, barcode) in &tubes {
        if let Some(other) = seen.insert(barcode, *position) {
            return Err(Refusals::one(
                "scan",
                format!("The barcode {barcode} stands in two positions, {other} and {position}: scan the rack again"),
            ));
        }
    }
    Ok(tubes)
}

/// Reads one line into the tubes.
fn line(layout: Option<Layout>, numbering: Numbering, cells: &[String], tubes: &mut BTreeMap<Position, String>) -> Result<(), String> {
    let layout = match layout {
        Some(layout) => layout,
        None => by_content(cells)?,
    };
    let get = |index: usize| cells.get(index).map_or("", String::as_str);
    let place = match layout.place {
        Place::Whole(index) => match number::number(get(index)) {
            Some(number) if is_tube(get(layout.barcode), cells) => {
                number::position(number, numbering.counting, numbering.kind)?.to_string()
            }
            _ => get(index).to_owned(),
        },
        Place::RowAndColumn(row, column) => format!("{}{}", row_letter(get(row)), get(column)),
    };
    insert(&place, get(layout.barcode), cells, tubes)
}

/// Whether a position holds a tube, read or not.
fn is_tube(barcode: &str, beside: &[String]) -> bool {
    Reading::read(&scanned(barcode)) != Reading::Empty || beside.iter().any(|cell| Reading::read(cell) == Reading::Unread)
}

/// The letter of a row that is written as a number: the first is A.
fn row_letter(row: &str) -> String {
    let letter = number::number(row).and_then(|number| u8::try_from(number).ok()).filter(|number| (1..=26).contains(number));
    letter.map_or_else(|| row.to_owned(), |number| char::from(b'A' + number - 1).to_string())
}

/// Puts what a scanner says of a position among the tubes, with what stands beside it in its line.
fn insert(place: &str, barcode: &str, cells: &[String], tubes: &mut BTreeMap<Position, String>) -> Result<(), String> {
    let barcode = scanned(barcode);
    // A tube that was seen and not read may have a blank in the place of its barcode, and say so beside it.
    let beside = || cells.iter().find(|cell| Reading::read(cell) == Reading::Unread);
    let unread = match Reading::read(&barcode) {
        Reading::Empty => match beside() {
            Some(cell) => Some(cell.clone()),
            None => return Ok(()),
        },
        Reading::Unread => Some(barcode.clone()),
        Reading::Barcode => None,
    };
    let position: Position = place.parse().map_err(|wrong: super::NotAPosition| wrong.to_string())?;
    if let Some(said) = unread {
        return Err(format!("{position} holds a tube that was not read ({said}): read it by hand and write its barcode there"));
    }
    match tubes.insert(position, barcode) {
        Some(other) => Err(format!("{position} stands there twice, first with {other}")),
        None => Ok(()),
    }
}

/// Cells of a line, between the sign that it has most of.
fn cells(line: &str) -> Vec<String> {
    let count = |sign: char| line.matches(sign).count();
    let sign = ['\t', ';', ','].into_iter().filter(|sign| count(*sign) > 0).max_by_key(|sign| count(*sign));
    let clean = |cell: &str| cell.trim().trim_matches('"').trim().to_owned();
    match sign {
        Some(sign) => line.split(sign).map(clean).collect(),
        // Some write blanks between position and barcode.
        None => line.trim().splitn(2, ' ').map(clean).collect(),
    }
}

/// The heading, if there is one: the first line that names the barcode, and the position or row and column.
fn heading(lines: &Lines) -> Option<(Layout, usize)> {
    lines.iter().enumerate().find_map(|(index, (_, cells))| Some((named(cells)?, index)))
}

/// The name of a column, in small letters without signs; of a column of positions without what it says of how they are counted.
fn name_of_column(cell: &str) -> String {
    if Counting::of_heading(cell).is_some() {
        return "position".to_owned();
    }
    cell.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn named(cells: &[String]) -> Option<Layout> {
    let cells: Vec<String> = cells.iter().map(|cell| name_of_column(cell)).collect();
    let column = |names: &[&str]| names.iter().find_map(|name| cells.iter().position(|cell| cell == name));
    // `Rack,Tube,Barcode,Weight` (Micronic): the tube is its position where another column is its barcode.
    let tube = cells.iter().position(|cell| cell == "tube").filter(|_| cells.iter().any(|cell| cell == "barcode"));
    let place = match (column(POSITION).or(tube), column(ROW), column(COLUMN)) {
        (Some(index), ..) => Place::Whole(index),
        (None, Some(row), Some(column)) => Place::RowAndColumn(row, column),
        _ => return None,
    };
    let next = match place {
        Place::Whole(index) => Some(index + 1).filter(|next| *next < cells.len()),
        Place::RowAndColumn(..) => None,
    };
    let barcode = if column(POSITION).is_none() && tube.is_some() { column(&["barcode"]) } else { column(BARCODE) };
    Some(Layout { place, barcode: barcode.or(next)? })
}

/// Where the values stand of a line without a heading: the first cell that is a position, or a row and a column, and the next cell;
/// the one before, where the position comes last.
fn by_content(cells: &[String]) -> Result<Layout, String> {
    // A longer cell is the barcode of a rack, such as B0012.
    let is_position = |text: &str| text.len() <= 3 && text.parse::<Position>().is_ok();
    if let Some(index) = cells.iter().position(|cell| is_position(cell)) {
        let before = index.checked_sub(1);
        let barcode = if index + 1 < cells.len() { Some(index + 1) } else { before };
        return barcode
            .map(|barcode| Layout { place: Place::Whole(index), barcode })
            .ok_or_else(|| "there is a position and no barcode".into());
    }
    if let [row, column, _, ..] = cells
        && row.len() == 1
        && is_position(&format!("{row}{column}"))
    {
        return Ok(Layout { place: Place::RowAndColumn(0, 1), barcode: 2 });
    }
    if let [first, _, ..] = cells
        && number::number(first).is_some()
    {
        return Ok(Layout { place: Place::Whole(0), barcode: 1 });
    }
    let first = cells.first().map_or("", String::as_str);
    Err(format!("'{first}' is no position: write a letter and a number, such as A01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text) {
            Ok(tubes) => tubes.iter().map(|(position, barcode)| format!("{position} {barcode}")).collect::<Vec<_>>().join(", "),
            Err(refusals) => refusals.to_string(),
        }
    }

    #[test]
    fn the_files_of_every_maker_are_read_and_no_tube_is_dropped() {
        for text in [
            "\u{feff}A01,S1\r\nA02,S2\r\n",
            "Date,Time,RackId,Position,Tube\n01/11/2026,10:00,SA001,A01,S1\n01/11/2026,10:00,SA001,A02,S2\n01/11/2026,10:00,SA001,A03,NO TUBE",
            "SA001,A1,S1\nSA001,B1,EMPTY\nSA001,A2,S2",
            "Rack Barcode,SA001\nScan Date,01/11/2026\n\nPosition;Tube ID;Status\nA01;S1;OK\nA02;S2;OK",
            "Row,Col,Tube Code\nA,1,S1\nA,2,S2\nA,3,",
            "A,1,s1\nA,2,]d2s2",
            "\"Tube Barcode\"\t\"Well Position\"\n\"S1\"\t\"A1\"\n\"S2\"\t\"A2\"",
            "S1,A01\nS2,A02",
            "A01 S1\nA02 S2",
            "Rack,Tube,Barcode,Weight\nR1,A01,S1,1.02\nR1,A02,S2,1.03",
            "Plate barcode,P1\nPosition,Tube ID\nA01,S1\nA02,S2",
            "A01,*S1*\nA02,]A0*S2*\nA03,[Empty]\nA04,-----\nA05,<no tube>",
            "Well ID\tTube Barcode\tRack ID\tStatus\nA01\tS1\tR1\tOK\nA02\tS2\tR1\tOK\nA03\t\tR1\tEMPTY",
            "LocationCell,LocationColumn,LocationRow,TubeCode,RackID\nA01,1,A,S1,R\nA02,2,A,S2,R",
        ] {
            assert_eq!(shown(text), "A01 S1, A02 S2", "{text}");
        }
    }

    fn grid(corner: &str, rows: &[&str]) -> String {
        std::iter::once(corner).chain(rows.iter().copied()).map(|row| format!("{row}\n")).collect()
    }

    #[test]
    fn a_grid_is_read_by_its_letters_and_numbers_either_way_round() {
        let numbers = (1..=12).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let expected = "A01 S1, A12 S12, H01 S85";
        let rows = ["A,S1,,,,,,,,,,,S12", "B,,,,,,,,,,,,", "H,S85,EMPTY"];
        for corner in [format!(",{numbers}"), numbers.clone(), format!("Row,{numbers}"), format!("Rack Barcode,SA001\n\n,{numbers}")] {
            assert_eq!(shown(&grid(&corner, &rows)), expected, "{corner}");
        }
        assert_eq!(shown(&grid("\tA\tB\tC\tD\tE\tF\tG\tH", &["1\tS1\t\t\t\t\t\t\tS85", "12\tS12"])), expected);
        for (text, says) in [
            (grid(&format!(",{numbers}"), &["A,S1,NO READ"]), "Line 2: A02 holds a tube that was not read (NO READ)"),
            (grid(&format!(",{numbers}"), &["S1,S2,S3"]), "Line 2: 'S1' is no label of a row of the grid"),
            (grid(&format!(",{numbers}"), &["A,S1", "A,S2"]), "Line 3: A01 stands there twice, first with S1"),
            (grid(&format!(",{numbers}"), &["A,S1", "B,S1"]), "The barcode S1 stands in two positions, A01 and B01"),
            (grid(",1,2,3,4", &["A,S1,S2,S3,S4,S5"]), "Line 2: 'S5' stands beside the last column of the grid"),
            (grid("A,S1,S2,S3,S4", &["B,S5,S6,S7,S8"]), "Line 1: this is a grid without the numbers of its columns"),
            (grid("S001,S002,S003,S004", &["S005,S006,S007,S008"]), "Line 1: this is a grid without letters and numbers"),
        ] {
            assert!(shown(&text).contains(says), "{text}: {}", shown(&text));
        }
    }

    #[test]
    fn numbers_are_positions_only_where_it_is_said_how_they_are_counted() {
        let shown_in = |kind: Kind, text: &str| match read_for(kind, text) {
            Ok(tubes) => tubes.iter().map(|(position, barcode)| format!("{position} {barcode}")).collect::<Vec<_>>().join(", "),
            Err(refusals) => refusals.to_string(),
        };
        let list = "1,S1\n2,S2\n13,S13\n96,S96";
        for (kind, heading, expected) in [
            (Kind::Rack96, "Position by row,Tube", "A01 S1, A02 S2, B01 S13, H12 S96"),
            (Kind::Rack96, "Position (column-wise),Tube", "A01 S1, B01 S2, E02 S13, H12 S96"),
            (Kind::Plate384, "Well by column,Tube", "A01 S1, B01 S2, M01 S13, P06 S96"),
            (Kind::Rack96, "Order,by column\nPosition,Tube", "A01 S1, B01 S2, E02 S13, H12 S96"),
            (Kind::Rack96, "PositionByRow,Tube", "A01 S1, A02 S2, B01 S13, H12 S96"),
            (Kind::Rack96, "Scanned by Rowan Smith,Rack 7\nPosition by column,Tube", "A01 S1, B01 S2, E02 S13, H12 S96"),
        ] {
            assert_eq!(shown_in(kind, &format!("{heading}\n{list}")), expected, "{heading}");
        }
        let unclear = "Line 1: '1' is a number, and it is not said whether positions are counted along the rows or down the columns";
        assert!(shown(list).starts_with(unclear) && shown_in(Kind::Rack96, list).starts_with(unclear), "{}", shown(list));
        for heading in ["Position,Tube", "Position by row,Tube,by column"] {
            assert!(shown_in(Kind::Rack96, &format!("{heading}\n{list}")).contains("Line 2: '1' is a number"), "{heading}");
        }
        // Who scanned, how the rack lay, and what else the heading has, say nothing of how positions are counted.
        for above in ["Scanned by Rowan Smith,x", "Layout,horizontal", "Printed by row office,x", "Sorted by columns of the freezer,x"] {
            let heading = format!("{above}\nPosition,Tube");
            assert!(shown_in(Kind::Rack96, &format!("{heading}\n{list}")).contains("Line 3: '1' is a number"), "{heading}");
        }
        let beyond = shown_in(Kind::Rack24, &format!("Position by row,Tube\n{list}"));
        assert!(beyond.contains("Line 5: it has no position 96: it is a rack of 24 tubes, and the last is 24"), "{beyond}");
        assert_eq!(shown("Row,Col,Tube Code\n1,1,S1\n2,1,S2"), "A01 S1, B01 S2");
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_line() {
        for (text, says) in [
            ("A01,S1\nZ99,S2", "Line 2: 'Z99' is no position"),
            ("A01,S1\nA02,NO READ", "Line 2: A02 holds a tube that was not read (NO READ)"),
            ("Position;Tube ID;Status\nA01;S1;OK\nA02;;NO READ", "Line 3: A02 holds a tube that was not read (NO READ)"),
            ("A01,S1\nA02,,Read error", "Line 2: A02 holds a tube that was not read (Read error)"),
            ("A01,S1\nA02,****", "Line 2: A02 holds a tube that was not read (****)"),
            ("A01,S1\nA02,No Decode", "Line 2: A02 holds a tube that was not read (NO DECODE)"),
            ("A01,S1\nA01,S2", "Line 2: A01 stands there twice, first with S1"),
            ("A01,S1\nA02,S1", "The barcode S1 stands in two positions, A01 and A02"),
            ("Position,Barcode\nA01,NO TUBE", "names no tube"),
            ("something else\nA01,S1", "Line 1: 'something' is no position"),
            ("", "names no tube"),
        ] {
            assert!(shown(text).contains(says), "{text}: {}", shown(text));
        }
    }
}
