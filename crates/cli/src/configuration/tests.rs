//! Where a setting comes from, what is wrong with a file, and that what is printed is what is defined.

use super::*;
use crate::arguments::{Arguments, Command, service::ServiceCommand};
use clap::Parser;

fn nothing(_: &str) -> Option<OsString> {
    None
}

/// A file of settings in a folder of its own.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gms.toml");
    std::fs::write(&path, text).expect("written");
    (folder, path)
}

fn completed(typed: &[&str], environment: Environment<'_>) -> anyhow::Result<Vec<String>> {
    let typed = typed.iter().map(OsString::from).collect();
    Ok(complete(typed, environment)?.into_iter().map(|argument| argument.into_string().expect("text")).collect())
}

#[track_caller]
fn check_wrong(text: &str, says: &[&str]) {
    let wrong = file::entries(text, &settings()).err().expect("refused").to_string();
    for part in says {
        assert!(wrong.contains(part), "'{wrong}' does not say '{part}'");
    }
}

#[test]
fn arguments_come_before_the_environment_and_that_before_the_file() {
    let (_folder, path) = file(
        "dir = \"of-file\"\nlisten = \"127.0.0.1:1\"\nreference = \"of-file\"\nconnections = 7\nno_work = true\nhost = [\"a\", \"b\"]\n",
    );
    let config = format!("--config={}", path.display());
    let environment = |name: &str| -> Option<OsString> {
        match name {
            "GMS_LISTEN" => Some("127.0.0.1:2".into()),
            "GMS_REFERENCE" => Some("of-environment".into()),
            _ => None,
        }
    };
    let arguments = completed(&["gms", "serve", &config, "--reference", "typed"], &environment).expect("arguments");
    let Command::Service(ServiceCommand::Serve(serve)) = Arguments::try_parse_from(&arguments).expect("parsed").command else {
        panic!("it serves")
    };
    assert_eq!(serve.place.dir, Path::new("of-file"));
    assert_eq!((serve.listen.as_str(), serve.reference.as_str()), ("127.0.0.1:2", "typed"));
    assert_eq!((serve.network.bounds.connections, serve.no_work), (7, true));
    assert_eq!(serve.network.hosts, ["a", "b"]);
    let typed = completed(&["gms", "serve", &config, "--host", "c"], &nothing).expect("arguments");
    assert!(!typed.iter().any(|argument| argument == "--host=a"), "a list that was typed is the whole list: {typed:?}");
}

#[test]
fn the_worker_takes_of_the_same_file_what_it_knows() {
    let (_folder, path) = file("dir = \"service\"\nlisten = \"127.0.0.1:1\"\n");
    let environment = |name: &str| (name == FILE).then(|| path.clone().into_os_string());
    let arguments = completed(&["gms", "worker"], &environment).expect("arguments");
    let config = format!("--config={}", path.display());
    assert_eq!(arguments, ["gms", "worker", config.as_str(), "--dir=service"]);
    let other = completed(&["gms", "journal", "verify"], &environment).expect("arguments");
    assert_eq!(other, ["gms", "journal", "verify"], "other commands are set by nothing else");
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line_and_all_at_once() {
    check_wrong(
        "listen = \"127.0.0.1:1\"\nconections = 7\nno-work = \"yes\"\n\nconnections = 0\nqzx = 1\n",
        &[
            "line 2: 'conections' is no setting; the nearest is connections",
            "line 3: no-work is true or false",
            "line 5: ",
            "line 6: 'qzx'",
        ],
    );
    check_wrong("connections = \"many\"\n", &["line 1: invalid value 'many' for connections"]);
    check_wrong("tls_key = \"a\"\ntls-key = \"b\"\n", &["line 2: tls-key stands on line 1 already"]);
    check_wrong("dir = \"a\"\ndir = \"b\"\n", &["line "]);
    check_wrong("dir = [\"a\"]\n", &["line 1: dir has one value"]);
    check_wrong("host = [true]\n", &["line 1: host is a text"]);
    check_wrong("[serve]\ndir = \"a\"\n", &["line 1: "]);
    check_wrong("dir = \"a\nlisten\n", &["line "]);
    let (_folder, path) = file("");
    let missing = said(&settings(), Some(path.with_extension("none").as_path()), &nothing).expect_err("no file").to_string();
    assert!(missing.contains("gms.none: "), "{missing}");
    let wrong = completed(&["gms", "serve"], &|name: &str| (name == "GMS_CONNECTIONS").then(|| "0".into())).expect_err("none");
    assert!(wrong.to_string().starts_with("GMS_CONNECTIONS: invalid value '0' for connections"), "{wrong}");
}

#[test]
fn a_password_stands_in_no_argument_and_in_no_file_that_others_read() {
    use std::os::unix::fs::PermissionsExt;
    let address = "postgres://gms:secret@db/gms";
    assert!(completed(&["gms", "serve", "--database", address], &nothing).is_err());
    assert!(completed(&["gms", "backup", &format!("--database={address}")], &nothing).is_err());
    let (_folder, path) = file(&format!("database = \"{address}\"\n"));
    let read = |mode: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("changed");
        said(&settings(), Some(path.as_path()), &nothing)
    };
    assert!(read(0o644).expect_err("open").to_string().contains("chmod 600"));
    let said = read(0o600).expect("read");
    let shown = shown::in_force(&settings(), &said);
    assert!(shown.contains("database = postgres://gms:…@db/gms    (line 1)") && !shown.contains("secret@"), "{shown}");
}

