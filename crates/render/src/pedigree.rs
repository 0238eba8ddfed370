//! A family drawn as SVG, with the symbols of the standardised human pedigree nomenclature (Bennett 2008, doi
//! 10.1007/s10897-008-9169-9): square male, circle female, diamond not known; filled affected; a line through who has died; brackets
//! for adoption; a double line between relatives; P in a pregnancy; an arrow at the proband.

use care::{
    ordering::{
        family::Affected,
        pedigree::{Adopted, Individual, Pedigree},
    },
    people::patient::Sex,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Distance between neighbours and between generations, half a symbol, and the margin; pixels.
const ACROSS: f32 = 130.0;
const DOWN: f32 = 150.0;
const HALF: f32 = 20.0;
const MARGIN: f32 = 80.0;
/// Sweeps in which neighbours are brought under their parents and over their children; more change nothing visible.
const SWEEPS: usize = 12;

/// Where everybody stands.
struct Layout<'p> {
    pedigree: &'p Pedigree,
    positions: BTreeMap<&'p str, (f32, f32)>,
}

/// The drawing.
pub fn svg(pedigree: &Pedigree) -> String {
    let layout = Layout { pedigree, positions: places(pedigree) };
    let right = layout.positions.values().map(|p| p.0).fold(0.0, f32::max) + MARGIN;
    let bottom = layout.positions.values().map(|p| p.1).fold(0.0, f32::max) + MARGIN;
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {right} {bottom}' width='{right}' height='{bottom}' role='img' aria-label='Pedigree of {} people' font-family='sans-serif' font-size='12' fill='none' stroke='#212b32' stroke-width='2'>",
        pedigree.people.len()
    );
    layout.lines(&mut svg);
    for person in &pedigree.people {
        if let Some(place) = layout.positions.get(person.id.as_str()) {
            symbol(&mut svg, person, *place);
        }
    }
    svg + "</svg>"
}

/// Generation of everybody, the oldest 0.
fn generations(pedigree: &Pedigree) -> BTreeMap<&str, i32> {
    let mut generations: BTreeMap<&str, i32> = BTreeMap::new();
    for first in &pedigree.people {
        if generations.contains_key(first.id.as_str()) {
            continue;
        }
        let mut next = vec![(first.id.as_str(), 0)];
        while let Some((id, generation)) = next.pop() {
            if generations.contains_key(id) {
                continue;
            }
            generations.insert(id, generation);
            let Some(person) = pedigree.get(id) else { continue };
            next.extend([&person.mother, &person.father].into_iter().flatten().map(|p| (p.as_str(), generation - 1)));
            for child in pedigree.children(id) {
                next.push((child.id.as_str(), generation + 1));
                next.extend([&child.mother, &child.father].into_iter().flatten().map(|p| (p.as_str(), generation)));
            }
        }
    }
    // Where relatives of different generations have a child, the child stands below both.
    for _ in 0..pedigree.people.len() {
        for person in &pedigree.people {
            for parent in [&person.mother, &person.father].into_iter().flatten() {
                let above = generations.get(parent.as_str()).copied().unwrap_or_default();
                if let Some(generation) = generations.get_mut(person.id.as_str()) {
                    *generation = (*generation).max(above + 1);
                }
            }
        }
    }
    let least = generations.values().min().copied().unwrap_or_default();
    for generation in generations.values_mut() {
        *generation -= least;
    }
    generations
}

