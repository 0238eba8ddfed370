//! What is refused is refused before anything is begun: the folder is as it was, and the sentence says which option, what was read and what
//! is right. What `gms serve` refuses, `gms config check` says by the same sentence.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What the program says to arguments, with what is typed into it, and whether it did it.
fn gms(arguments: &[&str], folder: &Path, typed: &str) -> (bool, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gms"));
    program.args(arguments).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in ["GMS_CONFIG", "GMS_DATABASE", "GMS_OIDC_SECRET", "GMS_SMART_SECRET"] {
        program.env_remove(variable);
    }
    let mut program = program.spawn().expect("the program runs");
    // A program that has ended reads nothing more.
    let _ = program.stdin.take().expect("its input").write_all(typed.as_bytes());
    let output = program.wait_with_output().expect("it ends");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

/// Arguments of an account, one of them another than is right.
fn account<'a>(option: &'a str, value: &'a str) -> Vec<&'a str> {
    let right = [
        ("--dir", "service"),
        ("--login", "nia.rowe"),
        ("--name", "Nia Rowe"),
        ("--role", "Administrator"),
        ("--organisation", "RP4"),
        ("--organisation-name", "Hospital"),
    ];
    let said = right.into_iter().flat_map(|(name, right)| [name, if name == option { value } else { right }]);
    std::iter::once("account").chain(said).collect()
}

const PASSWORD: &str = "quiet marble orchard\n";

#[test]
fn an_account_that_is_refused_begins_no_service() {
    let folder = tempfile::tempdir().expect("a folder");
    for (option, value, password, says) in [
        ("--role", "System", PASSWORD, "--role: 'System' is no role that the account of a person can have; give one of Clinician, "),
        ("--role", "Doctor", PASSWORD, "--role: 'Doctor' is no role"),
        ("--organisation", "rp4", PASSWORD, "--organisation: 'rp4' is not an ODS code"),
        ("--login", "Nia Rowe", PASSWORD, "3 to 64 small letters"),
        ("--name", " ", PASSWORD, "Enter the person's name"),
        ("--dir", "service", "short\n", "at least 12 characters"),
        ("--dir", "service", "", "at least 12 characters"),
    ] {
        let (is_done, said) = gms(&account(option, value), folder.path(), password);
        assert!(!is_done && said.contains(says), "{option} {value}: {said}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "{option} {value}: something was made");
    }
    let missing = account("--dir", "service");
    let (is_done, said) = gms(&missing[..missing.len() - 2], folder.path(), PASSWORD);
    assert!(!is_done && said.contains("--organisation-name"), "{said}");
    assert!(!folder.path().join("service").exists());
    let (is_done, said) = gms(&account("--dir", "service"), folder.path(), PASSWORD);
    assert!(is_done && said.contains("can sign in as nia.rowe"), "{said}");
}

#[test]
fn what_is_no_identifier_of_a_system_is_said_with_its_option() {
    let folder = tempfile::tempdir().expect("a folder");
    let (is_done, said) = gms(&account("--dir", "service"), folder.path(), PASSWORD);
    assert!(is_done, "{said}");
    for (arguments, says) in [
        (["--close", "junk"].as_slice(), "--close: 'junk' is no identifier of a system"),
        (["--system", "junk", "--results", "none"].as_slice(), "--system: 'junk' is no identifier of a system"),
        (["--name", "Ward", "--organisation", "RP4", "--results-in", "RP4"].as_slice(), "say --laboratory of a new one"),
        (["--name", "Ward", "--organisation", "RP4", "--orders", "--results", "junk"].as_slice(), "--results takes fhir:https://"),
    ] {
        let all: Vec<&str> = ["client", "--dir", "service"].iter().chain(arguments).copied().collect();
        let (is_done, said) = gms(&all, folder.path(), "");
        assert!(!is_done && said.contains(says), "{arguments:?}: {said}");
        assert!(!said.contains("bearer token"), "{said}");
    }
}

/// A file of settings that `gms serve` refuses before it begins anything, and the check of it by the same sentence.
#[track_caller]
fn check_refused(settings: &str, says: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("dir = \"service\"\n{settings}\n");
    std::fs::write(folder.path().join("gms.toml"), text).expect("written");
    for arguments in [["config", "check", "gms.toml"].as_slice(), ["serve", "--new", "--config", "gms.toml"].as_slice()] {
        let (is_done, said) = gms(arguments, folder.path(), "");
        assert!(!is_done && said.contains(says), "{arguments:?}: {said}");
        assert!(!folder.path().join("service").exists(), "{arguments:?}: something was made");
    }
}

#[test]
fn a_check_of_settings_refuses_what_the_service_refuses() {
    for (settings, says) in [
        ("listen = \"127.0.0.1:99999\"", "--listen: '127.0.0.1:99999' is no address to listen on. Write host:port"),
        ("listen = \"8080\"", "the port from 1 to 65535"),
        ("mllp = [\"junk\"]", "--mllp: 'junk' is no line for HL7"),
        ("mllp = [\"127.0.0.1:2575=junk\"]", "--mllp: 'junk' is no identifier of a system"),
        ("trusted-proxy = [\"junk\"]", "--trusted-proxy: "),
        ("research-desktops = [\"junk\"]", "--research-desktops: "),
        ("cors-origin = [\"junk\"]", "--cors-origin: "),
        ("reference = \"junk\"", "junk: is neither a reference pack"),
        ("machines = \"127.0.0.1:1\"\nquery-program = \"none\"", "gms-query"),
        ("blobs = \"junk\"", "'junk' is no address of an object store"),
        ("database = \"junk\"", "the address of the database is not right"),
        ("oidc-client = \"gms\"", "--oidc-client does nothing without --oidc-issuer"),
        ("oidc-assurance = \"AAL3_ANY\"", "--oidc-assurance does nothing without --oidc-issuer"),
        ("address = \"https://gms.example\"\nsmart-issuer = [\"junk\"]", "--smart-issuer takes URL=CLIENT_ID"),
    ] {
        check_refused(settings, says);
    }
}

#[test]
fn a_check_of_settings_reads_certificates_and_keys_as_the_service_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "junk\n").expect("written");
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("closed");
        path.display().to_string()
    };
    let (certificate, key) = (file("certificate.pem"), file("key.pem"));
    check_refused(&format!("tls-certificate = \"{certificate}\"\ntls-key = \"{key}\""), "holds no certificate as PEM");
    check_refused(&format!("mllp-certificate = \"{certificate}\"\nmllp-key = \"{key}\""), "holds no certificate as PEM");
    check_refused(&format!("smart-key = \"{key}\""), "key.pem");
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("open");
    check_refused(&format!("oidc-key = \"{key}\""), "everybody on this machine may read it");
}

