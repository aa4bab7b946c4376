//! 银行回单: who paid whom, how much, when. Banks draw them in many tables; a field that two labels
//! answer differently stays empty.

use super::text::{
    Label, has_title, is_organisation, labels, leading_amount, leading_day, only, plain_words, signed_amounts, value, words_in,
};
use super::{PaidBy, PaperField, PaperKind, Reading, Source, Suggestion};
use crate::ids::normal_code;
use crate::lang::Text;
use crate::money::Fen;

const TITLES: &[&str] = &["回单", "付款凭证", "转账凭证", "汇款凭证", "支付凭证", "入账通知", "电子凭证", "业务凭证"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Payer,
    Payee,
    Name,
    Account,
    Amount,
    Serial,
    SlipNumber,
    PaidOn,
    BookedOn,
    /// Ends the value before it and says nothing of its own.
    Stop,
}

const WORDS: &[(&str, Word)] = &[
    ("付款人", Word::Payer),
    ("付款方", Word::Payer),
    ("付款单位", Word::Payer),
    ("付款", Word::Payer),
    ("付方", Word::Payer),
    ("汇款人", Word::Payer),
    ("收款人", Word::Payee),
    ("收款方", Word::Payee),
    ("收款单位", Word::Payee),
    ("收款", Word::Payee),
    ("收方", Word::Payee),
    ("单位名称", Word::Name),
    ("账户名称", Word::Name),
    ("户名", Word::Name),
    ("全称", Word::Name),
    ("名称", Word::Name),
    ("账号", Word::Account),
    ("帐号", Word::Account),
    ("账户", Word::Account),
    ("金额", Word::Amount),
    ("小写", Word::Amount),
    ("交易流水号", Word::Serial),
    ("业务流水号", Word::Serial),
    ("银行流水号", Word::Serial),
    ("交易序号", Word::Serial),
    ("流水号", Word::Serial),
    ("电子回单号码", Word::SlipNumber),
    ("回单编号", Word::SlipNumber),
    ("回单号码", Word::SlipNumber),
    ("回单号", Word::SlipNumber),
    ("交易日期", Word::PaidOn),
    ("交易时间", Word::PaidOn),
    ("付款日期", Word::PaidOn),
    ("转账日期", Word::PaidOn),
    ("记账日期", Word::BookedOn),
    ("入账日期", Word::BookedOn),
    ("手续费", Word::Stop),
    ("余额", Word::Stop),
    ("大写", Word::Stop),
    ("日期", Word::BookedOn),
    ("打印日期", Word::Stop),
    ("打印时间", Word::Stop),
    ("时间戳", Word::Stop),
    ("开户行", Word::Stop),
    ("开户银行", Word::Stop),
    ("开户网点", Word::Stop),
    ("开户机构", Word::Stop),
    ("付款行", Word::Stop),
    ("收款行", Word::Stop),
    ("付款开户行", Word::Stop),
    ("收款开户行", Word::Stop),
    ("行号", Word::Stop),
    ("行名", Word::Stop),
    ("用途", Word::Stop),
    ("摘要", Word::Stop),
    ("附言", Word::Stop),
    ("备注", Word::Stop),
    ("币种", Word::Stop),
    ("币别", Word::Stop),
    ("业务类型", Word::Stop),
    ("业务种类", Word::Stop),
    ("凭证种类", Word::Stop),
    ("凭证号码", Word::Stop),
    ("结算方式", Word::Stop),
    ("验证码", Word::Stop),
    ("交易渠道", Word::Stop),
    ("交易状态", Word::Stop),
    ("记账网点", Word::Stop),
    ("记账柜员", Word::Stop),
];

