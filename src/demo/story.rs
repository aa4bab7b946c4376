//! What happened between January and the morning of 2 March: applications carried to every state,
//! step by step in the order of time, by the people whose work it is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::by_hand;
use super::cast::firm;
use super::filing::{answer_return, ask_for_help, file_application, withdraw};
use super::firms::{act, person};
use super::metered::Meters;
use super::papers::Papers;
use super::people::{AI, HPC};
use super::{at, opening};
use crate::acts::approve_batch::approve_batch;
use crate::acts::assign_application::assign_application;
use crate::acts::check_credit::{Finding, check_credit};
use crate::acts::coach::coach;
use crate::acts::decide_qualification::decide_qualification;
use crate::acts::draft_notice::draft_notice;
use crate::acts::draw_up_batch::draw_up_batch;
use crate::acts::edit_notice::edit_notice;
use crate::acts::notice_content::words_of;
use crate::acts::open_clawback::{NewClawback, open_clawback};
use crate::acts::pass_final::pass_final;
use crate::acts::pass_preliminary::pass_preliminary;
use crate::acts::precheck_application::precheck_application;
use crate::acts::publish_notice::publish_notice;
use crate::acts::record_appropriation::{NewAppropriation, record_appropriation};
use crate::acts::record_dishonesty::{Record, record_dishonesty};
use crate::acts::record_objection::record_objection;
use crate::acts::recover_clawback::recover_clawback;
use crate::acts::reject_application::reject_application;
use crate::acts::return_for_correction::{Wanted, return_for_correction};
use crate::acts::settle_lines::{BankAnswer, settle_lines};
use crate::application::TierChoice;
use crate::calendar::beijing_date;
use crate::code::Tier;
use crate::jobs;
use crate::money::Fen;
use crate::notice::content::NoticeWords;
use crate::notice::objection::{ObjectorKind, Written};
use crate::party::Actor;
use crate::payout::Cause;
use crate::store;
use crate::store::application::Application;
use crate::web::site::Site;

