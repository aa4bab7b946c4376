//! Letters about a voucher: that its end is near, that it was revoked.

use chrono::NaiveDate;

use super::Letter;
use crate::calendar::full_date;
use crate::lang::Lang;

/// The voucher, who is written to, and where to look.
#[derive(Clone, Copy, Debug)]
pub struct VoucherNews<'a> {
    pub number: &'a str,
    pub to: &'a str,
    pub link: &'a str,
}

/// The voucher lapses on a day, in so many days.
#[must_use]
pub fn ends_soon(news: &VoucherNews<'_>, last_day: NaiveDate, days: i64, lang: Lang) -> Letter {
    let day = full_date(last_day, lang);
    match lang {
        Lang::Zh => letter(
            news,
            lang,
            "即将到期",
            &format!(
                "您单位的创新券有效期至 {day} 24:00，还有 {days} 天。没有兑付的额度逾期作废。\n\n有可以申请补贴的账单，请在到期前提交申请；到期前已提交的申请，到期后继续办理。"
            ),
        ),
        Lang::En => letter(
            news,
            lang,
            "ends soon",
            &format!(
                "Your voucher is valid to the end of {day} (Beijing time), {days} days from now. Quota that is not redeemed lapses.\n\nIf you have purchases to apply with, please submit before then; what is submitted in time goes on after the end."
            ),
        ),
    }
}

/// The authority took the voucher back.
#[must_use]
pub fn revoked(news: &VoucherNews<'_>, reason: &str, lang: Lang) -> Letter {
    match lang {
        Lang::Zh => letter(
            news,
            lang,
            "已收回",
            &format!("主管部门收回了您单位的创新券，不能再用它提交申请。\n\n理由：\n{reason}\n\n如有疑问，请联系主管部门。"),
        ),
        Lang::En => letter(
            news,
            lang,
            "revoked",
            &format!(
                "The competent authority has revoked your voucher; it takes no further applications.\n\nReason:\n{reason}\n\nPlease ask the competent authority if anything is unclear."
            ),
        ),
    }
}

fn letter(news: &VoucherNews<'_>, lang: Lang, subject: &str, text: &str) -> Letter {
    let VoucherNews { number, to, link } = news;
    Letter {
        subject: lang.pick(format!("[算券] 创新券 {number} {subject}"), format!("[Suanquan] voucher {number}: {subject}")),
        body: lang.pick(
            format!("{to}：\n\n{text}\n\n查看额度：{link}\n\n算券 · 科技创新券兑付服务\n本邮件由系统发出，请勿直接回复。\n"),
            format!("To {to}\n\n{text}\n\nSee the quota: {link}\n\nSuanquan · innovation vouchers\nThis letter was sent by the system; please do not reply.\n"),
        ),
    }
}