fn places(pedigree: &Pedigree) -> BTreeMap<&str, (f32, f32)> {
    let generations = generations(pedigree);
    let rows = generations.values().max().map_or(0, |last| *last + 1);
    let mut x: BTreeMap<&str, f32> = pedigree.people.iter().enumerate().map(|(index, p)| (p.id.as_str(), index as f32 * ACROSS)).collect();
    let row = |generation: i32| -> Vec<&Individual> {
        pedigree.people.iter().filter(|p| generations.get(p.id.as_str()) == Some(&generation)).collect()
    };
    for sweep in 0..SWEEPS {
        let down = sweep % 2 == 0;
        for step in 0..rows {
            let generation = if down { step } else { rows - 1 - step };
            let people = row(generation);
            let places_wanted: BTreeMap<&str, f32> = people.iter().map(|p| (p.id.as_str(), place_wanted(pedigree, p, &x, down))).collect();
            let mut order = people;
            order.sort_by(|a, b| places_wanted[a.id.as_str()].total_cmp(&places_wanted[b.id.as_str()]));
            let order = together(pedigree, order);
            let mut least = f32::MIN;
            for person in &order {
                let place = places_wanted[person.id.as_str()].max(least);
                x.insert(&person.id, place);
                least = place + ACROSS;
            }
        }
    }
    let least = x.values().copied().fold(f32::MAX, f32::min);
    let place = |id: &str, x: f32| (x - least + MARGIN, generations.get(id).copied().unwrap_or_default() as f32 * DOWN + MARGIN);
    x.into_iter().map(|(id, x)| (id, place(id, x))).collect()
}

/// Where somebody would best stand: below the parents, or above the children; where there are none, where they stand.
fn place_wanted(pedigree: &Pedigree, person: &Individual, x: &BTreeMap<&str, f32>, down: bool) -> f32 {
    let mean = |ids: Vec<&str>| {
        let found: Vec<f32> = ids.iter().filter_map(|id| x.get(id).copied()).collect();
        (!found.is_empty()).then(|| found.iter().sum::<f32>() / found.len() as f32)
    };
    let here = x.get(person.id.as_str()).copied().unwrap_or_default();
    if down {
        let parents: Vec<&str> = [&person.father, &person.mother].into_iter().flatten().map(String::as_str).collect();
        let Some(centre) = mean(parents) else { return here };
        // Siblings keep their order around the middle.
        let siblings: Vec<&str> =
            pedigree.people.iter().filter(|p| p.father == person.father && p.mother == person.mother).map(|p| p.id.as_str()).collect();
        let index = siblings.iter().position(|id| *id == person.id).unwrap_or_default();
        centre + (index as f32 - (siblings.len() as f32 - 1.0) / 2.0) * ACROSS
    } else {
        let side = if person.sex == Sex::Male { -ACROSS / 2.0 } else { ACROSS / 2.0 };
        mean(pedigree.children(&person.id).map(|c| c.id.as_str()).collect()).map_or(here, |centre| centre + side)
    }
}

/// The same order with partners side by side: one who has no parents here moves to the other.
fn together<'p>(pedigree: &Pedigree, mut order: Vec<&'p Individual>) -> Vec<&'p Individual> {
    for (father, mother) in pedigree.couples() {
        let position_of = |order: &[&Individual], id: &str| order.iter().position(|p| p.id == id);
        let (Some(left), Some(right)) = (position_of(&order, &father), position_of(&order, &mother)) else { continue };
        if left.abs_diff(right) == 1 {
            continue;
        }
        let has_parents = |p: &Individual| p.father.is_some() || p.mother.is_some();
        let (stays, goes) = if has_parents(order[left]) { (father, right) } else { (mother, left) };
        let moved = order.remove(goes);
        let beside = position_of(&order, &stays).unwrap_or_default();
        order.insert(if goes > beside { beside + 1 } else { beside }, moved);
    }
    order
}

