//! `GET /desk`: the queue with its lists, search, filters and pages.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{frame, tab_label};
use crate::application::State;
use crate::calendar::{Calendar, beijing_date, day_with_weekday};
use crate::code::Tier;
use crate::ids::ProviderId;
use crate::lang::Lang;
use crate::party::Role;
use crate::reports::desk_queue::{self, PER_PAGE, PROMISED_WORKING_DAYS, Queue, QueueAsk, QueueRow, Sort, Tab, UNDER_REVIEW};
use crate::web::answer::page;
use crate::web::desk::case_view::state_tag;
use crate::web::page::PageCx;
use crate::web::parts::{Chip, Choice, EmptyView, FieldKind, FieldView, FilterBar, PagerView, SortDir, SortHead, Tag, Tone};
use crate::web::problem::Problem;
use crate::web::site::Site;
use crate::web::visitor::Visitor;

/// The queue as asked for; unknown values are taken as left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    tab: String,
    q: String,
    state: String,
    tier: String,
    provider: String,
    sort: String,
    dir: String,
    page: String,
}

#[derive(Debug, Template)]
#[template(path = "desk/queue.html")]
struct QueuePage {
    cx: PageCx,
    title: &'static str,
    filters: FilterBar,
    heads: Vec<SortHead>,
    rows: Vec<Row>,
    pager: Option<PagerView>,
    empty: Option<EmptyView>,
}

/// One line of the table.
#[derive(Debug)]
struct Row {
    number: String,
    enterprise: String,
    uscc: String,
    amount: String,
    state: Tag,
    waiting: String,
    assigned: String,
    due: String,
    late: Option<Tag>,
}

impl Asked {
    fn read(&self, visitor: &Visitor) -> QueueAsk {
        let first = if visitor.holds(Role::TaskForce) { Tab::Mine } else { Tab::All };
        QueueAsk {
            tab: Tab::parse(&self.tab).unwrap_or(first),
            search: self.q.trim().to_owned(),
            state: State::parse(&self.state),
            tier: Tier::parse(&self.tier),
            provider: self.provider.parse().ok(),
            sort: Sort::parse(&self.sort).unwrap_or(Sort::Since),
            descending: self.dir == "desc",
            page: self.page.parse::<i64>().unwrap_or(1).max(1) - 1,
        }
    }

    fn href(&self, change: impl FnOnce(&mut Asked)) -> String {
        let mut asked = Asked { page: String::new(), ..self.clone() };
        change(&mut asked);
        let pairs = [
            ("tab", asked.tab),
            ("q", asked.q),
            ("state", asked.state),
            ("tier", asked.tier),
            ("provider", asked.provider),
            ("sort", asked.sort),
            ("dir", asked.dir),
            ("page", asked.page),
        ];
        let said: Vec<(&str, String)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        serde_urlencoded::to_string(said).map_or_else(|_| "/desk".to_owned(), |query| format!("/desk?{query}"))
    }
}

/// # Errors
/// A fault of the database.
pub async fn show(visitor: Visitor, site: web::Data<Site>, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let ask = asked.read(&visitor);
    let (who, wanted) = (visitor.actor()?.account, ask.clone());
    let (rail, queue) = site.read(move |db| Ok((desk_queue::rail(db, who)?, desk_queue::page(db, who, &wanted)?))).await?;
    let calendar = site.house.calendar;
    let lang = visitor.lang;
    page(&QueuePage {
        cx: frame(&visitor, &rail, Some(ask.tab)),
        title: tab_label(&visitor, ask.tab),
        filters: filters(lang, &asked, &ask, &queue.providers),
        heads: heads(lang, &asked, &ask),
        rows: queue.rows.iter().map(|row| line(lang, calendar, visitor.today, row)).collect(),
        pager: (queue.total > PER_PAGE).then(|| pager(lang, &asked, &ask, &queue)),
        empty: queue.rows.is_empty().then(|| empty(lang)),
    })
}

fn line(lang: Lang, calendar: &Calendar, today: NaiveDate, row: &QueueRow) -> Row {
    let since = beijing_date(row.since.and_utc());
    let over = matches!(row.state, State::Paid | State::Rejected | State::Withdrawn | State::ClawedBack);
    let nothing = || "—".to_owned();
    let waited = calendar
        .working_days_between(since, today)
        .map_or_else(|_| nothing(), |days| lang.pick(format!("{days} 个工作日"), format!("{days} working days")));
    let promised = || calendar.add_working_days(since, PROMISED_WORKING_DAYS).ok();
    let due = row.last_day.or_else(|| UNDER_REVIEW.contains(&row.state).then(promised).flatten());
    let late = due.is_some_and(|due| due < today);
    Row {
        number: row.number.clone(),
        enterprise: row.enterprise.clone(),
        uscc: row.uscc.clone(),
        amount: row.amount.display(),
        state: state_tag(lang, row.state),
        waiting: if over { nothing() } else { waited },
        assigned: row.assigned.clone().unwrap_or_else(|| if over { nothing() } else { lang.pick("未分派", "nobody").to_owned() }),
        due: due.map_or_else(nothing, |due| day_with_weekday(due, lang)),
        late: late.then(|| Tag::new(Tone::Bad, lang.pick("已逾期", "overdue"))),
    }
}

