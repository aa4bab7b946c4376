//! From a list to qualifications, records and tasks, on both databases.

use chrono::NaiveDate;
use suanquan::acts::ActError;
use suanquan::acts::check_registry_list::{ListFile, check_registry_list};
use suanquan::acts::import_registry_list::import_registry_list;
use suanquan::acts::listings::match_listing;
use suanquan::acts::remove_qualification::remove_qualification;
use suanquan::acts::settle_withdrawal::settle_withdrawal;
use suanquan::ids::{EnterpriseId, Uscc, folded_name};
use suanquan::party::{Actor, CarrierLevel, EntryKind};
use suanquan::registry::headings::Header;
use suanquan::registry::sheet::read;
use suanquan::registry::{ListKind, RowOutcome, Scope};
use suanquan::reports::registry::{List, shelf};
use suanquan::store::qualification::{DishonestyRecord, Qualification};
use suanquan::store::{self, Fault};

use crate::accounts::house::{TestHouse, refusal};
use crate::harness::db::on_both;
use crate::notice::town::{Town, refusal_code};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A file as the desk reads it.
pub fn file(kind: ListKind, scope: Scope, as_of: &str, text: &str) -> ListFile {
    let mut rows = Vec::new();
    read(text.as_bytes(), &mut |row| rows.push(row)).unwrap();
    let header = Header::find(kind, &rows).unwrap();
    ListFile {
        kind,
        scope,
        as_of: day(as_of),
        name: format!("{kind}-{as_of}.csv"),
        sha256: "ab".repeat(32),
        mapping: header.suggested(kind),
        rows: rows.into_iter().filter(|row| row.number > header.last_row).collect(),
    }
}

/// The code of the town's enterprise.
fn uscc(index: usize) -> String {
    Uscc::from_body(&format!("91420100MA4TE5T{index:02}")).unwrap().as_str().to_owned()
}

/// Who keeps a list of this kind.
fn keeper(town: &Town, kind: ListKind) -> &Actor {
    if kind == ListKind::Dishonesty { &town.authority } else { &town.reviewer }
}

fn check(town: &Town, file: ListFile) -> List {
    let id = town.act(keeper(town, file.kind), |act| check_registry_list(act, file)).unwrap();
    town.read(|db| suanquan::reports::registry::list_of(db, id)).unwrap()
}

fn import(town: &Town, file: ListFile) -> List {
    let list = check(town, file);
    town.act(keeper(town, list.kind), |act| import_registry_list(act, list.id, false)).unwrap();
    town.read(|db| suanquan::reports::registry::list_of(db, list.id)).unwrap()
}

fn enterprise(town: &Town, code: &str) -> EnterpriseId {
    town.read(|db| Ok(store::account::enterprise_by_uscc(db, code)?.unwrap().id)).unwrap()
}

fn qualifications(town: &Town, code: &str) -> Vec<Qualification> {
    let id = enterprise(town, code);
    town.read(|db| Ok(store::qualification::of_enterprise(db, id)?)).unwrap()
}

fn hightech(rows: &[(&str, &str, &str)]) -> String {
    let mut text = "2023年高新技术企业名单,,\n统一社会信用代码,证书编号,发证日期\n".to_owned();
    for (code, number, issued) in rows {
        text.push_str(&format!("{code},{number},{issued}\n"));
    }
    text
}

