//! Names for ids, looked up once per report.

use std::collections::BTreeMap;

use super::Db;
use crate::ids::{AccountId, ApplicationId, EnterpriseId};
use crate::store::application::Application;
use crate::store::{self, Fault};

/// The names a report has asked for so far.
#[derive(Debug, Default)]
pub struct Names {
    people: BTreeMap<AccountId, String>,
    enterprises: BTreeMap<EnterpriseId, String>,
    applications: BTreeMap<ApplicationId, Option<Application>>,
}

impl Names {
    /// The name of an account; empty for nobody.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn person(&mut self, db: &mut Db, id: Option<AccountId>) -> Result<String, Fault> {
        let Some(id) = id else { return Ok(String::new()) };
        if let Some(known) = self.people.get(&id) {
            return Ok(known.clone());
        }
        let name = store::account::find(db, id)?.map(|account| account.name).unwrap_or_default();
        self.people.insert(id, name.clone());
        Ok(name)
    }

    /// # Errors
    /// A fault of the database.
    pub fn enterprise(&mut self, db: &mut Db, id: EnterpriseId) -> Result<String, Fault> {
        if let Some(known) = self.enterprises.get(&id) {
            return Ok(known.clone());
        }
        let name = store::account::enterprise(db, id)?.map(|enterprise| enterprise.name).unwrap_or_default();
        self.enterprises.insert(id, name.clone());
        Ok(name)
    }

    /// # Errors
    /// A fault of the database.
    pub fn application(&mut self, db: &mut Db, id: ApplicationId) -> Result<Option<Application>, Fault> {
        if let Some(known) = self.applications.get(&id) {
            return Ok(known.clone());
        }
        let found = store::application::find(db, id)?;
        self.applications.insert(id, found.clone());
        Ok(found)
    }

    /// Number of an application and name of its enterprise.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn case(&mut self, db: &mut Db, id: ApplicationId) -> Result<(String, String), Fault> {
        match self.application(db, id)? {
            Some(application) => Ok((application.number, self.enterprise(db, application.enterprise_id)?)),
            None => Ok((String::new(), String::new())),
        }
    }
}
