//! A program that runs on, as whoever watches it sees it: figures and health on an address of their own, lines of the log as JSON.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// A program, which ends with the test.
struct Running {
    program: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn begin(arguments: &[&str], folder: &Path) -> Running {
        let mut program = Command::new(env!("CARGO_BIN_EXE_gms"))
            .args(arguments)
            .current_dir(folder)
            .env("RUST_LOG", "warn,request=info")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(program.stdout.take().expect("what it prints"));
        Running { program, lines }
    }

    /// The address in the next line that begins like this.
    fn address(&mut self, begins: &str) -> String {
        let mut line = String::new();
        while !line.starts_with(begins) {
            line.clear();
            assert!(self.lines.read_line(&mut line).expect("a line") > 0, "it ended before it said '{begins}'");
        }
        let rest = line.split("http://").nth(1).expect("an address");
        rest.split(['/', ' ']).next().expect("an address").trim().to_owned()
    }

    /// Ends it as a machine does; what it wrote to its log.
    fn end(mut self) -> String {
        let signalled = Command::new("kill").args(["-TERM", &self.program.id().to_string()]).status();
        assert!(signalled.expect("kill is there").success());
        let began = Instant::now();
        while self.program.try_wait().expect("it is ours").is_none() {
            assert!(began.elapsed() < Duration::from_mins(1), "it did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut log = String::new();
        self.program.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
        log
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, as a rule.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    get_with(address, path, "")
}

fn get_with(address: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// What Prometheus' own checker says of figures, where it is there.
fn check_figures(figures: &str) {
    let Some(promtool) = std::env::var_os("GMS_PROMTOOL") else {
        eprintln!("skipped: GMS_PROMTOOL names no promtool (.ci/packaging brings one)");
        return;
    };
    let mut checker = Command::new(promtool);
    checker.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut checker = checker.spawn().expect("promtool runs");
    checker.stdin.take().expect("its input").write_all(figures.as_bytes()).expect("written");
    let output = checker.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{said:?}");
}

#[test]
fn a_program_that_runs_on_gives_figures_apart_from_its_pages_and_its_log_as_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["serve", "--new", "--dir", "service", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--log-format", "json"];
    let mut program = Running::begin(&arguments, folder.path());
    let (figures, pages) = (program.address("Figures for monitoring"), program.address("Open "));
    assert!(get(&pages, "/sign-in?name=Testcase").starts_with("HTTP/1.1 200"));
    let answer = get(&figures, "/metrics");
    for line in ["gms_http_requests_total{route=\"/sign-in\",status=\"2xx\"} 1", "gms_does_work 1", "gms_database_up 1"] {
        assert!(answer.contains(&format!("\n{line}\n")), "{line} is not in {answer}");
    }
    check_figures(answer.split_once("\r\n\r\n").expect("a body").1);
    assert!(get(&figures, "/health/live").ends_with("{\"status\":\"live\"}"));
    assert!(get(&pages, "/health/ready").contains("{\"name\":\"database\",\"ok\":true,"));
    assert!(!get(&pages, "/metrics").contains("gms_database_up"), "the pages' own address gives none");
    let log = program.end();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    let answered = lines.iter().find(|line| line["target"] == "request" && line["span"]["route"] == "/sign-in");
    let answered = answered.unwrap_or_else(|| panic!("no line of the request: {log}"));
    assert_eq!((&answered["status"], &answered["span"]["method"]), (&200.into(), &"GET".into()), "{answered}");
    assert!(answered["span"]["id"].as_str().is_some_and(|id| id.len() == 36), "{answered}");
    assert!(!log.contains("Testcase"), "what was asked is not in it: {log}");
}

/// A collector: its address, and what comes to it.
fn collector() -> (String, mpsc::Receiver<serde_json::Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let mut length = 0;
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|count| count > 2) {
                let value = line.to_lowercase().strip_prefix("content-length: ").and_then(|digits| digits.trim().parse().ok());
                length = value.unwrap_or(length);
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("a body");
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
            // The test takes what came before it looked, and no more.
            let _ = sender.send(serde_json::from_slice(&body).expect("JSON"));
            stream.get_mut().write_all(answer).expect("answered");
        }
    });
    (address, receiver)
}

#[test]
fn traces_go_to_a_collector_and_say_routes_and_never_what_was_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let (address, bodies) = collector();
    let traces = format!("http://{address}");
    let arguments = ["serve", "--new", "--dir", "service", "--listen", "127.0.0.1:0", "--traces", &traces, "--trusted-proxy", "127.0.0.1"];
    let mut program = Running::begin(&arguments, folder.path());
    let pages = program.address("Open ");
    let parent = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
    assert!(get_with(&pages, "/sign-in?name=Testcase&number=9990000018", parent).starts_with("HTTP/1.1 200"));
    get(&pages, "/Testcase/9990000018");
    let log = program.end();
    let bodies: Vec<serde_json::Value> = bodies.try_iter().collect();
    let spans = |body: &serde_json::Value| body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().cloned().expect("spans");
    let spans: Vec<serde_json::Value> = bodies.iter().flat_map(spans).collect();
    let span =
        spans.iter().find(|span| span["name"] == "GET /sign-in").unwrap_or_else(|| panic!("no span of the request: {log} {spans:?}"));
    assert_eq!((&span["traceId"], &span["parentSpanId"]), (&"4bf92f3577b34da6a3ce929d0e0e4736".into(), &"00f067aa0ba902b7".into()));
    for span in &spans {
        let moments =
            span["events"].as_array().expect("moments").iter().flat_map(|moment| moment["attributes"].as_array().expect("a list"));
        for attribute in span["attributes"].as_array().expect("a list").iter().chain(moments) {
            let name = attribute["key"].as_str().expect("a name");
            assert!(
                name.starts_with("opengms.") || ["http.request.method", "http.route", "http.response.status_code"].contains(&name),
                "{name}"
            );
        }
    }
    let written = format!("{bodies:?}");
    assert!(!written.contains("Testcase") && !written.contains("9990000018"), "{written}");
}

