//! What a change of coding sequence does to the protein, in HGVS p. notation.
//!
//! Source: HGVS nomenclature 21.0, protein recommendations (substitution, deletion, duplication,
//! insertion, deletion–insertion, frameshift, extension). Predicted consequences stand in parentheses.

use crate::Consequence;

/// A predicted protein change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProteinChange {
    /// HGVS p. description without accession, such as `p.(Arg97Trp)`.
    pub hgvs: String,
    /// Sequence Ontology term.
    pub term: Consequence,
    /// 1-based residue where the change begins.
    pub residue: usize,
    /// 1-based residue of a premature stop.
    pub premature_stop: Option<usize>,
}

/// Compares a reference protein with an altered one.
///
/// Both end with `*` where a stop was met. `length_change` is that of the coding sequence in bases;
/// `edited_residue` (1-based) is where the edit lies, for changes without effect.
pub fn compare(reference: &[u8], altered: &[u8], length_change: i64, edited_residue: usize) -> ProteinChange {
    let change = |hgvs: String, term, residue, premature_stop| ProteinChange { hgvs: format!("p.({hgvs})"), term, residue, premature_stop };
    let first = reference.iter().zip(altered).take_while(|(a, b)| a == b).count();
    if first == reference.len() {
        let index = edited_residue.clamp(1, reference.len().max(1));
        let residue = reference.get(index - 1).copied().unwrap_or(b'X');
        let term = if residue == b'*' { Consequence::StopRetained } else { Consequence::Synonymous };
        return change(format!("{}{index}=", three(residue)), term, index, None);
    }
    // A model whose beginning is not known does not begin with methionine, and has no start to lose.
    if first == 0 && reference[0] == b'M' {
        return ProteinChange { hgvs: "p.(Met1?)".into(), term: Consequence::StartLost, residue: 1, premature_stop: None };
    }
    let frameshift = length_change % 3 != 0;
    if !frameshift
        && altered.ends_with(b"*")
        && altered.len() > first + 1
        && (altered.len() as i64) < reference.len() as i64 + length_change.min(0) / 3
    {
        return ends_early(reference, altered, first);
    }
    if length_change != 0 && !frameshift && altered.len() as i64 == reference.len() as i64 + length_change / 3 {
        return in_frame(reference, altered, first);
    }
    let was = format!("{}{}", three(reference[first]), first + 1);
    if reference[first] == b'*' {
        let hgvs = extension(&was, &altered[first..]);
        return change(hgvs, Consequence::StopLost, first + 1, None);
    }
    let now = altered.get(first).copied();
    if now == Some(b'*') {
        return change(format!("{was}Ter"), Consequence::StopGained, first + 1, Some(first + 1));
    }
    if frameshift {
        let stop = altered[first..].iter().position(|&r| r == b'*');
        let now = three(now.unwrap_or(b'X'));
        let hgvs = match stop {
            Some(n) => format!("{was}{now}fsTer{}", n + 1),
            None => format!("{was}{now}fsTer?"),
        };
        return change(hgvs, Consequence::Frameshift, first + 1, stop.map(|n| first + n + 1));
    }
    in_frame(reference, altered, first)
}

/// A few residues are replaced and the last of the new ones is a stop.
fn ends_early(reference: &[u8], altered: &[u8], first: usize) -> ProteinChange {
    let last = altered.len();
    let name = |index: usize| format!("{}{index}", three(reference[index - 1]));
    let hgvs = format!("p.({}_{}delins{})", name(first + 1), name(last), many(&altered[first..]));
    ProteinChange { hgvs, term: Consequence::StopGained, residue: first + 1, premature_stop: Some(last) }
}

fn extension(was: &str, beyond: &[u8]) -> String {
    let now = three(beyond.first().copied().unwrap_or(b'X'));
    match beyond.iter().position(|&r| r == b'*') {
        Some(n) => format!("{was}{now}extTer{n}"),
        None => format!("{was}{now}extTer?"),
    }
}

