//! Files in a bucket, against a real server that speaks S3: what is kept comes back unchanged, and a
//! bucket that is away, slow or empty is an error within its time.

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use suanquan::config::{Config, FilesSettings, S3Settings};
use suanquan::files::{FileFault, Files};
use suanquan::web::problem::Problem;

use crate::harness::child::Program;

pub(crate) fn settings(port: u16) -> S3Settings {
    S3Settings {
        endpoint: format!("http://127.0.0.1:{port}"),
        bucket: "suanquan".into(),
        region: "us-east-1".into(),
        access_key: "key".into(),
        secret_key: "secret".into(),
        timeout_seconds: 10,
    }
}

pub(crate) fn open(settings: S3Settings) -> Files {
    Files::open(&FilesSettings::Bucket { s3: settings }).unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server with the bucket `suanquan`.
pub(crate) fn bucket() -> (Program, u16) {
    let python = std::env::var("SUANQUAN_TEST_S3_PYTHON").expect("scripts/test says where moto is");
    let port = free_port();
    let mut command = Command::new(python);
    command.args(["-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
    let mut server = Program::start("moto", &mut command);
    server.wait_for("its address", Duration::from_mins(1), |line| line.contains("Running on").then_some(()));
    let made = ureq::put(format!("http://127.0.0.1:{port}/suanquan")).send_empty();
    assert_eq!(made.unwrap().status(), 200);
    (server, port)
}

const PAPER: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

#[test]
fn a_file_in_a_bucket_is_kept_once_by_its_content_and_comes_back_unchanged() {
    let (mut server, port) = bucket();
    let files = open(settings(port));
    let kept = files.keep(PAPER).unwrap();
    assert_eq!(files.keep(PAPER).unwrap(), kept, "the same content is the same file");
    assert_eq!((kept.size_bytes, kept.media_type), (i64::try_from(PAPER.len()).unwrap(), "application/pdf"));
    assert_eq!(files.read(&kept.sha256).unwrap(), PAPER);
    assert_eq!(server.printed().matches("PUT /suanquan/").count(), 1, "sent once: {}", server.printed());
    assert!(matches!(files.keep(b"MZ"), Err(FileFault::WrongType)));

    let gone = files.read(&"0".repeat(64)).unwrap_err();
    assert_eq!(Problem::unread(&gone).status, StatusCode::INTERNAL_SERVER_ERROR, "{gone}");
    let forged = suanquan::files::Files::open(&FilesSettings::Bucket { s3: S3Settings { bucket: "nowhere".into(), ..settings(port) } });
    assert!(forged.unwrap().keep(PAPER).is_err(), "there is no such bucket");

    server.stop(Duration::from_secs(10));
    let away = files.read(&kept.sha256).unwrap_err();
    assert_eq!(Problem::unread(&away).status, StatusCode::SERVICE_UNAVAILABLE, "{away}");
    assert!(matches!(files.keep(PAPER), Err(FileFault::Disk(_))));
}

#[test]
fn a_bucket_that_takes_the_call_and_says_nothing_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let files = open(S3Settings { timeout_seconds: 1, ..settings(silent.local_addr().unwrap().port()) });
    let begun = Instant::now();
    let slow = files.read(&"0".repeat(64)).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(Problem::unread(&slow).status, StatusCode::SERVICE_UNAVAILABLE, "{slow}");
}

#[test]
fn the_settings_of_a_bucket_are_a_table_and_say_what_is_missing() {
    let read = |text: &str| toml_of(&format!("{text}\n"));
    let folder = read("files = \"/var/lib/x\"").unwrap();
    assert_eq!(folder.files, FilesSettings::Folder("/var/lib/x".into()));
    let bucket = "[files.s3]\nendpoint = \"https://s3.example.cn\"\nbucket = \"suanquan\"";
    let config = read(&format!("{bucket}\naccess_key = \"a\"\nsecret_key = \"b\"")).unwrap();
    let FilesSettings::Bucket { s3 } = &config.files else { panic!("{:?}", config.files) };
    assert_eq!((s3.region.as_str(), s3.timeout_seconds), ("us-east-1", 20));
    let wrong = read(&format!("{bucket}\nsekret = \"b\"")).err().unwrap();
    assert!(wrong.contains("[files.s3]") && wrong.contains("secret_key"), "{wrong}");
    let production = Config {
        database: "sqlite:///x".into(),
        secret: "0123456789abcdef0123456789abcdef".into(),
        base_url: "https://x".into(),
        mail: "folder:/x".into(),
        mail_from: "x@x.cn".into(),
        ..read(bucket).unwrap()
    };
    let missing = production.check_for_production().unwrap_err().to_string();
    assert!(missing.contains("files.s3") && missing.contains("SUANQUAN_FILES_S3_SECRET_KEY"), "{missing}");
}

fn toml_of(text: &str) -> Result<Config, String> {
    let folder = crate::harness::folder::Folder::new("settings");
    let path = folder.file("suanquan.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(Some(path.as_ref())).map_err(|why| why.to_string())
}
