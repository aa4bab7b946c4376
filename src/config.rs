//! Configuration: a TOML file, then environment variables `SUANQUAN_…` over it. The only place
//! that reads the environment.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Everything an operator decides. `docs/reference/configuration.md` explains each line.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `sqlite:///var/lib/suanquan/suanquan.db` or `postgres://…`.
    pub database: String,
    /// Address and port to listen on.
    pub bind: String,
    /// How people reach the site, without a slash at the end; used in letters.
    pub base_url: String,
    /// Folder for uploaded files.
    pub files: PathBuf,
    /// At least 32 random characters. The key that signs statements and checkpoints follows from it;
    /// session and mail tokens are random by themselves.
    pub secret: String,
    /// `smtp://host:25`, `smtps://user:password@host:465`, or `folder:/path`.
    pub mail: String,
    /// From address of letters.
    pub mail_from: String,
    /// Fonts for PDF documents, first found wins; empty uses the places Debian installs them to.
    pub fonts: Vec<PathBuf>,
    /// Set behind TLS: cookies are then sent over TLS only.
    pub secure_cookies: bool,
    /// Largest upload in MiB.
    pub upload_mib: u64,
    pub notice_working_days: u32,
    pub correction_working_days: u32,
    pub objection_working_days: u32,
    /// Logs as JSON lines.
    pub json_logs: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            database: String::new(),
            bind: "127.0.0.1:8080".into(),
            base_url: String::new(),
            files: PathBuf::from("/var/lib/suanquan/files"),
            secret: String::new(),
            mail: String::new(),
            mail_from: String::new(),
            fonts: Vec::new(),
            secure_cookies: true,
            upload_mib: 20,
            notice_working_days: 5,
            correction_working_days: 5,
            objection_working_days: 15,
            json_logs: true,
        }
    }
}

/// Why the configuration cannot be used; each sentence says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    #[error("{path}: {why}")]
    File { path: String, why: String },
    #[error("{0}")]
    Value(String),
}

impl Config {
    /// Reads the file, if one is named, and the environment over it.
    ///
    /// # Errors
    /// A file that is not there or not TOML (with line and reason), a value of the wrong kind.
    pub fn load(path: Option<&Path>) -> Result<Config, BadConfig> {
        let mut config = match path {
            Some(path) => {
                let at = |why: String| BadConfig::File { path: path.display().to_string(), why };
                let text = std::fs::read_to_string(path).map_err(|why| at(why.to_string()))?;
                toml::from_str(&text).map_err(|why| at(why.to_string()))?
            }
            None => Config::default(),
        };
        config.read_environment(|name| {
            #[expect(clippy::disallowed_methods, reason = "this is the place that reads settings")]
            std::env::var(name).ok()
        })?;
        Ok(config)
    }

    fn read_environment(&mut self, get: impl Fn(&str) -> Option<String>) -> Result<(), BadConfig> {
        for (name, place) in [
            ("SUANQUAN_DATABASE", &mut self.database),
            ("SUANQUAN_BIND", &mut self.bind),
            ("SUANQUAN_BASE_URL", &mut self.base_url),
            ("SUANQUAN_SECRET", &mut self.secret),
            ("SUANQUAN_MAIL", &mut self.mail),
            ("SUANQUAN_MAIL_FROM", &mut self.mail_from),
        ] {
            if let Some(value) = get(name) {
                *place = value;
            }
        }
        if let Some(value) = get("SUANQUAN_FILES") {
            self.files = PathBuf::from(value);
        }
        for (name, place) in [("SUANQUAN_SECURE_COOKIES", &mut self.secure_cookies), ("SUANQUAN_JSON_LOGS", &mut self.json_logs)] {
            match get(name).as_deref() {
                None => {}
                Some("true" | "1") => *place = true,
                Some("false" | "0") => *place = false,
                Some(other) => return Err(BadConfig::Value(format!("{name}={other:?}: write true or false"))),
            }
        }
        Ok(())
    }

    /// What `serve` insists on.
    ///
    /// # Errors
    /// The first thing missing or too weak, with how to mend it.
    pub fn check_for_production(&self) -> Result<(), BadConfig> {
        let missing = |name: &str, how: &str| Err(BadConfig::Value(format!("{name} is not set: {how}")));
        if self.database.is_empty() {
            return missing(
                "database (SUANQUAN_DATABASE)",
                "write sqlite:///var/lib/suanquan/suanquan.db, made by `suanquan init`, or postgres://…",
            );
        }
        if self.secret.is_empty() {
            return missing("secret (SUANQUAN_SECRET)", "make one with `openssl rand -hex 32`");
        }
        let kinds = self.secret.chars().collect::<std::collections::BTreeSet<_>>().len();
        if self.secret.len() < 32 || kinds < 8 {
            return Err(BadConfig::Value(
                "secret (SUANQUAN_SECRET) is too weak: it needs at least 32 random characters; make one with `openssl rand -hex 32`".into(),
            ));
        }
        if self.base_url.is_empty() {
            return missing("base_url (SUANQUAN_BASE_URL)", "write the address people use, such as https://suanquan.example.gov.cn");
        }
        if self.mail.is_empty() || self.mail_from.is_empty() {
            return missing(
                "mail and mail_from (SUANQUAN_MAIL, SUANQUAN_MAIL_FROM)",
                "write smtps://user:password@host:465 and 算券 <no-reply@…>",
            );
        }
        Ok(())
    }
}
