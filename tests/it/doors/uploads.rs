//! Papers as they come: many at once, twice, locked, empty, another's, or not what their name says.

use reqwest::header::ACCEPT;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::{Caller, hidden, runtime};
use crate::harness::folder::Folder;
use crate::harness::server::Server;
use crate::invoice::documents::{add_code, bureau, bytes, letter, locked};
use crate::invoice::generator::Paper;
use crate::invoice::packages::Ofd;

const PLACE: &str = "/my/applications/A-2026-0035/materials";

impl Caller<'_> {
    /// Sends files by the form of the page, or as its script does.
    async fn upload(&self, files: Vec<(&str, Vec<u8>)>, by_script: bool) -> (u16, String) {
        let page = self.read(PLACE).await;
        let mut form = Form::new().text("csrf", hidden(&page, "csrf")).text("request_key", hidden(&page, "request_key"));
        for (name, content) in files {
            form = form.part("papers", Part::bytes(content).file_name(name.to_owned()));
        }
        let kind = if by_script { "application/json" } else { "text/html" };
        let answer = self.client.post(self.server.url(PLACE)).header(ACCEPT, kind).multipart(form).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    }

    /// What the script is told of one file.
    async fn drop_one(&self, name: &str, content: impl Into<Vec<u8>>) -> (u16, String) {
        let (status, text) = self.upload(vec![(name, content.into())], true).await;
        let told: Value = serde_json::from_str(&text).unwrap();
        let words = told["told"].as_str().or(told["error"]["message"].as_str()).unwrap_or_default();
        (status, words.to_owned())
    }
}

#[test]
fn papers_are_read_told_apart_and_never_counted_twice() {
    let folder = Folder::new("uploads");
    let home = folder.file("demo");
    let server = Server::start(&["demo", "--bind", "127.0.0.1:0", "--folder", &home], &[]);
    runtime().block_on(async {
        let caller = Caller { server: &server, client: Caller::enter(&server, "firm36@demo.suanquan.example").await.unwrap() };
        let paper = Paper::digital();
        let ofd = Ofd::with_attachment(&paper).bytes();
        assert_eq!(caller.drop_one("发票.ofd", ofd.clone()).await, (200, "发票，读出 9 项".into()));
        assert_eq!(caller.drop_one("又一次.ofd", ofd).await.1, "与「发票.ofd」是同一份材料，已并入，不重复计算");
        assert_eq!(caller.drop_one("发票.xml", paper.xml()).await.1, "与「发票.ofd」是同一份材料，已并入，不重复计算");
        let mut pdf = bureau(&paper);
        add_code(&mut pdf, &paper.qr());
        assert_eq!(caller.drop_one("发票.pdf", bytes(pdf)).await.1, "与「发票.ofd」是同一份材料，已并入，不重复计算");
        let page = caller.read(PLACE).await;
        assert_eq!(page.matches("26422000000123456789").count(), 1, "four files, one invoice");
        assert!(page.contains("发票.xml") && page.contains("发票.pdf"), "its other forms are named");
        assert!(page.contains("不是本单位，不能用于本申请"), "it was issued to another enterprise");

        let desk = Caller { server: &server, client: Caller::enter(&server, "tf3@demo.suanquan.example").await.unwrap() };
        let case = desk.read("/desk/applications/A-2026-0035?tab=invoice").await;
        assert!(case.contains("同一材料的其他文件") && case.contains("发票.xml") && case.contains("发票.pdf"), "{case}");

        let other_total = paper.xml().replace("12720.00", "99720.00").replace("12000.00", "99000.00");
        let (status, told) = caller.drop_one("改过.xml", other_total).await;
        assert!(status == 422 && told.contains("但价税合计不同"), "{told}");
        let red = paper.reversed("26422000000123456790");
        assert_eq!(caller.drop_one("红字.xml", red.xml()).await.0, 200);
        assert!(caller.read(PLACE).await.contains("这是红字发票"), "a red letter proves no spending");

        let (status, told) = caller.drop_one("空.pdf", Vec::new()).await;
        assert!(status == 422 && told.contains("「空.pdf」是空文件"), "{told}");
        let (status, told) = caller.drop_one("有密码.pdf", locked(letter())).await;
        assert!(status == 422 && told.contains("文件设有密码"), "{told}");
        let (status, told) = caller.drop_one("程序.pdf", b"MZ\x90\0".to_vec()).await;
        assert!(status == 422 && told.contains("只收 PDF"), "{told}");
        let photo = b"\xff\xd8\xff\xe0\0\x10JFIF a photo".to_vec();
        assert_eq!(caller.drop_one("照片.pdf", photo).await, (200, "没有认出种类，请选择".into()));
        let page = caller.read(PLACE).await;
        assert!(page.contains("请选种类"), "a person says what the photo is");
        a_person_corrects_the_kind(&caller, &page).await;
        sixty_files_at_once(&caller).await;
    });
}

async fn a_person_corrects_the_kind(caller: &Caller<'_>, page: &str) {
    let row = page.split("照片.pdf</a>").next().unwrap().rsplit("href=\"").next().unwrap();
    let place = row.split('"').next().unwrap().to_owned();
    let form = [("csrf", hidden(page, "csrf")), ("request_key", hidden(page, "request_key")), ("kind", "payment".to_owned())];
    assert_eq!(caller.send(&format!("{place}/kind"), &form).await.status(), 303);
    let page = caller.read(&place).await;
    assert!(page.contains("付款日期") && page.contains("value=\"payment\" selected"), "its page asks what a payment says");
    let form = [("csrf", hidden(&page, "csrf")), ("request_key", hidden(&page, "request_key")), ("kind", "voucher".to_owned())];
    assert_eq!(caller.send(&format!("{place}/kind"), &form).await.status(), 400);
}

async fn sixty_files_at_once(caller: &Caller<'_>) {
    let before = caller.read(PLACE).await.matches("class=\"kind-of\"").count();
    let files = (0..60).map(|at| Paper { number: format!("264220000001111111{at:02}"), ..Paper::digital() }.xml().into_bytes());
    let names: Vec<String> = (0..60).map(|at| format!("发票{at}.xml")).collect();
    let files: Vec<(&str, Vec<u8>)> = names.iter().map(String::as_str).zip(files).collect();
    let (status, text) = caller.upload(files, false).await;
    assert_eq!(status, 303, "{text}");
    let page = caller.read(PLACE).await;
    assert_eq!(page.matches("class=\"kind-of\"").count(), before + 60);
    let form = [("csrf", hidden(&page, "csrf")), ("request_key", hidden(&page, "request_key")), ("version", version(&page))];
    let answer = caller.send("/my/applications/A-2026-0035/confirm-papers", &form).await;
    assert_eq!(answer.status(), 303, "papers of another buyer are not confirmed, and the page says so");
}

/// `第 12 版`, as the head of the page says.
fn version(page: &str) -> String {
    page.split("第 ").nth(1).and_then(|rest| rest.split(" 版").next()).unwrap_or_default().to_owned()
}
