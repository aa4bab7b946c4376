//! Business steps as people and meters do them, drawn by dice: reviews and returns that move money between
//! available and reserved, batches that are drawn up and cancelled, appropriations, papers, and usage with
//! duplicates and latecomers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::ask::{Ask, Row};
use crate::metering::dice::Dice;

/// Where the demo's AI centre tells its jobs from.
pub const SOURCE: &str = "slurm://waicc-a/dbd";
/// Account codes of customers of that centre.
const ACCOUNTS: [&str; 2] = ["donghu-cloud", "jiangcheng-data"];
/// Who prepares reviews, who decides, and the others whose work it is.
pub const STAFF: [&str; 11] = ["tf1", "tf2", "tf3", "tf4", "finance1", "finance2", "authority", "security", "waicc", "whsc", "dhzs"];
/// Who confirms for a provider, by its id.
const PROVIDERS: [(&str, &str); 3] = [("1", "waicc"), ("2", "whsc"), ("3", "dhzs")];

#[derive(Clone, Debug)]
pub enum Body {
    Form(Vec<(Cow<'static, str>, String)>),
    File { field: &'static str, name: String, bytes: Vec<u8> },
    Json(&'static str, String),
}

/// One request, to be sent as often as needed under the same key.
#[derive(Clone, Debug)]
pub struct Step {
    pub kind: &'static str,
    pub person: &'static str,
    pub path: String,
    pub body: Body,
    pub key: String,
    /// What follows `SELECT COUNT(*) FROM` to count what it did, and how many that are.
    pub effect: (String, i64),
    /// How the address ends that a done step leads to: a paper for a case that has gone on meanwhile leads to the
    /// case and not to its papers.
    pub leads_to: &'static str,
}

/// Draws the steps of one lab.
pub struct Steps {
    pub dice: Dice,
    ask: Ask,
    run: u64,
    next: u64,
    told: Vec<Value>,
    /// F17 and F18: events that were told before, and events of a month that was billed.
    pub told_again: u64,
    pub late: u64,
    /// E-mail addresses of the firms, by the number of their application.
    firms: BTreeMap<String, &'static str>,
}

pub fn email(name: &str) -> String {
    format!("{name}@demo.suanquan.example")
}

impl Steps {
    pub fn new(seed: u64, ask: &Ask) -> Steps {
        Steps {
            dice: Dice::new(seed),
            ask: ask.clone(),
            run: seed,
            next: 0,
            told: Vec::new(),
            told_again: 0,
            late: 0,
            firms: BTreeMap::new(),
        }
    }

    /// Everybody who acts, with their account, the firms of the open cases among them.
    pub fn people(&mut self) -> Vec<(String, String)> {
        let firms = self.ask.rows(
            "SELECT p.number AS a, MIN(a.email) AS b, '' AS c FROM application p JOIN account a ON a.enterprise_id = p.enterprise_id \
             WHERE p.state IN ('draft', 'submitted', 'provider_confirmed', 'prechecked', 'preliminary_passed', 'returned') GROUP BY p.number",
        );
        for row in firms {
            self.firms.insert(row.a, Box::leak(row.b.into_boxed_str()));
        }
        let mut wanted: Vec<String> = STAFF.iter().map(|name| email(name)).collect();
        wanted.extend(self.firms.values().map(ToString::to_string));
        let known = self.ask.rows("SELECT email AS a, CAST(id AS TEXT) AS b, '' AS c FROM account");
        known.into_iter().filter(|row| wanted.contains(&row.a)).map(|row| (row.a, row.b)).collect()
    }

    fn mark(&mut self) -> String {
        self.next += 1;
        format!("cl-{:x}-{:06}", self.run, self.next)
    }

    pub fn step(&mut self, kind: &'static str, person: &'static str, path: String, fields: Vec<(&'static str, String)>) -> Step {
        let key = self.mark();
        let effect = (format!("idempotency WHERE request_key = '{key}'"), 1);
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Step { kind, person, path, body: Body::Form(fields), key, effect, leads_to: "" }
    }

    /// The next step; a few are tried until one fits what is there.
    pub fn draw(&mut self) -> Step {
        let step = match self.dice.below(20) {
            0..=4 => Some(self.usage()),
            5 => Some(self.purchases()),
            6 | 7 => Some(self.appropriation()),
            8 | 9 => self.upload(),
            10 | 11 => self.remark(),
            12..=14 => self.batch(),
            _ => self.case(),
        };
        step.unwrap_or_else(|| self.usage())
    }

    /// A batch of usage: new events, some that were told before, some a month late.
    fn usage(&mut self) -> Step {
        let key = self.mark();
        let (mut events, mut ids) = (Vec::new(), Vec::new());
        for n in 0..=self.dice.below(8) {
            let id = format!("{key}/{n}");
            // A month that has been billed takes them as corrections.
            let is_late = self.dice.one_in(5);
            self.late += u64::from(is_late);
            let day = if is_late { "2026-01-29" } else { "2026-03-01" };
            let (hour, minute) = (self.dice.below(7), self.dice.below(58));
            events.push(json!({
                "specversion": "1.0", "type": "cn.suanquan.compute.usage.v1", "source": SOURCE, "id": id, "subject": self.dice.pick(&ACCOUNTS),
                "data": {"resource": "ascend-910b", "units": 1 + self.dice.below(4),
                    "start": format!("{day}T{hour:02}:{minute:02}:00Z"), "end": format!("{day}T{hour:02}:{:02}:00Z", minute + 1)}
            }));
            ids.push(format!("'{id}'"));
        }
        let new = events.clone();
        while !self.told.is_empty() && self.dice.one_in(2) {
            let old = self.dice.below(i64::try_from(self.told.len()).unwrap());
            self.told_again += 1;
            events.insert(0, self.told[usize::try_from(old).unwrap()].clone());
        }
        self.told.extend(new);
        if self.told.len() > 400 {
            self.told.drain(..200);
        }
        let effect =
            (format!("usage_event WHERE source = '{SOURCE}' AND event_id IN ({})", ids.join(",")), i64::try_from(ids.len()).unwrap());
        let body = Body::Json("application/cloudevents-batch+json", Value::from(events).to_string());
        Step { kind: "usage", person: "meter", path: "/api/v1/usage/events".into(), body, key, effect, leads_to: "" }
    }

    fn purchases(&mut self) -> Step {
        let key = self.mark();
        let row = json!({"provider_uscc": "91420100MA4PRW01XR", "enterprise_uscc": "91420100MA4TE5T139", "order_no": key, "resource": "昇腾910B",
            "unit": "card_hour", "quantity": "10", "unit_price": "12.5", "amount": "125.00", "service_from": "2026-01-01", "service_to": "2026-01-02"});
        let body = Body::Json("application/json", json!({"purchases": [row]}).to_string());
        let effect = (format!("purchase WHERE order_no = '{key}'"), 1);
        Step { kind: "purchases", person: "meter", path: "/api/v1/purchases".into(), body, key, effect, leads_to: "" }
    }

    fn appropriation(&mut self) -> Step {
        let tier = self.dice.pick(&["province", "city"]);
        let amount = (1 + self.dice.below(9_000)).to_string();
        let mut step = self.step("appropriation", "finance1", "/finance/appropriations".into(), Vec::new());
        step.body = Body::Form(vec![
            ("tier".into(), tier.into()),
            ("year".into(), "2026".into()),
            ("amount".into(), amount),
            ("document_no".into(), step.key.clone()),
        ]);
        step.effect = (format!("appropriation WHERE document_no = '{}'", step.key), 1);
        step
    }

    /// Files a paper with a draft, and takes papers away once there are many.
    fn upload(&mut self) -> Option<Step> {
        let drafts = self.ask.rows(
            "SELECT p.number AS a, CAST(COUNT(m.id) AS TEXT) AS b, CAST(MAX(m.id) AS TEXT) AS c FROM application p \
             JOIN material m ON m.application_id = p.id AND m.removed_at IS NULL WHERE p.state IN ('draft', 'returned') GROUP BY p.number",
        );
        let drafts: Vec<_> = drafts.into_iter().filter(|row| self.firms.contains_key(&row.a)).collect();
        let row = drafts.get(usize::try_from(self.dice.below(i64::try_from(drafts.len().max(1)).unwrap())).unwrap())?.clone();
        let firm = self.firms[&row.a];
        let place = format!("/my/applications/{}/materials", row.a);
        if row.b.parse::<i64>().unwrap() > 20 {
            let ours = self.ask.count(&format!("material WHERE id = {} AND file_name LIKE 'cl-%'", row.c));
            return (ours == 1).then(|| self.step("remove", firm, format!("{place}/{}/remove", row.c), Vec::new()));
        }
        let mut step = self.step("upload", firm, place, Vec::new());
        let name = format!("{}.pdf", step.key);
        step.effect = (format!("material WHERE file_name = '{name}'"), 1);
        step.leads_to = "/materials";
        step.body = Body::File { field: "other", bytes: format!("%PDF-1.4\n% {name}\n%%EOF\n").into_bytes(), name };
        Some(step)
    }

    fn open_cases(&mut self) -> Vec<Row> {
        let found = self.ask.rows(
            "SELECT number AS a, state AS b, CAST(version AS TEXT) AS c FROM application \
             WHERE state IN ('submitted', 'provider_confirmed', 'prechecked', 'preliminary_passed', 'returned') ORDER BY id",
        );
        found.into_iter().filter(|row| self.firms.contains_key(&row.a)).collect()
    }

    fn any_case(&mut self) -> Option<Row> {
        let cases = self.open_cases();
        let at = self.dice.below(i64::try_from(cases.len().max(1)).unwrap());
        cases.get(usize::try_from(at).unwrap()).cloned()
    }

    /// Remarks on a paper that the lab filed, or takes the remark back. A return may come between the two: then the
    /// firm takes the paper away before it sends the case in again.
    fn remark(&mut self) -> Option<Step> {
        let case = self.any_case().filter(|case| case.b != "returned")?;
        if let Some(back) = self.take_remark_back(&case) {
            return Some(back);
        }
        let papers = self.ask.rows(&format!(
            "SELECT CAST(MIN(m.id) AS TEXT) AS a, '' AS b, '' AS c FROM material m JOIN application p ON p.id = m.application_id \
             WHERE p.number = '{}' AND m.removed_at IS NULL AND m.file_name LIKE 'cl-%' HAVING COUNT(*) > 0",
            case.a
        ));
        let paper = papers.first()?.a.clone();
        let person = self.dice.pick(&["tf1", "tf2", "tf3", "tf4"]);
        let mut step = self.step("remark", person, format!("/desk/applications/{}/remark", case.a), Vec::new());
        step.body = Body::Form(vec![("version".into(), case.c), ("paper".into(), paper), ("remark".into(), step.key.clone())]);
        step.effect = (format!("audit_entry WHERE act = 'add_remark' AND reason = '{}'", step.key), 1);
        Some(step)
    }

    fn remarked(&self, case: &Row) -> Option<String> {
        self.one_of(&format!(
            "SELECT CAST(MIN(m.id) AS TEXT) AS a, '' AS b, '' AS c FROM material m JOIN application p ON p.id = m.application_id \
             WHERE p.number = '{}' AND m.removed_at IS NULL AND m.remark_open HAVING COUNT(*) > 0",
            case.a
        ))
    }

    fn take_remark_back(&mut self, case: &Row) -> Option<Step> {
        let paper = self.remarked(case)?;
        let fields = vec![("version", case.c.clone()), ("paper", paper), ("remark", String::new())];
        Some(self.step("remark", "tf1", format!("/desk/applications/{}/remark", case.a), fields))
    }

    fn one_of(&self, sql: &str) -> Option<String> {
        self.ask.rows(sql).into_iter().next().map(|row| row.a)
    }

    /// What has to be decided about the firm before its case goes on.
    fn qualification(&mut self, case: &Row, preparer: &'static str) -> Option<Step> {
        let open = self.one_of(&format!(
            "SELECT CAST(MIN(q.id) AS TEXT) AS a, '' AS b, '' AS c FROM qualification q JOIN application p ON p.enterprise_id = q.enterprise_id \
             WHERE p.number = '{}' AND q.state = 'entered' HAVING COUNT(*) > 0",
            case.a
        ))?;
        Some(self.step("qualification", preparer, format!("/desk/qualifications/{open}"), vec![("accept", "true".into())]))
    }

    /// A provider confirms what it delivered of a case, as it was reported.
    fn confirmation(&mut self, case: &Row) -> Option<Step> {
        let items = self.ask.rows(&format!(
            "SELECT CAST(i.id AS TEXT) AS a, CAST(b.provider_id AS TEXT) AS b, CAST(b.accepted_fen AS TEXT) AS c FROM application p \
             JOIN application_item i ON i.application_id = p.id JOIN purchase b ON b.id = i.purchase_id \
             WHERE p.number = '{}' AND b.statement_id IS NULL ORDER BY i.id",
            case.a
        ));
        let drawn = self.dice.below(i64::try_from(items.len().max(1)).unwrap());
        let provider = items.get(usize::try_from(drawn).unwrap())?.b.clone();
        let (_, person) = PROVIDERS.into_iter().find(|(known, _)| *known == provider)?;
        let mut fields: Vec<(Cow<'static, str>, String)> = vec![("version".into(), case.c.clone())];
        for item in items.iter().filter(|item| item.b == provider) {
            let fen: i64 = item.c.parse().unwrap();
            fields.push((format!("accepted_{}", item.a).into(), format!("{}.{:02}", fen / 100, fen % 100)));
        }
        let step = self.step("confirm", person, format!("/provider/applications/{}", case.a), Vec::new());
        Some(Step { body: Body::Form(fields), ..step })
    }

    /// The firm sends a case in again, after it has looked at the calculation once more.
    fn resubmission(&mut self, case: &Row) -> Step {
        let firm = self.firms[&case.a];
        let place = |what: &str| format!("/my/applications/{}/{what}", case.a);
        let version = ("version", case.c.clone());
        if let Some(paper) = self.remarked(case) {
            return self.step("remove", firm, place(&format!("materials/{paper}/remove")), Vec::new());
        }
        if self.ask.count(&format!("application WHERE number = '{}' AND previewed_at IS NULL", case.a)) > 0 {
            return self.step("preview", firm, place("preview"), vec![version, ("tier", "best".into())]);
        }
        Step { leads_to: "/receipt", ..self.step("submit", firm, place("submit"), vec![version]) }
    }

    /// Moves a case on, or back to the firm; the firm sends it in again.
    fn case(&mut self) -> Option<Step> {
        let case = self.any_case()?;
        let desk = |what: &str| format!("/desk/applications/{}/{what}", case.a);
        let version = ("version", case.c.clone());
        let back = self.dice.one_in(3);
        let preparer = self.dice.pick(&["tf3", "tf4"]);
        let wanted = ("other", "请补传回单".to_owned());
        let returns = case.b == "preliminary_passed" || (back && case.b != "returned");
        if returns && let Some(first) = self.take_remark_back(&case) {
            return Some(first);
        }
        if case.b == "provider_confirmed"
            && let Some(first) = self.qualification(&case, preparer)
        {
            return Some(first);
        }
        Some(match case.b.as_str() {
            "returned" => self.resubmission(&case),
            "preliminary_passed" => self.step("return", "tf1", desk("return"), vec![version, wanted]),
            _ if back => self.step("return", preparer, desk("return"), vec![version, wanted]),
            "submitted" => self.confirmation(&case)?,
            "provider_confirmed" => self.step("review", preparer, desk("precheck"), vec![version]),
            _ => self.step("review", preparer, desk("preliminary"), vec![version, ("note", "演练".into())]),
        })
    }

    /// Draws a payout batch up, or cancels one.
    fn batch(&mut self) -> Option<Step> {
        let open =
            self.ask.rows("SELECT number AS a, CAST(version AS TEXT) AS b, '' AS c FROM payout_batch WHERE state = 'drawn_up' ORDER BY id");
        if let Some(batch) = open.first() {
            let fields = vec![("version", batch.b.clone()), ("reason", "演练".into())];
            return Some(self.step("batch", "finance1", format!("/finance/batches/{}/cancel", batch.a), fields));
        }
        let ready =
            self.ask.rows("SELECT number AS a, '' AS b, '' AS c FROM application WHERE state IN ('notice_passed', 'payment_failed')");
        let fields: Vec<_> = ready.into_iter().map(|row| ("application", row.a)).collect();
        (!fields.is_empty()).then(|| self.step("batch", "finance1", "/finance/batches".into(), fields))
    }
}