/// What the lines of a bank slip say; `None` when they are none.
pub(super) fn read(lines: &[String]) -> Option<Reading> {
    let text = lines.join("\n");
    let both = ["付款", "付方", "汇款人"].iter().any(|word| text.contains(word)) && ["收款", "收方"].iter().any(|word| text.contains(word));
    if !both || !has_title(lines, TITLES) {
        return None;
    }
    let mut slip =
        Slip { found: labels(&text, WORDS), text: &text, reading: Reading { kind: Some(PaperKind::Payment), ..Reading::default() } };
    slip.parties();
    slip.amount();
    slip.day();
    slip.numbers();
    slip.way();
    Some(slip.reading)
}

struct Slip<'a> {
    text: &'a str,
    found: Vec<Label<Word>>,
    reading: Reading,
}

impl Slip<'_> {
    fn say(&mut self, field: PaperField, value: String) {
        self.reading.suggestions.push(Suggestion { field, value, source: Source::Text });
    }

    /// The values behind labels of a kind.
    fn after(&self, word: Word) -> Vec<&str> {
        let mine = self.found.iter().enumerate().filter(|(_, label)| label.what == word);
        mine.map(|(at, label)| self.value_of(at, label)).filter(|value| !value.is_empty()).collect()
    }

    fn value_of(&self, at: usize, label: &Label<Word>) -> &str {
        let to = self.found.get(at + 1).map_or(self.text.len(), |next| next.start);
        value(self.text, label.end, to)
    }

    fn value_between(&self, label: &Label<Word>, next: &Label<Word>) -> &str {
        value(self.text, label.end, next.start)
    }

    /// Names and accounts belong to the side that stands right before their label; two of the same
    /// kind on one line without a side are payer and payee; else to the side that was named last.
    fn parties(&mut self) {
        let mut said: Vec<(Word, Word, String)> = Vec::new();
        let mut side = None;
        for (at, label) in self.found.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| self.found.get(before));
            match label.what {
                Word::Payer | Word::Payee => {
                    // Two heads one after the other: what follows could be either's.
                    let heads = before.is_some_and(|before| {
                        matches!(before.what, Word::Payer | Word::Payee)
                            && before.what != label.what
                            && self.value_between(before, label).is_empty()
                    });
                    side = Some(label.what).filter(|_| !heads);
                    // A name right after the side: 付款人：武汉…公司.
                    let name = self.value_of(at, label);
                    if is_organisation(name) {
                        said.push((label.what, Word::Name, name.to_owned()));
                    }
                }
                Word::Name | Word::Account => {
                    let adjacent = before.filter(|before| before.end == label.start).map(|before| before.what);
                    let named = adjacent.filter(|what| matches!(what, Word::Payer | Word::Payee));
                    let whose = named.or_else(|| self.by_order(at, label)).or(side);
                    if let Some(whose) = whose {
                        said.push((whose, label.what, self.value_of(at, label).to_owned()));
                    }
                }
                _ => {}
            }
        }
        for (whose, what, field) in [
            (Word::Payer, Word::Name, PaperField::PayerName),
            (Word::Payer, Word::Account, PaperField::PayerAccount),
            (Word::Payee, Word::Name, PaperField::PayeeName),
            (Word::Payee, Word::Account, PaperField::PayeeAccount),
        ] {
            let mine = said.iter().filter(|(side, kind, _)| *side == whose && *kind == what).map(|(_, _, value)| value.as_str());
            let fits: Vec<String> = if what == Word::Name {
                mine.filter(|name| is_organisation(name)).map(str::to_owned).collect()
            } else {
                mine.filter_map(account).collect()
            };
            if let Some(value) = only(fits) {
                self.say(field, value);
            }
        }
    }

    /// The side of a label of which its line has two, neither with a side of its own.
    fn by_order(&self, at: usize, label: &Label<Word>) -> Option<Word> {
        let line_of = |place: usize| self.text.get(..place).map(|before| before.matches('\n').count());
        let line = line_of(label.start);
        let bare = |(place, other): &(usize, &Label<Word>)| {
            let before = place.checked_sub(1).and_then(|before| self.found.get(before));
            let named = before.is_some_and(|before| before.end == other.start && matches!(before.what, Word::Payer | Word::Payee));
            other.what == label.what && line_of(other.start) == line && !named
        };
        let twins: Vec<usize> = self.found.iter().enumerate().filter(bare).map(|(place, _)| place).collect();
        let [first, second] = twins.as_slice() else { return None };
        // A title such as 收款回单 names no side of the table.
        let place = |words: &[&str]| words.iter().filter_map(|word| self.text.find(word)).min().unwrap_or(usize::MAX);
        let payer_first = place(&["付款人", "付款方", "付款单位", "付方"]) < place(&["收款人", "收款方", "收款单位", "收方"]);
        let (left, right) = if payer_first { (Word::Payer, Word::Payee) } else { (Word::Payee, Word::Payer) };
        if at == *first {
            Some(left)
        } else if at == *second {
            Some(right)
        } else {
            None
        }
    }

    /// One amount, equal to the one in words where there is one.
    fn amount(&mut self) {
        if ["退款", "退汇", "冲正", "退回"].iter().any(|word| self.text.contains(word)) {
            self.reading.warnings.push(Text::new(
                "回单上有退款或冲正字样：请对照原件填写金额。",
                "The slip speaks of a refund or reversal: enter the amount from the paper.",
            ));
            return;
        }
        if ["交易失败", "处理失败", "处理中", "未成功"].iter().any(|word| self.text.contains(word)) {
            self.reading.warnings.push(Text::new(
                "回单显示付款没有完成：请上传成功付款的回单。",
                "The slip says that the payment did not go through: upload the slip of the completed payment.",
            ));
            return;
        }
        let mut amounts: Vec<Fen> = self.after(Word::Amount).into_iter().filter_map(leading_amount).collect();
        if amounts.is_empty() {
            amounts = signed_amounts(self.text);
        }
        let words = only(words_in(self.text));
        let fitting: Vec<Fen> = match &words {
            Some(words) => amounts.iter().copied().filter(|amount| plain_words(&amount.in_words()) == *words).collect(),
            None => amounts.clone(),
        };
        match only(fitting) {
            Some(amount) if amount.is_positive() => self.say(PaperField::Amount, amount.plain()),
            _ => self.reading.warnings.push(Text::new(
                "回单上的金额读不准（没有，或几处不一致）：请对照原件填写。",
                "The slip's amount is not certain (none, or several that differ): enter it from the paper.",
            )),
        }
    }

    fn day(&mut self) {
        let days = |word: Word| only(self.after(word).into_iter().filter_map(leading_day));
        if let Some(day) = days(Word::PaidOn).or_else(|| days(Word::BookedOn)) {
            self.say(PaperField::DatedOn, day.to_string());
        }
    }

    fn numbers(&mut self) {
        for (word, field) in [(Word::Serial, PaperField::BankSerial), (Word::SlipNumber, PaperField::Number)] {
            let number = |text: &str| -> String { text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect() };
            let numbers = self.after(word).into_iter().map(number).filter(|number| number.len() >= 4);
            if let Some(number) = only(numbers) {
                self.say(field, number);
            }
        }
    }

    fn way(&mut self) {
        let cash = self.text.contains("现金");
        let transfer = ["转账", "汇款", "网银", "网上银行", "电子回单", "跨行", "汇兑", "大额支付", "小额支付"]
            .iter()
            .any(|word| self.text.contains(word));
        let both_accounts = [PaperField::PayerAccount, PaperField::PayeeAccount].iter().all(|field| self.reading.get(*field).is_some());
        match (cash, transfer || both_accounts) {
            (true, false) => self.say(PaperField::PaidBy, PaidBy::Cash.to_string()),
            (false, true) => self.say(PaperField::PaidBy, PaidBy::BankTransfer.to_string()),
            _ => {}
        }
    }
}

/// An account: 9 to 32 digits; banks write them with spaces and dashes.
fn account(text: &str) -> Option<String> {
    let run: String = normal_code(text).chars().take_while(|c| c.is_ascii_digit() || *c == '-').filter(|c| *c != '-').collect();
    (9..=32).contains(&run.len()).then_some(run)
}
