use super::*;
use proptest::prelude::*;

fn named(id: u32, symbol: &str) -> Named {
    Named { id: HgncId(id), symbol: symbol.into(), name: String::new() }
}

/// ATM is known by an earlier symbol too; two genes share one.
fn meant(name: &str) -> Meant {
    match name.to_uppercase().as_str() {
        "ATM" | "ATA" => vec![named(795, "ATM")],
        "FXN" => vec![named(3951, "FXN")],
        "SETX" | "HGNC:445" => vec![named(445, "SETX")],
        "CAP" => vec![named(1, "SORBS1"), named(2, "BRD4")],
        _ => vec![],
    }
}

fn entity(id: u32, name: &str, level: &str) -> Entity {
    Entity {
        entity_type: "gene".into(),
        entity_name: name.into(),
        gene_data: Some(GeneData { hgnc_id: Some(HgncId(id).to_string()), ..GeneData::default() }),
        confidence_level: level.into(),
        mode_of_inheritance: Some(MODES[2].0.into()),
        ..Entity::default()
    }
}

fn content() -> Published {
    // The panel still shows a gene by its earlier symbol.
    Published { version: "4.9".into(), genes: vec![entity(795, "ATA", "2"), entity(3951, "FXN", "3")], ..Published::default() }
}

/// What is wrong with each line that is at fault.
fn faults(text: &str) -> Vec<String> {
    match read(text, &content(), meant).and_then(items) {
        Ok(_) => vec![],
        Err(refusals) => refusals.0.into_iter().map(|r| r.message).collect(),
    }
}

#[test]
fn a_list_from_a_spreadsheet_changes_adds_and_removes_and_finds_a_renamed_gene() {
    let text = "Gene\tRating\tInheritance\tEvidence\n\nATM\tgreen\t\tThree families, PMID 1\n\
                HGNC:445\tamber\tAD\tOne family\nfxn\tremove\t\tRefuted\n";
    let lines = read(text, &content(), meant).expect("a list");
    assert_eq!(lines.iter().map(|l| l.number).collect::<Vec<_>>(), [3, 4, 5]);
    let items = items(lines).expect("no fault");
    let shown: Vec<_> = items.iter().map(|i| (i.gene.symbol.as_str(), i.before.as_str(), i.after.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("ATM", "amber, biallelic, autosomal or pseudoautosomal", "green, biallelic, autosomal or pseudoautosomal"),
            ("SETX", "", "amber, monoallelic, autosomal or pseudoautosomal, imprinted status unknown"),
            ("FXN", "green, biallelic, autosomal or pseudoautosomal", ""),
        ]
    );
    let after = applied(&content(), &items);
    let genes: Vec<_> = after.genes.iter().map(|e| (e.entity_name.as_str(), e.rating())).collect();
    assert_eq!((after.version.as_str(), genes), ("4.10", vec![("ATA", Rating::Green), ("SETX", Rating::Amber)]));
    assert_eq!(after.genes[1].gene(), Some(HgncId(445)));
}

#[test]
fn every_fault_names_its_line_and_what_to_do() {
    for (text, expected) in [
        ("", "Paste at least one line"),
        ("gene,rating", "headings alone"),
        ("NOSUCH,green,AR,x", "Line 1: “NOSUCH” is no gene"),
        ("ATM,blue,AR,x", "Line 1: “blue” is no rating"),
        ("ATM,,AR,x", "Line 1: no rating"),
        ("ATM,green,BIALLELIC,x", "Line 1: “BIALLELIC” is no mode of inheritance; enter AD, AR"),
        ("ATM,green,AR,", "Line 1: no evidence"),
        ("ATM,green,AR,a,b", "Line 1: 5 columns instead of four"),
        ("ATM;green;AR;\"a", "Line 1: a quotation mark"),
        ("ATM,amber,AR,x", "Line 1: nothing would change for ATM"),
        ("SETX,green,,x", "Line 1: SETX is not on this panel yet"),
        ("SETX,remove,,x", "Line 1: SETX is not on this panel, so it cannot be removed"),
        ("CAP,green,AR,x", "may mean SORBS1 (HGNC:1) or BRD4 (HGNC:2)"),
        (",green,AR,x", "Line 1: no gene"),
        ("ATM,green,AR,x\n\nATA,red,AR,y", "Line 3: ATM stands in line 1 already"),
    ] {
        let found = faults(text);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{text}: {found:?}");
    }
    assert_eq!(faults("ATM,blue,x,\nNOSUCH,green,AR,x").len(), 2, "every line is told");
    assert!(faults(&"ATM,green,AR,x\n".repeat(LINES_MAX + 1))[0].contains("Split it"));
}

#[test]
fn quotation_marks_keep_the_separator_and_a_wording_in_full_is_read() {
    let text = "ATM,green,\"BIALLELIC, autosomal or pseudoautosomal\",\"Two families; \"\"sound\"\", PMID 2\"";
    let items = items(read(text, &content(), meant).expect("a list")).expect("no fault");
    assert_eq!((items[0].inheritance.as_str(), items[0].evidence.as_str()), (MODES[2].0, "Two families; \"sound\", PMID 2"));
}

#[test]
fn a_gene_that_stands_there_twice_is_changed_and_removed_as_one() {
    let twice = Published { genes: vec![entity(795, "ATM", "3"), entity(3951, "FXN", "3"), entity(795, "ATM", "1")], ..content() };
    let changed = |text: &str| {
        let items = items(read(text, &twice, meant).expect("a list")).expect("no fault");
        let genes = applied(&twice, &items).genes;
        genes.iter().map(|e| (e.entity_name.clone(), e.rating())).collect::<Vec<_>>()
    };
    assert_eq!(changed("ATM\tamber\t\tx"), [("ATM".to_owned(), Rating::Amber), ("FXN".to_owned(), Rating::Green)]);
    assert_eq!(changed("ATM\tremove\t\tx"), [("FXN".to_owned(), Rating::Green)]);
}

proptest! {
    #[test]
    fn no_text_panics_and_no_line_is_dropped(text in "[A-Za-z0-9,;\\t\" \\n]{0,200}") {
        if let Ok(lines) = read(&text, &content(), meant) {
            let filled = text.lines().enumerate().filter(|(at, line)| !(line.trim().is_empty() || *at == 0 && is_heading(line))).count();
            prop_assert_eq!(lines.len(), filled);
        }
    }

    #[test]
    fn a_list_changes_no_gene_that_it_does_not_name(rating in "green|amber|red|remove") {
        let text = format!("FXN\t{rating}\tAR\tx");
        if let Ok(items) = read(&text, &content(), meant).and_then(items) {
            let (before, after) = (content(), applied(&content(), &items));
            prop_assert_eq!(after.genes.iter().find(|e| e.entity_name == "ATA"), before.genes.first());
        }
    }
}
