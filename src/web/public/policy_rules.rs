//! Every rule of a pack as a row: name, content in words, source, found or assumed.

use super::policy::RuleRow;
use super::tier_words::source;
use crate::lang::{Lang, Text};
use crate::money::{Fen, RoundMode};
use crate::policy::eligibility::Predicate;
use crate::policy::pack::{
    CorrectionRun, CorrectionYear, ExclusiveScope, ExpenseReuse, QualificationDate, RoundingScope, SecondTierBase, Sourced, Status,
    TaxBasis, YearSplit,
};
use crate::policy::proration::Split;
use crate::policy::tier_rules::{MinimumTested, YearBasis};
use crate::policy::{BudgetPolicy, Pack, TierRules};

/// Writes rows in one language.
struct Rows {
    lang: Lang,
    rows: Vec<RuleRow>,
}

impl Rows {
    fn add<T>(&mut self, name: (&str, &str), sourced: &Sourced<T>, say: impl FnOnce(&T) -> Text) {
        let lang = self.lang;
        self.rows.push(RuleRow {
            name: lang.pick(name.0, name.1).to_owned(),
            value: say(&sourced.value).get(lang).to_owned(),
            source: source(lang, &sourced.source),
            assumed: sourced.status == Status::Assumed,
        });
    }
}

fn money(fen: Fen) -> Text {
    Text::same(fen.display())
}

/// Who may apply: one row for each condition with its own source.
pub fn who(lang: Lang, rules: &TierRules) -> Vec<RuleRow> {
    let row = |name: &str, one: &Predicate| RuleRow {
        name: name.to_owned(),
        value: one.title.get(lang).to_owned(),
        source: source(lang, &one.source),
        assumed: one.status == Status::Assumed,
    };
    let every = rules.all_of.iter().map(|one| row(lang.pick("必须", "Must"), one));
    let some = rules.any_of.iter().map(|one| row(lang.pick("符合其一", "One of"), one));
    every.chain(some).collect()
}

/// The numbers of one level.
pub fn of_tier(lang: Lang, rules: &TierRules) -> Vec<RuleRow> {
    let mut rows = Rows { lang, rows: Vec::new() };
    rows.add(("补贴比例", "Rate"), &rules.rate, |rate| Text::same(rate.percent()));
    if let Some(cap) = &rules.cap {
        rows.add(("每年最高", "Most in a year"), cap, |cap| money(*cap));
    }
    rows.add(("单次最低", "Least in one application"), &rules.min_claim, |min| {
        if min.is_positive() { money(*min) } else { Text::new("不设", "none") }
    });
    if rules.min_claim.value.is_positive() {
        rows.add(("最低额的判断", "How the least is tested"), &rules.minimum_tested, |tested| match tested {
            MinimumTested::AfterRounding => Text::new("按取整后的金额", "against the rounded amount"),
            MinimumTested::BeforeRounding => Text::new("按取整前的金额", "against the amount before rounding"),
        });
    }
    rows.add(("年度归属", "Which year it counts for"), &rules.year_basis, |basis| match basis {
        YearBasis::VoucherYear => {
            Text::new("创新券当年有效，服务与提交都须在当年", "the year of the voucher: service and submission fall into it")
        }
        YearBasis::ServiceCompleted => Text::new("服务完成的年度", "the year in which the service was completed"),
    });
    if let Some(window) = &rules.filing_window {
        rows.add(("申报期", "Filing window"), window, |window| {
            Text::new(format!("次年 {} 至 {}", window.from, window.to), format!("{} to {} of the next year", window.from, window.to))
        });
    }
    if let Some(grace) = &rules.voucher_grace_until {
        rows.add(("宽限", "Grace"), grace, |until| Text::new(format!("至次年 {until}"), format!("until {until} of the next year")));
    }
    rows.add(("取整到", "Rounded to"), &rules.granularity, |grain| money(*grain));
    rows.add(("取整方式", "How it is rounded"), &rules.mode, |mode| match mode {
        RoundMode::HalfUp => Text::new("四舍五入", "half up"),
        RoundMode::Floor => Text::new("舍去尾数", "down"),
        RoundMode::HalfEven => Text::new("四舍六入五成双", "half to even"),
    });
    if let Some(budget) = &rules.budget {
        rows.add(("文件所列年度预算", "Yearly budget in the document"), budget, |budget| money(*budget));
    }
    rows.add(("预算不足时", "When the budget runs out"), &rules.budget_policy, |policy| match policy {
        BudgetPolicy::FcfsPartial => Text::new("先申先兑，最后一份给足余额", "first come, first served; the last one gets what is left"),
        BudgetPolicy::FcfsSkip => Text::new("先申先兑，放不下的不给", "first come, first served; what does not fit gets nothing"),
        BudgetPolicy::ProRata => Text::new("按比例分配", "shared out in proportion"),
    });
    rows.rows
}

