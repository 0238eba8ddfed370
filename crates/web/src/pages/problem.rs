//! What stands against a form: above it, each problem with a link to its field, where the page has that field.

use care::Refusal;
use std::fmt;

/// Something to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The field that it is about, as the form names it; empty where it is about none.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Problem {
    /// What is wrong with a field.
    pub(crate) fn new(field: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        Problem::new(refusal.field, refusal.message)
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Problem {
        Problem::new("", message)
    }
}

impl From<&str> for Problem {
    fn from(message: &str) -> Problem {
        Problem::new("", message)
    }
}

/// Something on a page that a link can lead to.
struct Element<'p> {
    id: &'p str,
    /// What the field is sent as; empty where it is no field.
    name: &'p str,
    is_radio: bool,
    takes_focus: bool,
    /// Forms that begin or end before it.
    form: usize,
}

/// Ends the opening tag of the summary in its template, and stands nowhere else: what was typed holds no `>` once it is on a page.
const MARK: &str = " data-problems>";
/// As many problems lead to their fields; the rest of a very long list is told without.
const LINKS_MAX: usize = 50;

/// A page as it is sent. Where it tells of problems, its title says so, each of them leads to its field or is plain text, and reading
/// begins at them, unless a field takes the focus for itself: a scanner types wherever the focus is.
pub(crate) fn linked(page: String) -> String {
    with_links(&page).unwrap_or(page)
}

fn with_links(page: &str) -> Option<String> {
    let (head, rest) = page.split_once(MARK)?;
    let (summary, foot) = rest.split_once("</ul>")?;
    let elements = elements(page);
    let head = head.replacen("<title>", "<title>Error: ", 1);
    let begin = if elements.iter().any(|element| element.takes_focus) { ">" } else { " autofocus>" };
    let lines = links(summary, &elements);
    Some([head.as_str(), begin, lines.as_str(), "</ul>", foot].concat())
}

/// The lines of the summary, where each link names an element of the page. Names are compared as they are written on the page, and
/// messages stay as they are, so that nothing is escaped twice or not at all.
fn links(summary: &str, elements: &[Element<'_>]) -> String {
    let mut lines = summary.split("<a href=\"#");
    let mut written = lines.next().unwrap_or_default().to_owned();
    for (number, line) in lines.enumerate() {
        let (field, line) = line.split_once("\">").unwrap_or(("", line));
        let (message, after) = line.split_once("</a>").unwrap_or((line, ""));
        match target(elements, field).filter(|_| number < LINKS_MAX) {
            Some(id) => written.extend(["<a href=\"#", id, "\">", message, "</a>", after]),
            None => written.extend([message, after]),
        }
    }
    written
}

/// What a link about a field leads to: the only field of that name, or the first of its radio buttons; else what has the name as its
/// `id`. Of several forms that ask for the same, nobody knows here which was sent, and a link to the wrong one is worse than none.
fn target<'p>(elements: &[Element<'p>], field: &str) -> Option<&'p str> {
    let named: Vec<&Element<'_>> = elements.iter().filter(|element| element.name == field).collect();
    let id = match named.as_slice() {
        [] => elements.iter().find(|element| element.id == field)?.id,
        [first, others @ ..] if others.iter().all(|other| first.is_radio && other.is_radio && other.form == first.form) => first.id,
        _ => return None,
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    (!id.is_empty() && id.bytes().all(is_plain)).then_some(id)
}

/// The fields of a page, and whatever else has an `id`, below its head. What is hidden is not there.
fn elements(page: &str) -> Vec<Element<'_>> {
    let main = page.split_once("id=\"maincontent\"").map_or(page, |(_, main)| main);
    let (mut found, mut form) = (Vec::new(), 0);
    for part in main.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or_default();
        let kind = tag.split(char::is_whitespace).next().unwrap_or_default();
        let sort = attribute(tag, "type");
        form += usize::from(matches!(kind, "form" | "/form"));
        let name = if matches!(kind, "input" | "select" | "textarea") { attribute(tag, "name") } else { "" };
        let id = attribute(tag, "id");
        if sort != "hidden" && !(id.is_empty() && name.is_empty()) {
            let takes_focus = tag.split_whitespace().any(|word| word == "autofocus");
            found.push(Element { id, name, is_radio: sort == "radio", takes_focus, form });
        }
    }
    found
}

