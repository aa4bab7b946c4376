//! HTTP as bytes on a socket, for requests that no library would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use super::requests::Request;

/// What came back.
#[derive(Debug)]
pub enum Answer {
    /// With the body of a fault.
    Status(u16, String),
    /// The server hung up without a word, as it may when nothing it got was HTTP.
    Closed,
    /// Neither an answer nor an end within the patience.
    Silence,
}

impl Answer {
    pub fn kind(&self) -> String {
        match self {
            Answer::Status(status, _) => status.to_string(),
            Answer::Closed => "closed".into(),
            Answer::Silence => "silence".into(),
        }
    }
}

/// A whole request is answered within this time also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that is opened again when the server, or a broken request, ended it.
pub struct Connection {
    address: String,
    open: Option<TcpStream>,
}

impl Connection {
    /// `http://host:port`.
    pub fn new(address: &str) -> Connection {
        Connection { address: address.trim_start_matches("http://").to_owned(), open: None }
    }

    pub fn send(&mut self, request: &Request) -> Answer {
        self.exchange(request).map_or(Answer::Closed, |(answer, _)| answer)
    }

    /// The answer and all its bytes, headers included.
    pub fn exchange(&mut self, request: &Request) -> Option<(Answer, Vec<u8>)> {
        let kept = self.open.is_some();
        let asked = self.ask(request);
        // A connection that was kept may have ended in the meantime; a new one has no such excuse.
        if asked.is_none() && kept { self.ask(request) } else { asked }
    }

    fn ask(&mut self, request: &Request) -> Option<(Answer, Vec<u8>)> {
        let mut stream = self.open.take().unwrap_or_else(|| TcpStream::connect(&self.address).unwrap());
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        // A server that has seen enough closes its side while we still write.
        let written = stream.write_all(&request.bytes);
        if request.breaks_connection {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let (answer, bytes, whole) = receive(&mut stream, request.head);
        if matches!(answer, Answer::Closed) {
            return None;
        }
        if whole && written.is_ok() && !request.breaks_connection {
            self.open = Some(stream);
        }
        Some((answer, bytes))
    }
}

/// Reads one answer; the last word says that another may follow on this connection.
fn receive(stream: &mut TcpStream, head_only: bool) -> (Answer, Vec<u8>, bool) {
    let (mut bytes, begun) = (Vec::new(), Instant::now());
    let mut buffer = vec![0; 1 << 16];
    loop {
        if let Some((status, end, keeps)) = complete(&bytes, head_only) {
            return (Answer::Status(status, fault_body(status, &bytes[..end])), bytes, keeps);
        }
        match stream.read(&mut buffer) {
            Ok(0) => return (at_the_end(&bytes), bytes, false),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) && begun.elapsed() < PATIENCE => {}
            Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return (Answer::Silence, bytes, false),
            Err(_) => return (at_the_end(&bytes), bytes, false),
        }
    }
}

/// The server closed: what it has said until then counts.
fn at_the_end(bytes: &[u8]) -> Answer {
    status_of(bytes).map_or(Answer::Closed, |status| Answer::Status(status, fault_body(status, bytes)))
}

fn fault_body(status: u16, bytes: &[u8]) -> String {
    if status >= 500 { String::from_utf8_lossy(bytes).into_owned() } else { String::new() }
}

fn status_of(bytes: &[u8]) -> Option<u16> {
    let text = bytes.strip_prefix(b"HTTP/1.1 ").or_else(|| bytes.strip_prefix(b"HTTP/1.0 "))?;
    std::str::from_utf8(text.get(..3)?).ok()?.parse().ok()
}

/// Status, length and whether the connection stays, once all of an answer is there.
fn complete(bytes: &[u8], head_only: bool) -> Option<(u16, usize, bool)> {
    let head_end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let status = status_of(bytes)?;
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
    let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned);
    let keeps = !head.contains("connection: close") && !head.starts_with("http/1.0");
    if status == 100 {
        let (status, end, keeps) = complete(&bytes[head_end..], head_only)?;
        return Some((status, head_end + end, keeps));
    }
    if head_only || matches!(status, 204 | 304) {
        return Some((status, head_end, keeps));
    }
    if let Some(length) = value("content-length") {
        let end = head_end + length.parse::<usize>().ok()?;
        return (bytes.len() >= end).then_some((status, end, keeps));
    }
    if value("transfer-encoding").is_some() {
        return bytes.ends_with(b"0\r\n\r\n").then_some((status, bytes.len(), keeps));
    }
    None
}
