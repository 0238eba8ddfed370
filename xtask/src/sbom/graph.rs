//! Which packages cargo builds the programs of.

use anyhow::{Context, ensure};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
    process::Command,
};

/// What `cargo metadata` says, as far as it is needed.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
pub struct Package {
    id: String,
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    pub license_file: Option<String>,
    /// Where it is from; nothing for our own.
    pub source: Option<String>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// `dev` or `build`; nothing for what is linked.
    kind: Option<String>,
}

/// How a part comes into a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Its code is in it.
    Linked,
    /// It runs while the program is built alone: macros, scripts, and what those need.
    Building,
}

/// Packages of a workspace, and which needs which.
pub struct Graph {
    packages: BTreeMap<String, Package>,
    edges: BTreeMap<String, Vec<Edge>>,
}

impl Graph {
    /// Asks cargo, for the machine that it runs on. Features are those of the whole workspace with its tests, so that a package may be
    /// named that a program alone would not need; none is left out.
    pub fn read(root: &Path) -> anyhow::Result<Graph> {
        let host = host(root)?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["metadata", "--locked", "--format-version", "1", "--filter-platform", &host];
        let output = Command::new(cargo).args(arguments).current_dir(root).output().context("cargo metadata")?;
        ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        Ok(Graph::of_metadata(serde_json::from_slice(&output.stdout).context("what cargo metadata says")?))
    }

    fn of_metadata(metadata: Metadata) -> Graph {
        Graph {
            packages: metadata.packages.into_iter().map(|package| (package.id.clone(), package)).collect(),
            edges: metadata.resolve.nodes.into_iter().map(|node| (node.id, node.deps)).collect(),
        }
    }

    /// One of our own crates.
    pub fn ours(&self, name: &str) -> anyhow::Result<&Package> {
        let found = self.packages.values().find(|package| package.source.is_none() && package.name == name);
        found.with_context(|| format!("there is no crate {name}"))
    }

    /// A package by cargo's name of it.
    pub fn package(&self, id: &str) -> &Package {
        &self.packages[id]
    }

    /// What a package needs, tests left out.
    pub fn needs(&self, id: &str) -> Vec<&str> {
        self.edges_of(id).map(|edge| edge.pkg.as_str()).collect()
    }

    /// Everything that some packages are built of, themselves among it.
    pub fn reached(&self, from: &[&Package]) -> BTreeMap<&str, Scope> {
        let from = from.iter().filter_map(|package| self.packages.get_key_value(&package.id)).map(|(id, _)| id.as_str());
        let mut reached: BTreeMap<&str, Scope> = from.map(|id| (id, Scope::Linked)).collect();
        self.follow(&mut reached, Scope::Linked);
        self.follow(&mut reached, Scope::Building);
        reached
    }

    fn follow<'a>(&'a self, reached: &mut BTreeMap<&'a str, Scope>, scope: Scope) {
        let mut waiting: Vec<&str> = reached.keys().copied().collect();
        while let Some(id) = waiting.pop() {
            let is_linked = |edge: &&Edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()) && !self.is_macro(&edge.pkg);
            for edge in self.edges_of(id).filter(|edge| scope == Scope::Building || is_linked(edge)) {
                if let Entry::Vacant(place) = reached.entry(&edge.pkg) {
                    place.insert(scope);
                    waiting.push(&edge.pkg);
                }
            }
        }
    }

    /// What a package is built with, tests left out.
    fn edges_of(&self, id: &str) -> impl Iterator<Item = &Edge> {
        let is_built = |edge: &&Edge| edge.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"));
        self.edges.get(id).into_iter().flatten().filter(is_built)
    }

    fn is_macro(&self, id: &str) -> bool {
        self.package(id).targets.iter().any(|target| target.kind.iter().any(|kind| kind == "proc-macro"))
    }
}

/// The machine that programs are built for.
fn host(root: &Path) -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("-vV").current_dir(root).output().context("rustc -vV")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc says no host")?.to_owned())
}
