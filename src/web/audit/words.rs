//! Lines of the trail as sentences. Acts on applications have their words in the workflow table,
//! all others here.

use std::collections::BTreeMap;

use crate::acts::openid_refusals::Why;
use crate::application::{ActKind, State};
use crate::calendar::{beijing_time, date_time};
use crate::code::Tier;
use crate::lang::Lang;
use crate::party::Role;
use crate::reports::application_detail::Entry;
use crate::web::parts::{Link, TimelineItem, Tone};

/// Code, Chinese, English.
const OTHER_ACTS: &[(&str, &str, &str)] = &[
    ("accept_invitation", "接受邀请", "Accepted an invitation"),
    ("accept_qualification", "认定资质", "Accepted a qualification"),
    ("activate_pack", "启用政策包", "Put a policy pack in force"),
    ("add_contract", "登记合同", "Entered a contract"),
    ("add_provider", "登记服务机构", "Added a provider"),
    ("add_remark", "填写审核意见", "Added a remark"),
    ("add_resource", "登记计量资源", "Entered a metered resource"),
    ("allocate_paper", "将单据分配到账单", "Allocated a paper to a purchase"),
    ("answer_register", "收到登记查询结果", "Got an answer of a register"),
    ("approve_batch", "复核并下达批次", "Approved and ordered a batch"),
    ("ask_bank_change", "申请变更收款账户", "Asked to change the bank account"),
    ("assign_subject", "指定账户归属", "Said whose a usage account is"),
    ("cancel_batch", "作废批次", "Cancelled a batch"),
    ("cancel_notice", "撤销公示稿", "Cancelled a notice"),
    ("change_password", "更换密码", "Changed their password"),
    ("check_registry_list", "比较登记名单", "Compared a registry list"),
    ("checkpoint_usage", "签署用量检查点", "Signed a checkpoint of usage"),
    ("claim_voucher", "申领创新券", "Claimed the voucher"),
    ("close_account", "停用账号", "Closed an account"),
    ("close_case", "处理核对差异", "Closed a difference"),
    ("close_notice", "公示期满", "Closed a notice"),
    ("confirm_again", "再次验证身份", "Confirmed who they are"),
    ("confirm_bank_change", "确认变更收款账户", "Confirmed the new bank account"),
    ("confirm_columns", "确认名单各列", "Confirmed the columns of a list"),
    ("confirm_email", "确认邮箱", "Confirmed the e-mail address"),
    ("confirm_statement", "确认对账单", "Confirmed a statement"),
    ("create_account", "新建账号", "Created an account"),
    ("declare_structure", "申报股权结构", "Declared its structure"),
    ("dismiss_quarantined", "不采用隔离事件", "Dismissed a quarantined event"),
    ("dispute_statement", "对对账单提出异议", "Disputed a statement"),
    ("draft_notice", "起草公示", "Drafted a notice"),
    ("draw_up_batch", "制单", "Drew up a batch"),
    ("edit_notice", "修改公示稿", "Edited a notice"),
    ("end_sessions", "退出其他登录", "Ended sessions"),
    ("enter_bank_account", "登记收款账户", "Entered a bank account"),
    ("enter_qualification", "登记资质", "Entered a qualification"),
    ("expire_voucher", "创新券逾期作废", "The voucher lapsed"),
    ("find_virus", "发现带病毒的文件", "Found a virus in a file"),
    ("give_rights", "授予权限", "Gave rights"),
    ("hold_payouts", "时钟跳变，暂停拨付", "Held payouts after a jump of the clock"),
    ("import_purchases", "导入账单", "Imported purchases"),
    ("import_registry_list", "导入登记名单", "Imported a registry list"),
    ("import_usage", "导入用量", "Imported usage"),
    ("invite_again", "重发邀请", "Invited again"),
    ("invite_colleague", "邀请同事", "Invited a colleague"),
    ("issue_service_token", "签发服务令牌", "Issued a service token"),
    ("issue_statement", "出具对账单", "Issued a statement"),
    ("link_openid", "绑定统一身份认证", "Linked with the single sign-on"),
    ("mark_failed", "登记转账失败", "Recorded failed transfers"),
    ("mark_paid", "登记到账", "Recorded payments"),
    ("match_listing", "确认名单中的同名企业", "Confirmed a name on a list"),
    ("open_account", "恢复账号", "Reopened an account"),
    ("publish_notice", "发布公示", "Published a notice"),
    ("purchase_corrected", "已批账单被冲红或退款", "A granted purchase was taken back in part"),
    ("record_appropriation", "登记拨款", "Recorded an appropriation"),
    ("record_dishonesty", "登记失信记录", "Recorded a dishonesty entry"),
    ("record_receipt", "登记收款", "Recorded a receipt of money"),
    ("record_related_party", "登记关联关系", "Recorded a related party"),
    ("record_tariff", "登记资费版本", "Recorded a tariff"),
    ("record_tax_invoice", "登记发票", "Recorded a tax invoice"),
    ("red_letter", "收到红字发票", "A red letter came"),
    ("refuse_bank_change", "拒绝变更收款账户", "Refused the new bank account"),
    ("refuse_openid", "拒绝统一身份认证登录", "Refused a single sign-on"),
    ("refuse_qualification", "不认定资质", "Refused a qualification"),
    ("register_enterprise", "注册企业", "Registered an enterprise"),
    ("release_payouts", "核对时钟，恢复拨付", "Checked the clock and released payouts"),
    ("remove_qualification", "移除资质", "Removed a qualification"),
    ("remove_second_factor", "关闭动态口令", "Switched their second factor off"),
    ("renew_recovery_codes", "更换恢复码", "Made new recovery codes"),
    ("replay_quarantined", "重新处理隔离事件", "Read a quarantined event again"),
    ("reset_password", "重设密码", "Reset the password"),
    ("reset_second_factor", "重置他人的动态口令", "Reset a second factor"),
    ("resolve_statement", "答复异议，维持对账单", "Answered the dispute, statement upheld"),
    ("retry_letter", "重发邮件", "Sent a letter again"),
    ("reverse_statement", "冲销对账单", "Reversed a statement"),
    ("revoke_service_token", "吊销服务令牌", "Revoked a service token"),
    ("revoke_voucher", "收回创新券", "Revoked a voucher"),
    ("save_account", "更新自己的账号", "Changed their own account"),
    ("save_enterprise", "更新企业资料", "Changed the enterprise's details"),
    ("set_second_factor", "绑定动态口令", "Set up the second factor"),
    ("settle_recovery", "处理红字发票", "Decided about a red letter"),
    ("settle_withdrawal", "复核已取消的资格", "Reviewed a listing that ended"),
    ("sign_in", "登录", "Signed in"),
    ("start_application", "新建申请", "Started an application"),
    ("take_back_invitation", "收回邀请", "Took an invitation back"),
    ("top_up_pool", "登记预付款", "Topped up prepaid money"),
    ("unlink_openid", "解除统一身份认证绑定", "Removed a link with the single sign-on"),
    ("use_recovery_code", "使用恢复码登录", "Signed in with a recovery code"),
    ("vouch_openid", "通过统一身份认证", "Proved who they are by the single sign-on"),
];