/// The value of an attribute as it is written, or nothing.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let value = tag.split_once(format!(" {name}=\"").as_str()).and_then(|(_, rest)| rest.split_once('"'));
    value.map_or("", |(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(askama::Template)]
    #[template(
        source = "<title>Form</title><nav id=\"menu\"></nav><main id=\"maincontent\">{% include \"problems.html\" %}{{ form|safe }}</main>",
        ext = "html"
    )]
    struct Sample {
        problems: Vec<Problem>,
        form: &'static str,
    }

    /// A page with one problem, as it is sent.
    fn sent(field: &str, message: &str, form: &'static str) -> String {
        let sample = Sample { problems: vec![Problem::new(field, message)], form };
        linked(askama::Template::render(&sample).expect("rendered"))
    }

    /// What the link of a problem with a field leads to.
    fn leads_to(field: &str, form: &'static str) -> Option<String> {
        let page = sent(field, "Say why", form);
        assert!(page.contains("Say why"), "{page}");
        let link = page.split_once("<a href=\"#").map(|(_, link)| link);
        link.and_then(|link| link.split_once('"')).map(|(id, _)| id.to_owned())
    }

    #[test]
    fn a_problem_leads_to_its_field() {
        assert_eq!(leads_to("reason", r#"<form><textarea id="reason" name="reason"></textarea></form>"#).as_deref(), Some("reason"));
        assert_eq!(leads_to("reason", "<form><input class=\"a\"\n  id=\"why\" name=\"reason\"></form>").as_deref(), Some("why"));
        assert_eq!(leads_to("samples", r#"<h2 id="samples">Samples</h2>"#).as_deref(), Some("samples"));
    }

    #[test]
    fn no_link_is_dead() {
        for form in
            ["", r#"<input id="other" name="other">"#, r#"<input type="hidden" id="reason" name="reason">"#, r#"<input name="reason">"#]
        {
            assert_eq!(leads_to("reason", form), None, "{form}");
        }
        assert_eq!(leads_to("menu", ""), None, "what is above the page is no field of it");
        assert_eq!(leads_to("reason", r#"<p data-id="reason" title=" id=&#34;reason&#34;"></p>"#), None);
    }

    #[test]
    fn two_fields_of_one_name_are_not_told_apart() {
        let two = r#"<form><input id="reason" name="reason"></form><form><input id="reason-2" name="reason"></form>"#;
        assert_eq!(leads_to("reason", two), None);
        let radios = r#"<form><input type="radio" id="yes" name="test"><input type="radio" id="no" name="test"></form>"#;
        assert_eq!(leads_to("test", radios).as_deref(), Some("yes"));
        let apart = r#"<form><input type="radio" id="yes" name="test"></form><form><input type="radio" id="no" name="test"></form>"#;
        assert_eq!(leads_to("test", apart), None);
    }

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        for field in ["\"><script>", "a\" onclick=\"b", "<b>", "a b", "'"] {
            assert_eq!(leads_to(field, r#"<input id="reason" name="reason">"#), None, "{field}");
        }
        let page = sent("reason", "No <b>such</b> </ul> \"one\" data-problems>", r#"<input id="reason" name="reason">"#);
        assert!(page.contains("<a href=\"#reason\">No &#60;b&#62;such"), "{page}");
        assert_eq!((page.matches("<b>").count(), page.matches("</ul>").count(), page.matches(MARK).count()), (0, 1, 0), "{page}");
    }

    #[test]
    fn a_page_with_problems_says_so_and_begins_at_them() {
        let page = sent("reason", "Say why", "");
        assert!(page.starts_with("<title>Error: Form</title>") && page.contains("tabindex=\"-1\" autofocus>"), "{page}");
        let scanned = sent("barcode", "Not known", r#"<input id="barcode" name="barcode" autofocus>"#);
        assert_eq!(scanned.matches("autofocus").count(), 1, "{scanned}");
        let without = "<title>Form</title><main></main>".to_owned();
        assert_eq!(linked(without.clone()), without);
    }

    #[test]
    fn a_very_long_list_has_so_many_links() {
        let problems = vec![Problem::new("reason", "Say why"); LINKS_MAX + 2];
        let sample = Sample { problems, form: r#"<input id="reason" name="reason">"# };
        let page = linked(askama::Template::render(&sample).expect("rendered"));
        assert_eq!((page.matches("<a href").count(), page.matches("Say why").count()), (LINKS_MAX, LINKS_MAX + 2));
    }
}