#[test]
fn the_file_that_holds_a_secret_gives_way_to_the_secret_itself() {
    let (_folder, path) = file("dir = \"a\"\ndatabase-file = \"b\"\n");
    let config = format!("--config={}", path.display());
    let environment = |name: &str| -> Option<OsString> { (name == "GMS_DATABASE").then(|| "postgres://gms:secret@db/gms".into()) };
    let arguments = completed(&["gms", "worker", &config], &environment).expect("arguments");
    assert!(arguments.iter().any(|argument| argument.starts_with("--database=")), "{arguments:?}");
    assert!(!arguments.iter().any(|argument| argument.starts_with("--database-file")), "{arguments:?}");
}

#[test]
fn the_example_has_every_setting_and_can_be_read() {
    let settings = settings();
    let example = shown::example(&settings);
    let uncommented: String = example
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n");
    let document = toml_edit::ImDocument::parse(uncommented.as_str()).expect("TOML");
    let names: Vec<&str> = document.as_table().iter().map(|(name, _)| name).collect();
    assert_eq!(names, settings.iter().map(|setting| setting.name.as_str()).collect::<Vec<_>>());
    assert!(file::entries(&example, &settings).expect("comments alone").is_empty());
    for setting in &settings {
        assert!(setting.meaning.len() > 10 && !setting.meaning.ends_with(".."), "{}", setting.name);
        if let Some(default) = &setting.default {
            assert_eq!(setting.check(default), Ok(()), "{}", setting.name);
        }
    }
    assert!(settings.iter().any(|setting| setting.name == "mllp" && setting.kind == Kind::Many && setting.commands() == "serve"));
    assert!(settings.iter().any(|setting| setting.name == "dir" && setting.commands() == "serve, worker"));
}

#[test]
fn what_belongs_together_is_missed() {
    let settings = settings();
    let one = |name: &str| Said { name: name.into(), values: vec!["a".into()], source: Source::Line(1) };
    assert!(served(&[one("tls-key"), one("tls-certificate")], &settings).is_ok());
    let wrong = served(&[one("tls-key")], &settings).err().expect("the certificate is missing");
    assert!(wrong.contains("--tls-certificate"), "{wrong}");
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
const MARK: &str =
    "<!-- What follows is written by crates/cli/src/configuration/tests.rs: `UPDATE_EXPECT=1 cargo test --release -p cli` -->";

#[test]
fn the_page_of_settings_says_what_the_commands_take() {
    let page = std::fs::read_to_string(PAGE).expect("docs/configuration.md");
    let by_hand = page.split(MARK).next().expect("a beginning").trim_end();
    let made = format!("{by_hand}\n\n{MARK}\n\n{}", shown::table(&settings()));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(PAGE, &made).expect("the page is written");
    }
    assert_eq!(std::fs::read_to_string(PAGE).expect("docs/configuration.md"), made);
}

#[test]
fn whatever_a_file_of_settings_holds_is_read_or_refused_with_its_line() {
    const PIECES: [&str; 18] = [
        "listen",
        "host",
        "connections",
        "no-work",
        " = ",
        "\"",
        "'",
        "\n",
        "[",
        "]",
        "{",
        "}",
        "#",
        "7",
        "-1",
        "true",
        "\u{e9}",
        "\\u0000",
    ];
    let (settings, mut state) = (settings(), 7_u64);
    for _ in 0..3_000 {
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let text: String = (0..=next(12)).map(|_| PIECES[next(PIECES.len())]).collect();
        if let Err(wrong) = file::entries(&text, &settings) {
            assert!(!wrong.to_string().is_empty(), "{text}");
        }
    }
}
