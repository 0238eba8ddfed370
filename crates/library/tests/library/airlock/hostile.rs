//! Bytes that nobody means well with.

use library::output::{Rule, look};
use proptest::prelude::*;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// Longer than this only work takes that grows faster than its input, on a machine that does other things too.
const SLOWEST: Duration = Duration::from_secs(20);
/// Findings that are shown at most: a hundred of each rule, and how many more.
const FINDINGS_MAX: usize = 15 * 101;

/// Looks, and says how fast.
fn looks_quickly(text: &str) {
    let start = Instant::now();
    let found = looks(text.as_bytes());
    let (spent, begin) = (start.elapsed(), text.chars().take(24).collect::<String>());
    eprintln!("{:5.1} MiB/s  {begin:?}", text.len() as f64 / f64::from(1 << 20) / spent.as_secs_f64());
    assert!(spent < SLOWEST && found <= FINDINGS_MAX, "{begin:?} took {spent:?}, {found} findings");
}

fn looks(bytes: &[u8]) -> usize {
    look(bytes, &BTreeSet::new()).len()
}

proptest! {
    #[test]
    fn any_bytes_are_looked_at(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        looks(&bytes);
    }

    #[test]
    fn any_text_is_looked_at(text in "\\PC{0,300}") {
        looks(text.as_bytes());
    }

    #[test]
    fn any_pieces_of_results_are_looked_at(text in "([\\[\\]{}(),;:|\"'=%<>@+./ \n\t-]|n|of|all|but|per|cent|year-old|carriers|people|sex|ß|é|½|HP:|[0-9]{1,4}){0,80}") {
        looks(text.as_bytes());
    }
}

