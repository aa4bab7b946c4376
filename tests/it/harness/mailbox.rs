//! A real SMTP server that keeps what it receives.

use std::process::Command;
use std::time::{Duration, Instant};

use super::child::Program;
use super::folder::Folder;

/// A letter as it arrived.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<String>,
}

/// Takes all mail, except: to `refused…@` it answers 550, to `busy…@` 451.
pub struct Mailbox {
    folder: Folder,
    port: u16,
    server: Program,
}

impl Mailbox {
    pub fn start() -> Mailbox {
        let folder = Folder::new("mail");
        let (port, server) = launch(&folder, 0);
        Mailbox { folder, port, server }
    }

    /// Ends it at once, with whatever it is hearing.
    pub fn kill(&mut self) {
        self.server.kill_now();
    }

    /// Starts it again at the same port.
    pub fn start_again(&mut self) {
        (_, self.server) = launch(&self.folder, self.port);
    }

    /// The headers `Message-ID` of all letters, in order of arrival.
    pub fn message_ids(&self) -> Vec<String> {
        let mut files: Vec<_> = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        let id = |path: &std::path::PathBuf| {
            let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
            text.lines().find_map(|line| line.strip_prefix("Message-ID: ").map(|id| id.trim().to_owned())).unwrap_or_default()
        };
        files.iter().map(id).collect()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// All letters so far, in order of arrival.
    pub fn letters(&self) -> Vec<Letter> {
        let mut files: Vec<_> = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        files.iter().map(|path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()).collect()
    }

    /// Waits for a letter to `recipient`; the newest, if there are several.
    pub fn wait_for(&self, recipient: &str) -> Letter {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let found = self.letters().into_iter().rev().find(|letter| letter.to.iter().any(|to| to == recipient));
            match found {
                Some(letter) => return letter,
                None if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
                None => {
                    panic!("no letter to {recipient}; there are {:?}", self.letters().iter().map(|letter| &letter.to).collect::<Vec<_>>())
                }
            }
        }
    }
}

fn launch(folder: &Folder, port: u16) -> (u16, Program) {
    // Debian's Python, where scripts/test installs the server's library.
    let python = std::env::var("SUANQUAN_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/harness/smtp_server.py");
    let mut server = Program::start("smtp_server.py", Command::new(python).args(["-u", script]).arg(folder.path()).arg(port.to_string()));
    let port = server.wait_for("its port", Duration::from_secs(30), |line| line.strip_prefix("port ")?.parse().ok());
    (port, server)
}
