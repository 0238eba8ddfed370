//! What hospitals really send: every input of the field that is at hand is read, or refused by what is wrong with it.

use care::{laboratory::container::scan, ordering::pedigree::Pedigree};
use interop::{
    cds_hooks::{NotAnswerable, Request},
    ga4gh::{
        beacon::{self, Entry},
        matchmaker, phenopacket,
    },
};
use pharmacogenomics::medicine::{MedicineCode, Recognised, recognise};
use service::ordering::pedigrees;
use std::{
    fs,
    path::{Path, PathBuf},
};

const FIELD: &str = "../../../shared/conformance/field/health";

/// Files of the field whose names begin so, with their texts; nothing where they are not at hand.
fn inputs(prefix: &str) -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(Path::new(FIELD)) else {
        eprintln!("skipped: the inputs of the field are not at hand in {FIELD}");
        return vec![];
    };
    let named = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(prefix));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).filter(named).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).expect("text"))).collect()
}

#[test]
fn every_prescription_names_its_medicine_or_says_what_is_missing() {
    for (name, text) in inputs("c-") {
        let request: Request = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        if name.contains("prefetch-null") {
            assert_eq!(request.patient(jiff::civil::date(2026, 11, 29)), Err(NotAnswerable::NoPatient), "{name}");
        } else {
            assert!(request.patient(jiff::civil::date(2026, 11, 29)).is_ok(), "{name}");
        }
        for prescribed in request.prescribed() {
            let code = |(system, code): &(String, String)| MedicineCode { system: system.clone(), code: code.clone() };
            let codes: Vec<MedicineCode> = prescribed.codes.iter().map(code).collect();
            let Recognised::Guided(found) = recognise(&codes, &prescribed.names) else { panic!("{name}: {prescribed:?}") };
            assert_eq!(found[0].name, "capecitabine", "{name}");
        }
    }
}

#[test]
fn every_pedigree_is_a_family_that_can_be_drawn() {
    let nobody = Pedigree::default();
    for (name, text) in inputs("d-") {
        let family = pedigrees::from_file(&text, &nobody).unwrap_or_else(|why| panic!("{name}: {why}"));
        let faults = care::ordering::pedigree::faults(&family);
        assert!(faults.is_empty(), "{name}: {faults:?}");
        let proband = family.people.iter().find(|p| p.proband).expect("a proband");
        assert_eq!(proband.id, "P1", "{name}");
        assert!(proband.mother.is_some(), "{name}");
    }
}

#[test]
fn every_match_request_names_a_gene_or_features() {
    for (name, text) in inputs("m-") {
        let query = matchmaker::read(text.as_bytes()).unwrap_or_else(|why| panic!("{name}: {why}"));
        for gene in &query.genes {
            let id = genome::gene::by_identifier(gene).map(|id| id.to_string());
            assert_eq!(id.as_deref(), Some("HGNC:23156"), "{name}");
        }
        assert_eq!(query.features, ["HP:0001250"], "{name}");
    }
}

#[test]
fn every_phenopacket_gives_its_features_or_a_reason() {
    for (name, text) in inputs("p-") {
        match phenopacket::features(&text) {
            Ok(packet) => {
                let is_there = packet.features.iter().any(|f| f.term.to_string() == "HP:0001250" && !f.absent);
                assert!(is_there, "{name}: {packet:?}");
            }
            Err(why) => assert!(name == "p-nofeatures.json" && why.contains("no phenotypicFeatures, but 1 in diseases"), "{name}: {why}"),
        }
    }
}

#[test]
fn a_beacon_understands_narrow_questions_as_narrow_ones() {
    for (name, text) in inputs("q-beacon") {
        for line in text.lines().filter(|line| line.contains("g_variants?")) {
            let query = line.split_once('?').map_or("", |(_, query)| query);
            let pairs: Vec<(String, String)> =
                query.split('&').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.into(), v.into())).collect();
            let query = beacon::read_query(Entry::GenomicVariant, &pairs).unwrap_or_else(|why| panic!("{name}: {line}: {why}"));
            assert!(query.is_about_variants() || query.variant.is_some(), "{name}: {line}");
        }
    }
}

#[test]
fn no_tube_of_a_scanned_rack_is_dropped() {
    for (name, text) in inputs("r-") {
        let tubes = scan::read(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(tubes.iter().next().map(|(position, barcode)| format!("{position} {barcode}")).as_deref(), Some("A01 S1"), "{name}");
        assert_eq!(tubes.len(), text.matches(",S").count() - text.matches(",SA001").count(), "{name}");
    }
}
