//! A register's service on the loopback that can be told to misbehave.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use suanquan::config::RegisterSettings;

/// What the service does with a request.
#[derive(Clone, Debug)]
pub enum Manner {
    Says(String),
    /// Takes the request and says nothing.
    Hangs,
    /// Breaks off in the middle of its answer.
    Dies,
    Status(u16),
    /// Sends a byte every now and then.
    Drips,
    Endless,
}

pub struct RegisterServer {
    address: String,
    manner: Arc<Mutex<Manner>>,
    asked: Arc<AtomicUsize>,
}

impl RegisterServer {
    pub fn start(manner: Manner) -> RegisterServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (manner, asked) = (Arc::new(Mutex::new(manner)), Arc::new(AtomicUsize::new(0)));
        let (told, counted) = (manner.clone(), asked.clone());
        // The thread ends with the test's process; each request has a thread of its own.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let manner = told.lock().unwrap().clone();
                std::thread::spawn(move || answer(stream, &manner));
            }
        });
        RegisterServer { address, manner, asked }
    }

    pub fn now(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// How many requests have come.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn settings(&self) -> RegisterSettings {
        RegisterSettings {
            url: format!("{}/sme?code={{uscc}}", self.address),
            bearer: "let-me-in".into(),
            timeout_seconds: 3,
            found: "/data/listed".into(),
            number: "/data/number".into(),
            from: "/data/from".into(),
            to: String::new(),
            uscc: "/data/uscc".into(),
        }
    }
}

fn answer(mut stream: TcpStream, manner: &Manner) {
    let mut request = Vec::new();
    let mut byte = [0_u8; 1];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        request.push(byte[0]);
    }
    let head = |status: u16, length: usize| {
        format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n")
    };
    let mut send = |bytes: &[u8]| drop(stream.write_all(bytes));
    match manner {
        Manner::Says(body) => {
            assert!(String::from_utf8_lossy(&request).to_lowercase().contains("authorization: bearer let-me-in"));
            send(head(200, body.len()).as_bytes());
            send(body.as_bytes());
        }
        Manner::Hangs => std::thread::sleep(Duration::from_secs(20)),
        Manner::Dies => {
            send(head(200, 500).as_bytes());
            send(b"{\"data\": {\"lis");
        }
        Manner::Status(status) => send(head(*status, 0).as_bytes()),
        Manner::Drips => {
            send(head(200, 500).as_bytes());
            for _ in 0..40 {
                send(b" ");
                std::thread::sleep(Duration::from_millis(300));
            }
        }
        Manner::Endless => {
            send(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            for _ in 0..2_000 {
                send(&[b' '; 1024]);
            }
        }
    }
}
