//! What names a person: pseudonyms of the release, NHS and hospital numbers, dates, postcodes, addresses, telephone numbers.
//!
//! Names of people are not found: no list has them all, and many are words. Whoever checks an output looks for them.

use super::{Finding, Rule, genotypes};
use std::collections::BTreeSet;

/// Characters around a token that are no part of it.
const EDGES: [char; 8] = ['(', ')', '.', ':', '[', ']', '{', '}'];

/// A pseudonym of the release in a line.
pub(super) fn pseudonym(line: &str, number: usize, pseudonyms: &BTreeSet<String>) -> Option<Finding> {
    let mut tokens = genotypes::parts(line).into_iter().flat_map(|part| part.trim_matches(EDGES).split(['/', ':', '=']));
    let name = tokens.find(|token| pseudonyms.contains(*token))?;
    let message = format!("{name} is a person of the release: results are about groups, so take it out");
    Some(Finding::in_line(Rule::Pseudonym, number, message))
}

/// Findings in one line.
pub(super) fn look(line: &str, number: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    // The shortest of them, a postcode, has two digits.
    if line.bytes().filter(u8::is_ascii_digit).count() < 2 && !line.contains('@') {
        return found;
    }
    let tokens: Vec<&str> = genotypes::parts(line).into_iter().map(|part| part.trim_matches(EDGES)).collect();
    let mut add = |message: &str| found.push(Finding::in_line(Rule::Identifier, number, message.into()));
    if has_nhs_number(line) {
        add("An NHS number stands here: take it out");
    }
    if tokens.iter().any(|t| is_day(t)) || has_spelled_day(&tokens) || has_named_day(&tokens) {
        add("A whole date stands here; give the year or the month");
    }
    if tokens.iter().any(|t| is_address(t)) {
        add("An e-mail address stands here: take it out");
    }
    if tokens.windows(2).any(|w| is_postcode(w[0], w[1])) || tokens.iter().any(|t| is_joined_postcode(t)) {
        add("A postcode stands here: give the region");
    }
    if tokens.iter().any(|t| is_hospital_number(t)) || has_named_number(&tokens) {
        add("This looks like a hospital's or an insurance number: take it out");
    }
    if has_telephone(line) {
        add("This looks like a telephone number: take it out");
    }
    found
}

fn is_address(token: &str) -> bool {
    token.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && host.len() > 3)
}

/// Groups of digits that stand together, each with whether a point is before it: one or two spaces, dashes, points, slashes or
/// underlines part them.
fn digit_groups(line: &str) -> Vec<Vec<(&str, bool)>> {
    let mut chains: Vec<Vec<(&str, bool)>> = Vec::new();
    let mut end_before = None;
    let mut from = 0;
    while let Some(start) = line[from..].find(|c: char| c.is_ascii_digit()).map(|i| i + from) {
        let length = line[start..].bytes().take_while(u8::is_ascii_digit).count();
        let group = (&line[start..start + length], line[..start].ends_with('.'));
        let gap = end_before.map(|end: usize| &line[end..start]);
        let follows = gap.is_some_and(|gap| gap.len() <= 2 && gap.bytes().all(|b| b" -._/".contains(&b)));
        match chains.last_mut() {
            Some(chain) if follows => chain.push(group),
            _ => chains.push(vec![group]),
        }
        end_before = Some(start + length);
        from = start + length;
    }
    chains
}

fn concatenated(groups: &[(&str, bool)]) -> String {
    groups.iter().map(|(group, _)| *group).collect()
}

/// Groups in which an NHS number is written.
const NHS_SHAPES: [&[usize]; 5] = [&[10], &[3, 3, 4], &[3, 3, 2, 2], &[5, 5], &[1; 10]];

fn has_nhs_number(line: &str) -> bool {
    let fits = |groups: &[(&str, bool)], shape: &[usize]| groups.iter().map(|(g, _)| g.len()).eq(shape.iter().copied());
    let is_fraction = |groups: &[(&str, bool)]| matches!(groups, [(_, true)]);
    let in_chain = |chain: &Vec<(&str, bool)>| {
        NHS_SHAPES.iter().any(|shape| {
            chain.windows(shape.len()).any(|groups| fits(groups, shape) && !is_fraction(groups) && is_nhs_number(&concatenated(groups)))
        })
    };
    let in_cells =
        |three: &[&str]| matches!(three, [a, b, c] if (a.len(), b.len(), c.len()) == (3, 3, 4)) && is_nhs_number(&three.concat());
    digit_groups(line).iter().any(in_chain) || genotypes::parts(line).windows(3).any(in_cells)
}