/// Changes a text wherever a closed database has it, as somebody would who can write to the disk.
fn tamper(file: &Path, from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len(), "nothing moves");
    let mut bytes = std::fs::read(file).expect("a database");
    let places: Vec<usize> = (0..bytes.len().saturating_sub(from.len())).filter(|place| bytes[*place..].starts_with(from)).collect();
    assert!(!places.is_empty(), "it is not there");
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to);
    }
    std::fs::write(file, bytes).expect("written");
}

#[test]
fn a_service_whose_journal_was_changed_says_so_as_it_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let account = "account --dir service --provider-only --login nia.rowe --role Clinician --organisation RP4 --organisation-name Trust";
    let mut program = Command::new(env!("CARGO_BIN_EXE_gms"));
    program.args(account.split(' ')).args(["--name", "Nia Rowe"]).current_dir(folder.path()).env_remove("GMS_DATABASE");
    assert!(program.status().expect("the program runs").success());
    // What works beside the pages has a connection of its own, which may leave what was written beside the file.
    let arguments = ["serve", "--dir", "service", "--listen", "127.0.0.1:0", "--no-work"];
    let mut program = Running::begin(&arguments, folder.path());
    let ready = get(&program.address("Open "), "/health/ready");
    assert!(ready.contains("{\"name\":\"journal\",\"ok\":true,"), "{ready}");
    let log = program.end();
    assert!(!log.contains("the journal is not what was written"), "{log}");
    tamper(&folder.path().join("service/journal.sqlite"), b"Nia Rowe", b"Nia Rows");
    let mut program = Running::begin(&arguments, folder.path());
    let pages = program.address("Open ");
    let ready = get(&pages, "/health/ready");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("{\"name\":\"journal\",\"ok\":false,"), "{ready}");
    assert!(get(&pages, "/sign-in").starts_with("HTTP/1.1 200"), "it is served on");
    let log = program.end();
    assert!(log.contains("the journal is not what was written") && log.contains("changed after it was written"), "{log}");
}
