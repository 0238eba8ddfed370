//! A reader of figures that takes nothing that Prometheus would not. Sources: Prometheus, Exposition formats; OpenMetrics 1.0.0.

use std::collections::BTreeMap;

/// A value.
#[derive(Debug, Clone)]
pub struct Sample {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

/// The family whose values are being read.
#[derive(Default)]
struct Family {
    name: String,
    kind: String,
}

/// Reads figures; a text that breaks a rule fails the test.
pub fn read(text: &str, is_open: bool) -> Vec<Sample> {
    assert!(text.ends_with('\n'), "every line ends");
    assert_eq!(text.ends_with("# EOF\n"), is_open, "only OpenMetrics has a last line");
    let (mut families, mut family, mut samples) = (Vec::new(), Family::default(), Vec::<Sample>::new());
    for line in text.lines().filter(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a name and what it says");
            assert!(!help.is_empty() && !families.contains(&name.to_owned()), "{name} comes once, and says something");
            families.push(name.to_owned());
            family = Family { name: name.to_owned(), kind: String::new() };
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a name and a kind");
            assert!(name == family.name && ["gauge", "counter", "histogram"].contains(&kind), "{line}");
            assert!(is_open || kind != "counter" || name.ends_with("_total"), "{line}");
            kind.clone_into(&mut family.kind);
        } else if let Some(rest) = line.strip_prefix("# UNIT ") {
            let (name, unit) = rest.split_once(' ').expect("a name and a unit");
            assert!(is_open && name == family.name && name.ends_with(&format!("_{unit}")), "{line}");
        } else {
            let sample = sample(line);
            assert!(belongs(&sample.name, &family, is_open), "{line} is no value of {} ({})", family.name, family.kind);
            let is_new = samples.iter().all(|before| before.name != sample.name || before.labels != sample.labels);
            assert!(is_new, "{line} is there twice");
            samples.push(sample);
        }
    }
    histograms(&samples);
    samples
}

fn belongs(name: &str, family: &Family, is_open: bool) -> bool {
    let rest = name.strip_prefix(family.name.as_str());
    match family.kind.as_str() {
        "gauge" => rest == Some(""),
        "counter" => rest == Some(if is_open { "_total" } else { "" }),
        "histogram" => matches!(rest, Some("_bucket" | "_count" | "_sum")),
        _ => false,
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn sample(line: &str) -> Sample {
    let (head, value) = line.rsplit_once(' ').expect("a value");
    let (name, labels) = match head.split_once('{') {
        Some((name, rest)) => (name, labels(rest.strip_suffix('}').expect("labels end"))),
        None => (head, BTreeMap::new()),
    };
    assert!(is_name(name), "{line}");
    let value = value.parse().unwrap_or_else(|_| panic!("{line} has no number"));
    Sample { name: name.to_owned(), labels, value }
}

/// Labels of a value; quotation marks and line ends within one are escaped.
fn labels(mut rest: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    while !rest.is_empty() {
        let (name, quoted) = rest.split_once("=\"").expect("a label");
        let (mut value, mut escaped, mut end) = (String::new(), false, None);
        for (at, c) in quoted.char_indices() {
            match (escaped, c) {
                (true, _) => {
                    assert!(['\\', '"', 'n'].contains(&c), "{rest}");
                    value.push(if c == 'n' { '\n' } else { c });
                    escaped = false;
                }
                (false, '\\') => escaped = true,
                (false, '"') => {
                    end = Some(at + 1);
                    break;
                }
                (false, _) => value.push(c),
            }
        }
        assert!(is_name(name) && labels.insert(name.to_owned(), value).is_none(), "{rest}");
        let after = &quoted[end.expect("a label ends")..];
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    labels
}

/// Buckets grow, the last is without bound and equals the count.
fn histograms(samples: &[Sample]) {
    let mut buckets: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.name.ends_with("_bucket")) {
        let mut labels = sample.labels.clone();
        let bound = labels.remove("le").expect("a bound").replace("+Inf", "inf").parse::<f64>().expect("a number");
        buckets.entry((sample.name.replace("_bucket", "_count"), labels)).or_default().push((bound, sample.value));
    }
    for ((name, labels), counts) in buckets {
        assert!(counts.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{name} {labels:?}: {counts:?}");
        let (bound, last) = counts.last().copied().expect("a bucket");
        let count = samples.iter().find(|sample| sample.name == name && sample.labels == labels).expect("a count").value;
        assert!(bound.is_infinite() && (last - count).abs() < 0.5, "{name} {labels:?}");
    }
}