/// One step of the story.
#[derive(Clone, Copy, Debug)]
enum Step {
    Appropriate(Tier, i64, &'static str),
    /// Takes back what is left of a level's budget.
    TakeBack(Tier, &'static str),
    /// A firm applies for what it used at some centres.
    File(usize, &'static [usize], TierChoice),
    Draft(usize, &'static [usize]),
    AskForHelp(usize, &'static str),
    Coach(usize, &'static str),
    Assign(usize, usize),
    Precheck(usize),
    Preliminary(usize),
    Final(usize),
    Credit(usize),
    Dishonest(usize),
    Return(usize),
    AnswerReturn(usize),
    Reject(usize),
    Withdraw(usize),
    Notice(&'static [usize]),
    Object(usize),
    Batch(&'static [usize]),
    Approve,
    Paid(&'static [usize]),
    Failed(usize),
    Clawback(usize, Tier, i64),
    Recover(usize),
    /// A firm claims what a centre without a meter reported.
    ByHand,
    Jobs,
}

use Step as S;
use TierChoice as T;

/// Month, day, hour and what happened then; in order.
#[rustfmt::skip]
const STORY: &[(u32, u32, i64, Step)] = &[
    (1, 6, 9, S::Appropriate(Tier::Province, 12_000_000, "鄂财教发〔2026〕6号（演示）")),
    (1, 6, 10, S::Appropriate(Tier::City, 6_000_000, "武财教〔2026〕11号（演示）")),
    (1, 6, 11, S::Appropriate(Tier::District, 2_000_000, "武新管财〔2026〕3号（演示）")),
    // Filed on the morning after January was billed, reviewed in two days, paid before the holidays.
    (2, 2, 9, S::File(0, &[AI], T::Best)), (2, 2, 9, S::File(1, &[AI], T::Province)), (2, 2, 9, S::File(2, &[HPC], T::Best)),
    (2, 2, 10, S::File(3, &[AI], T::Best)), (2, 2, 10, S::File(4, &[AI], T::Best)), (2, 2, 11, S::File(5, &[HPC], T::Province)),
    (2, 2, 11, S::File(6, &[AI], T::City)),
    (2, 2, 14, S::Precheck(0)), (2, 2, 14, S::Precheck(1)), (2, 2, 15, S::Precheck(2)), (2, 2, 15, S::Precheck(3)),
    (2, 2, 16, S::Precheck(4)), (2, 2, 16, S::Precheck(5)), (2, 2, 17, S::Precheck(6)),
    (2, 3, 9, S::Preliminary(0)), (2, 3, 9, S::Preliminary(1)), (2, 3, 10, S::Preliminary(2)), (2, 3, 10, S::Preliminary(3)),
    (2, 3, 11, S::Preliminary(4)), (2, 3, 11, S::Preliminary(5)), (2, 3, 11, S::Preliminary(6)),
    (2, 3, 14, S::Final(0)), (2, 3, 14, S::Final(1)), (2, 3, 15, S::Final(2)), (2, 3, 15, S::Final(3)),
    (2, 3, 16, S::Final(4)), (2, 3, 16, S::Final(5)), (2, 3, 17, S::Final(6)),
    (2, 4, 9, S::Credit(0)), (2, 4, 9, S::Credit(1)), (2, 4, 9, S::Credit(2)), (2, 4, 10, S::Credit(3)),
    (2, 4, 10, S::Credit(4)), (2, 4, 10, S::Credit(5)), (2, 4, 10, S::Credit(6)),
    (2, 4, 11, S::Notice(&[0, 1, 2, 3, 4, 5, 6])),
    (2, 11, 8, S::Jobs),
    (2, 11, 10, S::Batch(&[0, 1, 2, 3, 4, 5, 6])), (2, 11, 15, S::Approve),
    (2, 12, 10, S::Paid(&[0, 1, 2, 4, 5, 6])), (2, 12, 11, S::Failed(3)),
    (2, 13, 9, S::Batch(&[3])), (2, 13, 10, S::Approve), (2, 13, 15, S::Paid(&[3])),
    // Filed on the same day, in notice over the Spring Festival.
    (2, 2, 14, S::File(8, &[AI, HPC], T::Best)), (2, 2, 14, S::File(9, &[AI], T::City)), (2, 2, 15, S::File(10, &[AI], T::Best)),
    (2, 2, 15, S::File(11, &[AI, HPC], T::Best)), (2, 2, 16, S::File(12, &[HPC], T::Province)), (2, 2, 16, S::File(13, &[HPC], T::Best)),
    (2, 2, 17, S::File(14, &[AI], T::Best)), (2, 2, 18, S::File(37, &[HPC], T::Best)), (2, 3, 16, S::Return(37)),
    (2, 4, 9, S::Precheck(8)), (2, 4, 9, S::Precheck(9)), (2, 4, 10, S::Precheck(10)), (2, 4, 10, S::Precheck(11)),
    (2, 4, 11, S::Precheck(12)), (2, 4, 14, S::Precheck(13)), (2, 4, 15, S::Precheck(14)),
    (2, 5, 9, S::Preliminary(8)), (2, 5, 9, S::Preliminary(9)), (2, 5, 10, S::Preliminary(10)), (2, 5, 10, S::Preliminary(11)),
    (2, 5, 11, S::Preliminary(12)), (2, 5, 14, S::Preliminary(13)), (2, 5, 16, S::Withdraw(14)),
    (2, 6, 9, S::Final(8)), (2, 6, 9, S::Final(9)), (2, 6, 10, S::Final(10)), (2, 6, 10, S::Final(11)), (2, 6, 11, S::Final(12)),
    (2, 6, 14, S::Reject(13)),
    (2, 9, 9, S::Credit(8)), (2, 9, 9, S::Credit(9)), (2, 9, 10, S::Credit(10)), (2, 9, 10, S::Credit(11)), (2, 9, 11, S::Credit(12)),
    (2, 11, 9, S::Notice(&[8, 9, 10, 11, 12])),
    // Filed ten days later: in notice when the demo opens.
    (2, 12, 9, S::File(16, &[AI, HPC], T::Best)), (2, 12, 10, S::File(17, &[HPC], T::Province)), (2, 12, 11, S::File(18, &[AI], T::Best)),
    (2, 12, 14, S::File(19, &[AI], T::Best)), (2, 12, 15, S::File(20, &[AI, HPC], T::Best)), (2, 12, 16, S::File(21, &[AI], T::City)),
    (2, 12, 17, S::File(22, &[AI], T::Best)),
    (2, 13, 14, S::Precheck(16)), (2, 13, 14, S::Precheck(17)), (2, 13, 15, S::Precheck(18)), (2, 13, 15, S::Precheck(19)),
    (2, 13, 16, S::Precheck(20)), (2, 13, 16, S::Precheck(21)), (2, 13, 17, S::Return(22)),
    (2, 14, 9, S::Preliminary(16)), (2, 14, 9, S::Preliminary(17)), (2, 14, 10, S::Preliminary(18)), (2, 14, 10, S::Preliminary(19)),
    (2, 14, 11, S::Preliminary(20)), (2, 14, 11, S::Preliminary(21)), (2, 14, 15, S::AnswerReturn(22)),
    (2, 24, 9, S::Final(16)), (2, 24, 9, S::Final(17)), (2, 24, 10, S::Final(18)), (2, 24, 10, S::Final(19)), (2, 24, 11, S::Final(20)),
    (2, 24, 11, S::Final(21)), (2, 24, 12, S::Dishonest(21)), (2, 24, 14, S::Credit(16)), (2, 24, 14, S::Credit(17)),
    (2, 24, 14, S::Credit(18)), (2, 24, 15, S::Credit(19)), (2, 24, 15, S::Credit(20)), (2, 24, 16, S::Credit(21)),
    (2, 25, 8, S::Jobs),
    (2, 25, 9, S::Notice(&[16, 17, 18, 19, 20])),
    (2, 25, 14, S::Batch(&[8, 9, 10, 11])), (2, 25, 15, S::Approve), (2, 26, 10, S::Paid(&[8])), (2, 26, 11, S::Failed(11)),
    (2, 26, 14, S::Clawback(5, Tier::Province, 7_500)), (2, 26, 15, S::Clawback(6, Tier::City, 3_000)), (2, 28, 10, S::Recover(6)),
    (2, 27, 9, S::Object(19)),
    // The last days: something at every step.
    (2, 27, 11, S::File(24, &[AI], T::Best)), (2, 27, 11, S::File(25, &[AI, HPC], T::Best)), (2, 27, 11, S::File(26, &[HPC], T::Best)),
    (2, 27, 12, S::File(27, &[AI], T::Best)), (2, 27, 12, S::File(28, &[AI, HPC], T::Best)), (2, 27, 12, S::File(29, &[AI], T::Best)),
    (2, 27, 13, S::File(30, &[AI], T::Best)), (2, 27, 13, S::File(33, &[AI], T::Best)),
    (2, 27, 16, S::Precheck(26)), (2, 27, 16, S::Precheck(27)), (2, 27, 16, S::Precheck(28)), (2, 27, 16, S::Precheck(29)),
    (2, 27, 17, S::Precheck(33)),
    (2, 28, 9, S::Preliminary(27)), (2, 28, 9, S::Preliminary(28)), (2, 28, 9, S::Preliminary(29)), (2, 28, 10, S::Final(28)),
    (2, 28, 10, S::Final(29)), (2, 28, 11, S::Credit(29)), (2, 28, 11, S::Return(30)), (2, 28, 12, S::Assign(25, 3)),
    (2, 28, 12, S::Assign(27, 1)), (2, 28, 12, S::Assign(26, 2)), (2, 28, 12, S::Assign(33, 4)), (2, 28, 12, S::Assign(24, 1)),
    (2, 28, 13, S::TakeBack(Tier::District, "武新管财〔2026〕9号（演示）")), (2, 28, 14, S::File(34, &[HPC], T::District)),
    (2, 28, 14, S::File(0, &[HPC], T::Best)), (2, 28, 15, S::File(1, &[HPC], T::Province)),
    (2, 28, 16, S::Draft(31, &[HPC])), (2, 28, 16, S::AskForHelp(31, "我们有两张发票对应同一份合同，应当怎么上传？")),
    (2, 28, 17, S::Draft(35, &[AI, HPC])), (2, 28, 17, S::AskForHelp(35, "高新证书去年11月才换发，可以用新证书编号吗？")),
    (2, 28, 18, S::Coach(35, "可以。请在企业资料里填写新证书的编号和有效期，并上传新证书；服务日期在有效期内即可。")),
    (2, 28, 19, S::ByHand),
];

/// Where the story stands: the application of each firm, the batch under way.
struct Teller<'a> {
    site: &'a Site,
    papers: &'a Papers,
    filed: BTreeMap<usize, String>,
    batch: String,
    clawbacks: BTreeMap<usize, String>,
}

/// Tells the whole story, the metered half between the steps of this one.
///
/// # Errors
/// An act that was refused: the story has a mistake, and the message says where.
pub fn tell(site: &Site, papers: &Papers) -> anyhow::Result<()> {
    let mut teller = Teller { site, papers, filed: BTreeMap::new(), batch: String::new(), clawbacks: BTreeMap::new() };
    let mut chapters: Vec<&(u32, u32, i64, Step)> = STORY.iter().collect();
    chapters.sort_by_key(|(month, day, hour, _)| (*month, *day, *hour));
    let mut meters = Meters::new(site);
    for (month, day, hour, step) in chapters {
        let when = at(2026, *month, *day, *hour);
        meters.until(when)?;
        site.clock.set(when);
        teller.step(when, *step).map_err(|why| why.context(format!("2026-{month}-{day}: {step:?}")))?;
    }
    meters.until(opening())
}

impl Teller<'_> {
    fn step(&mut self, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
        match step {
            S::Appropriate(tier, yuan, document) => self.appropriate(when, tier, Fen::yuan(yuan), document),
            S::TakeBack(tier, document) => {
                let left = self.site.store.read(|db| store::budget::find(db, tier, 2026))?.map_or(Fen::ZERO, |budget| budget.available());
                if left.is_positive() { self.appropriate(when, tier, -left, document) } else { Ok(()) }
            }
            S::File(index, centres, tier) => {
                let number = file_application(self.site, self.papers, index, centres, tier, true, when)?;
                self.filed.insert(index, number);
                Ok(())
            }
            S::Draft(index, centres) => {
                let number = file_application(self.site, self.papers, index, centres, T::Best, false, when)?;
                self.filed.insert(index, number);
                Ok(())
            }
            S::ByHand => by_hand::tell(self.site, self.papers, when).map(drop),
            S::AskForHelp(index, question) => ask_for_help(self.site, index, &self.number(index), question, when),
            S::Coach(index, answer) => self.coach(when, index, answer),
            S::AnswerReturn(index) => answer_return(self.site, index, &self.number(index), when),
            S::Withdraw(index) => withdraw(self.site, index, &self.number(index), when),
            S::Jobs => {
                jobs::run_all(self.site);
                Ok(())
            }
            S::Assign(..) | S::Precheck(_) | S::Preliminary(_) | S::Final(_) | S::Return(_) | S::Reject(_) => self.review(when, step),
            S::Credit(_) | S::Dishonest(_) | S::Notice(_) | S::Object(_) => self.authority(when, step),
            S::Batch(_) | S::Approve | S::Paid(_) | S::Failed(_) | S::Clawback(..) | S::Recover(_) => self.finance(when, step),
        }
    }

    fn number(&self, index: usize) -> String {
        self.filed.get(&index).cloned().unwrap_or_default()
    }

    fn application(&self, index: usize) -> anyhow::Result<Application> {
        let number = self.number(index);
        let found = self.site.store.read(|db| store::known::application(db, &Actor::system(), &number))?;
        found.ok_or_else(|| anyhow::anyhow!("firm {index} has no application"))
    }

    /// The member of the task force who prepares a case: three to six in turn.
    fn preparer(index: usize) -> String {
        format!("tf{}@demo.suanquan.example", 3 + index % 4)
    }

    fn review(&self, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
        let (S::Assign(index, _) | S::Precheck(index) | S::Preliminary(index) | S::Final(index) | S::Return(index) | S::Reject(index)) =
            step
        else {
            return Ok(());
        };
        let case = self.application(index)?;
        let (number, version) = (case.number.clone(), case.version);
        let preparer = person(self.site, &Self::preparer(index))?;
        let reviewer = person(self.site, if index.is_multiple_of(2) { "tf1@demo.suanquan.example" } else { "tf2@demo.suanquan.example" })?;
        match step {
            S::Assign(_, member) => {
                let to = person(self.site, &format!("tf{member}@demo.suanquan.example"))?.account;
                let to = to.ok_or_else(|| anyhow::anyhow!("no account"))?;
                act(self.site, &reviewer, when, &number, |act| assign_application(act, &number, version, to))
            }
            S::Precheck(_) => {
                self.accept_qualifications(when, &case)?;
                act(self.site, &preparer, when, &number, |act| precheck_application(act, &number, version))
            }
            S::Preliminary(_) => act(self.site, &preparer, when, &number, |act| pass_preliminary(act, &number, version, "")),
            S::Final(_) => act(self.site, &reviewer, when, &number, |act| pass_final(act, &number, version, "")),
            S::Return(_) => {
                let wanted = Wanted {
                    papers: Vec::new(), other: "银行回单缺少付款账号，请补传加盖银行章的完整回单。".into()
                };
                act(self.site, &preparer, when, &number, |act| return_for_correction(act, &number, version, &wanted))
            }
            _ => {
                let reason = "合同与发票的服务内容不一致，经核实不属于算力服务。";
                act(self.site, &reviewer, when, &number, |act| reject_application(act, &number, version, reason))
            }
        }
    }

    fn accept_qualifications(&self, when: DateTime<Utc>, case: &Application) -> anyhow::Result<()> {
        let checker = person(self.site, "tf3@demo.suanquan.example")?;
        let entries = self.site.store.read(|db| store::qualification::of_enterprise(db, case.enterprise_id))?;
        for entry in entries.into_iter().filter(|entry| entry.state == "entered") {
            act(self.site, &checker, when, "qualification", |act| decide_qualification(act, entry.id, true, ""))?;
        }
        Ok(())
    }

    fn coach(&self, when: DateTime<Utc>, index: usize, answer: &str) -> anyhow::Result<()> {
        let coach_person = person(self.site, "tf5@demo.suanquan.example")?;
        let case = self.application(index)?;
        let asked = self.site.store.read(|db| store::coaching::of_application(db, case.id))?;
        let Some(question) = asked.last() else { anyhow::bail!("nobody asked") };
        act(self.site, &coach_person, when, "coaching", |act| coach(act, question.id, answer))
    }

    fn authority(&mut self, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
        let authority = person(self.site, "authority@demo.suanquan.example")?;
        match step {
            S::Credit(index) => {
                let case = self.application(index)?;
                let listed = self.site.store.read(|db| store::qualification::dishonesty_of(db, &firm(index).uscc))?;
                let note = if listed.is_empty() { "" } else { "列入严重失信主体名单，在惩戒期内。" };
                let finding = Finding { source: "信用中国（演示）".into(), clean: listed.is_empty(), note: note.into() };
                act(self.site, &authority, when, &case.number, |act| check_credit(act, &case.number, case.version, &finding))
            }
            S::Dishonest(index) => {
                let record = Record {
                    uscc: firm(index).uscc,
                    from: beijing_date(when).pred_opt().unwrap_or_default(),
                    to: None,
                    source: "严重失信主体名单 2026年第2批（演示）".into(),
                };
                act(self.site, &authority, when, "dishonesty", |act| record_dishonesty(act, &record))
            }
            S::Notice(cases) => {
                let numbers: Vec<String> = cases.iter().map(|index| self.number(*index)).collect();
                let number = act(self.site, &authority, when, "notice", |act| draft_notice(act, &numbers))?;
                let draft = self.site.store.read(|db| store::notice::find_by_number(db, &number))?;
                let draft = draft.ok_or_else(|| anyhow::anyhow!("no draft {number}"))?;
                let words = NoticeWords {
                    issuer: "湖北省科技创新券工作专班（演示）".into(),
                    contact_phone: "027-87000001".into(),
                    supervision_phone: "027-87000002".into(),
                    address: "武汉市东湖高新区高新大道1号（演示）".into(),
                    ..words_of(&draft)
                };
                act(self.site, &authority, when, &number, |act| edit_notice(act, &number, draft.version, &words, &numbers))?;
                let edited = self.site.store.read(|db| store::notice::find_by_number(db, &number))?.map_or(0, |notice| notice.version);
                act(self.site, &authority, when, &number, |act| publish_notice(act, &number, edited))
            }
            S::Object(index) => {
                let case = self.application(index)?;
                let written = Written {
                    kind: ObjectorKind::Unit,
                    name: "武汉某算力用户协会（演示）".into(),
                    contact: "027-87009999".into(),
                    facts: "该企业所报用量中有一部分系转售给关联公司使用，附用量对比表一份，请予核查。".into(),
                    received_on: beijing_date(when),
                };
                act(self.site, &authority, when, &case.number, |act| record_objection(act, &case.number, case.version, &written).map(drop))
            }
            _ => Ok(()),
        }
    }

    fn appropriate(&self, when: DateTime<Utc>, tier: Tier, amount: Fen, document: &str) -> anyhow::Result<()> {
        let finance = person(self.site, "finance1@demo.suanquan.example")?;
        let new = NewAppropriation { tier, year: 2026, amount, document_no: document.to_owned(), note: String::new() };
        act(self.site, &finance, when, document, |act| record_appropriation(act, &new))
    }

    fn finance(&mut self, when: DateTime<Utc>, step: Step) -> anyhow::Result<()> {
        let maker = person(self.site, "finance1@demo.suanquan.example")?;
        let approver = person(self.site, "finance2@demo.suanquan.example")?;
        let batch = self.batch.clone();
        match step {
            S::Batch(cases) => {
                let numbers: Vec<String> = cases.iter().map(|index| self.number(*index)).collect();
                self.batch = act(self.site, &maker, when, "batch", |act| draw_up_batch(act, &numbers))?;
                Ok(())
            }
            S::Approve => {
                let version = self.batch_version()?;
                act(self.site, &approver, when, &batch, |act| approve_batch(act, &batch, version))
            }
            S::Paid(cases) => self.settle(when, cases, None),
            S::Failed(index) => self.settle(when, &[index], Some("收款账户已销户，退汇。")),
            S::Clawback(index, tier, yuan) => {
                let auditor = person(self.site, "audit@demo.suanquan.example")?;
                let number = self.number(index);
                let new = NewClawback {
                    tier,
                    year: 2026,
                    amount: Fen::yuan(yuan),
                    cause: Cause::CreditNote,
                    reason: "拨付后供方开具红字发票，核减相应支出。".into(),
                    fine_note: String::new(),
                };
                let opened = act(self.site, &auditor, when, &number, |act| open_clawback(act, &number, None, &new))?;
                self.clawbacks.insert(index, opened);
                Ok(())
            }
            S::Recover(index) => {
                let number = self.clawbacks.get(&index).cloned().unwrap_or_default();
                act(self.site, &maker, when, &number, |act| recover_clawback(act, &number, beijing_date(when)))
            }
            _ => Ok(()),
        }
    }

    fn batch_version(&self) -> anyhow::Result<i64> {
        let batch = self.site.store.read(|db| store::payout::find_by_number(db, &self.batch))?;
        batch.map(|batch| batch.version).ok_or_else(|| anyhow::anyhow!("no batch {}", self.batch))
    }

    fn settle(&self, when: DateTime<Utc>, cases: &[usize], failure: Option<&str>) -> anyhow::Result<()> {
        let finance = person(self.site, "finance1@demo.suanquan.example")?;
        let batch = self.site.store.read(|db| store::payout::find_by_number(db, &self.batch))?;
        let batch = batch.ok_or_else(|| anyhow::anyhow!("no batch {}", self.batch))?;
        let ids = cases.iter().map(|index| self.application(*index).map(|case| case.id)).collect::<anyhow::Result<Vec<_>>>()?;
        let lines = self.site.store.read(|db| store::payout::lines(db, batch.id))?;
        let lines = lines.into_iter().filter(|line| ids.contains(&line.application_id)).map(|line| line.id).collect();
        let answer = BankAnswer { lines, on: beijing_date(when), failure: failure.map(ToOwned::to_owned) };
        act(self.site, &finance, when, &batch.number, |act| settle_lines(act, &batch.number, batch.version, &answer))
    }
}
