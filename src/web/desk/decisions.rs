//! The decision bar: each decision names its effect and shows its letter before it is sent.

use crate::acts::House;
use crate::acts::four_eyes::Side;
use crate::acts::letters::{Tell, case_letter};
use crate::application::{ActKind, State, acts_open_to};
use crate::calendar::day_with_weekday;
use crate::lang::Lang;
use crate::reports::case_desk::CaseDesk;
use crate::web::answer::with_errors;
use crate::web::attempt::Attempt;
use crate::web::page::PageCx;
use crate::web::parts::{ConfirmView, FieldKind, FieldView, MailPreview};
use crate::web::visitor::Visitor;

/// What can be decided now.
#[derive(Debug, Default)]
pub struct Decisions {
    pub effect: String,
    pub panels: Vec<ConfirmView>,
}

/// The bar for this reader; empty when nothing is open.
#[must_use]
pub fn decisions(visitor: &Visitor, cx: &PageCx, house: &House, desk: &CaseDesk, attempt: &Attempt) -> Decisions {
    let Ok(actor) = visitor.actor() else { return Decisions::default() };
    let lang = visitor.lang;
    let application = desk.detail.application();
    let open = acts_open_to(application.state, &actor.roles());
    let decides = [
        ActKind::Reject,
        ActKind::ReturnForCorrection,
        ActKind::ExtendCorrection,
        ActKind::Precheck,
        ActKind::PassPreliminary,
        ActKind::PassFinal,
    ];
    let open: Vec<ActKind> = decides.into_iter().filter(|act| open.contains(act)).collect();
    if open.is_empty() {
        return Decisions::default();
    }
    let side = Side::deciding(application.state);
    if application.state != State::Returned && desk.own_side.as_deref().is_some_and(|stands| stands != side.as_str()) {
        return Decisions { effect: other_side(lang, side), panels: Vec::new() };
    }
    let writer = Writer { lang, cx, house, desk, attempt, path: &visitor.path, today: visitor.today };
    Decisions { effect: writer.effect(&open), panels: open.into_iter().map(|act| writer.panel(act)).collect() }
}

fn other_side(lang: Lang, side: Side) -> String {
    match side {
        Side::Final => lang.pick(
            "您已参与本案的辅导、预审或初审，复审须由其他有复审权限的同事办理。",
            "You have coached, prechecked or preliminarily reviewed this case; its final review belongs to a colleague.",
        ),
        Side::Preparer => lang.pick(
            "您已做过本案的复审，预审和初审须由其他同事办理。",
            "You have acted as final reviewer of this case; a colleague must precheck and review it.",
        ),
    }
    .to_owned()
}

struct Writer<'a> {
    lang: Lang,
    cx: &'a PageCx,
    house: &'a House,
    desk: &'a CaseDesk,
    attempt: &'a Attempt,
    path: &'a str,
    today: chrono::NaiveDate,
}

