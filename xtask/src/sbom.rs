//! What the programs are made of, as a bill of materials: CycloneDX 1.6 (ECMA-424), in JSON. The same sources give the same bytes.

mod graph;
mod lock;

use anyhow::Context;
use graph::{Graph, Package, Scope};
use lock::Lock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, path::Path};
use uuid::Uuid;

/// Our programs: the crate that each is of, and its own name.
const PROGRAMS: &[(&str, &str)] = &[("cli", "gms"), ("query", "gms-query")];

/// What holds them all.
const WHOLE: &str = "opengms";

/// Writes the bill of materials of the programs.
pub fn run(root: &Path, to: &Path) -> anyhow::Result<()> {
    let bill = bill(root)?;
    fs::write(to, serde_json::to_vec_pretty(&bill)?).with_context(|| format!("writing {}", to.display()))?;
    println!("{}: {} components.", to.display(), bill["components"].as_array().map_or(0, Vec::len));
    Ok(())
}

/// The bill of materials of the programs, of the workspace's metadata and its Cargo.lock.
pub fn bill(root: &Path) -> anyhow::Result<Value> {
    let graph = Graph::read(root)?;
    let text = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock")?;
    let lock = Lock::read(&text);
    let digest = Sha256::digest(text.as_bytes());
    let programs: Vec<&Package> = PROGRAMS.iter().map(|(of, _)| graph.ours(of)).collect::<anyhow::Result<_>>()?;
    let reached = graph.reached(&programs);
    let version = &programs.first().context("no program")?.version;
    let mut dependencies =
        vec![json!({ "ref": WHOLE, "dependsOn": programs.iter().map(|program| reference(program)).collect::<Vec<_>>() })];
    dependencies.extend(reached.keys().map(|id| edges(&graph, id, &reached)));
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", serial(digest.as_slice())),
        "version": 1,
        "metadata": {
            "tools": { "components": [{ "type": "application", "name": "cargo xtask sbom", "version": version }] },
            "component": {
                "type": "application",
                "bom-ref": WHOLE,
                "name": WHOLE,
                "version": version,
                "licenses": [{ "expression": "Apache-2.0" }],
            },
            "properties": [{ "name": "opengms:Cargo.lock:sha256", "value": hex::encode(digest) }],
        },
        "components": reached.iter().map(|(id, scope)| component(graph.package(id), *scope, &lock)).collect::<Vec<_>>(),
        "dependencies": dependencies,
    }))
}

/// One number for one Cargo.lock: a UUID of its digest (version 8 of RFC 9562).
fn serial(digest: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A part as the bill of materials calls it: by its package URL, where others can get it.
fn reference(package: &Package) -> String {
    let Package { name, version, .. } = package;
    match package.source {
        Some(_) => format!("pkg:cargo/{name}@{version}"),
        None => format!("{WHOLE}/{}@{version}", own_name(package)),
    }
}

/// One of our crates by the name of its program, if it is one.
fn own_name(package: &Package) -> &str {
    let program = PROGRAMS.iter().find(|(of, _)| package.source.is_none() && *of == package.name);
    program.map_or(package.name.as_str(), |(_, program)| *program)
}

fn component(package: &Package, scope: Scope, lock: &Lock) -> Value {
    let is_program = own_name(package) != package.name;
    let mut component = json!({
        "type": if is_program { "application" } else { "library" },
        "bom-ref": reference(package),
        "name": own_name(package),
        "version": package.version,
        "scope": match scope { Scope::Linked => "required", Scope::Building => "excluded" },
        "licenses": licences(package),
    });
    if package.source.is_some() {
        component["purl"] = json!(reference(package));
    }
    if let Some(checksum) = lock.checksum(&package.name, &package.version) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    component
}

/// Licences as an expression of SPDX; older packages have a stroke between two of which one may choose.
fn licences(package: &Package) -> Value {
    match (&package.license, &package.license_file) {
        (Some(expression), _) => json!([{ "expression": expression.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ") }]),
        (None, Some(file)) => json!([{ "license": { "name": format!("in its file {file}") } }]),
        (None, None) => json!([]),
    }
}

/// What a part needs of the others.
fn edges(graph: &Graph, id: &str, reached: &BTreeMap<&str, Scope>) -> Value {
    let needs = graph.needs(id).into_iter().filter(|needed| reached.contains_key(needed));
    let mut needs: Vec<String> = needs.map(|needed| reference(graph.package(needed))).collect();
    needs.sort();
    needs.dedup();
    json!({ "ref": reference(graph.package(id)), "dependsOn": needs })
}

#[cfg(test)]
mod tests;
