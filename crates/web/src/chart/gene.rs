//! A gene as its transcript is read, from 5′ to 3′: exons by their length, introns shortened to one width, variants at their places.

use super::{
    Chart,
    svg::{Anchor, Drawing},
};
use genome::{
    Transcript,
    transcript::{Exon, Place, Strand},
};

/// A variant in the picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariantMark {
    /// What it is called.
    pub label: String,
    /// First base, 1-based.
    pub start: u32,
    /// Last base, 1-based and inclusive.
    pub end: u32,
    /// How it was seen.
    pub kind: MarkKind,
}

/// How a variant was seen: each kind has its own shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MarkKind {
    /// A candidate of the case: a filled circle.
    Candidate,
    /// Set aside in the case: an open circle.
    SetAside,
    /// In an earlier case: a square.
    Earlier,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 920.0;
/// Share of the width that the introns have together.
const INTRONS_SHARE: f64 = 0.3;
const MIDDLE: f64 = 70.0;
const HALF_CODING: f64 = 14.0;
const HALF_OTHER: f64 = 8.0;
const MARKS_AT: f64 = 28.0;

/// Where the parts of a transcript are drawn: each exon with its first and last pixel, in the order in which they are read.
struct Layout<'t> {
    transcript: &'t Transcript,
    exons: Vec<(Exon, f64, f64)>,
}

/// Draws the exons of a transcript with variants above them.
pub fn gene(title: &str, transcript: &Transcript, marks: &[VariantMark]) -> Chart {
    let layout = Layout::new(transcript);
    let mut drawing = Drawing::new();
    drawing.line("chart-axis", (LEFT, MIDDLE), (RIGHT, MIDDLE));
    for (exon, from, to) in &layout.exons {
        draw_exon(&mut drawing, &layout, *exon, (*from, *to));
    }
    for mark in marks {
        draw_mark(&mut drawing, layout.place(mark), mark.kind);
    }
    let count = layout.exons.len();
    drawing.text("chart-dim", (LEFT, MIDDLE + 34.0), Anchor::Start, format!("5′, exon 1 of {count}"));
    drawing.text("chart-dim", (RIGHT, MIDDLE + 34.0), Anchor::End, format!("exon {count}, 3′"));
    drawing.text(
        "chart-dim",
        (LEFT, MIDDLE + 54.0),
        Anchor::Start,
        "Tall: coding; low: untranslated. Filled circle: candidate; open circle: set aside; square: earlier case. Introns are shortened.",
    );
    let said = format!("{} with {count} exons and {} variants", transcript.id, marks.len());
    Chart {
        title: title.into(),
        svg: drawing.finish((WIDTH, MIDDLE + 62.0), title, &said),
        columns: vec![String::new(), "Place (GRCh38)".into(), "In the transcript".into()],
        rows: rows(&layout, marks),
    }
}

