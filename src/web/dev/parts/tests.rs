use askama::Template;

use super::{desk_parts_page, parts_page};
use crate::lang::Lang;
use crate::web::page::{DemoBar, Flash, NavItem, PageCx, Person, Theme};

fn cx(lang: Lang) -> PageCx {
    PageCx {
        lang,
        path: "/dev/parts?q=算力".to_owned(),
        nav: vec![
            NavItem::new("/notices", lang.pick("看公示", "Public notices")),
            NavItem::new("/progress", lang.pick("查进度", "Track")),
            NavItem::new("/applications", lang.pick("办申请", "Apply")).current(true).count(2),
            NavItem::new("/policy", lang.pick("问政策", "The rules")),
        ],
        flash: Some(Flash { kind: "ok", text: lang.pick("已保存。", "Saved.").to_owned() }),
        demo: Some(DemoBar { now_text: "2026-03-02 09:00".to_owned() }),
        ..PageCx::default()
    }
}

fn desk_cx(lang: Lang) -> PageCx {
    let item = |zh: &str, en: &str| NavItem::new("#", lang.pick(zh, en));
    PageCx {
        nav: vec![
            item("我的", "Mine").count(6).current(true).under(lang.pick("待办", "To do")),
            item("未分派", "Unassigned").count(3),
            item("等企业补正", "Awaiting correction").count(4),
            item("公示与异议", "Notices and objections").under(lang.pick("工作", "Work")),
            item("政策", "Policy"),
        ],
        person: Some(Person {
            name: lang.pick("专班三号", "Reviewer 3").to_owned(),
            role_label: lang.pick("专班 · 可复审", "Task force · final reviewer").to_owned(),
        }),
        flash: None,
        ..cx(lang)
    }
}

#[test]
fn the_page_of_parts_shows_every_part_and_no_style_or_script_inside() {
    let html = parts_page(cx(Lang::Zh)).render().unwrap();
    for class in
        ["sheet", "readings", "quota", "budget", "timeline", "tasks", "checks", "chart", "doc", "filters", "pager", "drop", "confirm"]
    {
        assert!(html.contains(&format!("class=\"{class}")) || html.contains(&format!(" {class}\"")), "no {class}");
    }
    assert!(!html.contains(" style="), "the content security policy forbids style attributes");
    assert!(!html.contains("<script>"), "the content security policy forbids scripts in the page");
}

#[test]
fn the_english_page_of_parts_keeps_chinese_only_for_names_and_official_words() {
    let html = parts_page(PageCx { path: "/dev/parts".to_owned(), ..cx(Lang::En) }).render().unwrap();
    for word in ["计算单", "采用", "已拨付", "上一页", "筛选", "选填", "为什么", "大字", "退出"] {
        assert!(!html.contains(word), "{word} is not translated");
    }
    assert!(html.contains("lang=\"en\""));
}

#[test]
fn the_switches_come_back_to_the_page_with_its_query() {
    let html = parts_page(cx(Lang::Zh)).render().unwrap();
    assert!(html.contains("/view?lang=en&#38;back=%2Fdev%2Fparts%3Fq%3D") || html.contains("/view?lang=en&amp;back=%2Fdev%2Fparts%3Fq%3D"));
    let large = parts_page(PageCx { large: true, theme: Theme::Dark, ..cx(Lang::Zh) }).render().unwrap();
    assert!(large.contains("data-size=\"large\"") && large.contains("data-theme=\"dark\""));
}

#[test]
fn the_desk_names_groups_counts_and_who_is_signed_in() {
    let html = desk_parts_page(desk_cx(Lang::Zh)).render().unwrap();
    for text in ["待办", "等企业补正", "专班三号", "<span>6</span>", "action=\"/logout\""] {
        assert!(html.contains(text), "no {text}");
    }
}
