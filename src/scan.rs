//! A virus scanner looks at what is uploaded: `clamd`, asked over its socket by `INSTREAM`. The file
//! goes to it as bytes, so it needs no access to our folder.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

/// Longest silence of the scanner; while it is silent, one person or the job waits.
const PATIENCE: Duration = Duration::from_secs(10);
const PIECE: usize = 1 << 16;
/// Its answer is one short line.
const ANSWER_BYTES: u64 = 4_096;

/// Where the scanner answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    Tcp(String),
    Socket(PathBuf),
}

/// What the scanner says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// The name of what it found.
    Infected(String),
}

/// Why it says nothing; the file waits.
#[derive(Debug, thiserror::Error)]
pub enum NoVerdict {
    #[error("the virus scanner cannot be reached: {0}")]
    Unreachable(#[from] io::Error),
    #[error("the virus scanner refused the file: {0}")]
    Refused(String),
}

impl Scanner {
    /// Reads `clamd:/run/clamav/clamd.ctl` or `clamd:127.0.0.1:3310`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Scanner> {
        let place = text.strip_prefix("clamd:")?;
        if place.starts_with('/') {
            return Some(Scanner::Socket(place.into()));
        }
        let (host, port) = place.rsplit_once(':')?;
        (!host.is_empty() && port.parse::<u16>().is_ok()).then(|| Scanner::Tcp(place.to_owned()))
    }

    /// Has the bytes of one file scanned.
    ///
    /// # Errors
    /// A scanner that is down, silent, or takes no file of this size.
    pub fn scan(&self, bytes: &[u8]) -> Result<Verdict, NoVerdict> {
        let answer = match self {
            Scanner::Tcp(address) => {
                let address = address.to_socket_addrs()?.next().ok_or(io::ErrorKind::AddrNotAvailable).map_err(io::Error::from)?;
                let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                ask(stream, bytes)?
            }
            Scanner::Socket(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                ask(stream, bytes)?
            }
        };
        verdict(&answer)
    }
}

/// Sends a file in pieces, each after its length, and an empty one; gives the line that comes back.
fn ask(mut stream: impl Read + Write, bytes: &[u8]) -> io::Result<String> {
    stream.write_all(b"zINSTREAM\0")?;
    let sent = bytes.chunks(PIECE).chain([&[][..]]).try_for_each(|piece| {
        let length = u32::try_from(piece.len()).unwrap_or(u32::MAX);
        stream.write_all(&length.to_be_bytes())?;
        stream.write_all(piece)
    });
    let mut answer = String::new();
    let read = stream.take(ANSWER_BYTES).read_to_string(&mut answer);
    // A scanner that takes no more says why and hangs up, which breaks our writing first.
    if answer.is_empty() {
        sent?;
        read?;
    }
    Ok(answer)
}

fn verdict(answer: &str) -> Result<Verdict, NoVerdict> {
    let answer = answer.trim_end_matches('\0').trim();
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    match said.strip_suffix(" FOUND") {
        Some(found) => Ok(Verdict::Infected(found.to_owned())),
        None if said == "OK" => Ok(Verdict::Clean),
        None => Err(NoVerdict::Refused(said.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_socket_or_an_address() {
        assert_eq!(Scanner::parse("clamd:/run/clamav/clamd.ctl"), Some(Scanner::Socket("/run/clamav/clamd.ctl".into())));
        assert_eq!(Scanner::parse("clamd:127.0.0.1:3310"), Some(Scanner::Tcp("127.0.0.1:3310".into())));
        for bad in ["", "clamd", "clamd:", "clamd:host", "clamd::3310", "clamd:host:99999", "/run/clamd.ctl"] {
            assert_eq!(Scanner::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_ok_is_clean() {
        assert_eq!(verdict("stream: OK\0").unwrap(), Verdict::Clean);
        assert_eq!(verdict("stream: Eicar-Test FOUND\0").unwrap(), Verdict::Infected("Eicar-Test".into()));
        for none in ["", "OK?", "INSTREAM size limit exceeded. ERROR\0", "stream: OKAY"] {
            assert!(matches!(verdict(none), Err(NoVerdict::Refused(_))), "{none}");
        }
    }
}
