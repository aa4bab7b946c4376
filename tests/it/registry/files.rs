//! Files as they come: through the real program, whose child reads them.

use std::collections::BTreeSet;
use std::process::Output;
use std::time::{Duration, Instant};

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;
use suanquan::ids::Uscc;
use suanquan::party::{AccountKind, Duty};
use suanquan::store::account::NewAccount;
use suanquan::store::{self, Fault, Store, migrations};

use crate::harness::db::on_both;
use crate::harness::folder::Folder;
use crate::harness::server::run;

const KEEPER: &str = "keeper@desk.test";

/// A database with one member of the task force.
pub fn desk(url: &str) {
    let store = Store::create(url).unwrap();
    migrations::run(&store).unwrap();
    store
        .write(|db| -> Result<(), Fault> {
            let new = NewAccount {
                email: KEEPER,
                name: "名单管理员",
                password_hash: None,
                kind: AccountKind::Staff,
                enterprise_id: None,
                provider_id: None,
                language: "zh-CN",
                created_at: chrono::DateTime::UNIX_EPOCH.naive_utc(),
                confirmed_at: Some(chrono::DateTime::UNIX_EPOCH.naive_utc()),
            };
            let id = store::account::insert(db, &new)?;
            store::account::set_duties(db, id, &BTreeSet::from([Duty::TaskForce]))?;
            Ok(())
        })
        .unwrap();
}

fn import(url: &str, kind: &str, file: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["registry", "import", "--kind", kind, "--as-of", "2026-03-31", "--by", KEEPER, "--database", url];
    arguments.extend(more);
    arguments.push(file);
    run(&arguments, &[])
}

#[track_caller]
fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn uscc(serial: usize) -> String {
    Uscc::from_body(&format!("91420100{serial:09}")).unwrap().as_str().to_owned()
}

/// A spreadsheet with a merged title, a note, merged cells of a carrier, and codes as text.
fn incubatees(path: &str, rows: usize) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 3, "2026年在孵企业名单", &Format::new()).unwrap();
    for (place, heading) in ["序号", "孵化器名称", "在孵企业名称", "统一社会信用代码", "级别"].into_iter().enumerate()
    {
        sheet.write_string(2, u16::try_from(place).unwrap(), heading).unwrap();
    }
    sheet.merge_range(3, 1, u32::try_from(rows).unwrap() + 2, 1, "光谷孵化器", &Format::new()).unwrap();
    sheet.merge_range(3, 4, u32::try_from(rows).unwrap() + 2, 4, "国家级", &Format::new()).unwrap();
    for row in 0..rows {
        let at = u32::try_from(row).unwrap() + 3;
        sheet.write_number(at, 0, u32::try_from(row).unwrap() + 1).unwrap();
        sheet.write_string(at, 2, format!("第{row}家")).unwrap();
        sheet.write_string(at, 3, uscc(row)).unwrap();
    }
    book.save(path).unwrap();
}

#[test]
fn a_spreadsheet_with_merged_cells_is_read_once_its_columns_are_confirmed() {
    on_both(|url| {
        desk(url);
        let folder = Folder::new("lists");
        let path = folder.file("incubatees.xlsx");
        incubatees(&path, 4);
        let unconfirmed = import(url, "incubatee", &path, &[]);
        assert!(!unconfirmed.status.success());
        let why = String::from_utf8_lossy(&unconfirmed.stderr).into_owned();
        assert!(why.contains("--confirm-columns") && why.contains("carrier_level = 级别"), "{why}");
        let dry = told(&import(url, "incubatee", &path, &["--confirm-columns", "--dry-run"]));
        assert_eq!((&dry["new"], &dry["unreadable"], &dry["state"]), (&4.into(), &0.into(), &"dry_run".into()));
        // From now on nobody is asked.
        let imported = told(&import(url, "incubatee", &path, &[]));
        assert_eq!((&imported["new"], &imported["state"]), (&4.into(), &"imported".into()));
    });
}