impl<'t> Layout<'t> {
    fn new(transcript: &'t Transcript) -> Layout<'t> {
        let ordered = transcript.exons_in_order();
        let introns = ordered.len().saturating_sub(1) as f64;
        let for_introns = if introns > 0.0 { (RIGHT - LEFT) * INTRONS_SHARE } else { 0.0 };
        let by_base = (RIGHT - LEFT - for_introns) / f64::from(transcript.length().max(1));
        let intron = if introns > 0.0 { for_introns / introns } else { 0.0 };
        let mut from = LEFT;
        let mut exons = Vec::with_capacity(ordered.len());
        for (exon, _) in ordered {
            let to = from + f64::from(exon.length()) * by_base;
            exons.push((exon, from, to));
            from = to + intron;
        }
        Layout { transcript, exons }
    }

    /// How far along the transcript a base lies, in the direction in which it is read.
    fn along(&self, position: u32) -> f64 {
        match self.transcript.strand {
            Strand::Forward => f64::from(position),
            Strand::Reverse => -f64::from(position),
        }
    }

    /// First and last base of an exon as they are read.
    fn ends(&self, exon: Exon) -> (f64, f64) {
        let (one, other) = (self.along(exon.start), self.along(exon.end));
        (one.min(other), one.max(other))
    }

    /// Where a base is drawn; what lies beyond an end stands at it.
    fn pixel(&self, position: u32) -> f64 {
        let at = self.along(position);
        let mut before: Option<(f64, f64)> = None;
        for (exon, from, to) in &self.exons {
            let (first, last) = self.ends(*exon);
            if at < first {
                return before.map_or(*from, |(ended, pixel)| pixel + (from - pixel) * (at - ended) / (first - ended).max(1.0));
            }
            if at <= last {
                return from + (to - from) * (at - first + 0.5) / (last - first + 1.0);
            }
            before = Some((last, *to));
        }
        before.map_or(LEFT, |(_, pixel)| pixel)
    }

    fn place(&self, mark: &VariantMark) -> f64 {
        f64::midpoint(self.pixel(mark.start), self.pixel(mark.end))
    }

    /// A base in words: its exon or intron.
    fn described(&self, position: u32) -> String {
        match self.transcript.place(position) {
            Place::Exonic(offset) => format!("exon {}", self.transcript.exon_number(offset)),
            Place::Intronic(offset, distance) => {
                let exon = self.transcript.exon_number(offset);
                format!("intron {}", if distance > 0 { exon } else { exon.saturating_sub(1) })
            }
            Place::Outside => "outside the transcript".into(),
        }
    }
}

fn draw_exon(drawing: &mut Drawing, layout: &Layout, exon: Exon, (from, to): (f64, f64)) {
    drawing.rectangle("chart-band", (from, MIDDLE - HALF_OTHER), ((to - from).max(1.0), 2.0 * HALF_OTHER));
    let Some(coding) = layout.transcript.coding else { return };
    let (start, end) = (exon.start.max(coding.start), exon.end.min(coding.end));
    if start <= end {
        let (one, other) = (layout.pixel(start), layout.pixel(end));
        let (left, right) = (one.min(other), one.max(other));
        drawing.rectangle("chart-bar", (left, MIDDLE - HALF_CODING), ((right - left).max(1.0), 2.0 * HALF_CODING));
    }
}

fn draw_mark(drawing: &mut Drawing, x: f64, kind: MarkKind) {
    drawing.line("chart-axis", (x, MARKS_AT), (x, MIDDLE - HALF_CODING));
    match kind {
        MarkKind::Candidate => drawing.circle("chart-done", (x, MARKS_AT), 6.0),
        MarkKind::SetAside => drawing.circle("chart-open", (x, MARKS_AT), 5.0),
        MarkKind::Earlier => drawing.rectangle("chart-dim", (x - 4.0, MARKS_AT - 4.0), (8.0, 8.0)),
    }
}

/// The variants, then the exons.
fn rows(layout: &Layout, marks: &[VariantMark]) -> Vec<Vec<String>> {
    let contig = layout.transcript.contig;
    let span = |start: u32, end: u32| if start == end { format!("{contig}:{start}") } else { format!("{contig}:{start}-{end}") };
    let mark = |mark: &VariantMark| {
        let kind = match mark.kind {
            MarkKind::Candidate => "candidate",
            MarkKind::SetAside => "set aside",
            MarkKind::Earlier => "earlier case",
        };
        vec![format!("{} ({kind})", mark.label), span(mark.start, mark.end), layout.described(mark.start)]
    };
    let exon = |(index, (exon, ..)): (usize, &(Exon, f64, f64))| {
        let coding = layout.transcript.coding.is_some_and(|coding| exon.start <= coding.end && exon.end >= coding.start);
        let length = format!("{} bases, {}", exon.length(), if coding { "coding" } else { "untranslated" });
        vec![format!("Exon {}", index + 1), span(exon.start, exon.end), length]
    };
    marks.iter().map(mark).chain(layout.exons.iter().enumerate().map(exon)).collect()
}

/// A gene of two exons that is read against the reference, with a variant of each kind.
pub(super) fn sample() -> Chart {
    let exon = |start, end| Exon { start, end };
    let transcript = Transcript {
        id: "NM_1.1".into(),
        protein_id: None,
        gene: genome::HgncId(1),
        symbol: "G".into(),
        contig: genome::Contig::X,
        strand: Strand::Reverse,
        exons: vec![exon(101, 200), exon(1_001, 1_300)],
        coding: Some(exon(151, 1_100)),
        mane: genome::transcript::Mane::Select,
    };
    let mark = |label: &str, start, kind| VariantMark { label: label.into(), start, end: start, kind };
    let marks =
        [mark("c.1A>G", 1_050, MarkKind::Candidate), mark("X-600-A-C <b>", 600, MarkKind::SetAside), mark("X-5-A-C", 5, MarkKind::Earlier)];
    gene("Exons and variants of G", &transcript, &marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exons_are_counted_in_the_direction_in_which_the_gene_is_read() {
        let chart = sample();
        let row = |index: usize| chart.rows[index].join("; ");
        assert_eq!(row(0), "c.1A>G (candidate); X:1050; exon 1");
        assert_eq!(row(1), "X-600-A-C <b> (set aside); X:600; intron 1");
        assert_eq!(row(2), "X-5-A-C (earlier case); X:5; outside the transcript");
        assert_eq!(row(3), "Exon 1; X:1001-1300; 300 bases, coding");
        assert_eq!(row(4), "Exon 2; X:101-200; 100 bases, coding");
    }

    #[test]
    fn a_base_is_drawn_within_its_exon_or_between_two() {
        let exon = |start, end| Exon { start, end };
        let transcript = Transcript {
            id: "NM_1.1".into(),
            protein_id: None,
            gene: genome::HgncId(1),
            symbol: "G".into(),
            contig: genome::Contig::X,
            strand: Strand::Forward,
            exons: vec![exon(1, 100), exon(201, 300)],
            coding: None,
            mane: genome::transcript::Mane::Select,
        };
        let layout = Layout::new(&transcript);
        let pixels = [1, 50, 100, 150, 201, 300, 9_999].map(|position| layout.pixel(position));
        assert!(pixels.windows(2).all(|pair| pair[0] <= pair[1]), "{pixels:?}");
        assert!(pixels[0] > LEFT && pixels[6] <= RIGHT + 0.1, "{pixels:?}");
        let (_, _, first_ends) = layout.exons[0];
        let (_, second_begins, _) = layout.exons[1];
        assert!(pixels[3] > first_ends && pixels[3] < second_begins, "{pixels:?}");
    }
}
