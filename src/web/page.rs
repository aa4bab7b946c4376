//! What every page knows: the reader's language and settings, who is signed in, where they are.
//!
//! A page template has a field `cx: PageCx`. The templates read it; they compute nothing from it.

use crate::hidden::tells;
use crate::lang::Lang;
use crate::web::assets;

/// The frame of one page, built by the handler before the page itself.
#[derive(Clone, Default)]
pub struct PageCx {
    pub lang: Lang,
    /// Path and query of this page, so that the switches come back to it.
    pub path: String,
    /// The links of the top bar or of the desk's rail, in the order shown.
    pub nav: Vec<NavItem>,
    /// Who is signed in; `None` on public pages read without an account.
    pub person: Option<Person>,
    /// Goes into the hidden input `csrf` of every form.
    pub csrf: String,
    /// Goes into the hidden input `request_key`: the same form sent twice is one act.
    pub request_key: String,
    pub flash: Option<Flash>,
    /// Only in the demo: the ribbon with the demo's clock.
    pub demo: Option<DemoBar>,
    /// Large text (适老化).
    pub large: bool,
    pub theme: Theme,
    /// Stands after the page's title in the window title; empty means 算券 / Suanquan.
    pub title_suffix: String,
}

// The path may be the link of a letter.
tells! { PageCx { lang, theme } }

/// One link of the top bar or of the rail.
#[derive(Clone, Debug, Default)]
pub struct NavItem {
    pub href: String,
    pub label: String,
    pub current: bool,
    /// How much waits behind the link; shown as a number.
    pub count: Option<i64>,
    /// A heading that stands before this link (rail only), empty for none.
    pub heading: String,
}

impl NavItem {
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> NavItem {
        NavItem { href: href.into(), label: label.into(), ..NavItem::default() }
    }

    /// Marks the link when it is the page being shown.
    pub fn current(self, current: bool) -> NavItem {
        NavItem { current, ..self }
    }

    pub fn count(self, count: i64) -> NavItem {
        NavItem { count: Some(count), ..self }
    }

    /// Starts a group of the rail with this link.
    pub fn under(self, heading: impl Into<String>) -> NavItem {
        NavItem { heading: heading.into(), ..self }
    }
}

/// Who is signed in, in words.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub name: String,
    /// The role and, for an enterprise user, the enterprise.
    pub role_label: String,
}

/// One sentence about what just happened, shown once.
#[derive(Clone, Debug)]
pub struct Flash {
    /// `ok`, `warn`, `bad` or `info`.
    pub kind: &'static str,
    pub text: String,
}

/// The ribbon of the demo.
#[derive(Clone, Debug, Default)]
pub struct DemoBar {
    /// The demo's clock in words: 2026-03-02（周一）09:00.
    pub now_text: String,
}

/// Colours: as the system says, or as the reader chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// Reads the cookie's value; anything unknown is the system's choice.
    pub fn parse(text: &str) -> Theme {
        match text {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// The value of the cookie and of `data-theme`.
    pub const fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

impl PageCx {
    /// Is this the page at `href`, whatever was asked of it?
    pub fn is_at(&self, href: &str) -> bool {
        self.path.split('?').next() == Some(href)
    }

    /// Chooses between the two wordings.
    pub fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    pub fn is_zh(&self) -> bool {
        self.lang == Lang::Zh
    }

    /// The tag for `<html lang>`.
    pub fn lang_code(&self) -> &'static str {
        self.lang.code()
    }

    /// Address of a file of `static/` that changes when its content does, so it can be cached for good.
    pub fn asset(&self, name: &str) -> String {
        assets::href(name)
    }

    /// What stands after the page's title in the window title.
    pub fn site_name(&self) -> &str {
        if self.title_suffix.is_empty() { self.t("算券", "Suanquan") } else { &self.title_suffix }
    }

    /// The same page in the other language.
    pub fn switch_lang_href(&self) -> String {
        self.view_href("lang", self.lang.other().code())
    }

    /// The other language's own name.
    pub fn switch_lang_label(&self) -> &'static str {
        self.lang.other().name()
    }

    /// The same page with large or normal text.
    pub fn switch_size_href(&self) -> String {
        self.view_href("size", if self.large { "normal" } else { "large" })
    }

    /// The next of system, light, dark.
    pub fn switch_theme_href(&self) -> String {
        let next = match self.theme {
            Theme::System => Theme::Dark,
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::System,
        };
        self.view_href("theme", next.code())
    }

    /// Names the colours in use.
    pub fn theme_label(&self) -> &'static str {
        match self.theme {
            Theme::System => self.t("配色：随系统", "Colours: system"),
            Theme::Light => self.t("配色：浅色", "Colours: light"),
            Theme::Dark => self.t("配色：深色", "Colours: dark"),
        }
    }

    /// `GET /view` remembers one setting in a cookie and returns to `back`.
    fn view_href(&self, setting: &str, value: &str) -> String {
        let back = if self.path.is_empty() { "/" } else { &self.path };
        serde_urlencoded::to_string([(setting, value), ("back", back)])
            .map_or_else(|_| "/view".to_owned(), |query| format!("/view?{query}"))
    }
}