impl Layout<'_> {
    /// Lines between partners, and from parents to children.
    fn lines(&self, svg: &mut String) {
        let related = self.pedigree.consanguineous();
        let mut families: BTreeSet<(Option<&str>, Option<&str>)> = BTreeSet::new();
        for person in &self.pedigree.people {
            if person.father.is_some() || person.mother.is_some() {
                families.insert((person.father.as_deref(), person.mother.as_deref()));
            }
        }
        for (father, mother) in families {
            let place_of = |id: Option<&str>| id.and_then(|id| self.positions.get(id)).copied();
            let (Some(from), from_y) = (match (place_of(father), place_of(mother)) {
                (Some(f), Some(m)) => {
                    let is_related = father.zip(mother).is_some_and(|(f, m)| related.contains(&(f.to_owned(), m.to_owned())));
                    for shift in if is_related { vec![-3.0, 3.0] } else { vec![0.0] } {
                        line(svg, (f.0, f.1 + shift), (m.0, m.1 + shift));
                    }
                    (Some(f32::midpoint(f.0, m.0)), f.1.max(m.1))
                }
                (Some(one), None) | (None, Some(one)) => (Some(one.0), one.1),
                (None, None) => (None, 0.0),
            }) else {
                continue;
            };
            let children = self.pedigree.people.iter().filter(|p| p.father.as_deref() == father && p.mother.as_deref() == mother);
            self.sibship(svg, (from, from_y), &children.collect::<Vec<_>>());
        }
    }

    fn sibship(&self, svg: &mut String, from: (f32, f32), children: &[&Individual]) {
        let places: Vec<(f32, f32)> = children.iter().filter_map(|c| self.positions.get(c.id.as_str()).copied()).collect();
        let Some(bar) = places.iter().map(|p| p.1).reduce(f32::min).map(|top| top - 60.0) else { return };
        line(svg, from, (from.0, bar));
        let mut drops: Vec<f32> = vec![from.0];
        let mut births: BTreeMap<&str, Vec<(f32, f32)>> = BTreeMap::new();
        for child in children {
            let Some(place) = self.positions.get(child.id.as_str()) else { continue };
            if let Some(twin) = &child.twin {
                births.entry(&twin.birth).or_default().push(*place);
            } else {
                drops.push(place.0);
                line(svg, (place.0, bar), (place.0, place.1 - HALF));
            }
        }
        for (birth, twins) in births {
            let centre = twins.iter().map(|p| p.0).sum::<f32>() / twins.len() as f32;
            drops.push(centre);
            for twin in &twins {
                line(svg, (centre, bar), (twin.0, twin.1 - HALF));
            }
            let identical = children.iter().filter_map(|c| c.twin.as_ref()).any(|t| t.birth == birth && t.identical);
            if let (true, Some(first), Some(last)) = (identical, twins.first(), twins.last()) {
                let y = f32::midpoint(bar, first.1 - HALF);
                line(svg, (f32::midpoint(centre, first.0), y), (f32::midpoint(centre, last.0), y));
            }
        }
        let (left, right) = (drops.iter().copied().fold(f32::MAX, f32::min), drops.iter().copied().fold(f32::MIN, f32::max));
        line(svg, (left, bar), (right, bar));
    }
}

fn line(svg: &mut String, from: (f32, f32), to: (f32, f32)) {
    let _ = write!(svg, "<path d='M{} {}L{} {}'/>", from.0, from.1, to.0, to.1);
}

fn symbol(svg: &mut String, person: &Individual, (x, y): (f32, f32)) {
    let fill = if person.affected == Affected::Yes { "#212b32" } else { "#fff" };
    let ink = if person.affected == Affected::Yes { "#fff" } else { "#212b32" };
    let _ = match person.sex {
        Sex::Male => write!(svg, "<rect x='{}' y='{}' width='{}' height='{}' fill='{fill}'/>", x - HALF, y - HALF, 2.0 * HALF, 2.0 * HALF),
        Sex::Female => write!(svg, "<circle cx='{x}' cy='{y}' r='{HALF}' fill='{fill}'/>"),
        Sex::Unknown => {
            write!(svg, "<path d='M{x} {}L{} {y}L{x} {}L{} {y}Z' fill='{fill}'/>", y - HALF, x + HALF, y + HALF, x - HALF)
        }
    };
    let inside = match (person.fetus, person.affected) {
        (true, _) => "P",
        (false, Affected::Unknown) => "?",
        _ => "",
    };
    if !inside.is_empty() {
        write_text(svg, x, y + 5.0, ink, inside);
    }
    if person.deceased {
        line(svg, (x - HALF - 8.0, y + HALF + 8.0), (x + HALF + 8.0, y - HALF - 8.0));
    }
    if person.adopted != Adopted::No {
        for side in [-1.0, 1.0] {
            let (edge, inner) = (x + side * (HALF + 9.0), x + side * (HALF + 3.0));
            let _ = write!(
                svg,
                "<path d='M{inner} {}L{edge} {}L{edge} {}L{inner} {}'/>",
                y - HALF - 4.0,
                y - HALF - 4.0,
                y + HALF + 4.0,
                y + HALF + 4.0
            );
        }
    }
    if person.proband {
        let (tip, tail) = ((x - HALF - 3.0, y + HALF + 3.0), (x - HALF - 22.0, y + HALF + 22.0));
        line(svg, tail, tip);
        let _ = write!(svg, "<path d='M{} {}L{} {}L{} {}' />", tip.0 - 9.0, tip.1, tip.0, tip.1, tip.0, tip.1 + 9.0);
    }
    write_text(svg, x, y + HALF + 18.0, "#212b32", &person.id);
    // What does not fit between neighbours is in the table beside.
    let name: String = person.name.chars().take(18).collect();
    write_text(svg, x, y + HALF + 33.0, "#212b32", &name);
    let years = person.years.label(person.deceased);
    let below = if name.is_empty() { 33.0 } else { 48.0 };
    if !years.is_empty() {
        write_text(svg, x, y + HALF + below, "#212b32", &years);
    }
}

