//! The program on a machine that fails: what it says, that it does not panic, and that it goes on once the fault is mended.

#![cfg(feature = "service")]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
    time::Duration,
};

/// The program with its settings from the arguments alone.
fn gms() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gms"));
    command.env_remove("GMS_CONFIG").env_remove("GMS_DATABASE").stdin(Stdio::null());
    command
}

/// Everything that it said, and how it ended.
fn said(output: &Output) -> (Option<i32>, String) {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("panicked"), "{text}");
    (output.status.code(), text)
}

/// Arguments that open an account.
fn account(folder: &Path, login: &str) -> Vec<String> {
    let folder = folder.display().to_string();
    let arguments = ["account", "--dir", &folder, "--provider-only", "--login", login, "--name", login, "--role", "Clinician"];
    let place = ["--organisation", "RP4", "--organisation-name", "Hospital"];
    arguments.into_iter().chain(place).map(str::to_owned).collect()
}

fn check(folder: &Path) -> (Option<i32>, String) {
    said(&gms().args(["admin", "check", "--dir"]).arg(folder).output().expect("the program runs"))
}

struct Served {
    child: Child,
    address: String,
    /// Read on, so that the program never waits for somebody who reads.
    _output: BufReader<ChildStdout>,
}

impl Served {
    fn new(folder: &Path, database: &str) -> Served {
        let mut command = gms();
        command.args(["serve", "--new", "--no-work", "--listen", "127.0.0.1:0", "--database", database, "--dir"]).arg(folder);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program runs");
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

    /// The whole answer to a request, in small letters.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(40))).expect("bounded");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer, and no hanging");
        answer.to_lowercase()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_page_says_that_the_database_is_away_and_the_next_request_works() {
    let Some(cluster) = testkit::postgres() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::new(folder.path(), &cluster.database("served"));
    assert!(served.get("/sign-in").starts_with("http/1.1 200"));
    cluster.crash();
    let answer = served.get("/sign-in");
    assert!(answer.starts_with("http/1.1 503") && answer.contains("retry-after: "), "{answer}");
    assert!(answer.contains("nothing was half done") && answer.contains("try again"), "{answer}");
    assert!(served.get("/health/live").starts_with("http/1.1 200"), "the program itself is well");
    assert!(served.get("/health/ready").starts_with("http/1.1 503"));
    cluster.start_again();
    let answer = served.get("/sign-in");
    assert!(answer.starts_with("http/1.1 200"), "by the same program, at once: {answer}");
}

#[test]
fn a_disk_that_takes_nothing_is_said_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, text) = said(&gms().args(account(folder.path(), "nia.rowe")).output().expect("the program runs"));
    assert_eq!(code, Some(0), "{text}");
    // No file may grow past a block: as a full disk, without one of its own. The signal that comes with it is not for the program.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 1 || exit 77; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_gms")]);
    let output = command.args(account(folder.path(), "sam.hale")).env_remove("GMS_CONFIG").env_remove("GMS_DATABASE").output();
    let (code, text) = said(&output.expect("a shell"));
    if code == Some(77) {
        eprintln!("skipped: this machine lets nobody bound the size of files");
        return;
    }
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("the disk of the database cannot be read or written") || text.contains("there is no room left"), "{text}");
    let (code, text) = check(folder.path());
    assert!(code == Some(0) && text.contains("the lists agree with the journal"), "{text}");
    let (code, text) = said(&gms().args(account(folder.path(), "sam.hale")).output().expect("the program runs"));
    assert_eq!(code, Some(0), "nothing was left of the attempt, so the name is free: {text}");
}

/// Brings everything that was written into the file of the database itself.
fn settle(folder: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async { store::Store::open(folder).await.expect("a store").close().await });
}

/// Writes over a file from a place on.
fn overwrite(file: &Path, from: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(file).expect("a file");
    file.seek(SeekFrom::Start(from)).expect("a place");
    file.write_all(bytes).expect("overwritten");
}

/// The file as it was, without what attempts at another left beside it.
fn put_back(file: &Path, sound: &[u8]) {
    fs::write(file, sound).expect("put back");
    for beside in ["-wal", "-shm"] {
        // It may not be there.
        let _ = fs::remove_file(format!("{}{beside}", file.display()));
    }
}

#[test]
fn a_damaged_database_is_said_by_its_file_with_what_to_do() {
    const PAGE: u64 = 4096;
    let folder = tempfile::tempdir().expect("a folder");
    said(&gms().args(account(folder.path(), "nia.rowe")).output().expect("the program runs"));
    settle(folder.path());
    let file = folder.path().join(store::JOURNAL);
    let sound = fs::read(&file).expect("a file");
    let says = |(code, text): (Option<i32>, String), codes: &[i32]| {
        assert!(code.is_some_and(|code| codes.contains(&code)), "{code:?}: {text}");
        for part in [store::JOURNAL, "damaged", "gms restore"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    };
    let doctor = || said(&gms().args(["doctor", "--reference", "demo", "--dir"]).arg(folder.path()).output().expect("the program runs"));

    overwrite(&file, 0, &[0x55; 100]);
    let serve = gms().args(["serve", "--no-work", "--listen", "127.0.0.1:0", "--dir"]).arg(folder.path()).output();
    says(said(&serve.expect("the program runs")), &[1]);
    says(check(folder.path()), &[1]);
    let (code, text) = doctor();
    assert!(code == Some(2) && text.contains(store::JOURNAL) && text.contains("gms restore"), "{text}");

    put_back(&file, &sound);
    let pages = sound.len() as u64 / PAGE;
    overwrite(&file, 2 * PAGE, &vec![0xAA; (pages / 2 * PAGE) as usize]);
    says(check(folder.path()), &[1]);
    let (code, text) = doctor();
    assert!(code == Some(2) && text.contains("gms restore"), "{text}");

    put_back(&file, &sound);
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn a_restore_that_is_refused_leaves_nothing_that_is_served_and_the_next_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let [service, copy, restored] = ["service", "copy", "restored"].map(|name| folder.path().join(name));
    let (code, text) = said(&gms().args(account(&service, "nia.rowe")).output().expect("the program runs"));
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = said(&gms().args(["backup", "--dir"]).arg(&service).arg("--to").arg(&copy).output().expect("the program runs"));
    assert_eq!(code, Some(0), "{text}");
    let rows = copy.join("database/rows.jsonl");
    let sound = fs::read_to_string(&rows).expect("rows");
    fs::write(&rows, sound.replacen("nia.rowe", "nia.rowf", 1)).expect("changed");
    let restore = || said(&gms().args(["restore", "--dir"]).arg(&restored).arg("--from").arg(&copy).output().expect("the program runs"));
    let (code, text) = restore();
    assert!(code == Some(1) && text.contains("was changed after the backup was made"), "{text}");
    assert!(!restored.exists(), "nothing is left of it");
    let serve = gms().args(["serve", "--no-work", "--listen", "127.0.0.1:0", "--dir"]).arg(&restored).output();
    let (code, text) = said(&serve.expect("the program runs"));
    assert!(code == Some(1) && text.contains("there is no service in"), "{text}");
    fs::write(&rows, sound).expect("put back");
    let (code, text) = restore();
    assert!(code == Some(0) && text.contains("whose chains hold"), "{text}");
    let (code, text) = check(&restored);
    assert!(code == Some(0) && text.contains("the lists agree with the journal"), "{text}");
    let (code, text) = restore();
    assert!(code == Some(1) && text.contains("holds something already"), "never over a service: {text}");
}