/// Ten digits of which the last checks the others (modulus 11, NHS Data Dictionary).
fn is_nhs_number(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<care::NhsNumber>().is_ok()
}

/// `07700 900123`, `020 7946 0018`, `+44 20 7946 0018`.
fn has_telephone(line: &str) -> bool {
    digit_groups(line).iter().any(|chain| {
        let digits = concatenated(chain);
        let mobile = digits.len() == 11 && digits.starts_with("07") && chain.first().is_some_and(|(group, _)| group.len() >= 5);
        let landline = digits.len() == 11
            && chain.len() > 1
            && matches!(digits.get(..2), Some("01" | "02" | "03"))
            && chain.first().is_some_and(|(group, _)| (3..6).contains(&group.len()));
        mobile || landline || (digits.len() == 12 && line.contains("+44") && digits.starts_with("44"))
    })
}

fn is_day(token: &str) -> bool {
    let date =
        token.split_once(['T', 't']).filter(|(_, time)| time.starts_with(|c: char| c.is_ascii_digit())).map_or(token, |(date, _)| date);
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [first, second, third] = parts[..] else { return false };
    let number = |t: &str| t.parse::<u32>().ok().filter(|_| t.len() <= 4 && t.bytes().all(|b| b.is_ascii_digit()));
    if let (Some(day), Some(year)) = (number(first), number(third))
        && is_month(second)
        && (1..=31).contains(&day)
        && third.len() >= 2
    {
        return year > 0 || third == "00";
    }
    let (Some(a), Some(b), Some(c)) = (number(first), number(second), number(third)) else { return false };
    let is_year = |y: u32| (1900..=2100).contains(&y);
    let is_day_month = |day: u32, month: u32| (1..=12).contains(&month) && (1..=31).contains(&day);
    let short = date.contains('/') && third.len() == 2 && first.len() <= 2 && second.len() <= 2;
    (is_year(a) && is_day_month(c, b)) || ((is_year(c) || short) && (is_day_month(a, b) || is_day_month(b, a)))
}

/// A day behind a word that says so, however it is written: `born 12.3.85`, `dob 20150327`, `born 12 Mar 85`.
fn has_named_day(tokens: &[&str]) -> bool {
    const NAMES: [&str; 9] = ["born", "dob", "birth", "birthday", "admitted", "discharged", "died", "deceased", "d.o.b"];
    let number = |t: &str| t.parse::<u32>().ok();
    let is_short = |t: &str| {
        let parts: Vec<u32> = t.split(['.', '-', '/']).filter_map(number).collect();
        matches!(parts[..], [day, month, year] if (1..=31).contains(&day) && (1..=12).contains(&month) && year < 100)
    };
    let is_joined = |t: &str| {
        t.len() == 8
            && matches!(
                (t.get(..4).and_then(number), t.get(4..6).and_then(number), t.get(6..).and_then(number)),
                (Some(1900..=2100), Some(1..=12), Some(1..=31))
            )
    };
    let is_day = |behind: &[&str]| {
        let spelled = matches!(behind, [day, month, year, ..] if number(day).is_some_and(|day| (1..=31).contains(&day)) && is_month(month) && number(year).is_some());
        behind.first().is_some_and(|t| is_short(t) || is_joined(t)) || spelled
    };
    let places = tokens.iter().take(TOKENS_MAX).enumerate().filter(|(_, t)| NAMES.contains(&t.to_lowercase().as_str()));
    places.map(|(place, _)| place + 1).any(|from| {
        let behind: Vec<&str> = tokens[from..].iter().copied().filter(|t| !matches!(*t, "on" | "of" | "the" | "in" | "")).take(3).collect();
        is_day(&behind)
    })
}

fn is_month(term: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let lower = term.to_lowercase();
    MONTHS.iter().any(|month| *month == lower || (lower.len() == 3 && month.starts_with(&lower))) || lower == "sept"
}

