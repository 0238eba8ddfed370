//! The service as a process: it ends when it is told to and not before what is under way, and what it keeps nobody else reads.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

struct Served {
    child: Child,
    address: String,
    /// Read on, so that the program never waits for somebody who reads.
    _output: BufReader<ChildStdout>,
}

impl Served {
    fn new(folder: &Path, settings: &[&str]) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gms"))
            .args(["serve", "--no-work", "--new"])
            .args(settings)
            .current_dir(folder)
            .env_remove("GMS_CONFIG")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let address = loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).expect("a line") > 0, "it ended before it served");
            if let Some(rest) = line.strip_prefix("Open http://") {
                break rest.split(' ').next().expect("an address").to_owned();
            }
        };
        Served { child, address, _output: output }
    }

    /// Sends the signal by which a machine ends its services.
    fn terminate(&self) {
        let ended = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status().expect("a shell");
        assert!(ended.success());
    }

    fn ended_within(&mut self, longest: Duration) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < longest {
            if let Some(status) = self.child.try_wait().expect("a process") {
                return status.code();
            }
            sleep(Duration::from_millis(50));
        }
        None
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_slow_upload_is_still_answered_when_the_service_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("gms.toml");
    std::fs::write(&file, "dir = \"service\"\nlisten = \"127.0.0.1:0\"\nend-seconds = 20\n").expect("written");
    let mut served = Served::new(folder.path(), &["--config", "gms.toml"]);
    let mut upload = TcpStream::connect(&served.address).expect("a connection");
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let head = format!("POST /sign-in HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: 24\r\nExpect: 100-continue\r\n\r\n");
    upload.write_all(head.as_bytes()).expect("sent");
    let silent = TcpStream::connect(&served.address).expect("a connection");
    // Under way once the service waits for what is sent, however busy the machine is.
    let mut goes_on = [0; 25];
    upload.read_exact(&mut goes_on).expect("answered");
    assert_eq!(goes_on, *b"HTTP/1.1 100 Continue\r\n\r\n");
    upload.write_all(b"login=").expect("sent");
    served.terminate();
    for part in ["nobody", "&passw", "ord=12"] {
        sleep(Duration::from_millis(400));
        upload.write_all(part.as_bytes()).expect("sent");
    }
    let mut answer = String::new();
    upload.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 ") && answer.contains("Sign in"), "{answer}");
    assert_eq!(served.ended_within(Duration::from_secs(15)), Some(0));
    drop(silent);

    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).expect(name).permissions().mode() & 0o777;
    assert_eq!((mode("service"), mode("service/journal.sqlite")), (0o700, 0o600));
}

#[test]
fn what_is_wrong_with_a_file_of_settings_is_said_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("gms.toml"), "dir = \"service\"\nlisen = \"127.0.0.1:0\"\n").expect("written");
    let gms = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_gms")).args(arguments).current_dir(folder.path()).env_remove("GMS_CONFIG").output();
        let output = output.expect("the program runs");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    };
    for arguments in [["serve", "--config", "gms.toml"], ["config", "check", "gms.toml"]] {
        let (is_right, said) = gms(&arguments);
        assert!(!is_right && said.contains("line 2: 'lisen' is no setting; the nearest is listen"), "{said}");
    }
    assert!(!folder.path().join("service").exists());
    let (is_right, example) = gms(&["config", "example"]);
    assert!(is_right && example.contains("#listen = \"127.0.0.1:8080\"\n"), "{example}");
    std::fs::write(folder.path().join("gms.toml"), example).expect("written");
    let (is_right, said) = gms(&["config", "check", "gms.toml"]);
    assert!(is_right && said.contains("listen = 127.0.0.1:8080    (default)"), "{said}");
    let (is_right, said) = gms(&["serve", "--dir", "service", "--database", "postgres://gms:secret@127.0.0.1/gms"]);
    assert!(!is_right && said.contains("--database-file") && !said.contains("secret@"), "{said}");
}

#[test]
fn a_check_of_settings_says_of_an_address_what_the_service_would_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let gms = |arguments: &[&str], settings: &str| {
        std::fs::write(folder.path().join("gms.toml"), settings).expect("written");
        let mut program = Command::new(env!("CARGO_BIN_EXE_gms"));
        program.args(arguments).current_dir(folder.path()).env_remove("GMS_CONFIG").env_remove("GMS_DATABASE");
        let output = program.output().expect("the program runs");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    };
    let open = "dir = \"service\"\nlisten = \"0.0.0.0:0\"\n";
    for (arguments, more) in [
        (["config", "check", "gms.toml"].as_slice(), ""),
        (["serve", "--new", "--config", "gms.toml"].as_slice(), ""),
        (["config", "check", "gms.toml"].as_slice(), "plain-loopback = true\n"),
        (["serve", "--new", "--config", "gms.toml"].as_slice(), "plain-loopback = true\n"),
    ] {
        let (is_right, said) = gms(arguments, &format!("{open}{more}"));
        assert!(!is_right && said.contains("is reached from other machines"), "{arguments:?}: {said}");
        let what_to_do =
            if more.is_empty() { "name a certificate (--tls-certificate and --tls-key)" } else { "leave out --plain-loopback" };
        assert!(said.contains(what_to_do), "{arguments:?}: {said}");
    }
    for settings in [format!("{open}trusted-proxy = [\"10.0.0.0/24\"]\n"), "dir = \"service\"\nplain-loopback = true\n".to_owned()] {
        let (is_right, said) = gms(&["config", "check", "gms.toml"], &settings);
        assert!(is_right && said.contains("nothing is wrong"), "{said}");
    }
}

