//! A hospital's server that keeps what it is sent.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

/// One request: its first line, its headers in small letters, its body.
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: String,
    pub(crate) body: String,
}

/// A server that answers with these statuses in turn, the last one ever after; its address, and what comes.
pub(crate) async fn hospital(statuses: &'static [u16]) -> (String, UnboundedReceiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, received) = unbounded_channel();
    tokio::spawn(async move {
        for nth in 0.. {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut bytes = Vec::new();
            while !is_whole(&bytes) && stream.read_buf(&mut bytes).await.expect("bytes") > 0 {}
            let status = statuses[usize::min(nth, statuses.len() - 1)];
            let answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
            stream.write_all(answer.as_bytes()).await.expect("answered");
            stream.shutdown().await.ok();
            if tell.send(request(&bytes)).is_err() {
                break;
            }
        }
    });
    (base, received)
}

fn request(bytes: &[u8]) -> Received {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    Received { line: line.to_owned(), headers: headers.to_lowercase(), body: body.to_owned() }
}

/// The whole body is here.
fn is_whole(bytes: &[u8]) -> bool {
    let request = request(bytes);
    let length = request.headers.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|length| length.parse().ok());
    bytes.windows(4).any(|end| end == b"\r\n\r\n") && request.body.len() >= length.unwrap_or(0)
}
