//! `gms panels`

use crate::arguments::service::Panels;
use anyhow::{Context, ensure};
use engine::reference;
use formats::panelapp;
use service::{Service, directory, people::staff};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Takes panels into a service. Versions that are here already are left alone.
pub fn run(arguments: &Panels) -> anyhow::Result<ExitCode> {
    super::begun::check(&arguments.place)?;
    let mut published = Vec::new();
    for file in files(&arguments.files)? {
        // A page of the list of panels has no entities: nothing to take.
        published.extend(panelapp::read(&file)?.into_iter().filter(|panel| panel.entities().next().is_some()));
    }
    let read = published.len();
    ensure!(
        read > 0,
        "no gene panel is there: give JSON files of PanelApp's API (/api/v1/panels/NUMBER/), .json or .json.gz, or their folder"
    );
    let runtime = tokio::runtime::Runtime::new()?;
    let imported = runtime.block_on(async {
        let service =
            Service::with_store(super::admin::store(&arguments.place).await?, &arguments.place.dir, &reference::open("demo")?).await?;
        anyhow::Ok(directory::panels::import(&service.desk(staff::system()), published, "Taken from PanelApp").await?)
    })?;
    println!("{read} panels read, {imported} versions new; {} were here already.", read - imported);
    Ok(ExitCode::SUCCESS)
}

fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = fs::read_dir(path).with_context(|| format!("reading the folder {}", path.display()))?;
            let mut inside = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
            inside.retain(|path| is_json(path));
            inside.sort();
            files.extend(inside);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn is_json(path: &Path) -> bool {
    let end = |path: &Path| path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    end(path).is_some_and(|e| e == "json")
        || (end(path).is_some_and(|e| e == "gz") && end(&path.with_extension("")).is_some_and(|e| e == "json"))
}
