//! What does something, is hidden, or is in a format that is not looked into; and the cases that a user found.

use super::check;
use library::output::{Rule, look};
use std::{collections::BTreeSet, path::Path};

/// Cases that a user found: `../shared/conformance/field/health`, files `a-*.csv`.
#[test]
fn what_was_let_through_in_the_field_is_stopped() {
    let folder = Path::new("../../../shared/conformance/field/health");
    let expected = [
        ("differencing", Rule::Differencing),
        ("formula", Rule::Formula),
        ("json", Rule::SmallCell),
        ("percent", Rule::SmallCell),
        ("prose", Rule::SmallCell),
        ("rows-per-person", Rule::Individuals),
    ];
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("skipped: the cases of the field are not at hand");
        return;
    };
    let paths = files.filter_map(Result::ok).map(|entry| entry.path());
    for path in paths.filter(|path| path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with("a-"))) {
        let rules: Vec<Rule> = look(&std::fs::read(&path).expect("bytes"), &BTreeSet::new()).iter().map(|f| f.rule).collect();
        let name = path.display().to_string();
        let rule = expected.iter().find(|(kind, _)| name.contains(kind)).map(|(_, rule)| *rule);
        assert!(!rules.is_empty() && rule.is_none_or(|rule| rules.contains(&rule)), "{name}: {rules:?}");
    }
}

#[test]
fn what_does_something_or_is_hidden_is_found() {
    check(
        Rule::Formula,
        &[
            "=HYPERLINK(\"http://x\")\n",
            "a,b\n1,=1+1\n",
            "a;b\n1;\"=cmd|' /C calc'!A0\"\n",
            "a,b\n1,@SUM(A1:A9)\n",
            "a,b\n1,+A1\n",
            "a,b\n1,-2+3\n",
            "a,b\n1,\t=A1\n",
            "a,b\n1,＝A1+1\n",
            "[x](javascript:alert(1))",
            "<SCRIPT>alert(1)</SCRIPT>",
            r#"{"a":"=IMPORTXML(\"http://x\")"}"#,
        ],
    );
    check(
        Rule::Hidden,
        &["SCN1A,Ⅲ", "12½ %", "ca\u{200b}rriers", "a\u{202e}b", "tag\u{e0041}", "esc\u{1b}[31m", "с\u{430}rriers aс", "soft\u{ad}hyphen"],
    );
    check(
        Rule::Format,
        &[
            "<html><body>3</body></html>",
            "<?xml version=\"1.0\"?><a/>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>3</text></svg>",
            "text\n<table>\n<tr><td>3</td></tr>\n</table>\n",
            "\\begin{tabular}{ll}\ngene & carriers \\\\\n\\end{tabular}\n",
            "{\\rtf1\\ansi 3}",
            "ID;PWXL;N;E\nC;Y1;X1;K3\n",
            "SCN1A & 3 \\\\\n",
            "<count>30</count>",
        ],
    );
    check(Rule::Encoded, &["data:image/png;base64,AAAA", "&#51;&#32;&#99;&#97;", "%33%20%63%61"]);
    let wide = "gene,carriers\r\nSCN1A,3\r\n".encode_utf16();
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(wide.clone()).flat_map(order).collect();
        let found = look(&bytes, &BTreeSet::new());
        assert_eq!(found.first().map(|f| (f.rule, f.line)), Some((Rule::SmallCell, 2)), "{found:?}");
    }
    for bytes in [&b"\xff\xfeg\0e"[..], b"\xfe\xff\xd8\0", b"PK\x03\x04zip", b"%PDF-1.7", b"g\xe9ne,carriers"] {
        assert_eq!(look(bytes, &BTreeSet::new())[0].rule, Rule::NotText);
    }
}