fn write_text(svg: &mut String, x: f32, y: f32, ink: &str, text: &str) {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = write!(svg, "<text x='{x}' y='{y}' text-anchor='middle' stroke='none' fill='{ink}'>{safe}</text>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family() -> Pedigree {
        let one = |id: &str, sex, father: &str, mother: &str| Individual {
            father: (!father.is_empty()).then(|| father.to_owned()),
            mother: (!mother.is_empty()).then(|| mother.to_owned()),
            ..Individual::new(id, sex)
        };
        Pedigree {
            people: vec![
                Individual { proband: true, name: "<b>&".into(), ..one("C1", Sex::Female, "F", "M") },
                one("C2", Sex::Male, "F", "M"),
                one("F", Sex::Male, "GF", "GM"),
                one("M", Sex::Female, "", ""),
                one("GF", Sex::Male, "", ""),
                one("GM", Sex::Female, "", ""),
                one("A", Sex::Female, "GF", "GM"),
            ],
        }
    }

    #[test]
    fn generations_stand_below_each_other_and_nobody_on_another() {
        let family = family();
        let positions = places(&family);
        let y = |id: &str| positions[id].1;
        assert!(y("GF") < y("F") && y("F") < y("C1"));
        assert!([("GF", "GM"), ("F", "M"), ("F", "A"), ("C1", "C2")].iter().all(|(a, b)| (y(a) - y(b)).abs() < 0.1));
        for (a, b) in family.people.iter().flat_map(|a| family.people.iter().map(move |b| (&a.id, &b.id))).filter(|(a, b)| a < b) {
            let (p, q) = (positions[a.as_str()], positions[b.as_str()]);
            assert!((p.0 - q.0).abs() >= ACROSS - 0.1 || (p.1 - q.1).abs() > 1.0, "{a} and {b} stand on each other");
        }
        let beside = (positions["F"].0 - positions["M"].0).abs();
        assert!((beside - ACROSS).abs() < 0.1, "partners stand side by side: {beside}");
    }

    #[test]
    fn years_stand_below_the_name_and_where_nothing_is_known_nothing_stands() {
        let mut family = family();
        assert!(!svg(&family).contains("b. "));
        family.people[0].years.born = Some(2019);
        (family.people[4].years.died, family.people[4].years.born) = (Some(2010), Some(1930));
        let drawn = svg(&family);
        assert!(drawn.contains(">b. 2019</text>") && drawn.contains(">b. 1930, d. 2010</text>"), "{drawn}");
    }

    #[test]
    fn what_is_typed_stays_text() {
        let drawn = svg(&family());
        assert!(drawn.contains("&lt;b&gt;&amp;") && !drawn.contains("<b>"));
        assert_eq!(drawn.matches("<circle").count(), 4);
    }
}
