//! The quota of a level and year as a card with its bar.

use crate::lang::Lang;
use crate::reports::my_overview::QuotaRow;
use crate::web::parts::Meter;

/// 省级 · 2026 年度, with its bar and sentence.
#[derive(Clone, Debug)]
pub struct QuotaCard {
    pub title: String,
    pub left: String,
    pub meter: Option<Meter>,
}

/// "Of ¥200,000.00 you used ¥30,000.00; ¥170,000.00 is left."
#[must_use]
pub fn quota_card(lang: Lang, quota: &QuotaRow) -> QuotaCard {
    let tier = quota.tier.title();
    let title = lang.pick(format!("{} · {} 年度", tier.zh, quota.year), format!("{} · {}", tier.en, quota.year));
    let Some(cap) = quota.cap else {
        let left = lang.pick(format!("不设上限，已用 {}", quota.used.display()), format!("no cap, {} used", quota.used.display()));
        return QuotaCard { title, left, meter: None };
    };
    let left = (cap - quota.used).or_zero().display();
    let (all, used) = (cap.display(), quota.used.display());
    let text = lang.pick(format!("{all} 中您已用 {used}，还剩 {left}。"), format!("Of {all} you used {used}; {left} is left."));
    QuotaCard {
        title,
        left: lang.pick(format!("还剩 {left}"), format!("{left} left")),
        meter: Some(Meter::new(quota.used.percent_of(cap), text)),
    }
}