/// Every act in words, by its code.
#[must_use]
pub fn all_act_words(lang: Lang) -> BTreeMap<&'static str, &'static str> {
    let of_applications = ActKind::ALL.iter().map(|kind| (kind.as_str(), kind.label(lang)));
    of_applications.chain(OTHER_ACTS.iter().map(|(code, zh, en)| (*code, lang.pick(*zh, *en)))).collect()
}

/// An act in words.
#[must_use]
pub fn act_words(code: &str, lang: Lang) -> String {
    if let Some(kind) = ActKind::parse(code) {
        return kind.label(lang).to_owned();
    }
    match OTHER_ACTS.iter().find(|(known, _, _)| *known == code) {
        Some((_, zh, en)) => lang.pick(*zh, *en).to_owned(),
        None => lang.pick("其他操作", "Another act").to_owned(),
    }
}

/// Role and name of whoever acted.
#[must_use]
pub fn actor_words(entry: &Entry, lang: Lang) -> String {
    let role = Role::parse(&entry.actor_role).map_or("", |role| role.label(lang));
    if role.is_empty() { entry.actor_name.clone() } else { format!("{role} {}", entry.actor_name) }
}

/// What a save of the draft changed. The trail keeps it short; details of other acts are numbers,
/// amounts and names and stand as they are.
fn detail_words(entry: &Entry, lang: Lang) -> String {
    let detail = entry.detail.as_str();
    if let Some(why) = Why::parse(detail) {
        return why.text().get(lang).to_owned();
    }
    if entry.act != ActKind::SaveDraft.as_str() {
        return detail.to_owned();
    }
    let (what, which) = detail.split_once(": ").unwrap_or((detail, ""));
    match what {
        "purchases" => lang.pick(format!("选定账单 {which} 笔"), format!("chose {which} purchases")),
        "filed" => lang.pick(format!("上传 {which}"), format!("filed {which}")),
        "described" => lang.pick(format!("填写 {which}"), format!("filled in {which}")),
        "removed" => lang.pick(format!("移除 {which}"), format!("removed {which}")),
        "level" => {
            let level = level_words(which, lang);
            lang.pick(format!("申请等级：{level}"), format!("level: {level}"))
        }
        "declared" => lang.pick("已承诺真实、不重复申报", "declared").to_owned(),
        _ => detail.to_owned(),
    }
}