#[test]
fn a_list_makes_dated_qualifications_that_name_their_row_and_only_when_it_is_imported() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        town.case(0);
        let text = hightech(&[(&uscc(0), "GR202342001234", "2023-11-14"), (&uscc(1), "GR202342001235", "2023-11-14")]);
        let list = check(&town, file(ListKind::Hightech, Scope::Complete, "2026-03-01", &text));
        assert_eq!((list.new_count, list.state.as_str()), (2, "dry_run"));
        assert!(qualifications(&town, &uscc(0)).is_empty(), "a dry run counts for nothing");
        town.act(&town.reviewer, |act| import_registry_list(act, list.id, false)).unwrap();
        let made = &qualifications(&town, &uscc(0))[0];
        assert_eq!((made.kind, made.number.as_str(), made.state.as_str()), (EntryKind::Hightech, "GR202342001234", "accepted"));
        assert_eq!((made.valid_from, made.valid_to), (day("2023-11-14"), day("2026-11-13")));
        let row = town.read(|db| suanquan::reports::registry::row_of(db, made.registry_row_id.unwrap())).unwrap();
        assert_eq!((row.0.row_number, row.1.file_sha256), (3, "ab".repeat(32)));
        // The same list again changes nothing, and nobody imports it twice.
        let again = import(&town, file(ListKind::Hightech, Scope::Complete, "2026-03-01", &text));
        assert_eq!((again.new_count, again.same_count), (0, 2));
        assert_eq!(qualifications(&town, &uscc(0)).len(), 1);
        let twice = town.act(&town.reviewer, |act| import_registry_list(act, again.id, false)).unwrap_err();
        assert_eq!(refusal_code(&twice), "list_between");
    });
}

#[test]
fn a_changed_row_takes_the_place_of_the_one_before() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        town.case(0);
        import(&town, file(ListKind::Hightech, Scope::Complete, "2026-01-31", &hightech(&[(&uscc(0), "GR202342001234", "2023-11-14")])));
        let list = import(
            &town,
            file(ListKind::Hightech, Scope::Complete, "2026-02-28", &hightech(&[(&uscc(0), "GR202342001234", "2023-12-01")])),
        );
        assert_eq!(list.changed_count, 1);
        let held = qualifications(&town, &uscc(0));
        assert_eq!((held.len(), held[0].valid_from), (1, day("2023-12-01")));
    });
}

#[test]
fn a_listing_that_ends_ends_the_qualification_and_calls_for_a_review_of_the_grant() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        let number = town.case(0);
        let rows = [(uscc(0), "GR202342001234"), (uscc(1), "GR202342001235")].map(|(code, number)| (code, number, "2023-11-14"));
        let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(code, number, issued)| (code.as_str(), *number, *issued)).collect();
        import(&town, file(ListKind::Hightech, Scope::Complete, "2025-12-31", &hightech(&rows)));
        let text = format!("统一社会信用代码,证书编号,取消日期\n{},GR202342001234,2026-01-15\n", uscc(0));
        let list = import(&town, file(ListKind::Hightech, Scope::Withdrawal, "2026-02-28", &text));
        assert_eq!((list.gone_count, list.unreadable_count), (1, 0));
        assert_eq!(qualifications(&town, &uscc(0))[0].valid_to, day("2026-01-14"));
        let tasks = town.read(shelf).unwrap().to_review;
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0].applications.iter().map(|(number, _)| number.clone()).collect::<Vec<_>>(), [number]);
        let (id, effect) = (tasks[0].task.id, tasks[0].task.effect_on);
        assert_eq!(effect, day("2026-01-15"));
        let wordless = town.act(&town.reviewer, |act| settle_withdrawal(act, id, " 好 ")).unwrap_err();
        assert_eq!(refusal_code(&wordless), "no_note");
        town.act(&town.authority, |act| settle_withdrawal(act, id, "已发起追回 C-2026-0001")).unwrap();
        assert!(town.read(shelf).unwrap().to_review.is_empty());
        let twice = town.act(&town.authority, |act| settle_withdrawal(act, id, "已发起追回 C-2026-0001")).unwrap_err();
        assert_eq!(refusal_code(&twice), "settled_already");
    });
}

#[test]
fn whoever_is_missing_from_a_complete_list_is_gone_and_many_at_once_need_a_word() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        let codes: Vec<String> = (10..40).map(uscc).collect();
        let text = |codes: &[String]| {
            codes.iter().fold("统一社会信用代码,企业名称\n".to_owned(), |text, code| format!("{text}{code},规上\n"))
        };
        import(&town, file(ListKind::AboveDesignatedSize, Scope::Complete, "2026-01-31", &text(&codes)));
        let batch = import(&town, file(ListKind::AboveDesignatedSize, Scope::Batch, "2026-02-01", &text(&codes[..3])));
        assert_eq!(batch.gone_count, 0, "a batch ends nothing");
        let list = check(&town, file(ListKind::AboveDesignatedSize, Scope::Complete, "2026-02-28", &text(&codes[..3])));
        assert_eq!(list.gone_count, 27);
        let unsaid = town.act(&town.reviewer, |act| import_registry_list(act, list.id, false)).unwrap_err();
        assert_eq!(refusal_code(&unsaid), "many_gone");
        town.act(&town.reviewer, |act| import_registry_list(act, list.id, true)).unwrap();
        let standing = town.read(|db| Ok(store::registry::standing(db, ListKind::AboveDesignatedSize)?)).unwrap();
        assert_eq!(standing.len(), 3);
    });
}

