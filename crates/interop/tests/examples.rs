//! Every published example is read into what it asks for, or into faults that name the field.

use expect_test::expect_file;
use interop::{
    fhir::intake,
    hl7,
    incoming_order::{IncomingOrder, OrderAction},
};
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
        details.specimens.join("; "),
    )
}

#[test]
fn every_hl7_example_is_read_into_orders_or_a_reason() {
    let Some(files) = examples("hl7v2") else { return };
    let mut table = String::new();
    for path in files {
        let bytes = fs::read(&path).expect("readable");
        let text = String::from_utf8(bytes).unwrap_or_else(|e| e.as_bytes().iter().map(|b| char::from(*b)).collect());
        let message = hl7::Message::read(&text).unwrap_or_else(|why| panic!("{}: {why}", name(&path)));
        let pid = message.first("PID").map_or("", |pid| pid.get(5, 1));
        let kind = message.kind();
        let outcome = if kind.starts_with('O') && !kind.starts_with("ORU") {
            match hl7::order::read(&message) {
                Ok(orders) => orders.iter().map(summary).collect::<Vec<_>>().join("\n    "),
                Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n    "),
            }
        } else {
            format!("{} segments, patient {pid}", message.segments().len())
        };
        table += &format!("{} {kind} {}\n    {outcome}\n", name(&path), message.control());
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
        let outcome = match intake::read(&bundle.to_string()) {
            Ok(intake) => intake.orders.iter().map(summary).collect::<Vec<_>>().join("\n    "),
            Err(faults) => faults.iter().map(|f| format!("{f}")).collect::<Vec<_>>().join("\n    "),
        };
        table += &format!("{name}\n    {outcome}\n");
    }
    expect_file!["fhir.txt"].assert_eq(&table);
}