#[test]
fn a_list_in_gb18030_is_read_like_one_in_utf_8() {
    on_both(|url| {
        desk(url);
        let folder = Folder::new("lists");
        let text = format!("企业名称;统一社会信用代码\n武汉甲科技有限公司;{}\n", uscc(1));
        let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
        std::fs::write(folder.file("size.csv"), bytes).unwrap();
        let list = told(&import(url, "above_designated_size", &folder.file("size.csv"), &["--confirm-columns"]));
        assert_eq!(list["new"], 1);
    });
}

/// One worksheet, written by hand.
fn sheet(path: &str, rows: &str) {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
    ];
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let whole = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    zip.write_all(whole.as_bytes()).unwrap();
    zip.finish().unwrap();
}

fn cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn files_that_would_stop_a_server_are_answered_with_a_sentence() {
    on_both(|url| {
        desk(url);
        let folder = Folder::new("lists");
        // Two cells that span seventeen billion.
        sheet(
            &folder.file("sparse.xlsx"),
            &format!("<row r=\"1\">{}</row><row r=\"1048576\">{}</row>", cell("A1", "企业名称"), cell("XFD1048576", "x")),
        );
        // A hundred megabytes of one letter in one cell.
        sheet(&folder.file("long.xlsx"), &format!("<row r=\"1\">{}</row>", cell("A1", &"a".repeat(100_000_000))));
        std::fs::write(folder.file("photo.xlsx"), b"\xff\xd8\xff\xe0 a photo").unwrap();
        std::fs::write(folder.file("nothing.csv"), b"").unwrap();
        std::fs::write(folder.file("other.csv"), "a,b\n1,2\n").unwrap();
        for (name, reason) in [
            ("sparse.xlsx", "60 columns"),
            ("long.xlsx", "header|memory"),
            ("photo.xlsx", "no XLSX or CSV"),
            ("nothing.csv", "is empty"),
            ("other.csv", "no header was found"),
            ("absent.csv", "No such file"),
        ] {
            let started = Instant::now();
            let output = import(url, "above_designated_size", &folder.file(name), &["--confirm-columns"]);
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && reason.split('|').any(|reason| why.contains(reason)), "{name}: {why}");
            assert!(started.elapsed() < Duration::from_secs(100), "{name}");
        }
    });
}

#[test]
fn a_million_empty_rows_below_a_list_do_not_hide_it() {
    let folder = Folder::new("lists");
    let url = format!("sqlite://{}", folder.file("test.sqlite"));
    desk(&url);
    let mut rows = format!("<row r=\"1\">{}{}</row>", cell("A1", "企业名称"), cell("B1", "统一社会信用代码"));
    rows.push_str(&format!("<row r=\"2\">{}{}</row>", cell("A2", "甲"), cell("B2", &uscc(1))));
    for row in 3..1_000_003_u32 {
        rows.push_str(&format!("<row r=\"{row}\"><c r=\"A{row}\" s=\"0\"/></row>"));
    }
    sheet(&folder.file("empty.xlsx"), &rows);
    let list = told(&import(&url, "above_designated_size", &folder.file("empty.xlsx"), &["--confirm-columns"]));
    assert_eq!((&list["rows"], &list["new"]), (&1.into(), &1.into()));
}

#[test]
fn only_staff_may_answer_for_a_list() {
    on_both(|url| {
        desk(url);
        let folder = Folder::new("lists");
        std::fs::write(folder.file("size.csv"), format!("企业名称,统一社会信用代码\n甲,{}\n", uscc(1))).unwrap();
        let path = folder.file("size.csv");
        let arguments = [
            "registry",
            "import",
            "--kind",
            "above_designated_size",
            "--as-of",
            "2026-03-31",
            "--by",
            "nobody@desk.test",
            "--database",
            url,
            &path,
        ];
        let output = run(&arguments, &[]);
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("is nobody of this database"));
    });
}