#[test]
fn an_enterprise_that_registers_later_finds_what_the_lists_say_of_it_and_cannot_remove_it() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        let code = crate::accounts::house::USCC;
        let text = format!("统一社会信用代码,入库登记编号,入库日期\n{code},2026420111A8000123,2026-02-10\n");
        import(&town, file(ListKind::TechSme, Scope::Batch, "2026-02-28", &text));
        let house = TestHouse::open(url, town.site.clock.now());
        let office = house.registered("office@firm.test");
        let held = qualifications(&town, code);
        assert_eq!((held.len(), held[0].state.as_str(), held[0].valid_to), (1, "accepted", day("2026-12-31")));
        let why = refusal(house.act_as(&office, |act| remove_qualification(act, held[0].id)));
        assert_eq!(why.code, "entry_of_registry");
    });
}

#[test]
fn dishonest_subjects_are_recorded_moved_and_ended_with_their_source() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        let text = |rows: &[(usize, &str, &str)]| {
            rows.iter().fold("统一社会信用代码,列入日期,移出日期\n".to_owned(), |text, (index, from, to)| {
                format!("{text}{},{from},{to}\n", uscc(*index))
            })
        };
        let of =
            |index: usize| -> Vec<DishonestyRecord> { town.read(|db| Ok(store::qualification::dishonesty_of(db, &uscc(index))?)).unwrap() };
        let list = || file(ListKind::Dishonesty, Scope::Complete, "2026-01-31", &text(&[(0, "2025-06-01", ""), (1, "2025-07-01", "")]));
        let by_the_task_force = town.act(&town.reviewer, |act| check_registry_list(act, list()));
        assert!(matches!(by_the_task_force, Err(ActError::NotAllowed)), "who is dishonest, the authority alone says");
        import(&town, list());
        let earlier =
            town.act(&town.authority, |act| check_registry_list(act, ListFile { as_of: day("2025-12-31"), ..list() })).unwrap_err();
        assert_eq!(refusal_code(&earlier), "older_list");
        assert_eq!(
            (of(0)[0].from_day, of(0)[0].to_day, of(0)[0].source.as_str()),
            (day("2025-06-01"), None, "dishonesty-2026-01-31.csv 2026-01-31")
        );
        import(&town, file(ListKind::Dishonesty, Scope::Complete, "2026-02-28", &text(&[(0, "2025-06-01", "2026-05-31")])));
        assert_eq!((of(0).len(), of(0)[0].to_day), (1, Some(day("2026-05-31"))));
        assert_eq!(of(1)[0].to_day, Some(day("2026-02-27")));
    });
}

#[test]
fn a_name_without_a_code_is_a_suggestion_that_a_person_takes() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        town.case(0);
        let name = "武汉示例0号科技有限公司";
        town.site
            .store
            .write(|db| -> Result<(), Fault> {
                let mut house = store::account::enterprise_by_uscc(db, &uscc(0))?.unwrap();
                house.name_folded = folded_name(name);
                store::account_change::save_enterprise(db, &house)?;
                Ok(())
            })
            .unwrap();
        let text = "企业名称,认定日期\n武汉示例０号 科技有限公司,2026-01-01\n".to_owned();
        import(&town, file(ListKind::AdvancedService, Scope::Complete, "2026-02-28", &text));
        assert!(qualifications(&town, &uscc(0)).is_empty());
        let found = town.read(shelf).unwrap().same_names;
        assert_eq!(found.iter().map(|one| one.uscc.clone()).collect::<Vec<_>>(), [uscc(0)]);
        let (row, of) = (found[0].row.id, found[0].enterprise);
        town.act(&town.reviewer, |act| match_listing(act, row, of)).unwrap();
        assert_eq!(qualifications(&town, &uscc(0))[0].kind, EntryKind::AdvancedServiceEnterprise);
        assert!(town.read(shelf).unwrap().same_names.is_empty());
        let twice = town.act(&town.reviewer, |act| match_listing(act, row, of)).unwrap_err();
        assert_eq!(refusal_code(&twice), "row_used");
    });
}