/// A table of groups and counts, written in each format that is let through.
fn written(groups: &[(String, u64)], header: &str) -> Vec<String> {
    let by = |mark: &str, edge: &str| {
        let rows = groups.iter().map(|(name, count)| format!("{edge}{name}{mark}{count}{edge}\n"));
        std::iter::once(format!("{edge}group{mark}{header}{edge}\n")).chain(rows).collect::<String>()
    };
    let join = |parts: Vec<String>, with: &str| parts.join(with);
    let object = |(name, count): &(String, u64)| format!(r#"{{"group":"{name}","{header}":{count}}}"#);
    let member = |(name, count): &(String, u64)| format!(r#""{name}":{count}"#);
    let objects: Vec<String> = groups.iter().map(object).collect();
    let members = join(groups.iter().map(member).collect(), ",");
    let quoted: String = groups.iter().map(|(name, count)| format!("\"{name}\",\"{count}\"\r\n")).collect();
    vec![
        by(",", ""),
        by(";", ""),
        by("\t", ""),
        by(" | ", "|"),
        by("   ", ""),
        format!("\u{feff}{}", by(",", "").replace('\n', "\r\n")),
        format!("\"group\",\"{header}\"\r\n{quoted}"),
        by(",", "").lines().skip(1).fold(String::new(), |text, line| text + line + "\n"),
        format!("[{}]", objects.join(",")),
        objects.join("\n"),
        format!(r#"{{"results":{{"{header}":{{{members}}}}}}}"#),
        format!(r#"{{"{header}":[{}]}}"#, join(groups.iter().map(|(_, count)| count.to_string()).collect(), ", ")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_small_count_of_a_table_goes_through(
        mut counts in proptest::collection::vec(prop_oneof![Just(0_u64), 5..5000_u64], 1..8),
        small in 1..5_u64,
        at in 0..8_usize,
        header in prop_oneof![Just("carriers"), Just("n"), Just("people"), Just("events"), Just("seizures"), Just("foo")],
    ) {
        counts.insert(at.min(counts.len()), small);
        let groups: Vec<(String, u64)> = counts.iter().enumerate().map(|(index, count)| (format!("GENE{}", char::from(b'A' + index as u8)), *count)).collect();
        for text in written(&groups, header) {
            let rules: Vec<Rule> = look(text.as_bytes(), &BTreeSet::new()).iter().map(|f| f.rule).collect();
            prop_assert!(rules.contains(&Rule::SmallCell), "{rules:?} in {text}");
        }
    }

    #[test]
    fn no_large_count_of_a_table_is_stopped(count in 5..5000_u64, other in 5..5000_u64) {
        prop_assume!(count.abs_diff(other) > 4);
        for text in written(&[("GENEA".into(), count), ("GENEB".into(), other)], "carriers") {
            let found = look(text.as_bytes(), &BTreeSet::new());
            prop_assert!(found.is_empty(), "{found:?} in {text}");
        }
    }
}

#[test]
fn a_finding_says_where_what_and_what_to_do() {
    let one = |text: &str| look(text.as_bytes(), &BTreeSet::new()).remove(0);
    let finding = one("gene,carriers\nSCN1A,3\n");
    assert_eq!((finding.line, finding.place.as_str(), finding.value.as_str(), finding.rule), (2, "carriers", "3", Rule::SmallCell));
    assert!(finding.to_string().starts_with("Line 2, carriers, ‘3’ · Small count: counts below 5 are not taken out; put groups together"));
    let finding = one("{\n \"groups\": [\n  {\"name\": \"A\", \"people\": 3}\n ]\n}\n");
    assert_eq!((finding.line, finding.place.as_str(), finding.value.as_str()), (3, "groups.people", "3"));
    let finding = one("PK\u{3}\u{4}");
    assert_eq!((finding.line, finding.rule), (0, Rule::NotText));
    assert!(finding.message.contains("give tables as CSV"), "{finding}");
    assert!(look(b"", &BTreeSet::new()).is_empty());
}

#[test]
fn a_mebibyte_of_anything_is_looked_at_and_its_findings_are_few() {
    let pieces = [
        "a",
        " ",
        ",",
        "\"",
        "\"\"",
        "\n",
        "{\"",
        "[[",
        "[{\"a\":",
        "{\"people\":{",
        "]",
        "0/1\t",
        "carriers,",
        "carriers: 3\n",
        "all,3\n",
        "3 of 24 ",
        "12.5 % of 24 ",
        "1,111",
        "a:\n",
        "- a: 3\n",
        "  ",
        "\\",
        "<a",
        "&#",
        "4010232137.",
        "0.4010232137 ",
        "3 carriers ",
        "n,n,n\n1,2,3\n",
        "all but two ",
        "é",
        "\u{200b}",
        "(",
        "9",
        "1 200 ",
        "people carriers\n",
        "-",
        "|",
        "7-year-old ",
        "a father and his son ",
        "We fitted 4 models. Two converged.\n",
        "le la ",
        "trois\n",
        "score,1\n",
        "a,b\n\"",
        "group,people\nall,28\nfemale,25\n",
    ];
    for piece in pieces {
        looks_quickly(&piece.repeat((1 << 20) / piece.len()));
    }
    let wide: String = (0..100_000).map(|index| format!("n{index},")).collect::<String>() + "\n" + &"3,".repeat(200_000);
    let names: String = (0..60_000).map(|index| format!("{{\"k{index}\":1}}\n")).collect();
    let groups: String = (0..80_000).map(|index| format!("all g{index},{index}\n")).collect();
    for text in [wide, names, groups] {
        looks_quickly(&text[..text.len().min(1 << 20)]);
    }
}

#[test]
fn a_table_that_would_be_nearly_all_empty_is_refused_before_it_is_made() {
    let wide_line: String = "a,".repeat(250_000) + "\n" + &"a,1\n".repeat(125_000);
    let members: String = (0..50_000).map(|index| format!("\"k{index}\":1,")).collect();
    let wide_object = format!("[{{{members}\"z\":1}},{}{{\"z\":1}}]", "{\"z\":1},".repeat(40_000));
    for text in [wide_line, wide_object] {
        let text = text.as_str();
        assert!(text.len() <= 1 << 20, "{} bytes", text.len());
        looks_quickly(text);
        assert!(look(text.as_bytes(), &BTreeSet::new()).iter().any(|finding| finding.rule == Rule::TooLarge));
    }
}

#[test]
fn long_labels_beside_very_many_counts_are_refused_and_not_read_in_part() {
    let word = |index: usize| format!("w{}x", char::from(b'a' + (index % 26) as u8));
    let label = (0..28).map(word).collect::<Vec<_>>().join(" ");
    let names: String = (0..50_000).map(|index| format!(",n{index}")).collect();
    let text = format!("a,b{names}\n{label},{label}{}\n", ",50".repeat(50_000));
    looks_quickly(&text);
    assert!(look(text.as_bytes(), &BTreeSet::new()).iter().any(|finding| finding.rule == Rule::TooLarge));
}
