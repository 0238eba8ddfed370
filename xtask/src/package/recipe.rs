//! What stands in `[package.metadata.deb]` of the command line's Cargo.toml, as cargo-deb reads it.

use anyhow::Context;
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    metadata: Option<Tables>,
}

#[derive(Deserialize)]
struct Tables {
    deb: Option<Deb>,
}

/// The table itself.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Deb {
    pub name: String,
    pub maintainer: String,
    pub copyright: String,
    pub section: String,
    pub priority: String,
    pub extended_description: String,
    pub depends: String,
    pub recommends: String,
    pub conf_files: Vec<String>,
    pub assets: Vec<Asset>,
}

/// A file or several: from where, to where, with which mode.
#[derive(Deserialize)]
pub struct Asset(pub String, pub String, pub String);

/// What a package is made of.
pub struct Recipe {
    pub version: String,
    pub deb: Deb,
}

impl Recipe {
    pub fn read(root: &Path) -> anyhow::Result<Recipe> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let text = super::said(&cargo, ["metadata", "--locked", "--no-deps", "--format-version", "1"], root)?;
        let metadata: Metadata = serde_json::from_str(&text).context("what cargo metadata says")?;
        let package = metadata.packages.into_iter().find(|package| package.name == "cli").context("there is no crate cli")?;
        let deb = package.metadata.and_then(|tables| tables.deb).context("its Cargo.toml has no [package.metadata.deb]")?;
        Ok(Recipe { version: package.version, deb })
    }

    /// Version of the package: that of the programs, packaged for the first time.
    pub fn package_version(&self) -> String {
        format!("{}-1", self.version)
    }
}