#[test]
fn a_listing_that_was_taken_by_its_name_changes_and_ends_with_its_list() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        town.case(0);
        let name = "武汉示例0号科技有限公司";
        let named = town.site.store.write(|db| -> Result<(), Fault> {
            let mut house = store::account::enterprise_by_uscc(db, &uscc(0))?.unwrap();
            house.name_folded = folded_name(name);
            store::account_change::save_enterprise(db, &house)?;
            Ok(())
        });
        named.unwrap();
        let text = |rows: &str| format!("企业名称,认定编号,认定日期,有效期至\n{rows}武汉别家科技有限公司,T-9,2026-01-01,2026-12-31\n");
        let list = |as_of: &str, rows: &str| import(&town, file(ListKind::AdvancedService, Scope::Complete, as_of, &text(rows)));
        list("2026-02-01", &format!("{name},T-1,2026-01-01,2026-12-31\n"));
        let found = town.read(shelf).unwrap().same_names;
        let (row, of) = (found[0].row.id, found[0].enterprise);
        town.act(&town.reviewer, |act| match_listing(act, row, of)).unwrap();
        list("2026-02-10", &format!("{name},T-1,2026-01-01,2026-06-30\n"));
        let ends = || qualifications(&town, &uscc(0)).iter().map(|entry| entry.valid_to).collect::<Vec<_>>();
        assert_eq!(ends(), [day("2026-06-30")], "the list changed its last day");
        assert!(town.read(shelf).unwrap().same_names.is_empty(), "nobody is asked again");
        list("2026-02-20", "");
        assert_eq!(ends(), [day("2026-02-19")], "the list names it no more");
    });
}

#[test]
fn incubatees_take_their_level_from_the_list_of_carriers() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        town.case(0);
        let incubatees = format!("企业名称,统一社会信用代码,所在孵化器\n示例,{},光谷孵化器\n", uscc(0));
        let early = check(&town, file(ListKind::Incubatee, Scope::Complete, "2026-02-28", &incubatees));
        assert_eq!(early.unreadable_count, 1, "nobody knows the carrier yet");
        import(&town, file(ListKind::Carrier, Scope::Complete, "2026-02-28", "载体名称,级别\n光谷孵化器,国家级\n"));
        import(&town, file(ListKind::Incubatee, Scope::Complete, "2026-02-28", &incubatees));
        assert_eq!(qualifications(&town, &uscc(0))[0].carrier_level, Some(CarrierLevel::National));
    });
}

#[test]
fn only_those_who_keep_the_lists_import_them_and_rows_say_what_is_wrong() {
    on_both(|url| {
        let town = Town::new(url, "2026-03-02T01:00:00Z");
        let text = hightech(&[(&uscc(0), "GR2023", "2023-11-14"), (&uscc(1), "GR202342001235", "2023-11-14")]);
        let foreign =
            town.act(&town.auditor, |act| check_registry_list(act, file(ListKind::Hightech, Scope::Complete, "2026-03-01", &text)));
        assert!(matches!(foreign, Err(ActError::NotAllowed)));
        let future =
            town.act(&town.authority, |act| check_registry_list(act, file(ListKind::Hightech, Scope::Complete, "2026-03-03", &text)));
        assert_eq!(refusal_code(&future.unwrap_err()), "day_to_come");
        let list = check(&town, file(ListKind::Hightech, Scope::Complete, "2026-03-01", &text));
        assert_eq!((list.new_count, list.unreadable_count), (1, 1));
        let rows = town.read(|db| Ok(store::registry::rows_of(db, list.id, RowOutcome::Unreadable, 10)?)).unwrap();
        assert_eq!(rows[0].row_number, 3);
        assert!(rows[0].fault.contains("not_a_number"), "{}", rows[0].fault);
    });
}
