//! A person's name: the one in use, and family names of before. Source: FHIR R4, HumanName and its value set of uses.

use super::{
    json::{list, text},
    period::{Day, has_ended},
};
use serde_json::Value;

/// A person's names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Names {
    /// Family name in use.
    pub family: String,
    /// Given names in use.
    pub given_name: String,
    /// Family names of before.
    pub former: Vec<String>,
    /// Places of names that are neither, with what they are.
    pub not_used: Vec<(usize, String)>,
}

/// Uses of a name that is somebody's today, the most official first.
const IN_USE: [&str; 3] = ["official", "usual", ""];
/// Uses of a name of before.
const FORMER: [&str; 2] = ["old", "maiden"];

/// The names of a Patient, or why none of them can be used. No name at all is an empty name.
pub(super) fn names(patient: &Value, today: Day) -> Result<Names, String> {
    let sent = list(patient, "/name");
    let is_former = |name: &Value| FORMER.contains(&text(name, "/use")) || has_ended(&name["period"], today);
    let mut names = Names::default();
    let chosen = chosen(sent, today);
    match chosen {
        Some(place) => (names.family, names.given_name) = parts(&sent[place])?,
        None if sent.is_empty() => return Ok(names),
        None => {
            let uses: Vec<&str> = sent.iter().map(|name| text(name, "/use")).collect();
            return Err(format!("None of the names is in use today ({}): send the name as it is now", uses.join(", ")));
        }
    }
    for (place, name) in sent.iter().enumerate().filter(|(place, _)| Some(*place) != chosen) {
        let family = text(name, "/family");
        match is_former(name) {
            true if family.is_empty() || family == names.family || names.former.iter().any(|known| known == family) => {}
            true => names.former.push(family.to_owned()),
            false => names.not_used.push((place, format!("a name of the use '{}'", text(name, "/use")))),
        }
    }
    Ok(names)
}

/// The name in use: the most official one that has its parts, else the most official one.
fn chosen(sent: &[Value], today: Day) -> Option<usize> {
    let current = |name: &Value| !has_ended(&name["period"], today);
    let by_use = |is_whole: bool| {
        IN_USE.iter().find_map(|use_of_name| {
            let fits =
                |name: &Value| text(name, "/use") == *use_of_name && current(name) && (!is_whole || !text(name, "/family").is_empty());
            sent.iter().position(fits)
        })
    };
    by_use(true).or_else(|| by_use(false))
}

/// Family name and given names.
fn parts(name: &Value) -> Result<(String, String), String> {
    let given_names: Vec<&str> =
        list(name, "/given").iter().filter_map(Value::as_str).map(str::trim).filter(|part| !part.is_empty()).collect();
    match (text(name, "/family"), text(name, "/text")) {
        ("", whole) if given_names.is_empty() && !whole.is_empty() => split(whole).ok_or_else(|| {
            format!("'{whole}' cannot be divided into family name and given names for certain: send family and given apart")
        }),
        (family, _) => Ok((family.to_owned(), given_names.join(" "))),
    }
}

/// A whole name where it says itself which part is the family name: `Smith, John`, `John SMITH` or `SMITH John`.
fn split(whole: &str) -> Option<(String, String)> {
    if let Some((family, first)) = whole.split_once(',') {
        let (family, first) = (family.trim(), first.trim());
        return (!family.is_empty() && !first.is_empty() && !first.contains(',')).then(|| (family.to_owned(), first.to_owned()));
    }
    let parts: Vec<&str> = whole.split_whitespace().collect();
    let is_capital = |part: &&str| part.chars().filter(|c| c.is_alphabetic()).count() > 1 && !part.chars().any(char::is_lowercase);
    let capital: Vec<usize> = (0..parts.len()).filter(|place| is_capital(&parts[*place])).collect();
    match (capital[..].first(), capital.len()) {
        (Some(0), 1) if parts.len() > 1 => Some((parts[0].to_owned(), parts[1..].join(" "))),
        (Some(place), 1) if parts.len() > 1 && *place == parts.len() - 1 => Some((parts[*place].to_owned(), parts[..*place].join(" "))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(sent: &Value, expected: &str) {
        let today = jiff::civil::date(2026, 11, 29);
        let found = match names(&json!({ "name": sent }), today) {
            Ok(Names { family, given_name, former, not_used }) => {
                format!("{family}|{given_name}|{}|{}", former.join(","), not_used.len())
            }
            Err(why) => why,
        };
        assert_eq!(found, expected, "{sent}");
    }

    #[test]
    fn the_name_in_use_is_read_and_family_names_of_before_are_kept_apart() {
        let name = |used: &str, family: &str| json!({ "use": used, "family": family, "given": ["Ivy", "May"] });
        check(&json!([name("old", "Prior"), name("usual", "Present")]), "Present|Ivy May|Prior|0");
        check(&json!([name("maiden", "Prior"), name("nickname", "Vee"), name("official", "Present")]), "Present|Ivy May|Prior|1");
        check(&json!([name("usual", "Bob"), name("official", "Robert")]), "Robert|Ivy May||1");
        let mut ended = name("official", "Prior");
        ended["period"] = json!({ "end": "2010" });
        check(&json!([ended.clone(), { "family": "Present", "given": ["Ivy"] }]), "Present|Ivy|Prior|0");
        check(&json!([ended]), "None of the names is in use today (official): send the name as it is now");
        for used in ["old", "maiden", "nickname", "temp", "anonymous", "other"] {
            check(&json!([name(used, "X")]), &format!("None of the names is in use today ({used}): send the name as it is now"));
        }
        check(&json!([]), "|||0");
    }

    #[test]
    fn a_whole_name_is_divided_only_where_it_says_itself_how() {
        check(&json!([{ "text": "SMITH, Ivy May" }]), "SMITH|Ivy May||0");
        check(&json!([{ "text": "Ivy May SMITH" }]), "SMITH|Ivy May||0");
        check(&json!([{ "text": "SMITH Ivy" }]), "SMITH|Ivy||0");
        let refused = "cannot be divided into family name and given names for certain: send family and given apart";
        for whole in ["Ivy Only Text", "Li Wei", "Ivy", "IVY SMITH", "Smith, Ivy, Dr"] {
            check(&json!([{ "text": whole }]), &format!("'{whole}' {refused}"));
        }
    }
}
