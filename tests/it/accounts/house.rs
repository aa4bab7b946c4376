//! A house with an empty database and a clock of its own.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use suanquan::acts::confirm_email::confirm_email;
use suanquan::acts::register_enterprise::{Registration, register_enterprise};
use suanquan::acts::sign_in::{Whence, sign_in};
use suanquan::acts::{Act, ActError, House, Outcome, Refusal, perform};
use suanquan::config::{Config, SecondFactor};
use suanquan::ids::Uscc;
use suanquan::lang::Lang;
use suanquan::party::Actor;
use suanquan::secret::{Token, hash_password};
use suanquan::startup::house;
use suanquan::store::letter::Letter;
use suanquan::store::{self, Store, migrations};

pub const PASSWORD: &str = "correct horse battery";
pub const USCC: &str = "914403001922038216";
pub const NAME: &str = "武汉云杉智能科技（集团）有限公司";

pub struct TestHouse {
    pub store: Store,
    rules: House,
    now: DateTime<Utc>,
}

/// The first reason of a refusal.
#[track_caller]
pub fn refusal<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome {
        Err(ActError::Refused(why)) => why.into_iter().next().unwrap(),
        other => panic!("not refused: {other:?}"),
    }
}

impl TestHouse {
    pub fn new(url: &str) -> TestHouse {
        let store = Store::create(url).unwrap();
        migrations::run(&store).unwrap();
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap();
        // Most tests are about what people do once they are in.
        let config = Config { staff_second_factor: SecondFactor::Optional, ..Config::default() };
        TestHouse { store, rules: house(&config, "http://suanquan.example"), now }
    }

    /// The same house under other settings.
    pub fn with(self, config: &Config) -> TestHouse {
        TestHouse { rules: house(config, "http://suanquan.example"), ..self }
    }

    /// A house that another program made and runs, at that program's time.
    pub fn open(url: &str, now: DateTime<Utc>) -> TestHouse {
        TestHouse { store: Store::open(url).unwrap(), rules: house(&Config::default(), "http://suanquan.example"), now }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn wait(&mut self, time: TimeDelta) {
        self.now += time;
    }

    pub fn act<T>(&self, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> Outcome<T> {
        self.act_as(&Actor::system(), act)
    }

    pub fn act_as<T>(&self, actor: &Actor, act: impl FnOnce(&mut Act<'_>) -> Outcome<T>) -> Outcome<T> {
        perform(&self.store, &self.rules, actor, self.now, act)
    }

    pub fn rules(&self) -> &House {
        &self.rules
    }

    pub fn sign_in(&self, email: &str, password: &str) -> Outcome<Token> {
        sign_in(&self.store, &self.rules, (email, password), &Whence::default(), self.now)
    }

    pub fn register(&self, email: &str) -> Outcome<()> {
        self.register_as(USCC, email)
    }

    pub fn register_as(&self, uscc: &str, email: &str) -> Outcome<()> {
        let typed = Registration {
            uscc: Uscc::parse(uscc).unwrap(),
            enterprise: NAME.into(),
            name: "李明".into(),
            phone: "02787654321".into(),
            email: email.into(),
            password_hash: hash_password(PASSWORD).unwrap().into(),
            lang: Lang::Zh,
        };
        self.act(|act| register_enterprise(act, &typed))
    }

    /// Registered and confirmed.
    pub fn registered(&self, email: &str) -> Actor {
        self.register(email).unwrap();
        let token = self.token_of(email, "/confirm/");
        self.act(|act| confirm_email(act, &token)).unwrap();
        self.actor(email)
    }

    pub fn actor(&self, email: &str) -> Actor {
        self.store
            .read(|db| {
                let account = store::account::find_by_email(db, email)?.unwrap();
                store::account::actor(db, &account)
            })
            .unwrap()
    }

    pub fn enterprise(&self, uscc: &str) -> Option<store::account::Enterprise> {
        self.store.read(|db| store::account::enterprise_by_uscc(db, uscc)).unwrap()
    }

    /// The newest first.
    pub fn all_letters(&self) -> Vec<Letter> {
        self.store.read(|db| store::letter::newest(db, None, 100)).unwrap()
    }

    pub fn letters_to(&self, email: &str) -> Vec<Letter> {
        self.all_letters().into_iter().filter(|letter| letter.to_email == email).collect()
    }

    /// The token of the newest link of a kind sent to an address.
    #[track_caller]
    pub fn token_of(&self, email: &str, path: &str) -> String {
        let letters = self.letters_to(email);
        let body = &letters.iter().find(|letter| letter.body.contains(path)).unwrap_or_else(|| panic!("no letter with {path}")).body;
        body.split(path).nth(1).unwrap().chars().take_while(char::is_ascii_hexdigit).collect()
    }
}
