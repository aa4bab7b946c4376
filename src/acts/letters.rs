//! Letters as rows of the act's transaction: they leave when the act has happened, or not at all.

use chrono::NaiveDate;

use super::{Act, House, Outcome};
use crate::application::ActKind;
use crate::application::letters::{CaseNews, Letter, about_case};
use crate::ids::ApplicationId;
use crate::lang::Lang;
use crate::money::Fen;
use crate::store;
use crate::store::account::Account;
use crate::store::application::Application;
use crate::store::letter::NewLetter;

/// What an act wants told beside the application itself.
#[derive(Clone, Debug, Default)]
pub struct Tell<'a> {
    pub words: &'a str,
    pub due: Option<NaiveDate>,
    pub notice: Option<(NaiveDate, NaiveDate)>,
    /// The amount spoken of, when it is not the application's total.
    pub amount: Option<Fen>,
}

/// The letter about an application as the enterprise would get it; also for the preview on a page.
#[must_use]
pub fn case_letter(
    house: &House,
    application: &Application,
    enterprise: &str,
    act: ActKind,
    tell: &Tell<'_>,
    lang: Lang,
) -> Option<Letter> {
    let link = format!("{}/my/applications/{}", house.base_url, application.number);
    let news = CaseNews {
        act,
        number: &application.number,
        enterprise,
        amount: tell.amount.unwrap_or(application.total_fen),
        words: tell.words,
        due: tell.due,
        notice: tell.notice,
        link: &link,
    };
    about_case(&news, lang)
}

impl Act<'_> {
    /// Tells everybody at the enterprise, each in their language.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn tell_enterprise(&mut self, application: &Application, act: ActKind, tell: &Tell<'_>) -> Outcome<()> {
        let name = store::account::enterprise(self.db, application.enterprise_id)?.map(|enterprise| enterprise.name).unwrap_or_default();
        for person in store::account::of_enterprise(self.db, application.enterprise_id)? {
            let lang = Lang::parse(&person.language).unwrap_or_default();
            if let Some(letter) = case_letter(self.house, application, &name, act, tell, lang) {
                self.send(act.as_str(), &person, &letter, Some(application.id))?;
            }
        }
        Ok(())
    }

    /// Puts a letter to one person into the outbox.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn send(&mut self, kind: &str, to: &Account, letter: &Letter, application: Option<ApplicationId>) -> Outcome<()> {
        self.send_to(kind, (&to.email, &to.name), letter, application)
    }

    /// Puts a letter to an address into the outbox.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn send_to(&mut self, kind: &str, (email, name): (&str, &str), letter: &Letter, application: Option<ApplicationId>) -> Outcome<()> {
        let new = NewLetter {
            kind,
            to_email: email,
            to_name: name,
            subject: &letter.subject,
            body: &letter.body,
            application_id: application,
            next_attempt_at: self.stamp(),
            queued_at: self.stamp(),
        };
        Ok(store::letter::enqueue(self.db, &new)?)
    }
}
