//! Settings as somebody reads them: an example of a file, a table, and what is in force.

use super::{Kind, Said, Setting, Source, passwords, variable};
use std::fmt::Write;

/// A file with every setting in a comment, with its meaning and the value that it has by itself.
pub fn example(settings: &[Setting]) -> String {
    let mut text = String::from(
        "# Settings of gms serve and gms worker. Remove the # before a setting that you change; what stands there is the default.\n\
         # Arguments (--listen) come before the environment (GMS_LISTEN), and that before this file.\n\
         # Name the file with --config FILE, or in GMS_CONFIG; gms config check FILE says what is wrong with it.\n",
    );
    for setting in settings {
        text.push('\n');
        for line in wrapped(&format!("{} ({})", setting.meaning, setting.commands())) {
            let _ = writeln!(text, "# {line}");
        }
        let _ = writeln!(text, "#{} = {}", setting.name, value(setting));
    }
    text
}

/// The table of docs/configuration.md.
#[cfg(test)]
pub fn table(settings: &[Setting]) -> String {
    let mut text = String::from("| setting | of | default | what it says |\n|---|---|---|---|\n");
    for setting in settings {
        let default = match (&setting.default, setting.kind) {
            (Some(default), _) => format!("`{default}`"),
            (None, Kind::Flag) => "no".into(),
            (None, Kind::One | Kind::Many) => String::new(),
        };
        let many = if setting.kind == Kind::Many { " (list)" } else { "" };
        let meaning = setting.meaning.replace('|', "\\|").replace('<', "&lt;");
        let _ = writeln!(text, "| `{}`{many} | {} | {default} | {meaning} |", setting.name, setting.commands());
    }
    text
}

/// What is in force, and from where; passwords are hidden.
pub fn in_force(settings: &[Setting], said: &[Said]) -> String {
    let mut text = String::new();
    for setting in settings {
        let found = said.iter().find(|said| said.name == setting.name);
        let from = match found.map(|said| &said.source) {
            Some(Source::Line(line)) => format!("line {line}"),
            Some(Source::Environment) => variable(&setting.name),
            None => "default".into(),
        };
        let shown = match (found, &setting.default) {
            (Some(_), _) if setting.kind == Kind::Flag => "true".into(),
            (Some(said), _) => {
                let values = said.values.iter().map(|value| passwords::hidden(value).unwrap_or_else(|| value.clone()));
                values.collect::<Vec<_>>().join(", ")
            }
            (None, Some(default)) => default.clone(),
            (None, None) => continue,
        };
        let _ = writeln!(text, "{} = {shown}    ({from})", setting.name);
    }
    text
}

/// The value of a setting in the example, as TOML.
fn value(setting: &Setting) -> String {
    let text = setting.default.as_deref().unwrap_or(&setting.value);
    match setting.kind {
        Kind::Flag => "true".into(),
        Kind::One if text.parse::<i64>().is_ok() => text.into(),
        Kind::One => quoted(text),
        Kind::Many => format!("[{}]", quoted(text)),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Lines of no more than a hundred characters.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().filter(|line| line.is_empty() || line.chars().count() + word.chars().count() < 100);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}
