//! An object store that fails: what it does not give is asked for again, for seconds and not for ever; what it gives wrongly is refused by
//! its name. It is stood in for by a few lines of HTTP.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};
use store::{Trouble, blobs::Blobs};

/// What the store does with the next requests.
#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Vec<u8>>,
    /// So many requests are answered 500.
    fails: usize,
    /// How long it takes to answer.
    wait: Duration,
    /// Objects break off after half of their bytes.
    breaks_off: bool,
}

/// An object store at an address of this machine.
struct Server {
    address: String,
    bucket: Arc<Mutex<Bucket>>,
}

impl Server {
    fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let bucket = Arc::new(Mutex::new(Bucket::default()));
        let served = Arc::clone(&bucket);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let bucket = Arc::clone(&served);
                // Whoever breaks off is answered no more.
                thread::spawn(move || answer(stream, &bucket).ok());
            }
        });
        Server { address, bucket }
    }

    fn change(&self, change: impl FnOnce(&mut Bucket)) {
        change(&mut self.bucket.lock().expect("nobody panics with the lock held"));
    }
}

/// Reads one request and answers it.
fn answer(mut stream: TcpStream, bucket: &Mutex<Bucket>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut parts = first.split(' ');
    let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (wait, answer) = {
        let mut bucket = bucket.lock().expect("nobody panics with the lock held");
        (bucket.wait, bucket.answer(method, path, body))
    };
    thread::sleep(wait);
    stream.write_all(&answer)
}

impl Bucket {
    fn answer(&mut self, method: &str, path: &str, body: Vec<u8>) -> Vec<u8> {
        let head = |status: &str, length: usize| {
            let about = "ETag: \"1\"\r\nLast-Modified: Mon, 30 Nov 2026 10:00:00 GMT\r\nConnection: close";
            format!("HTTP/1.1 {status}\r\n{about}\r\nContent-Length: {length}\r\n\r\n").into_bytes()
        };
        if self.fails > 0 {
            self.fails -= 1;
            return head("500 Internal Server Error", 0);
        }
        if method == "PUT" {
            self.objects.insert(path.to_owned(), body);
            return head("200 OK", 0);
        }
        let Some(object) = self.objects.get(path) else { return head("404 Not Found", 0) };
        let mut answer = head("200 OK", object.len());
        if method == "GET" {
            let sent = if self.breaks_off { object.len() / 2 } else { object.len() };
            answer.extend(&object[..sent]);
        }
        answer
    }
}

/// Blobs of a machine on an object store at an address.
fn machine(address: &str, folder: &Path) -> Blobs {
    let settings = [
        ("AWS_ENDPOINT", address),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "eu-west-2"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Blobs::at("s3://bucket/blobs", settings, folder).expect("blobs")
}

/// Files that lie in a folder, in whichever folder below it.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

/// Larger than what a connection keeps ready.
fn large() -> Vec<u8> {
    (0..(1_u32 << 20) + 17).map(|i| (i % 251) as u8).collect()
}

#[tokio::test]
async fn a_store_that_fails_twice_or_is_slow_is_asked_again_and_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::new();
    let blobs = machine(&server.address, folder.path());
    server.change(|bucket| bucket.fails = 2);
    let name = blobs.put(large()).await.expect("kept at the third time");
    server.change(|bucket| (bucket.fails, bucket.wait) = (2, Duration::from_millis(500)));
    assert_eq!(blobs.get(&name).await.expect("read at the third time"), large());
    assert!(blobs.has(&name).await.expect("looked for"));
}

#[tokio::test]
async fn a_store_that_stays_away_is_said_within_seconds_and_read_once_it_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::new();
    let blobs = machine(&server.address, folder.path());
    let name = blobs.put(b"report".to_vec()).await.expect("kept");
    server.change(|bucket| bucket.fails = usize::MAX);
    let began = Instant::now();
    for fault in [blobs.get(&name).await.map(drop), blobs.file(&name).await.map(drop)] {
        let fault = fault.expect_err("it fails");
        assert!(format!("{fault:#}").contains(&name), "{fault:#}");
        assert_eq!(Trouble::beneath(&fault), Some(Trouble::FilesAway), "{fault:#}");
    }
    assert!(began.elapsed() < Duration::from_secs(50), "{:?}", began.elapsed());
    assert_eq!(files(folder.path()), 0, "nothing half fetched is left");
    server.change(|bucket| bucket.fails = 0);
    assert_eq!(blobs.get(&name).await.expect("read"), b"report");
}

