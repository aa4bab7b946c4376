//! Papers to bring, and the questions people ask.

use super::policy::Faq;
use crate::lang::Lang;

/// What an application needs.
pub fn materials(lang: Lang) -> Vec<String> {
    let lines = [
        ("服务合同（写明服务内容、金额、双方名称）", "The service contract with content, amount and both parties"),
        ("发票（数电票填 20 位号码；旧票填代码和号码）", "Invoices: the 20-digit number, or code and number of an older one"),
        ("付款凭证：对公账户的银行回单", "Proof of payment: bank slips of the company account"),
        (
            "资质证明：营业执照、入库登记编号、高企证书、在孵协议等，带有效期",
            "Proof of qualifications with their dates: licence, registry number, high-tech certificate, incubation agreement",
        ),
        ("用量由服务机构在线确认，不用您上传", "Usage is confirmed online by the provider; nothing to upload"),
    ];
    lines.into_iter().map(|(zh, en)| lang.pick(zh, en).to_owned()).collect()
}

/// The questions with their answers.
pub fn all(lang: Lang, notice_days: u32, correction_days: u32) -> Vec<Faq> {
    let faq = |question: (&str, &str), answer: Vec<String>| Faq { question: lang.pick(question.0, question.1).to_owned(), answer };
    let say = |zh: String, en: String| vec![lang.pick(zh, en)];
    vec![
        faq(
            ("省、市、东湖高新区的券能一起用吗？", "May I use several levels together?"),
            say(
                "现行规则下，同一笔支出只享受一级补贴；不同的支出可以申请不同的级别。系统会算出合计最多的分配办法。".into(),
                "Under the rules in force an expense is subsidised by one level; different expenses may go to different levels. The system finds the assignment with the largest total.".into(),
            ),
        ),
        faq(
            ("为什么补贴比我算的少？", "Why is the subsidy less than I expected?"),
            say(
                "补贴按开票、实付、验收用量、合同余额中最小的一个计算，再受年度上限和预算限制。每一分增减都写在计算单上。".into(),
                "It is computed from the least of invoiced, paid, accepted usage and what is left of the contract, then limited by the yearly cap and the budget. The calculation sheet states every step.".into(),
            ),
        ),
        faq(
            ("材料有问题会直接退回吗？", "What if a paper is wrong?"),
            say(
                format!("专班会写明要修改哪一处，请在 {correction_days} 个工作日内补正（退回当日不计），可以申请延长一次。逾期视为撤回，账单释放后可重新申请。"),
                format!("The task force says what to change; you have {correction_days} working days, not counting the day of return, and may be given more time once. After that it counts as withdrawn and you may apply again."),
            ),
        ),
        faq(
            ("公示几天？周末和节假日算吗？", "How long is the notice, and do weekends count?"),
            say(
                format!("公示 {notice_days} 个工作日。工作日当天 17:30 前发布的，当天算第一天；周末和法定节假日不算，调休补班的周六、周日算。公示期满次日起方可拨付。"),
                format!("{notice_days} working days. Published before 17:30 on a working day, that day is the first. Weekends and public holidays do not count, make-up Saturdays and Sundays do. Money moves from the day after the end."),
            ),
        ),
        faq(
            ("对公示名单有异议怎么办？", "How do I object to a notice?"),
            say(
                "请在公示期内书面提出：单位加盖公章，个人署真实姓名并留联系方式，写明事实和理由。我们对异议人的身份保密；匿名或没有事实依据的不予受理。".into(),
                "In writing, within the period: an organisation under its seal, a person under the real name with a way to be reached, stating facts and reasons. Who objects is kept confidential; anonymous or groundless objections are not accepted.".into(),
            ),
        ),
        faq(
            ("预算用完了怎么办？", "What if the budget is used up?"),
            say(
                "按提交先后排队，保留次序；预算到位后自动恢复办理并邮件通知。创新券当年有效，请尽早提交。".into(),
                "Applications wait in the order of submission and go on by themselves when there is budget; you get a mail. Vouchers hold for the year, so submit early.".into(),
            ),
        ),
    ]
}
