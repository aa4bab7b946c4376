//! The self-check and the vouchers over real HTTP: each sees its own, the desk sees all, and a
//! voucher is claimed and revoked on the page.

use super::{Caller, hidden, runtime};
use crate::harness::folder::Folder;
use crate::harness::server::{Server, run};

#[test]
fn the_self_check_answers_for_any_day_and_names_what_stands_behind_each_answer() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let firm = Caller { server: &server, client: Caller::enter(&server, "firm08@demo.suanquan.example").await.unwrap() };
        let today = firm.read("/my/eligibility").await;
        for part in ["湖北省科技创新券", "须全部满足", "满足其一即可", "没有排除情形", "鄂科技规〔2022〕3号", "不在失信登记簿中"]
        {
            assert!(today.contains(part), "{part} is not on {today}");
        }
        let long_ago = firm.read("/my/eligibility?on=2019-06-01").await;
        assert!(long_ago.contains("2019年6月1日没有符合条件的级别") && long_ago.contains("还差什么，怎样取得"), "{long_ago}");
        assert!(long_ago.contains("href=\"/my/enterprise/add/hightech\""), "{long_ago}");
        let answer = firm.client.get(server.url("/my/eligibility?on=yesterday")).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status == 422 && text.contains("「yesterday」不是日期"), "{status} {text}");

        let desk = Caller { server: &server, client: Caller::enter(&server, "tf1@demo.suanquan.example").await.unwrap() };
        let found = desk.read("/desk/eligibility?q=%25").await;
        assert!(!found.contains("plain-links"), "a wildcard that was typed is no wildcard");
        let found = desk.read("/desk/eligibility?q=9142").await;
        let page = found.split("href=\"/desk/eligibility/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let case = desk.read(&format!("/desk/eligibility/{page}?on=2026-03-02")).await;
        assert!(case.contains(page) && case.contains("满足其一即可") && !case.contains("收回 V-"), "{case}");
        for strange in ["/desk/eligibility/914201000000000000", "/desk/eligibility/%00"] {
            assert_eq!(desk.client.get(server.url(strange)).send().await.unwrap().status(), 404, "{strange}");
        }
    });
}

#[test]
fn a_voucher_is_claimed_on_the_quota_page_and_revoked_on_the_desk() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let firm = Caller { server: &server, client: Caller::enter(&server, "firm36@demo.suanquan.example").await.unwrap() };
        let page = firm.read("/my/quota").await;
        assert!(page.contains("还没有申领"), "{page}");
        let fields = |page: &str| vec![("csrf", hidden(page, "csrf")), ("request_key", hidden(page, "request_key"))];
        assert_eq!(firm.send("/my/quota", &fields(&page)).await.status(), 303);
        let page = firm.read("/my/quota").await;
        let number = page.split("<h3>V-").nth(1).and_then(|rest| rest.split('<').next()).map(|rest| format!("V-{rest}")).unwrap();
        assert!(page.contains("已申领") && page.contains("2026年12月31日 24:00") && !page.contains("还没有申领"), "{page}");
        let again = firm.send("/my/quota", &[("csrf", hidden(&page, "csrf")), ("request_key", "a-second-claim".to_owned())]).await;
        let (status, text) = (again.status(), again.text().await.unwrap());
        assert!(status == 422 && text.contains("已经申领") && text.contains(&number), "{status} {text}");

        let uscc = firm.read("/my/eligibility").await;
        let uscc = uscc.split("muted mono\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
        let authority = Caller { server: &server, client: Caller::enter(&server, "authority@demo.suanquan.example").await.unwrap() };
        let (desk, place) = (format!("/desk/eligibility/{uscc}"), format!("/desk/eligibility/{uscc}/vouchers/{number}"));
        let page = authority.read(&desk).await;
        assert!(page.contains(&place), "{page}");
        let with = |page: &str, reason: &str| [fields(page), vec![("reason", reason.to_owned())]].concat();
        let short = authority.send(&place, &with(&page, "不符")).await;
        let (status, text) = (short.status(), short.text().await.unwrap());
        assert!(status == 422 && text.contains("至少 10 个字") && text.contains(">不符<"), "{status} {text}");
        let page = authority.read(&desk).await;
        assert_eq!(authority.send(&place, &with(&page, "企业名称与营业执照不一致，限期未改")).await.status(), 303);
        let page = firm.read("/my/quota").await;
        assert!(page.contains("已收回") && page.contains("限期未改"), "{page}");
    });
}

#[test]
fn an_entry_of_a_list_without_the_sales_tells_what_can_be_done_and_leads_staff_to_its_row() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let firm = Caller { server: &server, client: Caller::enter(&server, "firm08@demo.suanquan.example").await.unwrap() };
        let page = firm.read("/my/eligibility").await;
        let uscc = page.split("muted mono\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
        let list = folder.file("高企.csv");
        std::fs::write(&list, format!("统一社会信用代码,证书编号,发证日期\n{uscc},GR202542009999,2025-11-27\n")).unwrap();
        let database = format!("sqlite://{home}/suanquan.db");
        let (by, kind) = ("tf1@demo.suanquan.example", "hightech");
        let import = ["registry", "import", "--confirm-columns", "--kind", kind, "--as-of", "2026-02-28", "--by", by];
        let output = run(&[&import[..], &["--database", &database, &list]].concat(), &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let page = firm.read("/my/eligibility").await;
        assert!(page.contains("另外登记同一项资质") && !page.contains("/desk/registry/rows/"), "{page}");
        let desk = Caller { server: &server, client: Caller::enter(&server, "tf1@demo.suanquan.example").await.unwrap() };
        let page = desk.read(&format!("/desk/eligibility/{uscc}")).await;
        let row = page.split("href=\"/desk/registry/rows/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(desk.read(&format!("/desk/registry/rows/{row}")).await.contains("GR202542009999"));
    });
}
