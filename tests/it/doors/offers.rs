//! What the demo's pages offer to whom, over real HTTP.

use std::time::Duration;

use suanquan::secret::tokens_in;

use super::{Caller, hidden, runtime};
use crate::harness::folder::Folder;
use crate::harness::server::Server;

#[test]
fn the_page_of_a_paid_case_offers_the_clawback_to_the_authority_alone() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let link = "href=\"/audit/applications/A-2026-0001/clawback\"";
        let authority = Caller { server: &server, client: Caller::enter(&server, "authority@demo.suanquan.example").await.unwrap() };
        assert!(authority.read("/desk/applications/A-2026-0001").await.contains(link));
        let form = authority.read("/audit/applications/A-2026-0001/clawback").await;
        assert!(form.contains("href=\"/desk/applications/A-2026-0001\""), "the way back is the desk's");
        let page = authority.read("/desk/applications/A-2026-0026").await;
        assert!(page.contains("A-2026-0026") && !page.contains("/clawback\""), "nothing is paid yet");
        let reviewer = Caller { server: &server, client: Caller::enter(&server, "tf1@demo.suanquan.example").await.unwrap() };
        assert!(!reviewer.read("/desk/applications/A-2026-0001").await.contains(link));

        let finance = Caller { server: &server, client: Caller::enter(&server, "finance1@demo.suanquan.example").await.unwrap() };
        let csv = finance.read("/finance/report/report.csv").await;
        assert!(csv.lines().next().unwrap().ends_with("已拨付（元）,已追回（元）,净拨付（元）"), "{csv}");
        let totals: Vec<&str> = csv.lines().filter_map(|line| line.split_once(",合计,")).map(|(_, sums)| sums).collect();
        assert!(totals.len() == 4 && totals.iter().all(|sums| sums == &totals[0] && !sums.ends_with(",0.00")), "{csv}");
    });
}

#[test]
fn three_clicks_lead_from_an_amount_of_an_application_to_the_events_behind_it() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let reviewer = Caller { server: &server, client: Caller::enter(&server, "tf1@demo.suanquan.example").await.unwrap() };
        let link = |page: &str, part: &str| {
            let mut links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            links.find(|href| href.contains(part)).unwrap_or_else(|| panic!("no {part} in {page}")).to_owned()
        };
        // Paid, in notice, under review, waiting for budget; one centre or both.
        for number in ["A-2026-0001", "A-2026-0003", "A-2026-0016", "A-2026-0024", "A-2026-0031"] {
            let case = reviewer.read(&format!("/desk/applications/{number}")).await;
            let usage = reviewer.read(&link(&case, &format!("{number}?tab=usage"))).await;
            let statement = reviewer.read(&link(&usage, "/desk/statements/S-2026-")).await;
            let events = reviewer.read(&link(&statement, "/events?line=1")).await;
            assert!(events.contains("slurm://waicc-a/dbd") || events.contains("slurm://whsc-hpc/dbd"), "{number}: {events}");
        }
        let firm = Caller { server: &server, client: Caller::enter(&server, "firm01@demo.suanquan.example").await.unwrap() };
        let page = firm.read("/my/applications/A-2026-0001").await;
        assert!(page.contains("全部账单均有已确认的对账单"), "the history says why nobody confirmed usage: {page}");
    });
}

#[test]
fn the_demo_shows_a_letter_with_a_link_that_works_although_the_outbox_forgot_it() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    runtime().block_on(async {
        let caller = Caller::new(&server);
        let page = caller.read("/forgot").await;
        let form =
            [("csrf", hidden(&page, "csrf")), ("request_key", hidden(&page, "request_key")), ("email", "tf1@demo.suanquan.example".into())];
        assert!(caller.send("/forgot", &form).await.status().as_u16() < 400);
        let mut list = String::new();
        for _ in 0..50 {
            list = caller.read("/dev/mail").await;
            if list.contains("已发出") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let newest = list.split("href=\"/dev/mail/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let letter = caller.read(&format!("/dev/mail/{newest}")).await;
        let token = tokens_in(letter.split("/reset/").nth(1).unwrap_or_default()).first().map(|token| (*token).to_owned());
        let opened = caller.read(&format!("/reset/{}", token.unwrap_or_else(|| panic!("no link: {letter}")))).await;
        assert!(opened.contains("name=\"password\""), "{opened}");
    });
}
