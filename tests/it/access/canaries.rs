//! Canaries: secrets and personal data that nobody else has are sent through the site, and then
//! looked for where they must not be: the log at its most talkative, public pages, files and errors.

use std::process::Command;

use std::time::{Duration, Instant};

use super::{Answer, Person, runtime};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};

const PHONE: &str = "13971624583";
const ACCOUNT: &str = "6217000380012345678";
const EMAIL: &str = "canary.k7q2@kanarie.example";
const PASSWORD: &str = "canary k7q2 sings at dawn";
const WRONG: &str = "canary k7q2 sings at dusk";
const NAME: &str = "甄鸟鸣";

async fn public_pages(stranger: &Person<'_>) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for path in [
        "/",
        "/notices",
        "/policy",
        "/check",
        "/progress",
        "/login",
        "/register",
        "/forgot",
        "/nope",
        "/notices/%00",
        "/my",
        "/progress?number=A-2026-0001",
    ] {
        seen.push((path.to_owned(), stranger.get(path).await.text));
    }
    let list = &seen[1].1;
    let numbers: Vec<String> = list
        .split("href=\"/notices/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|number| !number.contains('.'))
        .map(ToOwned::to_owned)
        .collect();
    assert!(!numbers.is_empty(), "{list}");
    for number in numbers {
        for ending in ["", ".json"] {
            let path = format!("/notices/{number}{ending}");
            let text = stranger.get(&path).await.text;
            seen.push((path, text));
        }
        let path = format!("/notices/{number}.pdf");
        let bytes = stranger.client.get(stranger.server.url(&path)).send().await.unwrap().bytes().await.unwrap();
        let folder = Folder::new("canaries");
        std::fs::write(folder.file("notice.pdf"), &bytes).unwrap();
        let text = Command::new("pdftotext").args([&folder.file("notice.pdf"), "-"]).output().unwrap();
        let about = Command::new("pdfinfo").arg(folder.file("notice.pdf")).output().unwrap();
        assert!(text.status.success() && !text.stdout.is_empty());
        seen.push((path, String::from_utf8_lossy(&[text.stdout, about.stdout].concat()).into_owned()));
    }
    seen
}

/// Runs of digits that could be a person's: mobile numbers, bank accounts, identity numbers.
fn suspicious(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| {
            let digits = word.bytes().all(|byte| byte.is_ascii_digit());
            let mobile = digits && word.len() == 11 && word.starts_with('1');
            mobile || digits && (16..=19).contains(&word.len())
        })
        .collect()
}

#[test]
fn secrets_and_personal_data_stand_in_no_log_and_on_no_public_page() {
    let folder = Folder::new("canaries");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[("RUST_LOG", "trace")]);
    let mut canaries: Vec<String> =
        [PHONE, ACCOUNT, EMAIL, PASSWORD, WRONG, NAME, "canary+k7q2", "canary%20k7q2"].map(ToOwned::to_owned).into();
    runtime().block_on(async {
        let newcomer = Person::new(&server);
        let page = newcomer.get("/register").await;
        let typed = [
            ("uscc", "914403001922038216"),
            ("enterprise", "武汉金丝雀科技有限公司"),
            ("name", NAME),
            ("phone", PHONE),
            ("email", EMAIL),
            ("password", PASSWORD),
        ];
        assert_eq!(newcomer.send(&page, "/register", &typed).await.status, 303);
        let letters = newcomer.get("/dev/mail").await.text;
        let letter =
            letters.split(EMAIL).nth(1).and_then(|rest| rest.split("/dev/mail/").nth(1)).and_then(|rest| rest.split('"').next()).unwrap();
        let letter = newcomer.get(&format!("/dev/mail/{letter}")).await.text;
        let token: String = letter.split("/confirm/").nth(1).unwrap().chars().take_while(char::is_ascii_hexdigit).collect();
        assert_eq!(token.len(), 64, "{letter}");
        let page = newcomer.get(&format!("/confirm/{token}")).await;
        assert_eq!(newcomer.send(&page, &format!("/confirm/{token}"), &[]).await.status, 303);
        assert_eq!(Person::knock(&server, EMAIL, WRONG).await.1.status, 422);
        let (person, entered) = Person::knock(&server, EMAIL, PASSWORD).await;
        assert_eq!(entered.status, 303);
        canaries.extend([token, entered.session.clone().unwrap()]);
        let page = person.get("/my/bank").await;
        let bank =
            [("account_name", "武汉金丝雀科技有限公司"), ("bank_name", "中国建设银行武汉光谷支行"), ("account_no", ACCOUNT), ("cnaps", "")];
        assert_eq!(person.send(&page, "/my/bank", &bank).await.status, 303);
        let page = person.get("/account/second-factor").await;
        let secret = page.text.split("<dd class=\"mono\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
        canaries.extend([secret.to_owned(), secret.replace(' ', ""), page.hidden("sealed")]);
        let security = Person::enter(&server, "security@demo.suanquan.example").await;
        let page = security.get("/admin/tokens").await;
        let made = security.send(&page, "/admin/tokens", &[("provider", "1"), ("name", "计量")]).await;
        let token: String = made.text.split("sq_").nth(1).unwrap().chars().take(64).collect();
        canaries.push(token);
        errors_say_nothing(&person, &canaries).await;
        // The trail names people by name and address; of what they typed it tells nothing.
        let logs = Person::enter(&server, "logs@demo.suanquan.example").await;
        let dump = logs.get("/audit/trail.csv").await.text;
        assert!(dump.contains(EMAIL) && dump.lines().count() > 100);
        for canary in canaries.iter().filter(|canary| ![EMAIL, NAME].contains(&canary.as_str())) {
            assert!(!dump.contains(canary.as_str()), "the trail holds {canary}");
        }

        let stranger = Person::new(&server);
        for (path, text) in public_pages(&stranger).await {
            for canary in canaries.iter().map(String::as_str).chain(["@demo.suanquan.example", "42050100123400"]) {
                assert!(!text.contains(canary), "{path} shows {canary}");
            }
            assert_eq!(suspicious(&text), Vec::<&str>::new(), "{path}");
        }
    });
    let database = format!("sqlite://{home}/suanquan.db");
    for command in [["audit", "verify"], ["audit", "replay"], ["ledger", "check"], ["usage", "verify"]] {
        let output = run(&[command[0], command[1], "--database", &database], &[("RUST_LOG", "trace")]);
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{command:?}: {told}");
        let found = canaries.iter().find(|canary| told.contains(canary.as_str()));
        assert!(found.is_none(), "{command:?} prints {found:?}");
    }
    let log = server.printed();
    assert!(log.contains("listening on"), "{log}");
    for canary in &canaries {
        let line = log.lines().find(|line| line.contains(canary.as_str()));
        assert!(line.is_none(), "the log holds {canary}: {line:?}");
    }
}

