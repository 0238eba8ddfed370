//! Every published example is read into what it asks for, or into faults that name the field.

use expect_test::expect_file;
use interop::{
    fhir::intake,
    hl7,
    incoming_message::{IncomingResult, MessageContent},
    incoming_order::{IncomingOrder, OrderAction, SentSpecimen},
};
use jiff::civil::date;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

const SHARED: &str = "../../../shared/conformance";

/// Files of a folder of examples by name; nothing where they are not at hand.
fn examples(folder: &str) -> Option<Vec<PathBuf>> {
    let path = Path::new(SHARED).join(folder);
    let Ok(entries) = fs::read_dir(&path) else {
        eprintln!("skipped: the published examples are not at hand in {}", path.display());
        return None;
    };
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).filter(|p| p.is_file()).collect();
    files.sort();
    Some(files)
}

fn name(path: &Path) -> String {
    path.file_name().and_then(|n| n.to_str()).expect("a name").to_owned()
}

fn summary(order: &IncomingOrder) -> String {
    let (details, change) = match &order.action {
        OrderAction::Cancel(reason) => return format!("cancels {}: {reason}", order.number),
        OrderAction::EnterInError(reason) => return format!("{} was entered in error: {reason}", order.number),
        OrderAction::Place(details) => (details, String::new()),
        OrderAction::Amend(details, reason) => (details, format!(" (changed: {reason})")),
    };
    let people: Vec<String> =
        details.people.iter().map(|p| format!("{:?}{}", p.relationship, if p.is_fetus { " unborn" } else { "" })).collect();
    let tests: Vec<&str> = details.tests.iter().map(|t| t.code.as_str()).collect();
    let absent = details.features.iter().filter(|f| f.absent).count();
    format!(
        "{} {:?} {}{change}; {}; {} features, {absent} of them absent; {} notes; specimens: {}",
        order.number,
        details.reason,
        tests.join(" "),
        people.join(", "),
        details.features.len(),
        details.notes.len(),
        details.specimens.iter().map(SentSpecimen::label).collect::<Vec<_>>().join("; "),
    )
}

fn result(result: &IncomingResult) -> String {
    let IncomingResult { number, status, test, values, documents, laboratory, .. } = result;
    format!("result of {number}, {status}: {test}; {} values; {} documents; {laboratory}", values.len(), documents.len())
}

fn outcome(message: &hl7::Message) -> String {
    let lines: Vec<String> = match hl7::content(message) {
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
        Ok(reading) => {
            let mut lines: Vec<String> = match &reading.content {
                MessageContent::Orders(orders) => orders.iter().flat_map(noted_summary).collect(),
                MessageContent::Demographics(person, _) => vec![format!("{} has changed", person.family_name)],
                MessageContent::Merge(merge) => vec![format!("{} is {} too", merge.survivor.family_name, merge.replaced.len())],
                MessageContent::Results(results) => results.iter().map(result).collect(),
            };
            lines.extend(reading.notes);
            lines
        }
    };
    lines.join("\n    ")
}

/// An order, and what of it was not used.
fn noted_summary(order: &IncomingOrder) -> Vec<String> {
    let notes = order.action.details().map(|details| details.not_used.clone()).unwrap_or_default();
    std::iter::once(summary(order)).chain(notes.into_iter().map(|note| format!("  {note}"))).collect()
}

#[test]
fn every_hl7_example_is_read_into_orders_or_a_reason() {
    let Some(files) = examples("hl7v2") else { return };
    let mut table = String::new();
    for path in files {
        for unit in hl7::read(&fs::read(&path).expect("readable")) {
            let read = match &unit.message {
                Ok(message) => outcome(message),
                Err(why) => why.to_string(),
            };
            table += &format!("{} {} {}\n    {read}\n", name(&path), unit.header.kind(), unit.header.control());
        }
    }
    expect_file!["hl7v2.txt"].assert_eq(&table);
}

/// A request with everything that it refers to, as a transaction.
fn gathered(request: &Value, resources: &BTreeMap<String, Value>) -> Value {
    let mut gathered_resources = vec![request.clone()];
    let mut index = 0;
    while index < gathered_resources.len() {
        let mut found = Vec::new();
        references(&gathered_resources[index], &mut found);
        for reference in found {
            let referenced = resources.get(&reference);
            if let Some(resource) = referenced.filter(|r| !gathered_resources.contains(r) && r["resourceType"] != "ServiceRequest") {
                gathered_resources.push(resource.clone());
            }
        }
        index += 1;
    }
    let entry = |r: Value| {
        let full =
            format!("http://example.org/fhir/{}/{}", r["resourceType"].as_str().expect("a type"), r["id"].as_str().unwrap_or("none"));
        json!({ "fullUrl": full, "request": { "method": "POST", "url": r["resourceType"] }, "resource": r })
    };
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": gathered_resources.into_iter().map(entry).collect::<Vec<_>>() })
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("reference") {
                found.push(reference.clone());
            }
            fields.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[test]
fn every_fhir_example_is_read_into_orders_or_a_reason() {
    let (Some(files), Some(more)) = (examples("fhir-nhs-genomics"), examples("goms/examples")) else { return };
    let read = |path: &PathBuf| serde_json::from_str::<Value>(&fs::read_to_string(path).expect("readable")).expect("JSON");
    let all: Vec<(String, Value)> = files.iter().chain(&more).map(|path| (name(path), read(path))).collect();
    let resources: BTreeMap<String, Value> =
        all.iter().filter_map(|(_, r)| Some((format!("{}/{}", r["resourceType"].as_str()?, r["id"].as_str()?), r.clone()))).collect();
    let mut table = String::new();
    for (name, resource) in &all {
        let bundle = match resource["resourceType"].as_str() {
            Some("Bundle") => resource.clone(),
            Some("ServiceRequest") => gathered(resource, &resources),
            _ => continue,
        };
        let outcome = match intake::read_on(bundle.to_string().as_bytes(), date(2026, 11, 29)) {
            Ok(intake) => intake.orders.iter().map(summary).chain(intake.results.iter().map(result)).collect::<Vec<_>>().join("\n    "),
            Err(faults) => faults.iter().map(|f| format!("{f}")).collect::<Vec<_>>().join("\n    "),
        };
        table += &format!("{name}\n    {outcome}\n");
    }
    expect_file!["fhir.txt"].assert_eq(&table);
}
