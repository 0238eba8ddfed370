use super::{Lock, bill};
use serde_json::Value;
use std::{collections::BTreeSet, fs};

fn texts<'a>(values: &'a Value, field: &str) -> Vec<&'a str> {
    values.as_array().expect("a list").iter().map(|value| value[field].as_str().unwrap_or_default()).collect()
}

#[test]
fn the_bill_of_materials_names_what_is_locked_with_its_checksum_and_licence() {
    let root = crate::tidy::root().expect("the workspace");
    let bill = bill(&root).expect("a bill");
    let text = fs::read_to_string(root.join("Cargo.lock")).expect("Cargo.lock");
    let lock = Lock::read(&text);
    let components = bill["components"].as_array().expect("components");
    for component in components {
        let name = component["name"].as_str().expect("a name");
        assert!(!component["licenses"].as_array().expect("licences").is_empty(), "{name} says no licence");
        if component.get("purl").is_some() {
            let checksum = lock.checksum(name, component["version"].as_str().expect("a version"));
            assert_eq!(component["hashes"][0]["content"].as_str(), checksum, "{name}");
            assert!(checksum.is_some(), "{name} is not in Cargo.lock");
        }
    }
    let scoped = |name: &str| components.iter().find(|one| one["name"] == name).map(|one| one["scope"].as_str().expect("a scope"));
    for (name, scope) in [("gms", "required"), ("gms-query", "required"), ("ring", "required"), ("datafusion", "required")] {
        assert_eq!(scoped(name), Some(scope), "{name}");
    }
    assert_eq!(scoped("serde_derive"), Some("excluded"), "a macro is in no program");
    assert_eq!([scoped("fantoccini"), scoped("testkit"), scoped("xtask")], [None; 3], "what tests alone need is in no program");
}

/// Fields that the schema of CycloneDX 1.6 requires (cyclonedx.org/schema/bom-1.6.schema.json), and references that lead somewhere.
#[test]
fn the_bill_of_materials_has_what_its_format_requires() {
    let bill = bill(&crate::tidy::root().expect("the workspace")).expect("a bill");
    assert_eq!(
        (bill["bomFormat"].as_str(), bill["specVersion"].as_str(), bill["version"].as_u64()),
        (Some("CycloneDX"), Some("1.6"), Some(1))
    );
    let serial = bill["serialNumber"].as_str().and_then(|number| number.strip_prefix("urn:uuid:")).expect("a serial number");
    assert_eq!(serial.parse::<uuid::Uuid>().expect("a UUID").get_version_num(), 8);
    let mut references: BTreeSet<&str> = texts(&bill["components"], "bom-ref").into_iter().collect();
    assert_eq!(references.len(), bill["components"].as_array().map_or(0, Vec::len), "a reference stands for one component");
    references.insert("opengms");
    for component in bill["components"].as_array().expect("components") {
        assert!(["library", "application"].contains(&component["type"].as_str().unwrap_or_default()), "{component}");
    }
    let described = texts(&bill["dependencies"], "ref");
    assert_eq!(described.iter().copied().collect::<BTreeSet<_>>(), references, "each component says what it needs");
    for dependency in bill["dependencies"].as_array().expect("dependencies") {
        let needs: BTreeSet<&str> = dependency["dependsOn"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert!(needs.is_subset(&references), "{dependency}");
    }
}

#[test]
fn the_same_sources_give_the_same_bill() {
    let root = crate::tidy::root().expect("the workspace");
    assert_eq!(bill(&root).expect("a bill").to_string(), bill(&root).expect("a bill").to_string());
}
