use super::*;

fn fields(account_name: &str, account_no: &str, cnaps: &str) -> Vec<String> {
    let entry = BankEntry {
        account_name: account_name.into(),
        bank_name: "中国工商银行武汉光谷支行".into(),
        account_no: account_no.into(),
        cnaps: cnaps.into(),
    };
    faults_of(&entry, "武汉云杉智能科技(集团)有限公司").into_iter().filter_map(|fault| fault.field).collect()
}

#[test]
fn the_name_is_compared_without_regard_to_brackets_width_and_space() {
    assert!(fields("武汉云杉智能科技（集团） 有限公司", "3202001019200123456", "").is_empty());
    assert_eq!(fields("武汉云杉智能科技有限公司", "3202001019200123456", ""), ["account_name"]);
}

#[test]
fn numbers_are_checked_as_far_as_they_carry_a_check() {
    assert!(fields("武汉云杉智能科技(集团)有限公司", "3202001019200123456", "105100000017").is_empty());
    assert_eq!(fields("武汉云杉智能科技(集团)有限公司", "32020010", "105100000018"), ["account_no", "cnaps"]);
}