fn heads(lang: Lang, asked: &Asked, ask: &QueueAsk) -> Vec<SortHead> {
    let head = |sort: Sort, zh: &str, en: &str, num: bool| {
        let here = ask.sort == sort;
        let descend = here && !ask.descending;
        SortHead {
            label: lang.pick(zh, en).to_owned(),
            href: asked.href(|asked| {
                asked.sort = sort.as_str().to_owned();
                asked.dir = if descend { "desc".to_owned() } else { String::new() };
            }),
            dir: match (here, ask.descending) {
                (false, _) => SortDir::None,
                (true, false) => SortDir::Ascending,
                (true, true) => SortDir::Descending,
            },
            num,
        }
    };
    vec![
        head(Sort::Number, "申请与企业", "Application", false),
        head(Sort::Amount, "拟补贴", "Proposed", true),
        head(Sort::State, "状态", "Status", false),
        head(Sort::Since, "已等待", "Waiting", false),
        head(Sort::Due, "期限", "Due", false),
    ]
}

fn filters(lang: Lang, asked: &Asked, ask: &QueueAsk, providers: &[(ProviderId, String)]) -> FilterBar {
    let all = || Choice::new("", lang.pick("全部", "All"));
    let select = |name: &str, zh: &str, en: &str, value: &str, choices: Vec<Choice>| {
        let choices = std::iter::once(all()).chain(choices).collect();
        FieldView::new(lang, FieldKind::Select, name, lang.pick(zh, en)).value(value).choices(choices).optional()
    };
    let states = State::ALL.iter().filter(|state| **state != State::Draft);
    let mut chips = Vec::new();
    if !ask.search.is_empty() {
        chips.push(Chip { text: ask.search.clone(), remove_href: asked.href(|asked| asked.q.clear()) });
    }
    if let Some(state) = ask.state {
        chips.push(Chip { text: state.staff_label(lang).to_owned(), remove_href: asked.href(|asked| asked.state.clear()) });
    }
    if let Some(tier) = ask.tier {
        chips.push(Chip { text: tier.title().get(lang).to_owned(), remove_href: asked.href(|asked| asked.tier.clear()) });
    }
    if let Some((_, name)) = ask.provider.and_then(|wanted| providers.iter().find(|(id, _)| *id == wanted)) {
        chips.push(Chip { text: name.clone(), remove_href: asked.href(|asked| asked.provider.clear()) });
    }
    let kept = [("tab", &asked.tab), ("sort", &asked.sort), ("dir", &asked.dir)];
    FilterBar {
        lang,
        action: "/desk".to_owned(),
        fields: vec![
            FieldView::new(lang, FieldKind::Search, "q", lang.pick("申请号、企业名称或信用代码", "Number, enterprise or credit code"))
                .value(ask.search.clone())
                .optional(),
            select(
                "state",
                "状态",
                "Status",
                &asked.state,
                states.map(|state| Choice::new(state.as_str(), state.staff_label(lang))).collect(),
            ),
            select(
                "tier",
                "级别",
                "Level",
                &asked.tier,
                Tier::ALL.iter().map(|tier| Choice::new(tier.code(), tier.title().get(lang))).collect(),
            ),
            select(
                "provider",
                "服务机构",
                "Provider",
                &asked.provider,
                providers.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect(),
            ),
        ],
        hidden: kept.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value.clone())).collect(),
        chips,
        clear_href: asked.href(|asked| *asked = Asked { tab: asked.tab.clone(), ..Asked::default() }),
    }
}

fn pager(lang: Lang, asked: &Asked, ask: &QueueAsk, queue: &Queue) -> PagerView {
    let first = ask.page * PER_PAGE + 1;
    let last = (first + PER_PAGE - 1).min(queue.total);
    let to = |page: i64| asked.href(|asked| asked.page = page.to_string());
    PagerView {
        lang,
        text: lang.pick(format!("第 {first}–{last} 项，共 {} 项", queue.total), format!("{first}–{last} of {}", queue.total)),
        previous_href: (ask.page > 0).then(|| to(ask.page)),
        next_href: (last < queue.total).then(|| to(ask.page + 2)),
    }
}

fn empty(lang: Lang) -> EmptyView {
    EmptyView {
        title: lang.pick("这里没有申请", "No applications here").to_owned(),
        text: lang.pick("换一个列表，或清除筛选条件。", "Look at another list, or clear the filters.").to_owned(),
        link: None,
        alone: false,
    }
}