#[tokio::test]
async fn where_nobody_listens_that_is_said_with_the_name_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let blobs = machine(&format!("http://{free}"), folder.path());
    let name = "0".repeat(64);
    let fault = blobs.get(&name).await.expect_err("nobody listens there");
    assert!(format!("{fault:#}").contains(&name), "{fault:#}");
    assert_eq!(Trouble::beneath(&fault), Some(Trouble::FilesAway), "{fault:#}");
    assert!(blobs.put(b"report".to_vec()).await.is_err(), "what was not kept is not said to be");
}

#[tokio::test]
async fn an_object_that_was_cut_short_or_changed_is_never_read_as_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::new();
    let blobs = machine(&server.address, folder.path());
    let name = blobs.put(large()).await.expect("kept");
    let key = format!("/bucket/blobs/{}/{name}", &name[..2]);
    let damages: [fn(&mut Vec<u8>); 3] = [|object| object.truncate(1 << 19), |object| object[77] ^= 1, Vec::clear];
    for damage in damages {
        let mut object = large();
        damage(&mut object);
        server.change(|bucket| *bucket.objects.get_mut(&key).expect("an object") = object);
        for read in [blobs.get(&name).await.map(drop), blobs.file(&name).await.map(drop)] {
            let fault = format!("{:#}", read.expect_err("refused"));
            assert!(fault.contains(&name) && fault.contains("was changed where it lies"), "{fault}");
        }
    }
    server.change(|bucket| *bucket.objects.get_mut(&key).expect("an object") = large());
    server.change(|bucket| bucket.breaks_off = true);
    for read in [blobs.get(&name).await.map(drop), blobs.file(&name).await.map(drop)] {
        let fault = format!("{:#}", read.expect_err("half of it"));
        assert!(fault.contains(&name), "{fault}");
    }
    assert_eq!(files(folder.path()), 0, "nothing of it is left");
    server.change(|bucket| bucket.breaks_off = false);
    assert_eq!(std::fs::read(blobs.file(&name).await.expect("fetched")).expect("a copy"), large());
}

#[tokio::test]
async fn an_object_that_is_not_there_is_named_and_is_no_fault_of_the_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = machine(&Server::new().address, folder.path());
    let name = "0".repeat(64);
    assert!(!blobs.has(&name).await.expect("looked for"));
    for read in [blobs.get(&name).await.map(drop), blobs.file(&name).await.map(drop)] {
        let fault = read.expect_err("it is not there");
        assert!(format!("{fault:#}").contains(&name), "{fault:#}");
        assert_eq!(Trouble::beneath(&fault), None, "trying again does not help");
    }
}

#[tokio::test]
async fn what_was_changed_on_a_disk_is_not_computed_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = folder.path().join("family.vcf");
    std::fs::write(&from, large()).expect("written");
    let kept = Blobs::open(&folder.path().join("kept")).expect("blobs");
    let name = kept.put_file(&from).await.expect("kept");
    let place = kept.sound_file(&name).await.expect("sound");
    std::fs::write(&place, &large()[..1 << 19]).expect("cut short");
    let fault = format!("{:#}", kept.sound_files(std::slice::from_ref(&name)).await.expect_err("refused"));
    assert!(fault.contains(&name) && fault.contains("was changed where it lies"), "{fault}");

    // Of an object store only the copy of this machine was changed.
    let server = Server::new();
    let blobs = machine(&server.address, &folder.path().join("copies"));
    assert_eq!(blobs.put(large()).await.expect("kept"), name);
    let copy = blobs.file(&name).await.expect("fetched");
    std::fs::write(&copy, b"##fileformat").expect("changed");
    assert_eq!(std::fs::read(blobs.sound_file(&name).await.expect("fetched again")).expect("a copy"), large());
}
