//! Spreadsheets and text tables, as registries' lists and as papers.

use super::Hostile;
use super::archives::{Entry, archive};
use crate::harness::noise::Noise;

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
const BOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";

/// A workbook of one sheet with these rows.
fn workbook(rows: &str) -> Vec<u8> {
    book(BOOK, RELATIONS, rows, "")
}

fn book(workbook: &str, relations: &str, rows: &str, strings: &str) -> Vec<u8> {
    let sheet =
        format!("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>");
    let mut entries = vec![
        Entry::stored("[Content_Types].xml", TYPES.as_bytes()),
        Entry::stored("xl/workbook.xml", workbook.as_bytes()),
        Entry::stored("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        Entry::deflated("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    if !strings.is_empty() {
        let table = format!("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{strings}</sst>");
        entries.push(Entry::deflated("xl/sharedStrings.xml", table.as_bytes()));
    }
    archive(&entries)
}

fn cell(place: &str, text: &str) -> String {
    format!("<row><c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>")
}

pub(super) fn all() -> Vec<Hostile> {
    [sparse(), strings(), structures(), tables(), damaged()].concat()
}

fn sparse() -> Vec<Hostile> {
    let far = [
        "XFD1048576",
        "A1048576",
        "XFD1",
        "ZZZ1",
        "A0",
        "A4294967295",
        "A99999999999999999999",
        "1A",
        "",
        "AAAAAAAAAAAAAAA1",
        "A-1",
        "A1:B2",
    ];
    let mut files: Vec<Hostile> = (0..)
        .zip(far)
        .map(|(at, place): (usize, _)| Hostile::new(format!("sparse-{at}.xlsx"), workbook(&(cell("A1", "1") + cell(place, "2").as_str()))))
        .collect();
    files.push(Hostile::new("rows-empty.xlsx", workbook(&"<row/>".repeat(1_000_000))));
    files.push(Hostile::new("cells-empty.xlsx", workbook(&format!("<row>{}</row>", "<c/>".repeat(500_000)))));
    files.push(Hostile::new("backwards.xlsx", workbook(&([cell("B9", "1"), cell("A1", "2"), cell("B9", "3")].concat()))));
    let dimension = "</sheetData><dimension ref=\"A1:XFD1048576\"/><sheetData>";
    files.push(Hostile::new("dimension.xlsx", workbook(dimension)));
    let merged = format!("</sheetData><mergeCells>{}</mergeCells><sheetData>", "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(2_000));
    files.push(Hostile::new("merged.xlsx", workbook(&merged)));
    files
}

fn strings() -> Vec<Hostile> {
    let mut files = Vec::new();
    for megabytes in [1, 16, 64] {
        files.push(Hostile::new(format!("inline-{megabytes}.xlsx"), workbook(&cell("A1", &"a".repeat(megabytes << 20)))));
    }
    for index in ["0", "1", "4294967295", "-1", "99999999999999999999", "x", ""] {
        let rows = format!("<row><c r=\"A1\" t=\"s\"><v>{index}</v></c></row>");
        files.push(Hostile::new(format!("shared-{}.xlsx", index.len()), book(BOOK, RELATIONS, &rows, "<si><t>a</t></si>")));
        files.push(Hostile::new(format!("shared-none-{}.xlsx", index.len()), workbook(&rows)));
    }
    let same = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(20_000));
    files.push(Hostile::new("one-string-often.xlsx", book(BOOK, RELATIONS, &same, &format!("<si><t>{}</t></si>", "a".repeat(100_000)))));
    files.push(Hostile::new("string-table.xlsx", book(BOOK, RELATIONS, &cell("A1", "1"), &"<si><t>a</t></si>".repeat(1_000_000))));
    for kind in ["e", "b", "d", "str", "n", "s\u{0}", "unknown"] {
        let rows = format!(
            "<row><c r=\"A1\" t=\"{kind}\"><v>1e400</v></c><c r=\"B1\" s=\"4294967295\"><f>HYPERLINK(\"http://x\")</f><v>-1e308</v></c></row>"
        );
        files.push(Hostile::new(format!("kind-{}.xlsx", kind.trim_end_matches('\u{0}')), workbook(&rows)));
    }
    files
}

fn structures() -> Vec<Hostile> {
    let target = |path: &str| RELATIONS.replace("worksheets/sheet1.xml", path);
    let mut files: Vec<Hostile> = ["../../etc/passwd", "/xl/workbook.xml", "http://127.0.0.1:9/x", "workbook.xml", ""]
        .iter()
        .enumerate()
        .map(|(at, path)| Hostile::new(format!("target-{at}.xlsx"), book(BOOK, &target(path), "", "")))
        .collect();
    let many = BOOK.replace("<sheet name", &format!("{}<sheet name", "<sheet name=\"x\" sheetId=\"9\" r:id=\"rId1\"/>".repeat(10_000)));
    files.push(Hostile::new("sheets-many.xlsx", book(&many, RELATIONS, &cell("A1", "1"), "")));
    files.push(Hostile::new("sheets-none.xlsx", book(&BOOK.replace("<sheet ", "<other "), RELATIONS, "", "")));
    let entity = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]>{BOOK}", "a".repeat(1_000));
    files.push(Hostile::new("entity.xlsx", book(&entity, RELATIONS, "", "")));
    // A locked workbook is a compound file.
    files.push(Hostile::new("locked.xlsx", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 504]].concat()));
    files.push(Hostile::new("locked-full.xls", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0xff; 4_088]].concat()));
    files
}

fn tables() -> Vec<Hostile> {
    let mut files = vec![
        Hostile::new("columns.csv", format!("{}\n", ",".repeat(1_000_000))),
        Hostile::new("one-line.csv", "a".repeat(16 << 20)),
        Hostile::new("one-quote.csv", format!("\"{}", "a,b\n".repeat(500_000))),
        Hostile::new("quotes.csv", "\"".repeat(2 << 20)),
        Hostile::new("lines.csv", "\n".repeat(4 << 20)),
        Hostile::new("returns.csv", "\r".repeat(4 << 20)),
        Hostile::new("zeros.csv", vec![0; 1 << 20]),
        Hostile::new("half-gb.csv", vec![0x81; 1 << 20]),
        Hostile::new("four-byte-gb.csv", b"\x81\x30\x81\x30".repeat(200_000)),
    ];
    for (at, start) in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "|calc", "%0a=1"].iter().enumerate() {
        files.push(Hostile::new(format!("formula-{at}.csv"), format!("企业名称,统一社会信用代码\n\"{start}\",91420100MA4TE5T139\n")));
    }
    files
}

fn damaged() -> Vec<Hostile> {
    let mut noise = Noise::new(20_260_303);
    let rows: String = (1..60).map(|row| cell(&format!("A{row}"), "武汉示例智能科技有限公司")).collect();
    let whole = workbook(&rows);
    let mut files: Vec<Hostile> = Noise::beginnings(&whole).map(|(part, bytes)| Hostile::new(format!("cut-{part}.xlsx"), bytes)).collect();
    for at in 0..40 {
        files.push(Hostile::new(format!("noise-{at}.xlsx"), noise.damage(&whole)));
    }
    files
}
