//! `gms config`

use super::serve;
use crate::{
    arguments::service::{Config, ConfigAction},
    configuration::{self, Said, Setting, Source, Wrong, shown},
};
use std::{path::Path, process::ExitCode};

/// Checks a file of settings, or prints one.
pub fn run(arguments: &Config) -> ExitCode {
    let settings = configuration::settings();
    match &arguments.action {
        ConfigAction::Check { file } => check(file, &settings),
        ConfigAction::Example => {
            print!("{}", shown::example(&settings));
            ExitCode::SUCCESS
        }
    }
}

fn check(file: &Path, settings: &[Setting]) -> ExitCode {
    let said = configuration::said(settings, Some(file), &|name: &str| std::env::var_os(name));
    let said = match said {
        Ok(said) => said,
        Err(Wrong(wrong)) => return refused(&wrong),
    };
    print!("{}", shown::in_force(settings, &said));
    let mut wrong = files_missing(settings, &said);
    wrong.extend(configuration::together(&said, settings).err());
    wrong.extend(address_refused(settings, &said));
    if wrong.is_empty() {
        println!("{}: nothing is wrong.", file.display());
        return ExitCode::SUCCESS;
    }
    refused(&wrong)
}

fn refused(wrong: &[String]) -> ExitCode {
    for why in wrong {
        println!("wrong: {why}");
    }
    ExitCode::FAILURE
}

/// Files that are named and not there.
fn files_missing(settings: &[Setting], said: &[Said]) -> Vec<String> {
    let names_files = |said: &&Said| settings.iter().any(|setting| setting.name == said.name && setting.value == "FILE");
    let missing = |said: &Said| {
        let place = match said.source {
            Source::Line(line) => format!("line {line}"),
            Source::Environment => configuration::variable(&said.name),
        };
        let files = said.values.iter().filter(|file| !Path::new(file).exists());
        files.map(|file| format!("{place}: {} names {file}, which is not there", said.name)).collect::<Vec<_>>()
    };
    said.iter().filter(names_files).flat_map(missing).collect()
}

/// What `gms serve` would say of the address that it is to listen on, if it would refuse it.
fn address_refused(settings: &[Setting], said: &[Said]) -> Option<String> {
    let of = |name: &str| said.iter().find(|said| said.name == name);
    let has_value = |name: &str| of(name).is_some_and(|said| !said.values.is_empty());
    let default = || settings.iter().find(|setting| setting.name == "listen").and_then(|setting| setting.default.as_deref());
    let listen = of("listen").and_then(|said| said.values.first()).map(String::as_str).or_else(default)?;
    let is_encrypted = has_value("tls-certificate") || has_value("trusted-proxy");
    serve::check_listen(listen, of("plain-loopback").is_some(), is_encrypted).err().map(|why| why.to_string())
}
