//! Settings of `gms serve` and `gms worker`: as arguments, in the environment (`GMS_LISTEN` for `--listen`), or in a file. Arguments
//! come before the environment, and that before the file. What can be set is what the commands take: there is one definition.

mod file;
pub mod passwords;
mod settings;
pub mod shown;

pub use settings::{Kind, Program, Setting, settings};

use crate::arguments::service::Serve;
use anyhow::{Context, bail};
use clap::FromArgMatches;
use file::Entry;
use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
};

/// The variable that names the file of settings.
pub const FILE: &str = "GMS_CONFIG";
/// The argument that names it.
const ARGUMENT: &str = "config";
/// What is an argument alone, and no setting: the file itself, and that a service is begun, which is said once and not at each start.
const NO_SETTINGS: [&str; 2] = [ARGUMENT, "new"];

/// What the environment says under a name.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// From where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Environment,
    /// The line of the file.
    Line(usize),
}

/// A setting that was said, with every value that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub name: String,
    pub values: Vec<String>,
    pub source: Source,
}

/// Everything that is wrong with a file or with what the environment says.
#[derive(Debug)]
pub struct Wrong(pub Vec<String>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Wrong {}

/// The arguments that were typed, and before them what the environment and the file say of settings that were not.
pub fn complete(typed: Vec<OsString>, environment: Environment<'_>) -> anyhow::Result<Vec<OsString>> {
    passwords::refuse(&typed)?;
    let program = match typed.get(1).and_then(|name| name.to_str()) {
        Some("serve") => Program::Serve,
        Some("worker") => Program::Worker,
        _ => return Ok(typed),
    };
    if typed.iter().any(|argument| ["--help", "-h", "--version", "-V"].iter().any(|help| argument == help)) {
        return Ok(typed);
    }
    let named = file_named(&typed)?;
    let is_typed = named.is_some();
    let file = named.or_else(|| environment(FILE).filter(|path| !path.is_empty()).map(PathBuf::from));
    let settings = settings();
    let said = said(&settings, file.as_deref(), environment)?;
    let mut taken_first = BTreeSet::new();
    for argument in typed.iter().skip(2) {
        taken_first.extend(name_of(argument).map(|name| stem(&name).to_owned()));
    }
    let mut arguments: Vec<OsString> = typed.iter().take(2).cloned().collect();
    if let Some(file) = file.filter(|_| !is_typed) {
        arguments.push(joined(ARGUMENT, &file));
    }
    let of_program = |said: &&Said| settings.iter().any(|setting| setting.name == said.name && setting.is_of(program));
    for said in said.iter().filter(of_program).filter(|said| !taken_first.contains(stem(&said.name))) {
        arguments.extend(as_arguments(said, &settings));
    }
    arguments.extend(typed.into_iter().skip(2));
    Ok(arguments)
}

/// What the environment says, and what the file says of the rest.
pub fn said(settings: &[Setting], file: Option<&Path>, environment: Environment<'_>) -> Result<Vec<Said>, Wrong> {
    let mut wrong = Vec::new();
    let mut said = Vec::new();
    for setting in settings {
        match of_environment(setting, environment) {
            Ok(found) => said.extend(found),
            Err(why) => wrong.push(why),
        }
    }
    let first: BTreeSet<String> = said.iter().map(|said: &Said| stem(&said.name).to_owned()).collect();
    if let Some(path) = file {
        match file::read(path, settings) {
            Ok(entries) => {
                let rest = entries.into_iter().filter(|entry| !first.contains(stem(&entry.name)));
                said.extend(rest.map(|Entry { name, values, line }| Said { name, values, source: Source::Line(line) }));
            }
            Err(Wrong(of_file)) => wrong.extend(of_file),
        }
    }
    if wrong.is_empty() { Ok(said) } else { Err(Wrong(wrong)) }
}

/// What is said for the program that serves, as it takes it; or what is missing or does not go together. The folder may still be named by
/// an argument.
pub fn served(said: &[Said], settings: &[Setting]) -> Result<Serve, String> {
    let is_served = |said: &&Said| settings.iter().any(|setting| setting.name == said.name && setting.is_of(Program::Serve));
    let mut arguments: Vec<OsString> = said.iter().filter(is_served).flat_map(|said| as_arguments(said, settings)).collect();
    if !said.iter().any(|said| said.name == "dir") {
        arguments.push("--dir=.".into());
    }
    let read = settings::serve().no_binary_name(true).try_get_matches_from(arguments);
    read.and_then(|matches| Serve::from_arg_matches(&matches)).map_err(|wrong| {
        let text = wrong.to_string();
        let lines = text.lines().take_while(|line| !line.starts_with("Usage")).map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        lines.join(" ").trim_start_matches("error: ").to_owned()
    })
}

/// The variable of a setting.
pub fn variable(name: &str) -> String {
    format!("GMS_{}", name.replace('-', "_").to_uppercase())
}

fn of_environment(setting: &Setting, environment: Environment<'_>) -> Result<Option<Said>, String> {
    let variable = variable(&setting.name);
    let Some(text) = environment(&variable).filter(|text| !text.is_empty()) else { return Ok(None) };
    let text = text.into_string().map_err(|_| format!("{variable} is no text"))?;
    let values = match setting.kind {
        Kind::Flag => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" => vec![],
            "0" | "false" | "no" => return Ok(None),
            _ => return Err(format!("{variable} is '{text}', but is true or false")),
        },
        Kind::One => vec![text],
        Kind::Many => text.split(',').map(|value| value.trim().to_owned()).collect(),
    };
    for value in &values {
        setting.check(value).map_err(|why| format!("{variable}: {why}"))?;
    }
    Ok(Some(Said { name: setting.name.clone(), values, source: Source::Environment }))
}

/// The file of settings that was typed.
fn file_named(typed: &[OsString]) -> anyhow::Result<Option<PathBuf>> {
    let Some(place) = typed.iter().position(|argument| name_of(argument).as_deref() == Some(ARGUMENT)) else { return Ok(None) };
    let text = typed[place].to_str().context("--config names a file whose name is no text")?;
    let value = text.split_once('=').map(|(_, value)| OsStr::new(value)).or_else(|| typed.get(place + 1).map(OsString::as_os_str));
    match value {
        Some(value) if !value.is_empty() => Ok(Some(PathBuf::from(value))),
        _ => bail!("--config needs a file"),
    }
}

/// The setting that an argument names.
fn name_of(argument: &OsStr) -> Option<String> {
    let name = argument.to_str()?.strip_prefix("--")?;
    let name = name.split('=').next().unwrap_or(name);
    // Another name of it.
    Some(if name == "public-url" { "address" } else { name }.to_owned())
}

/// A secret and the file that holds it are one setting, said in two ways.
fn stem(name: &str) -> &str {
    name.strip_suffix("-file").unwrap_or(name)
}

fn as_arguments(said: &Said, settings: &[Setting]) -> Vec<OsString> {
    let is_flag = settings.iter().any(|setting| setting.name == said.name && setting.kind == Kind::Flag);
    if is_flag {
        return vec![format!("--{}", said.name).into()];
    }
    said.values.iter().map(|value| joined(&said.name, value)).collect()
}

fn joined(name: &str, value: impl AsRef<OsStr>) -> OsString {
    let mut argument = OsString::from(format!("--{name}="));
    argument.push(value);
    argument
}

#[cfg(test)]
mod tests;