/// The readings that hold for all levels.
pub fn shared(lang: Lang, pack: &Pack) -> Vec<RuleRow> {
    let choices = &pack.choices;
    let mut rows = Rows { lang, rows: Vec::new() };
    if pack.order.value.len() > 1 {
        rows.add(("各级关系", "How the levels relate"), &pack.pairing, |_| {
            if pack.stacks() {
                Text::new("可以叠加", "they add up")
            } else {
                Text::new("互斥：同一笔支出只享受一级", "exclusive: one level for an expense")
            }
        });
        rows.add(("计算先后", "Order of computing"), &pack.order, |order| {
            let names =
                |lang: Lang| order.iter().map(|tier| tier.title().get(lang).to_owned()).collect::<Vec<_>>().join(lang.pick("、", ", "));
            Text::new(names(Lang::Zh), names(Lang::En))
        });
        if !pack.stacks() {
            rows.add(("互斥的范围", "What exclusion is judged on"), &choices.exclusive_scope, |scope| match scope {
                ExclusiveScope::InvoiceLine => Text::new("按发票行", "the invoice line"),
                ExclusiveScope::EnterpriseYear => Text::new("企业当年只用一级", "the enterprise's year"),
            });
        }
        rows.add(("后一级的基数", "Base of a later level"), &choices.second_tier_base, |base| match base {
            SecondTierBase::Gross => Text::new("全额", "the full expense"),
            SecondTierBase::NetOfPrior => Text::new("扣除前一级补贴", "less what earlier levels granted"),
        });
    }
    rows.add(("合计上限", "Joint ceiling"), &choices.ceiling_bp, |rate| {
        Text::new(format!("不超过支出的 {}", rate.percent()), format!("at most {} of the expense", rate.percent()))
    });
    rows.add(("核定支出（孰低）", "Eligible spend: the least counts"), &choices.base, |_| {
        Text::new("开票、实付、验收用量、合同余额、申请额中最小的", "the least of invoiced, paid, accepted usage, contract left and asked")
    });
    money_rules(&mut rows, pack);
    correction_rules(&mut rows, pack);
    rows.rows
}