fn level_words(code: &str, lang: Lang) -> String {
    match (code, Tier::parse(code)) {
        (_, Some(tier)) => tier.title().get(lang).to_owned(),
        ("all", None) => lang.pick("各级叠加", "all levels").to_owned(),
        _ => lang.pick("最合算的组合", "the best combination").to_owned(),
    }
}

/// One line as a sentence with its reason and a link to the case.
#[must_use]
pub fn sentence(entry: &Entry, lang: Lang, with_link: bool) -> TimelineItem {
    let (who, did) = (actor_words(entry, lang), act_words(&entry.act, lang));
    let mut text = lang.pick(format!("{who}：{did}"), format!("{who}: {did}"));
    if !entry.subject.is_empty() {
        text.push_str(&lang.pick(format!(" {}", entry.subject), format!(" ({})", entry.subject)));
    }
    if let (Some(from), Some(to)) = (State::parse(&entry.from_state), State::parse(&entry.to_state))
        && from != to
    {
        text.push_str(&lang.pick(
            format!("，由「{}」转为「{}」", from.staff_label(lang), to.staff_label(lang)),
            format!(", from \"{}\" to \"{}\"", from.staff_label(lang), to.staff_label(lang)),
        ));
    }
    if !entry.detail.is_empty() && entry.detail.chars().count() <= 200 {
        text.push_str(&format!(" · {}", detail_words(entry, lang)));
    }
    let link = with_link && entry.application_id.is_some() && entry.subject.starts_with("A-");
    TimelineItem {
        tone: tone(entry),
        when: date_time(entry.at.and_utc(), lang),
        machine_time: format!("{}+08:00", beijing_time(entry.at.and_utc()).format("%Y-%m-%dT%H:%M:%S")),
        text,
        said: entry.reason.clone(),
        proof: link.then(|| Link::new(format!("/audit/applications/{}", entry.subject), lang.pick("看本案", "See the case"))),
        next: false,
    }
}

fn tone(entry: &Entry) -> Tone {
    use crate::application::state::Tone as Of;
    if entry.from_state == entry.to_state {
        return Tone::Plain;
    }
    match State::parse(&entry.to_state).map(State::tone) {
        Some(Of::Ok) => Tone::Ok,
        Some(Of::Warn) => Tone::Warn,
        Some(Of::Bad) => Tone::Bad,
        Some(Of::Info) => Tone::Info,
        Some(Of::Plain) | None => Tone::Plain,
    }
}

#[cfg(test)]
mod tests;
