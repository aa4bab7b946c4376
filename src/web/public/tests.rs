use askama::Template;

use super::home::{HomeView, TierBudget, TierCard};
use super::notices::NoticesView;
use crate::lang::Lang;
use crate::money::Fen;
use crate::web::page::PageCx;
use crate::web::parts::{ErrorItem, ErrorSummary, FieldView};

fn cx(lang: Lang) -> PageCx {
    PageCx { lang, path: "/".to_owned(), ..PageCx::default() }
}

fn east_lake(assumed: bool) -> TierCard {
    TierCard {
        name: "东湖高新区".to_owned(),
        rate: "50".to_owned(),
        assumed,
        cap: Some(Fen::yuan(500_000)),
        min: None,
        who: String::new(),
        until: String::new(),
        source: "文号".to_owned(),
        budget: Some(TierBudget { total: Fen::yuan(20_000_000), left: Fen::yuan(15_000_000) }),
    }
}

fn home(lang: Lang, tier: TierCard) -> String {
    let page = HomeView {
        cx: cx(lang),
        tiers: vec![tier],
        relation: String::new(),
        steps: Vec::new(),
        notices: Vec::new(),
        sample: None,
        apply_href: "/register".to_owned(),
    };
    page.render().unwrap()
}

#[test]
fn a_rate_without_a_document_is_marked_and_names_no_source() {
    let html = home(Lang::Zh, east_lake(true));
    assert!(html.contains("比例待核") && !html.contains("文号"));
    let html = home(Lang::Zh, east_lake(false));
    assert!(!html.contains("比例待核") && html.contains("文号"));
}

#[test]
fn the_bar_of_a_level_shows_what_is_spoken_for_and_says_what_is_left() {
    let html = home(Lang::En, east_lake(false));
    assert!(html.contains(r#"width="25%""#), "{html}");
    assert!(html.contains("¥15,000,000.00 left"));
}

#[test]
fn without_notices_the_list_says_so_instead_of_an_empty_table() {
    let html = NoticesView { cx: cx(Lang::Zh), notices: Vec::new(), pager: None }.render().unwrap();
    assert!(html.contains("目前没有公示") && !html.contains("<table"));
}

#[test]
fn signing_in_never_fills_in_the_password_and_keeps_where_to_go() {
    use crate::web::account::login::{LoginView, fields};
    let mut fields = fields(Lang::Zh, "z@example.com");
    let errors =
        ErrorSummary { lang: Lang::Zh, items: vec![ErrorItem { href: "#password".to_owned(), text: "邮箱或密码不对".to_owned() }] };
    fields[1] = FieldView { error: "请再试".to_owned(), ..fields[1].clone() };
    let page = LoginView {
        cx: cx(Lang::Zh),
        carried: String::new(),
        errors,
        fields,
        next: "/applications?a=\"b".to_owned(),
        reason: String::new(),
        openid: None,
    };
    let html = page.render().unwrap();
    assert!(html.contains(r#"type="password" id="password" name="password" value="""#));
    assert!(html.contains("value=\"/applications?a=&#34;b\""), "{html}");
}
