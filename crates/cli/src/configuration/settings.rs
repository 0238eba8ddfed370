//! What can be set, as the commands define it.

use crate::arguments::service::{Serve, Worker};
use clap::{Arg, ArgAction, Args, Command};

/// A program that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    Serve,
    Worker,
}

/// How many values a setting has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// None: it is so, or not.
    Flag,
    One,
    Many,
}

/// A setting: an argument of a command that serves or works.
pub struct Setting {
    pub name: String,
    pub kind: Kind,
    /// What a value is, such as FILE.
    pub value: String,
    /// The value that it has where nobody says one.
    pub default: Option<String>,
    pub meaning: String,
    programs: Vec<Program>,
    /// Reads one value, and does nothing else: what goes with what is looked at when all are together.
    reader: Command,
}

/// Every setting, in the order in which the commands have them.
pub fn settings() -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for (program, command) in [(Program::Serve, serve()), (Program::Worker, worker())] {
        for argument in command.get_arguments() {
            let Some(name) = argument.get_long().filter(|name| !super::NO_SETTINGS.contains(name)) else { continue };
            match settings.iter_mut().find(|setting| setting.name == name) {
                Some(setting) => setting.programs.push(program),
                None => settings.push(Setting::new(name, argument, program)),
            }
        }
    }
    settings
}

/// The command that serves, as it is alone.
pub fn serve() -> Command {
    Serve::augment_args(Command::new("serve"))
}

fn worker() -> Command {
    Worker::augment_args(Command::new("worker"))
}

impl Setting {
    fn new(name: &str, argument: &Arg, program: Program) -> Setting {
        let kind = match argument.get_action() {
            ArgAction::SetTrue => Kind::Flag,
            ArgAction::Append => Kind::Many,
            _ => Kind::One,
        };
        let value = argument.get_value_names().and_then(<[_]>::first).map_or_else(String::new, ToString::to_string);
        let default = argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
        let reader = Arg::new("value").long("value").value_parser(argument.get_value_parser().clone());
        let meaning = argument.get_help().map(ToString::to_string).unwrap_or_default();
        Setting {
            name: name.to_owned(),
            kind,
            value,
            default: default.filter(|_| kind != Kind::Flag),
            // A sentence, as it stood before its full stop was taken for the help.
            meaning: format!("{}.", meaning.trim_end_matches('.')),
            programs: vec![program],
            reader: Command::new("settings").no_binary_name(true).disable_help_flag(true).arg(reader),
        }
    }

    pub fn is_of(&self, program: Program) -> bool {
        self.programs.contains(&program)
    }

    /// Says what is wrong with a value.
    pub fn check(&self, value: &str) -> Result<(), String> {
        let read = self.reader.clone().try_get_matches_from([format!("--value={value}")]);
        let Err(wrong) = read else { return Ok(()) };
        let text = wrong.to_string();
        let first = text.lines().next().unwrap_or_default();
        Err(first.trim_start_matches("error: ").replace("'--value <value>'", &self.name))
    }

    /// The commands that it is of.
    pub fn commands(&self) -> &'static str {
        match (self.is_of(Program::Serve), self.is_of(Program::Worker)) {
            (true, true) => "serve, worker",
            (_, false) => "serve",
            (false, true) => "worker",
        }
    }
}
