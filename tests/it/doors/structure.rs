//! The declaration of who stands behind an enterprise, over real HTTP: what is wrong comes back with
//! what was typed, and who need not know a person reads a masked name.

use super::{Caller, hidden, runtime};
use crate::harness::folder::Folder;
use crate::harness::server::Server;

#[test]
fn a_structure_is_declared_on_the_page_and_persons_are_masked_to_who_need_not_know_them() {
    let folder = Folder::new("doors");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let firm = Caller { server: &server, client: Caller::enter(&server, "firm36@demo.suanquan.example").await.unwrap() };
        let place = "/my/enterprise/structure";
        let page = firm.read(place).await;
        assert!(page.contains("持股 25% 及以上") && page.contains("第 3 项"), "{page}");
        let fields = |page: &str, typed: &[(&'static str, &str)]| {
            let mut all = ["csrf", "request_key", "version"].map(|name| (name, hidden(page, name))).to_vec();
            all.extend(typed.iter().map(|(name, value)| (*name, (*value).to_owned())));
            all
        };
        let wrong =
            [("role_1", "shareholder"), ("person_1", "house"), ("name_1", "母公司甲"), ("uscc_1", "914201"), ("since_1", "2020-01-01")];
        let answer = firm.send(place, &fields(&page, &wrong)).await;
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        for told in ["须为 18 位", "请填写持股比例", "没有实际控制人", "value=\"母公司甲\""] {
            assert!(status == 422 && text.contains(told), "{status} {told} {text}");
        }
        let right = [("role_1", "controller"), ("person_1", "person"), ("name_1", "欧阳若云"), ("since_1", "2020年1月1日")];
        assert_eq!(firm.send(place, &fields(&firm.read(place).await, &right)).await.status(), 303);
        let own = firm.read("/my/enterprise").await;
        assert!(own.contains("欧阳若云") && own.contains("第 1 次申报"), "{own}");

        let tied = Caller { server: &server, client: Caller::enter(&server, "firm27@demo.suanquan.example").await.unwrap() };
        let list = tied.read("/my/applications").await;
        let number = list.split("/my/applications/A-").nth(1).and_then(|rest| rest.get(..9)).map(|rest| format!("A-{rest}")).unwrap();
        let case = format!("/desk/applications/{number}");
        let full = tied.read("/my/enterprise").await;
        let name = full.split("<dt>实际控制人</dt><dd>").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
        let reviewer = Caller { server: &server, client: Caller::enter(&server, "tf3@demo.suanquan.example").await.unwrap() };
        let page = reviewer.read(&case).await;
        assert!(page.contains(&name) && page.contains("武汉超算中心 持有申请企业 30% 的股份"), "{page}");
        let auditor = Caller { server: &server, client: Caller::enter(&server, "audit@demo.suanquan.example").await.unwrap() };
        let page = auditor.read(&case).await;
        let first: String = name.chars().take(1).collect();
        assert!(!page.contains(&name) && page.contains(&format!("{first}**")), "{page}");
    });
}
