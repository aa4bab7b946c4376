use super::*;

#[test]
fn every_letter_carries_its_link_and_no_chinese_in_english() {
    let link = "https://suanquan.example/x/abc";
    let news = BankNews { enterprise: "Yunshan", who: "Li", old: "ICBC …0001", new: "CCB …0002", link };
    for lang in Lang::ALL {
        for letter in [
            confirm_email("Li", "Yunshan", link, lang),
            address_is_known("Li", "Yunshan", link, lang),
            reset_password("Li", link, lang),
            password_changed("Li", link, lang),
            invitation("Li", "Wang", "Yunshan", link, lang),
            bank_entered("Li", &news, lang),
            bank_change_asked("Li", &news, lang),
            bank_changed("Li", &news, lang),
            bank_change_refused("Li", &news, lang),
        ] {
            assert!(letter.body.contains(link), "{}", letter.subject);
            let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert_eq!(chinese(&letter.body), lang == Lang::Zh, "{}", letter.body);
            assert_eq!(chinese(&letter.subject), lang == Lang::Zh, "{}", letter.subject);
        }
    }
}

#[test]
fn a_bank_change_names_both_accounts_by_their_last_digits() {
    let news = BankNews { enterprise: "云山", who: "李", old: "工行 …0001", new: "建行 …0002", link: "https://x" };
    let letter = bank_change_asked("李", &news, Lang::Zh);
    assert!(letter.body.contains("…0001") && letter.body.contains("…0002") && letter.body.contains("24 小时"));
}
