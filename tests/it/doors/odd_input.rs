//! Input that no keyboard makes, and texts that no field of ours lets through: other programs send
//! them all the same.

use super::{Caller, hidden, runtime};
use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::server::Server;

#[test]
fn a_null_character_is_no_fault_on_either_database() {
    on_both(|url| {
        let folder = Folder::new("doors");
        let home = folder.file("demo");
        let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--database", url, "--data", "people"], &[]);
        runtime().block_on(async {
            let staff = Caller { server: &server, client: Caller::enter(&server, "tf3@demo.suanquan.example").await.unwrap() };
            for path in ["/notices/%00", "/notices/%00.pdf", "/desk/applications/%00", "/desk?q=%00", "/progress?number=%00"] {
                let answer = staff.client.get(server.url(path)).send().await.unwrap();
                assert_eq!(answer.status(), 404, "{path}");
            }
            let stranger = Caller::new(&server);
            let page = stranger.read("/login").await;
            let typed = [("csrf", hidden(&page, "csrf")), ("email", "tf3\0@demo.suanquan.example".into()), ("password", "x\0".into())];
            assert_eq!(stranger.send("/login", &typed).await.status(), 422);
            let page = staff.read("/account").await;
            let typed = [
                ("csrf", hidden(&page, "csrf")),
                ("request_key", "key of nine\0".into()),
                ("version", hidden(&page, "version")),
                ("name", "王\0晓岚".into()),
                ("language", "en".into()),
            ];
            assert_eq!(staff.send("/account", &typed).await.status(), 303);
            assert!(staff.read("/account").await.contains("王晓岚"));
        });
    });
}

#[test]
fn an_address_that_is_no_number_is_a_page_that_does_not_exist() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home, "--data", "people"], &[]);
    runtime().block_on(async {
        let centre = Caller { server: &server, client: Caller::enter(&server, "waicc@demo.suanquan.example").await.unwrap() };
        for path in
            ["/provider/tariffs/x", "/provider/contracts/1.5", "/provider/quarantine/99999999999999999999", "/provider/usage-import/-"]
        {
            let answer = centre.client.get(server.url(path)).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{path}");
            assert!(answer.text().await.unwrap().contains("没有找到这个页面"), "{path}");
        }
        let program = centre.client.post(server.url("/api/v1/usage/events?atomic=maybe")).send().await.unwrap();
        assert_eq!(program.status(), 400);
        let told: serde_json::Value = program.json().await.unwrap();
        assert_eq!(told["error"]["code"], "bad_address", "{told}");
    });
}

#[test]
fn a_text_that_is_too_long_is_refused_beside_its_field_and_kept() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    let long = "长".repeat(301);
    let cases: [(&str, &str, &str, &[(&str, &str)]); 4] = [
        ("firm36@demo.suanquan.example", "/account", "/account", &[("name", &long), ("language", "zh-CN")]),
        (
            "firm36@demo.suanquan.example",
            "/my/applications/A-2026-0035/materials/119",
            "/my/applications/A-2026-0035/materials/119",
            &[("number", &long), ("amount", "100.00"), ("dated_on", "2026-02-01")],
        ),
        ("tf3@demo.suanquan.example", "/desk/applications/A-2026-0024", "/desk/applications/A-2026-0024/reject", &[("reason", &long)]),
        ("tf3@demo.suanquan.example", "/desk/applications/A-2026-0024", "/desk/applications/A-2026-0024/return", &[("other", &long)]),
    ];
    runtime().block_on(async {
        for (who, place, action, fields) in cases {
            let caller = Caller { server: &server, client: Caller::enter(&server, who).await.unwrap() };
            let page = caller.read(place).await;
            let mut typed: Vec<(&str, String)> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            typed.extend(["csrf", "request_key", "version"].map(|name| (name, hidden(&page, name))));
            let answer = caller.send(action, &typed).await;
            let status = answer.status();
            let text = answer.text().await.unwrap();
            assert!(status == 422 && text.contains("现在有 301 个") && text.contains(&long), "{action}: {status}");
        }
        let desk = Caller { server: &server, client: Caller::enter(&server, "tf3@demo.suanquan.example").await.unwrap() };
        let page = desk.read("/desk/qualifications").await;
        let entry = page.split("action=\"/desk/qualifications/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let mut typed = vec![("reason", long.clone())];
        typed.extend(["csrf", "request_key"].map(|name| (name, hidden(&page, name))));
        let text = desk.send(&format!("/desk/qualifications/{entry}"), &typed).await.text().await.unwrap();
        assert!(text.contains(&format!("id=\"reason_{entry}-error\">")) && text.contains(&long), "{text}");

        let auditor = Caller { server: &server, client: Caller::enter(&server, "audit@demo.suanquan.example").await.unwrap() };
        let page = auditor.read("/audit/applications/A-2026-0024/clawback?item=1&on=2026-02-30&red_letter=abc").await;
        assert!(page.contains("id=\"red_letter-error\">请填写金额") && page.contains("id=\"on-error\">请填写日期"), "{page}");
    });
}

#[test]
fn a_broken_line_of_a_purchase_file_stops_no_other() {
    let file = "provider_uscc,enterprise_uscc,order_no,resource,unit,quantity,unit_price,amount,service_from,service_to,accepted_amount\n\
        91420100MA4PRW01XR,91420100MA4TE5T139,F-1,昇腾910B,card_hour,10,12.5,125.00,2026-01-01,2026-01-02,\n\
        91420100MA4PRW01XR,91420100MA4TE5T139\n\
        ９１４２０１００ＭＡ４ＰＲＷ０１ＸＲ,91420100MA4TE5T139,F-2,昇腾910B,card_hour,１０,１２．５,１２５．００,2026-01-01,2026-01-02,\n";
    let rows = suanquan::reports::purchase_file::read_csv(file.as_bytes()).unwrap();
    let today = "2026-03-02".parse().unwrap();
    let told: Vec<Result<String, String>> =
        rows.iter().map(|row| row.check(today).map(|row| row.order_no).map_err(|faults| faults[0].text.zh.clone())).collect();
    assert_eq!(told, [Ok("F-1".into()), Err("有 2 个字段，应为 11 个；请检查逗号和引号".into()), Ok("F-2".into())]);
}