impl Writer<'_> {
    fn recipients(&self) -> String {
        let names: Vec<&str> = self.desk.recipients.iter().map(|(name, _)| name.as_str()).collect();
        names.join(self.lang.pick("、", ", "))
    }

    fn effect(&self, open: &[ActKind]) -> String {
        let to = self.recipients();
        let (zh, en) = if open.contains(&ActKind::Precheck) {
            if self.desk.undecided > 0 {
                let count = self.desk.undecided;
                return self.lang.pick(
                    format!("还有 {count} 项资质没有核对，逐项核对后才能通过预审。"),
                    format!("{count} qualifications are not decided yet; decide them before passing the precheck."),
                );
            }
            ("进入初审", "moves it to the preliminary review")
        } else if open.contains(&ActKind::PassPreliminary) {
            ("送复审", "moves it to the final review")
        } else if open.contains(&ActKind::PassFinal) {
            ("进入信用核查", "moves it to the credit check")
        } else {
            return self.lang.pick(format!("任何决定都会邮件通知 {to}。"), format!("Every decision is mailed to {to}."));
        };
        self.lang.pick(format!("通过后{zh}，并发邮件给 {to}。"), format!("Passing {en} and mails {to}."))
    }

    fn panel(&self, act: ActKind) -> ConfirmView {
        let application = self.desk.detail.application();
        let (path, look, zh, en) = match act {
            ActKind::Reject => ("reject", "bad", "不予通过", "Reject"),
            ActKind::ReturnForCorrection => ("return", "quiet", "退回补正", "Return for correction"),
            ActKind::ExtendCorrection => ("extend", "quiet", "延长补正期限", "Give more time"),
            ActKind::Precheck => ("precheck", "", "预审通过", "Pass the precheck"),
            ActKind::PassPreliminary => ("preliminary", "", "初审通过", "Pass the preliminary review"),
            _ => ("final", "", "复审通过", "Pass the final review"),
        };
        let action = format!("/desk/applications/{}/{path}", application.number);
        let name = self.lang.pick(zh, en);
        let button = self.lang.pick(format!("{zh}，发邮件告知企业"), format!("{en} and tell the enterprise by mail"));
        let mut panel = ConfirmView::new(self.cx, action.clone(), format!("{name}…"), button);
        panel.look = look;
        panel.hidden = vec![("version".to_owned(), application.version.to_string())];
        panel.open = self.attempt.is_refused() && self.path == action;
        panel.effect = self.sentence(act);
        panel.fields = self.fields(act, panel.open);
        panel.mail = self.mail(act);
        panel
    }

    /// What the decision does, in one sentence.
    fn sentence(&self, act: ActKind) -> String {
        let total = self.desk.detail.application().total_fen.display();
        match act {
            ActKind::Reject => self.lang.pick(
                format!("释放预留的 {total} 和所选账单，本次申请到此结束。"),
                format!("Releases the reserved {total} and the purchases; this application ends here."),
            ),
            ActKind::ReturnForCorrection => {
                let day = self.due().map(|due| day_with_weekday(due, self.lang)).unwrap_or_default();
                self.lang.pick(
                    format!("释放预留的 {total}，账单保留。企业须在 {day} 17:30 前修改并重新提交。"),
                    format!("Releases the reserved {total} and keeps the purchases. The enterprise has until 17:30 on {day}."),
                )
            }
            ActKind::ExtendCorrection => {
                let day = self.due().map(|due| day_with_weekday(due, self.lang)).unwrap_or_default();
                self.lang.pick(format!("补正期限延长到 {day}，只能延长一次。"), format!("Moves the due day to {day}; possible once."))
            }
            ActKind::Precheck => self.lang.pick(
                "按已认可的资质重新测算，之后只认这些资质。".to_owned(),
                "Evaluates again with the accepted qualifications alone; from then on only these count.".to_owned(),
            ),
            ActKind::PassPreliminary => self.lang.pick(
                format!("确认拟补贴 {total}，转给未参与本案的复审人员。"),
                format!("Confirms {total} and hands the case to a final reviewer who has not touched it."),
            ),
            _ => self.lang.pick(
                format!("核定补贴 {total}，转主管部门核查信用。"),
                format!("Approves {total} and hands the case to the competent authority for the credit check."),
            ),
        }
    }

    fn due(&self) -> Option<chrono::NaiveDate> {
        let application = self.desk.detail.application();
        let from = if application.state == State::Returned { application.correction_due? } else { self.today };
        self.house.calendar.add_working_days(from, self.house.correction_working_days).ok()
    }

    fn fields(&self, act: ActKind, open: bool) -> Vec<FieldView> {
        let typed = |name: &str, before: &str| if open { self.attempt.typed(name, before) } else { before.to_owned() };
        let area = |name: &str, label: &str, hint: &str, before: &str| {
            FieldView::new(self.lang, FieldKind::Area, name, label).hint(hint).value(typed(name, before)).max_length(300)
        };
        let lang = self.lang;
        let fields = match act {
            ActKind::Reject => vec![area(
                "reason",
                lang.pick("不予通过的理由", "Why it is rejected"),
                lang.pick("至少 10 个字，企业会原样看到。", "At least 10 characters; the enterprise reads it word for word."),
                "",
            )],
            ActKind::ExtendCorrection => vec![area("reason", lang.pick("延长的理由", "Why more time is given"), "", "")],
            ActKind::ReturnForCorrection => {
                let hint = lang.pick("不用修改的材料留空。", "Leave it empty when the paper may stay.");
                let papers = self.desk.detail.dossier.materials.iter();
                let mut fields: Vec<FieldView> = papers
                    .map(|paper| {
                        let before = if paper.remark_open { paper.remark.as_str() } else { "" };
                        let name = format!("remark_{}", paper.id);
                        FieldView::text(lang, name.clone(), paper.file_name.clone())
                            .hint(hint)
                            .value(typed(&name, before))
                            .max_length(300)
                            .optional()
                    })
                    .collect();
                let other = lang.pick("其他须补正的事项（缺少的材料、资质等）", "Anything else: missing papers, qualifications");
                fields.push(area("other", other, "", "").optional());
                fields
            }
            ActKind::PassFinal if self.desk.to_explain().next().is_some() => vec![area(
                "note",
                lang.pick("须说明的核对，为何仍可通过", "Why it passes although checks must be explained"),
                &self.to_explain(),
                "",
            )],
            _ => vec![
                area("note", lang.pick("审核意见（内部留痕，企业不收到）", "Note for the trail; not sent to the enterprise"), "", "")
                    .optional(),
            ],
        };
        if open { with_errors(lang, fields, self.attempt.refusals()) } else { fields }
    }

    /// What the final reviewer must explain, as the hint of the field.
    fn to_explain(&self) -> String {
        let texts: Vec<&str> = self.desk.to_explain().map(|check| check.text.get(self.lang)).collect();
        let texts = texts.join(self.lang.pick("；", "; "));
        self.lang.pick(
            format!("须说明：{texts}。至少 10 个字，内部留痕，企业不收到。"),
            format!("To be explained: {texts}. At least 10 characters; kept in the trail, not sent to the enterprise."),
        )
    }

    /// The letter as the enterprise will get it.
    fn mail(&self, act: ActKind) -> Option<MailPreview> {
        let words = match act {
            ActKind::Reject | ActKind::ReturnForCorrection => {
                self.lang.pick("（您填写的理由会原样出现在这里）", "(the reasons you type stand here word for word)")
            }
            _ => "",
        };
        let due = matches!(act, ActKind::ReturnForCorrection | ActKind::ExtendCorrection).then(|| self.due()).flatten();
        let detail = &self.desk.detail;
        let tell = Tell { words, due, ..Tell::default() };
        let letter = case_letter(self.house, detail.application(), &detail.dossier.enterprise.name, act, &tell, self.lang)?;
        let to: Vec<String> = self.desk.recipients.iter().map(|(name, email)| format!("{name} <{email}>")).collect();
        Some(MailPreview { lang: self.lang, to: to.join(", "), subject: letter.subject, body: letter.body, open: false })
    }
}