fn in_frame(reference: &[u8], altered: &[u8], first: usize) -> ProteinChange {
    let room = reference.len().min(altered.len()) - first;
    let tail = reference.iter().rev().zip(altered.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    let removed = &reference[first..reference.len() - tail];
    let added = &altered[first..altered.len() - tail];
    let span = |from: usize, to: usize| {
        let name = |index: usize| format!("{}{}", three(reference[index - 1]), index);
        if from == to { name(from) } else { format!("{}_{}", name(from), name(to)) }
    };
    let stop = added.iter().position(|&r| r == b'*').map(|n| first + n + 1);
    let (hgvs, term) = match (removed.len(), added.len()) {
        (1, 1) => (format!("{}{}", span(first + 1, first + 1), three(added[0])), Consequence::Missense),
        (_, 0) => (format!("{}del", span(first + 1, first + removed.len())), Consequence::InframeDeletion),
        (0, n) if first >= n && reference[first - n..first] == *added => {
            (format!("{}dup", span(first + 1 - n, first)), Consequence::InframeInsertion)
        }
        (0, _) => (format!("{}ins{}", span(first, first + 1), many(added)), Consequence::InframeInsertion),
        (gone, n) => {
            let term = match n.cmp(&gone) {
                std::cmp::Ordering::Less => Consequence::InframeDeletion,
                std::cmp::Ordering::Greater => Consequence::InframeInsertion,
                std::cmp::Ordering::Equal => Consequence::Missense,
            };
            (format!("{}delins{}", span(first + 1, first + gone), many(added)), term)
        }
    };
    let term = if stop.is_some() { Consequence::StopGained } else { term };
    ProteinChange { hgvs: format!("p.({hgvs})"), term, residue: first + 1, premature_stop: stop }
}

fn many(residues: &[u8]) -> String {
    residues.iter().map(|&r| three(r)).collect()
}

/// Three-letter and one-letter names. Source: IUPAC-IUB 1983; `Ter` for a stop after HGVS.
const NAMES: [(&str, u8); 25] = [
    ("Ala", b'A'),
    ("Arg", b'R'),
    ("Asn", b'N'),
    ("Asp", b'D'),
    ("Cys", b'C'),
    ("Gln", b'Q'),
    ("Glu", b'E'),
    ("Gly", b'G'),
    ("His", b'H'),
    ("Ile", b'I'),
    ("Leu", b'L'),
    ("Lys", b'K'),
    ("Met", b'M'),
    ("Phe", b'F'),
    ("Pro", b'P'),
    ("Ser", b'S'),
    ("Thr", b'T'),
    ("Trp", b'W'),
    ("Tyr", b'Y'),
    ("Val", b'V'),
    ("Sec", b'U'),
    ("Asx", b'B'),
    ("Glx", b'Z'),
    ("Xaa", b'X'),
    ("Ter", b'*'),
];

/// Three-letter name of a residue; `Ter` for a stop, `Xaa` for what is not known.
pub fn three(residue: u8) -> &'static str {
    NAMES.iter().find(|(_, one)| *one == residue).map_or("Xaa", |(three, _)| three)
}

/// One-letter name of a residue by its three-letter name; `*` for `Ter`.
pub fn one(three: &str) -> Option<u8> {
    NAMES.iter().find(|(name, _)| *name == three).map(|(_, one)| *one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reference: &str, altered: &str, length_change: i64, expected: &str) {
        let change = compare(reference.as_bytes(), altered.as_bytes(), length_change, 2);
        assert_eq!(change.hgvs, expected);
    }

    #[test]
    fn protein_changes_follow_the_hgvs_recommendations() {
        check("MAW*", "MAW*", 0, "p.(Ala2=)");
        check("MAWC*", "MACC*", 0, "p.(Trp3Cys)");
        check("MAWC*", "MA*", 0, "p.(Trp3Ter)");
        check("MAWWWC*", "MAWWC*", -3, "p.(Trp5del)");
        check("MAWC*", "MAW*", -3, "p.(Cys4del)");
        check("MAWC*", "MAWAWC*", 6, "p.(Ala2_Trp3dup)");
        check("MAWC*", "MAGWC*", 3, "p.(Ala2_Trp3insGly)");
        check("MARKGH*", "MAGTWGH*", 3, "p.(Arg3_Lys4delinsGlyThrTrp)");
        check("MARKGHL*", "MAPYV*", 1, "p.(Arg3ProfsTer4)");
        check("MAR*", "MARQWL*", 0, "p.(Ter4GlnextTer3)");
        check("MAR*", "VAR*", 0, "p.(Met1?)");
        check("MARKGH*", "MAG*", 0, "p.(Arg3_Lys4delinsGlyTer)");
    }
}
