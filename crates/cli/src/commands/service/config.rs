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
    wrong.extend(refused_when_served(settings, &said));
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
    let with_place = |said: &Said| {
        let place = match said.source {
            Source::Line(line) => format!("line {line}"),
            Source::Environment => configuration::variable(&said.name),
        };
        let files = missing(said).map(|file| format!("{place}: {} names {file}, which is not there", said.name));
        files.collect::<Vec<_>>()
    };
    named_files(settings, said).flat_map(with_place).collect()
}

/// Settings that name files.
fn named_files<'a>(settings: &'a [Setting], said: &'a [Said]) -> impl Iterator<Item = &'a Said> {
    said.iter().filter(move |said| settings.iter().any(|setting| setting.name == said.name && setting.value == "FILE"))
}

fn missing(said: &Said) -> impl Iterator<Item = &String> {
    said.values.iter().filter(|file| !Path::new(file).exists())
}

/// What `gms serve` would refuse, by the functions that it asks itself; but a file that is not there, which was said with its line.
fn refused_when_served(settings: &[Setting], said: &[Said]) -> Vec<String> {
    let served = match configuration::served(said, settings) {
        Ok(served) => served,
        Err(why) => return vec![why],
    };
    let gone: Vec<&String> = named_files(settings, said).flat_map(missing).collect();
    let is_new = |why: &String| !gone.iter().any(|file| why.contains(&format!("reading {file}")));
    serve::refused(&served).iter().map(|why| format!("{why:#}")).filter(is_new).collect()
}
