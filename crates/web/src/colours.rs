//! Contrast of the colours of `gms.css`, in both themes (WCAG 2.2, success criteria 1.4.3 and 1.4.11), and what lists and paper need of it.

use std::collections::BTreeMap;

/// Least contrast of text. Source: WCAG 2.2, 1.4.3.
const TEXT_MIN: f64 = 4.5;

/// Text colours and the grounds that they are read on.
const PAIRS: [(&str, &str); 15] = [
    ("ink", "ground"),
    ("ink", "card"),
    ("dim", "ground"),
    ("dim", "card"),
    ("dim", "foot"),
    ("ink", "foot"),
    ("link", "ground"),
    ("link", "card"),
    ("link", "foot"),
    ("link", "full"),
    ("visited", "ground"),
    ("visited", "card"),
    ("problem", "ground"),
    ("problem", "card"),
    ("on-chosen", "chosen"),
];

type Colours = BTreeMap<String, [u8; 3]>;

/// The light theme and the dark one: the first and the second block of names.
fn themes() -> [Colours; 2] {
    let css = include_str!("../static/gms.css");
    let mut blocks = css.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
    [colours(blocks.next().expect("a light theme")), colours(blocks.next().expect("a dark theme"))]
}

fn colours(block: &str) -> Colours {
    let named = block.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"));
    named.map(|(name, value)| (name.to_owned(), rgb(value))).collect()
}

fn rgb(value: &str) -> [u8; 3] {
    [0, 2, 4].map(|at| u8::from_str_radix(&value[at..at + 2], 16).expect("six digits"))
}

/// Relative luminance. Source: WCAG 2.2, definition.
fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn contrast_is_as_the_definition_has_it() {
    let is = |one: &str, other: &str, expected: f64| (contrast(rgb(one), rgb(other)) - expected).abs() < 0.01;
    assert!(is("000000", "ffffff", 21.0) && is("777777", "ffffff", 4.48));
}

#[test]
fn colours_can_be_read() {
    for theme in themes() {
        for (text, ground) in PAIRS {
            let contrast = contrast(theme[text], theme[ground]);
            assert!(contrast >= TEXT_MIN, "{text} on {ground}: {contrast:.2}");
        }
        assert!(contrast(theme["on-bar"], theme["bar"]) >= TEXT_MIN);
    }
}

#[test]
fn both_themes_name_the_same_colours() {
    let [light, dark] = themes();
    assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>());
}

/// Whether a line of the style sheet begins with a selector and says something of it.
fn has_rule(selector: &str, declaration: &str) -> bool {
    let css = include_str!("../static/gms.css");
    css.lines().any(|line| line.trim_start().starts_with(selector) && line.contains(declaration))
}

/// Two people may begin alike, and so may two orders: what is cut is the name of both.
#[test]
fn nothing_is_cut_off_in_a_table_of_work() {
    assert!(has_rule(".gms-dense :is(td, th)", "overflow-wrap: break-word"));
    assert!(!include_str!("../static/gms.css").contains("text-overflow"));
}

/// A sheet that fell out of a pile says of whom it is.
#[test]
fn paper_says_on_every_sheet_whom_it_is_about() {
    assert!(has_rule("body:has(> .gms-banner)", "display: table;"));
    assert!(has_rule("body > .gms-banner {", "display: table-header-group"));
}

#[test]
fn paper_shows_no_address_beside_a_link_and_keeps_tables() {
    assert!(has_rule("a::after", "content: none !important"));
    assert!(has_rule(".nhsuk-table-responsive .nhsuk-table__body.nhsuk-table__body .nhsuk-table__row", "display: table-row"));
}