fn money_rules(rows: &mut Rows, pack: &Pack) {
    let choices = &pack.choices;
    rows.add(("含税口径", "Tax"), &choices.tax_basis, |basis| match basis {
        TaxBasis::Incl => Text::new("含税", "included"),
        TaxBasis::Excl => Text::new("不含税", "not included"),
    });
    rows.add(("余额再申请", "Rest of an expense"), &choices.expense_reuse, |reuse| match reuse {
        ExpenseReuse::Remainder => Text::new("未用完的部分可再申请", "may be used in a later application"),
        ExpenseReuse::Once => Text::new("一笔支出只申请一次", "an expense is claimed once"),
    });
    rows.add(("取整范围", "What is rounded"), &choices.rounding_scope, |scope| match scope {
        RoundingScope::Application => Text::new("每份申请一次", "every application once"),
        RoundingScope::Line => Text::new("逐项", "every item"),
        RoundingScope::Year => Text::new("全年累计", "the sum of the year"),
    });
    rows.add(("跨年服务", "Service over the turn of the year"), &choices.year_split, |split| match split {
        YearSplit::ByCompletion => Text::new("按完成日归年", "by the day of completion"),
        YearSplit::ByDays => Text::new("按天数拆分", "shared out by days"),
    });
    for (name, sourced) in [
        (("部分付款", "Part payment of an invoice"), &choices.part_payment),
        (("折扣", "Discounts"), &choices.discount),
        (("未注明行的红字", "Credit notes without a line"), &choices.unlabelled_red_letter),
    ] {
        rows.add(name, sourced, |split| match split {
            Split::ProRata => Text::new("按比例落到可补贴部分", "in proportion to the eligible part"),
            Split::EligibleFirst => Text::new("先落在可补贴部分", "the eligible part first"),
        });
    }
    if pack.order.value.len() > 1 {
        rows.add(("比例为零的一级", "A level with rate zero"), &choices.zero_rate_takes_base, |takes| {
            if *takes { Text::new("占用支出", "uses up the expense") } else { Text::new("不占用支出", "leaves the expense free") }
        });
    }
    rows.add(("可补贴的服务", "What is subsidised"), &choices.eligible_kinds, |kinds| {
        let names = |lang: Lang| kinds.iter().map(|kind| kind.title().get(lang).to_owned()).collect::<Vec<_>>().join(lang.pick("、", ", "));
        Text::new(names(Lang::Zh), names(Lang::En))
    });
}

fn correction_rules(rows: &mut Rows, pack: &Pack) {
    let dates = |dates: &[QualificationDate]| {
        let name = |date: &QualificationDate| match date {
            QualificationDate::VoucherClaimed => Text::new("申领当日", "the day of the claim"),
            QualificationDate::ServiceCompleted => Text::new("服务完成当日", "the day the service was completed"),
            QualificationDate::Submitted => Text::new("提交当日", "the day of submission"),
        };
        let all: Vec<Text> = dates.iter().map(name).collect();
        let join = |lang: Lang| all.iter().map(|text| text.get(lang)).collect::<Vec<_>>().join(lang.pick("、", " and "));
        Text::new(join(Lang::Zh), join(Lang::En))
    };
    let basis = |wanted: YearBasis| pack.tiers().any(|(_, rules)| rules.year_basis.value == wanted);
    let of_dates = &pack.choices.qualification_dates;
    if basis(YearBasis::VoucherYear) {
        rows.add(
            ("资质须有效的日期（按券年度）", "When a qualification must hold (voucher year)"),
            &of_dates.voucher_year,
            |days| dates(days),
        );
    }
    if basis(YearBasis::ServiceCompleted) {
        rows.add(
            ("资质须有效的日期（按完成年度）", "When a qualification must hold (year of service)"),
            &of_dates.service_completed,
            |days| dates(days),
        );
    }
    rows.add(("当年内的红字、退款", "Credit notes within the year"), &pack.choices.correction_in_open_year, |run| match run {
        CorrectionRun::RerunYear => Text::new("全年按序重算", "the year is computed again in order"),
        CorrectionRun::ApplicationAlone => Text::new("只重算该申请", "the application alone is computed again"),
    });
    rows.add(("追回记入", "Clawbacks are booked to"), &pack.choices.correction_booked_to, |year| match year {
        CorrectionYear::GrantYear => Text::new("补贴所属年度", "the year of the grant"),
        CorrectionYear::CorrectionYear => Text::new("更正年度", "the year of the correction"),
    });
}

/// What bars an expense or an enterprise from every level.
pub fn excluded(lang: Lang, pack: &Pack) -> Vec<RuleRow> {
    let row = |bar: &crate::policy::pack::BarRule| RuleRow {
        name: lang.pick("必须", "Must").to_owned(),
        value: lang.pick(&bar.zh, &bar.en).clone(),
        source: source(lang, &bar.source),
        assumed: bar.status == Status::Assumed,
    };
    pack.bars.iter().map(row).collect()
}