#[test]
fn a_folder_without_a_service_is_refused_and_nothing_is_made_there() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in ["serve", "worker"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_gms"));
        program.args([command, "--dir", "mistyped"]).current_dir(folder.path()).env_remove("GMS_CONFIG").env_remove("GMS_DATABASE");
        let output = program.output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{command}: {said}");
        for part in ["there is no service in mistyped", "gms account --dir mistyped", "gms serve --new"] {
            assert!(said.contains(part), "{command}, {part}: {said}");
        }
        assert!(!folder.path().join("mistyped").exists(), "{command}");
    }
}

#[test]
fn a_command_for_a_service_that_is_there_makes_none_in_a_mistyped_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [
        "admin check --dir mistyped",
        "admin accept-loss --reason lost --dir mistyped",
        "admin forget-secrets --dir mistyped",
        "backup --to copy --dir mistyped",
        "client --name Ward --organisation RXX98 --dir mistyped",
        "panels --dir mistyped panelapp",
        "library --dir mistyped release",
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_gms"));
        program.args(command.split(' ')).current_dir(folder.path()).env_remove("GMS_CONFIG").env_remove("GMS_DATABASE");
        let output = program.output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("there is no service in mistyped"), "{command}: {said}");
        assert!(!folder.path().join("mistyped").exists(), "{command}");
    }
}

const ACCOUNT: &str = "account PLACE --provider-only --name Nia --role Clinician --organisation RP4 --organisation-name Hospital --login";

/// What the program says to a command for a service in a folder and a database, and whether it did it.
fn for_database(command: &str, folder: &Path, address: &str) -> (bool, String) {
    let place = ["--dir", "service", "--database", address];
    let arguments = command.split(' ').flat_map(|word| if word == "PLACE" { place.to_vec() } else { vec![word] });
    let mut program = Command::new(env!("CARGO_BIN_EXE_gms"));
    program.args(arguments).current_dir(folder).env_remove("GMS_CONFIG").env_remove("GMS_DATABASE").stdin(Stdio::null());
    let output = program.output().expect("the program runs");
    (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_database_without_a_service_is_refused_by_every_command_until_one_is_begun_with_new() {
    let Some(cluster) = testkit::postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let address = cluster.database("mistyped");
    let account = |more: &str| for_database(&format!("{ACCOUNT} {more}"), folder.path(), &address);
    for command in [
        "serve PLACE",
        "worker PLACE",
        "admin check PLACE",
        "admin accept-loss --reason lost PLACE",
        "admin forget-secrets PLACE",
        "backup --to copy PLACE",
        "client --name Ward --organisation RXX98 PLACE",
        "panels PLACE panelapp",
        "library PLACE release",
        &format!("{ACCOUNT} nia.rowe"),
    ] {
        let (is_done, said) = for_database(command, folder.path(), &address);
        assert!(!is_done, "{command}: {said}");
        for part in ["the database mistyped_", "holds no service", "gms account --new --dir service --database '", "gms serve --new"] {
            assert!(said.contains(part), "{command}, {part}: {said}");
        }
        assert!(!folder.path().join("service").exists(), "{command}");
    }
    let (is_done, said) = account("nia.rowe --new");
    assert!(is_done, "{said}");
    let (is_done, said) = account("sam.hale");
    assert!(is_done, "a service that was begun needs it no more: {said}");
    let (is_done, said) = for_database("admin check PLACE", folder.path(), &address);
    assert!(is_done && said.contains("the lists agree with the journal"), "{said}");
}

#[test]
fn an_address_that_other_machines_reach_is_refused_before_anything_is_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Command::new(env!("CARGO_BIN_EXE_gms"));
    program.args(["serve", "--new", "--dir", "service", "--listen", "0.0.0.0:0", "--plain-loopback"]).current_dir(folder.path());
    let output = program.env_remove("GMS_CONFIG").env_remove("GMS_DATABASE").output().expect("the program runs");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success() && said.contains("leave out --plain-loopback"), "{said}");
    for late in ["Open http", "closed pool", "Nobody can sign in"] {
        assert!(!said.contains(late), "{late}: {said}");
    }
    assert!(!folder.path().join("service").exists());
}

#[test]
fn a_second_program_on_one_machine_serves_the_same_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = ["--dir", "service", "--listen", "127.0.0.1:0"];
    let mut both = [(); 2].map(|()| Served::new(folder.path(), &settings));
    for served in &both {
        let mut stream = TcpStream::connect(&served.address).expect("a connection");
        write!(stream, "GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.contains("{\"name\":\"database\",\"ok\":true,"), "{answer}");
    }
    for served in &mut both {
        served.terminate();
        assert_eq!(served.ended_within(Duration::from_secs(15)), Some(0));
    }
}