async fn errors_say_nothing(person: &Person<'_>, canaries: &[String]) {
    let broken: [Answer; 3] = [
        person.get("/my/applications/A-2026-0001").await,
        person.post("/my/bank", &[("account_no".into(), ACCOUNT.into())]).await,
        person.get("/admin").await,
    ];
    for answer in broken {
        assert!(answer.status >= 400, "{}", answer.status);
        // The head of the page names who is signed in, to themselves.
        for canary in canaries.iter().filter(|canary| *canary != NAME) {
            assert!(!answer.text.contains(canary.as_str()), "{} shows {canary}", answer.status);
        }
    }
}

#[test]
fn secrets_of_the_settings_stand_in_no_log_and_no_message() {
    let folder = Folder::new("canaries");
    let url = format!("sqlite://{}", folder.file("suanquan.db"));
    assert!(run(&["init", "--database", &url], &[]).status.success());
    let made = run(&["admin", "create", "--database", &url, "--email", "office.k7q2@firm.test", "--name", "李"], &[]);
    assert!(made.status.success(), "{made:?}");
    let settings = format!(
        "database = \"{url}\"\nbind = \"127.0.0.1:0\"\nbase_url = \"http://127.0.0.1\"\nfiles = \"{}\"\nsecure_cookies = false\n\
         secret = \"canary-k7q2-signs-0123456789abcdef\"\nmail = \"smtp://post:canary-k7q2-mails@127.0.0.1:9\"\n\
         mail_from = \"no-reply@suanquan.example\"\n[registers.tech_sme]\nurl = \"http://127.0.0.1:9/{{uscc}}\"\n\
         bearer = \"canary-k7q2-asks\"\nfound = \"/listed\"\n",
        folder.file("files")
    );
    std::fs::write(folder.file("suanquan.toml"), settings).unwrap();
    let server = Server::start(&["serve", "--config", &folder.file("suanquan.toml")], &[("RUST_LOG", "trace")]);
    runtime().block_on(async {
        let person = Person::new(&server);
        let page = person.get("/forgot").await;
        assert_eq!(person.send(&page, "/forgot", &[("email", "office.k7q2@firm.test")]).await.status, 303);
    });
    let end = Instant::now() + Duration::from_secs(30);
    while !server.printed().contains("a letter did not leave") {
        assert!(Instant::now() < end, "{}", server.printed());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(!server.printed().contains("k7q2"), "{:?}", server.printed().lines().find(|line| line.contains("k7q2")));
    for database in ["postgre://suanquan:canary-k7q2@127.0.0.1/suanquan", "postgres://suanquan:canary-k7q2@127.0.0.1:9/suanquan"] {
        let output = run(&["ledger", "check", "--database", database], &[("RUST_LOG", "trace")]);
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!output.status.success() && !told.is_empty() && !told.contains("k7q2"), "{database}: {told}");
    }
}