#[test]
fn what_a_file_names_that_is_not_there_is_said_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "dir = \"service\"\ntls-certificate = \"none.pem\"\ntls-key = \"none.key\"\n";
    std::fs::write(folder.path().join("gms.toml"), text).expect("written");
    let (is_right, said) = gms(&["config", "check", "gms.toml"], folder.path(), "");
    assert!(!is_right && said.contains("line 2: tls-certificate names none.pem, which is not there"), "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("wrong: ")).count(), 2, "{said}");
}

#[test]
fn the_port_for_hl7_that_another_program_has_is_said_to_be_that_and_which_option_changes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (is_done, said) = gms(&account("--dir", "service"), folder.path(), PASSWORD);
    assert!(is_done, "{said}");
    let ward = ["client", "--dir", "service", "--name", "Ward", "--organisation", "RP4", "--orders"];
    let (is_done, said) = gms(&ward, folder.path(), "");
    let system = said.split("asks as ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default();
    assert!(is_done && system.len() == 36, "{said}");
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let line = format!("{}={system}", other.local_addr().expect("an address"));
    let (is_done, said) = gms(&["serve", "--dir", "service", "--listen", "127.0.0.1:0", "--mllp", &line], folder.path(), "");
    for part in ["the port for HL7", "--mllp takes another address"] {
        assert!(!is_done && said.contains(part), "{part}: {said}");
    }
}
