//! Public samples, where a folder of them is named: they are not ours to ship, so that the other
//! tests do without.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::read;

fn samples() -> Option<PathBuf> {
    let named = std::env::var_os("SUANQUAN_TEST_INVOICES").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/invoices");
    named.or(Some(beside)).filter(|folder| folder.is_dir())
}

#[test]
fn public_samples_give_the_fields_that_their_readme_lists() {
    let Some(folder) = samples() else { return };
    let old = json!({
        "kind": "electronic", "special": false, "red": false, "code": "050001700111", "number": "99999951", "date": "2020-10-10",
        "buyer": "科游迈利有限公司", "buyer_id": "9150010807MGZHI002", "seller": "杭州融易算企业管理咨询有限公司",
        "seller_id": "91500106MA2CE71F65", "net": "300.00", "tax": "18.00", "total": "318.00"
    });
    let blue = json!({
        "kind": "digital", "special": true, "red": false, "code": null, "number": "23440000000000100001", "date": "2023-02-23",
        "buyer": "示例商贸有限公司", "buyer_id": "91440000000000001Y", "seller": "示例制造集团有限公司", "seller_id": "91440000000000000X",
        "net": "2.00", "tax": "0.12", "total": "2.12"
    });
    let expected: [(&str, Value); 7] = [
        ("old-ofdrw-fapiao-example.ofd", old.clone()),
        ("old-ofdrw-fapiao-example-v4signed.ofd", old),
        (
            "old-ofdrw-fptpl-no-attachment.ofd",
            json!({
                "kind": "electronic", "code": "050001700111", "number": "12235358", "date": "2020-08-05", "buyer": "个人",
                "seller": "财天下科技有限公司", "seller_id": "91500102563638729E", "net": "10000.00", "tax": null, "total": "10600.00"
            }),
        ),
        ("negative-not-an-invoice.ofd", json!({"kind": "not_an_invoice", "number": null, "total": null})),
        ("digital-xml-mof-special.xml", blue),
        (
            "digital-xbrl-mof-special-excerpt.xml",
            json!({
                "kind": "digital", "number": "23440000000000100011", "date": "2023-11-13", "buyer": null, "seller": "示例照明（广东）有限公司",
                "net": "9000.00", "tax": "1170.00", "total": "10170.00"
            }),
        ),
        (
            "SYNTHETIC-digital-xml-red.xml",
            json!({
                "kind": "digital", "red": true, "red_of": "23440000000000100001", "number": "23440000000000100002", "date": "2023-03-01",
                "net": "-2.00", "tax": "-0.12", "total": "-2.12"
            }),
        ),
    ];
    let files: Vec<String> = expected.iter().map(|(name, _)| folder.join(name).to_str().unwrap().to_owned()).collect();
    for (answer, (name, fields)) in read(&files).iter().zip(&expected) {
        for (key, value) in fields.as_object().unwrap() {
            assert_eq!(&answer[key], value, "{key} of {name}: {answer:#}");
        }
    }
}