/// `27 March 2026`, `27th of March, 2026`, `March 27, 2026`.
fn has_spelled_day(tokens: &[&str]) -> bool {
    let is_day = |t: &str| {
        let digits = t.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        digits.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day)) && matches!(&t[digits.len()..], "" | "st" | "nd" | "rd" | "th")
    };
    let is_year = |t: &str| t.len() == 4 && t.parse::<u32>().is_ok_and(|y| (1900..=2100).contains(&y));
    let bare: Vec<&str> = tokens.iter().copied().filter(|t| !matches!(*t, "of" | "the")).collect();
    bare.windows(3).any(|w| is_year(w[2]) && ((is_day(w[0]) && is_month(w[1])) || (is_month(w[0]) && is_day(w[1]))))
}

/// The two halves of a British postcode.
fn is_postcode(outward: &str, inward: &str) -> bool {
    let same_case = outward.to_uppercase() == outward && inward.to_uppercase() == inward;
    is_inward(inward) && is_outward(outward) && (same_case || outward.to_lowercase() == outward && inward.to_lowercase() == inward)
}

fn is_joined_postcode(token: &str) -> bool {
    (5..=7).contains(&token.len()) && token.is_ascii() && {
        let (outward, inward) = token.split_at(token.len() - 3);
        is_postcode(outward, inward)
    }
}

/// A digit, and two letters that are none of CIKMOV (Royal Mail, Programmers' Guide to the Postcode Address File).
fn is_inward(half: &str) -> bool {
    matches!(half.as_bytes(), [digit, a, b] if digit.is_ascii_digit() && [a, b].iter().all(|l| l.is_ascii_alphabetic() && !b"CIKMOV".contains(&l.to_ascii_uppercase())))
}

/// A postcode area and its district.
fn is_outward(half: &str) -> bool {
    let letters = half.bytes().take_while(u8::is_ascii_alphabetic).count();
    let district = &half.as_bytes()[letters.min(half.len())..];
    let fits =
        matches!(district, [a] if a.is_ascii_digit()) || matches!(district, [a, b] if a.is_ascii_digit() && b.is_ascii_alphanumeric());
    fits && half.is_char_boundary(letters) && AREAS.split(' ').any(|area| area == half[..letters].to_ascii_uppercase())
}

/// Postcode areas of the United Kingdom and the islands.
const AREAS: &str = "AB AL B BA BB BD BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU \
    GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH \
    RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE";

/// Prefixes of public accession numbers, which look like a hospital's.
const ACCESSIONS: [&str; 32] = [
    "CA", "CCDS", "CHR", "DOI", "DRR", "EFO", "EGA", "ENS", "ERR", "ERS", "GCF", "GCA", "GO", "GSE", "GSM", "HGNC", "HP", "LRG", "NCT",
    "NG", "NM", "NP", "NR", "OMIM", "PGS", "PMC", "PMID", "RCV", "RS", "SCV", "SRR", "VCV",
];

/// One to three capitals and six to eight digits, perhaps a letter behind: hospitals' numbers, National Insurance numbers.
fn is_hospital_number(token: &str) -> bool {
    let letters = token.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = token.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
    let rest = token.len() - letters - digits;
    let ends = rest == 0 || (rest == 1 && token.ends_with(|c: char| c.is_ascii_uppercase()));
    (1..=3).contains(&letters) && (6..=8).contains(&digits) && ends && !ACCESSIONS.contains(&&token[..letters])
}

/// `MRN 1234567`, `hospital number: H123/45`, `NHS no. 40102`.
fn has_named_number(tokens: &[&str]) -> bool {
    const NAMES: [&str; 9] = ["mrn", "chi", "nhs", "hospital", "unit", "pas", "hosp", "nino", "patient"];
    let lower: Vec<String> = tokens.iter().take(TOKENS_MAX).map(|t| t.to_lowercase()).collect();
    let is_number = |t: &String| {
        t.bytes().filter(u8::is_ascii_digit).count() >= 5 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"-/".contains(&b))
    };
    lower.windows(3).any(|w| {
        let says = matches!(w[1].as_str(), "no" | "number" | "id" | "identifier");
        (NAMES.contains(&w[0].as_str()) && says && is_number(&w[2])) || (w[0] == "mrn" && is_number(&w[1]))
    }) || matches!(lower.as_slice(), [.., name, number] if name == "mrn" && is_number(number))
}

/// Parts of a line in which a named number is searched for.
const TOKENS_MAX: usize = 10_000;
