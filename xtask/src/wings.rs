//! Wings: every floor has the same, and a wing uses those before it in the course of an order.

use anyhow::Context;
use std::{collections::BTreeSet, fs, path::Path};

/// The wings, in the course of an order: each may use those before it.
const WINGS: [&str; 8] = ["people", "directory", "ordering", "laboratory", "interpretation", "results", "research", "running"];

/// Where the wings of each floor lie, and how their paths begin there.
const FLOORS: [(&str, &str); 3] = [("crates/care/src", "crate"), ("crates/service/src", "crate"), ("crates/web/src/pages", "crate::pages")];

/// Uses of a later wing that stand, each with its reason: floor, wing, the wing that it uses.
const EXCEPTIONS: &[(&str, &str, &str, &str)] = &[
    ("crates/care/src", "ordering", "laboratory", "where an order stands is folded from everything that belongs to it"),
    ("crates/care/src", "ordering", "interpretation", "where an order stands is folded from everything that belongs to it"),
    ("crates/care/src", "ordering", "results", "where an order stands is folded from everything that belongs to it"),
    ("crates/service/src", "people", "directory", "the demonstration opens its laboratories with its people"),
    ("crates/service/src", "people", "ordering", "whoever is restricted is looked for on an order's form"),
    ("crates/service/src", "people", "results", "a death is also known from what orders tell, by which results are hidden"),
    ("crates/service/src", "ordering", "results", "an order for a relative joins the cascade that it came from"),
    ("crates/service/src", "interpretation", "results", "what is shared of a case is what was reported"),
];

/// Uses of a later wing that no reason stands for, and reasons that nothing needs any more.
pub fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut broken = Vec::new();
    for (floor, prefix) in FLOORS {
        for (wing, used) in edges(&root.join(floor), prefix)? {
            let is_listed = EXCEPTIONS.iter().any(|(f, from, to, _)| *f == floor && *from == wing && *to == used);
            if rank(&used) > rank(&wing) && !is_listed {
                broken.push(format!("{floor}: the wing {wing} may not use {used}, which comes after it"));
            }
        }
    }
    for (floor, from, to, _) in EXCEPTIONS {
        let prefix = FLOORS.iter().find(|(f, _)| f == floor).map_or("crate", |(_, prefix)| prefix);
        if !edges(&root.join(floor), prefix)?.contains(&((*from).to_owned(), (*to).to_owned())) {
            broken.push(format!("{floor}: {from} does not use {to} any more; take it off the list in xtask/src/wings.rs"));
        }
    }
    Ok(broken)
}

fn rank(wing: &str) -> Option<usize> {
    WINGS.iter().position(|w| *w == wing)
}

/// Which wing uses which, on one floor.
fn edges(floor: &Path, prefix: &str) -> anyhow::Result<BTreeSet<(String, String)>> {
    let mut edges = BTreeSet::new();
    for path in super::tidy::sources(floor)? {
        let within = path.strip_prefix(floor).context("a file of the floor")?;
        let first = within.iter().next().and_then(|name| name.to_str()).unwrap_or_default();
        let wing = first.trim_end_matches(".rs");
        if rank(wing).is_none() {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        edges.extend(used(code, prefix).into_iter().filter(|used| used != wing).map(|used| (wing.to_owned(), used)));
    }
    Ok(edges)
}

/// Wings that a text names after the prefix: in a path, or at the first level of a group in braces.
fn used(code: &str, prefix: &str) -> BTreeSet<String> {
    let starts = format!("{prefix}::");
    let mut used = BTreeSet::new();
    for (index, _) in code.match_indices(&starts) {
        let rest = &code[index + starts.len()..];
        let names = if let Some(group) = rest.strip_prefix('{') { first_level(group) } else { vec![name(rest)] };
        used.extend(names.into_iter().filter(|name| rank(name).is_some()).map(str::to_owned));
    }
    used
}

fn name(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// The names at the first level of a group, up to the brace that ends it.
fn first_level(group: &str) -> Vec<&str> {
    let (mut names, mut depth, mut at_name) = (Vec::new(), 0, true);
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_name = true,
            c if at_name && depth == 0 && !c.is_whitespace() => {
                names.push(name(&group[index..]));
                at_name = false;
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    #[test]
    fn wings_are_found_in_paths_and_in_groups() {
        let code = "use crate::{\n    Desk, ordering::{orders, status},\n    results::{self, send},\n};\nfn f() { crate::people::staff::system(); }";
        assert_eq!(super::used(code, "crate").into_iter().collect::<Vec<_>>(), ["ordering", "people", "results"]);
    }
}
