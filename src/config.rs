//! Configuration: a TOML file, then environment variables `SUANQUAN_…` over it. The only place
//! that reads the environment.

mod openid;
mod timestamps;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::hidden::{Secret, tells};
pub use openid::{FactorOf, OpenIdSettings};
pub use timestamps::TimestampSettings;

/// Everything an operator decides. `docs/reference/configuration.md` explains each line.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_debug_implementations, reason = "holds secrets")]
pub struct Config {
    /// `sqlite:///var/lib/suanquan/suanquan.db` or `postgres://…`.
    pub database: Secret<String>,
    /// Address and port to listen on.
    pub bind: String,
    /// How people reach the site, without a slash at the end; used in letters.
    pub base_url: String,
    /// Where uploaded files are kept.
    pub files: FilesSettings,
    /// At least 32 random characters. The key that signs statements and checkpoints follows from it;
    /// session and mail tokens are random by themselves.
    pub secret: Secret<String>,
    /// `smtp://host:25`, `smtps://user:password@host:465`, or `folder:/path`.
    pub mail: Secret<String>,
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
    /// Whether a database is refused that may lose commits in a power cut.
    pub durability: Durability,
    /// Services that answer for a register, by the kind of list: `[registers.tech_sme]`.
    pub registers: BTreeMap<String, RegisterSettings>,
    /// How long an answer of a register is good for.
    pub register_cache_hours: u32,
    /// `clamd:/run/clamav/clamd.ctl` or `clamd:host:3310`; empty for none.
    pub scanner: String,
    /// Must staff have a second factor?
    pub staff_second_factor: SecondFactor,
    /// The provider that staff may sign in with: `[openid]`.
    pub openid: Option<OpenIdSettings>,
    /// File with the key that seals the secrets of second factors; empty: it follows from `secret`.
    pub key_file: PathBuf,
    /// Which rule book passwords follow.
    pub password_profile: PasswordProfile,
    /// Minutes without a request after which a session of staff ends, and anybody else's.
    pub staff_idle_minutes: u32,
    pub idle_minutes: u32,
    /// Hours after which a session ends in any case.
    pub session_hours: u32,
    /// Tries to sign in, register or reset a password that one network address has in a minute.
    pub tries_per_minute: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Folder of the nightly backups; empty for none.
    pub backup_to: PathBuf,
    /// Nightly backups that stay; 0 for all.
    pub backup_keep: usize,
    /// An empty PostgreSQL database in which backups prove themselves; empty: one is made each time.
    pub backup_scratch: Secret<String>,
    /// An authority that stamps the checkpoints of the trail; none without it.
    pub timestamps: Option<TimestampSettings>,
    /// What stands in `key_file`.
    #[serde(skip)]
    pub key: Secret<String>,
}

/// Is a second factor needed?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    Required,
    Optional,
}

/// OWASP ASVS 5.0, or GB/T 22239-2019 level 3 (等保三级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PasswordProfile {
    Asvs,
    Mlps3,
}

/// A folder, or a bucket that speaks S3: `files = "/path"` or `[files.s3]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "files is a folder, or the table [files.s3] with endpoint, bucket, access_key and secret_key (region and timeout_seconds may be left out)"
)]
pub enum FilesSettings {
    Folder(PathBuf),
    Bucket { s3: S3Settings },
}

/// A bucket and the keys to it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// `https://…`; the bucket follows as the first part of the path.
    pub endpoint: String,
    pub bucket: String,
    #[serde(default = "any_region")]
    pub region: String,
    #[serde(default)]
    pub access_key: Secret<String>,
    #[serde(default)]
    pub secret_key: Secret<String>,
    /// For one whole request.
    #[serde(default = "twenty_seconds")]
    pub timeout_seconds: u64,
}

tells! { S3Settings { endpoint, bucket } RegisterSettings { url } }

fn any_region() -> String {
    "us-east-1".to_owned()
}

const fn twenty_seconds() -> u64 {
    20
}

/// Whether what was answered must outlive a power cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// A database that is set up to lose commits is refused by name of the setting.
    #[default]
    Strict,
    /// For databases that are thrown away: PostgreSQL is taken as it is, SQLite does not wait for the disk.
    Relaxed,
}

impl Durability {
    #[must_use]
    pub fn parse(text: &str) -> Option<Durability> {
        match text {
            "strict" => Some(Durability::Strict),
            "relaxed" => Some(Durability::Relaxed),
            _ => None,
        }
    }
}

/// A register's service: where it is asked and where in its JSON the answer stands.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterSettings {
    /// `https://…?code={uscc}`.
    pub url: String,
    /// Sent as a bearer token; empty for none.
    #[serde(default)]
    pub bearer: Secret<String>,
    #[serde(default = "five_seconds")]
    pub timeout_seconds: u64,
    /// JSON pointer to what says that the enterprise is listed: true, or anything that is not empty.
    pub found: String,
    /// JSON pointers to what is kept as evidence; empty for what the service does not say.
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub to: String,
    /// Where the answer repeats the code; another code there is no answer.
    #[serde(default)]
    pub uscc: String,
}

const fn five_seconds() -> u64 {
    5
}

impl Default for Config {
    fn default() -> Self {
        Config {
            database: Secret::default(),
            bind: "127.0.0.1:8080".into(),
            base_url: String::new(),
            files: FilesSettings::Folder(PathBuf::from("/var/lib/suanquan/files")),
            secret: Secret::default(),
            mail: Secret::default(),
            mail_from: String::new(),
            fonts: Vec::new(),
            secure_cookies: true,
            upload_mib: 20,
            notice_working_days: 5,
            correction_working_days: 5,
            objection_working_days: 15,
            json_logs: true,
            durability: Durability::Strict,
            registers: BTreeMap::new(),
            register_cache_hours: 24,
            scanner: String::new(),
            staff_second_factor: SecondFactor::Required,
            openid: None,
            key_file: PathBuf::new(),
            password_profile: PasswordProfile::Asvs,
            staff_idle_minutes: 30,
            idle_minutes: 120,
            session_hours: 12,
            tries_per_minute: 60,
            trusted_proxies: Vec::new(),
            key: Secret::default(),
            backup_to: PathBuf::new(),
            backup_keep: 30,
            backup_scratch: Secret::default(),
            timestamps: None,
        }
    }
}

/// The kinds of list, which are the registers' names.
const REGISTERS: [&str; 7] = ["tech_sme", "hightech", "carrier", "incubatee", "above_designated_size", "advanced_service", "dishonesty"];

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
        config.read_key()?;
        config.read_client_secret()?;
        Ok(config)
    }

    fn read_environment(&mut self, get: impl Fn(&str) -> Option<String>) -> Result<(), BadConfig> {
        for (name, place) in [
            ("SUANQUAN_DATABASE", &mut self.database),
            ("SUANQUAN_SECRET", &mut self.secret),
            ("SUANQUAN_MAIL", &mut self.mail),
            ("SUANQUAN_BACKUP_SCRATCH", &mut self.backup_scratch),
        ] {
            if let Some(value) = get(name) {
                *place = value.into();
            }
        }
        for (name, place) in [
            ("SUANQUAN_BIND", &mut self.bind),
            ("SUANQUAN_BASE_URL", &mut self.base_url),
            ("SUANQUAN_MAIL_FROM", &mut self.mail_from),
            ("SUANQUAN_SCANNER", &mut self.scanner),
        ] {
            if let Some(value) = get(name) {
                *place = value;
            }
        }
        if let Some(value) = get("SUANQUAN_KEY_FILE") {
            self.key_file = PathBuf::from(value);
        }
        if let Some(value) = get("SUANQUAN_STAFF_SECOND_FACTOR") {
            self.staff_second_factor = match value.as_str() {
                "required" => SecondFactor::Required,
                "optional" => SecondFactor::Optional,
                other => return Err(BadConfig::Value(format!("SUANQUAN_STAFF_SECOND_FACTOR={other:?}: write required or optional"))),
            };
        }
        if let Some(value) = get("SUANQUAN_PASSWORD_PROFILE") {
            self.password_profile = match value.as_str() {
                "asvs" => PasswordProfile::Asvs,
                "mlps3" => PasswordProfile::Mlps3,
                other => return Err(BadConfig::Value(format!("SUANQUAN_PASSWORD_PROFILE={other:?}: write asvs or mlps3"))),
            };
        }
        if let Some(value) = get("SUANQUAN_DURABILITY") {
            self.durability = Durability::parse(&value)
                .ok_or_else(|| BadConfig::Value(format!("SUANQUAN_DURABILITY={value:?}: write strict or relaxed")))?;
        }
        if let Some(value) = get("SUANQUAN_FILES") {
            self.files = FilesSettings::Folder(PathBuf::from(value));
        }
        if let FilesSettings::Bucket { s3 } = &mut self.files {
            for (name, place) in
                [("SUANQUAN_FILES_S3_ACCESS_KEY", &mut s3.access_key), ("SUANQUAN_FILES_S3_SECRET_KEY", &mut s3.secret_key)]
            {
                if let Some(value) = get(name) {
                    *place = value.into();
                }
            }
        }
        if let (Some(openid), Some(value)) = (&mut self.openid, get("SUANQUAN_OPENID_CLIENT_SECRET")) {
            openid.client_secret = value.into();
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

    fn read_key(&mut self) -> Result<(), BadConfig> {
        if self.key_file.as_os_str().is_empty() {
            return Ok(());
        }
        let key = read_guarded(&self.key_file)?;
        if key.len() != 64 || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let why = "must hold 64 hexadecimal digits, as `suanquan init --key-file` writes them".into();
            return Err(BadConfig::File { path: self.key_file.display().to_string(), why });
        }
        self.key = key.into();
        Ok(())
    }

    fn read_client_secret(&mut self) -> Result<(), BadConfig> {
        match &mut self.openid {
            Some(openid) if openid.client_secret.expose().is_empty() && !openid.client_secret_file.as_os_str().is_empty() => {
                openid.client_secret = read_guarded(&openid.client_secret_file)?.into();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What `serve` insists on.
    ///
    /// # Errors
    /// The first thing missing or too weak, with how to mend it.
    pub fn check_for_production(&self) -> Result<(), BadConfig> {
        let missing = |name: &str, how: &str| Err(BadConfig::Value(format!("{name} is not set: {how}")));
        if self.database.expose().is_empty() {
            return missing(
                "database (SUANQUAN_DATABASE)",
                "write sqlite:///var/lib/suanquan/suanquan.db, made by `suanquan init`, or postgres://…",
            );
        }
        let secret = self.secret.expose();
        if secret.is_empty() {
            return missing("secret (SUANQUAN_SECRET)", "make one with `openssl rand -hex 32`");
        }
        let kinds = secret.chars().collect::<std::collections::BTreeSet<_>>().len();
        if secret.len() < 32 || kinds < 8 {
            return Err(BadConfig::Value(
                "secret (SUANQUAN_SECRET) is too weak: it needs at least 32 random characters; make one with `openssl rand -hex 32`".into(),
            ));
        }
        if self.base_url.is_empty() {
            return missing("base_url (SUANQUAN_BASE_URL)", "write the address people use, such as https://suanquan.example.gov.cn");
        }
        if self.mail.expose().is_empty() || self.mail_from.is_empty() {
            return missing(
                "mail and mail_from (SUANQUAN_MAIL, SUANQUAN_MAIL_FROM)",
                "write smtps://user:password@host:465 and 算券 <no-reply@…>",
            );
        }
        for (name, value, most) in [
            ("staff_idle_minutes", self.staff_idle_minutes, 24 * 60),
            ("idle_minutes", self.idle_minutes, 24 * 60),
            ("session_hours", self.session_hours, 7 * 24),
            ("tries_per_minute", self.tries_per_minute, 1_000_000),
        ] {
            if value == 0 || value > most {
                return Err(BadConfig::Value(format!("{name} must be 1 to {most}, not {value}")));
            }
        }
        self.files.check()?;
        if let Some(openid) = &self.openid {
            openid.check()?;
        }
        if let Some(timestamps) = &self.timestamps {
            timestamps.check()?;
        }
        self.registers.iter().try_for_each(|(name, register)| register.check(name))
    }
}

/// A file with a secret. One that others of the machine may read holds none.
fn read_guarded(path: &Path) -> Result<String, BadConfig> {
    use std::os::unix::fs::PermissionsExt as _;
    let at = |why: String| BadConfig::File { path: path.display().to_string(), why };
    let mode = std::fs::metadata(path).map_err(|why| at(why.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(at(format!("others may read it (mode {:o}): chmod 600 it", mode & 0o777)));
    }
    Ok(std::fs::read_to_string(path).map_err(|why| at(why.to_string()))?.trim().to_owned())
}

impl FilesSettings {
    /// # Errors
    /// A bucket whose settings are incomplete, with how to mend them.
    pub fn check(&self) -> Result<(), BadConfig> {
        match self {
            FilesSettings::Folder(_) => Ok(()),
            FilesSettings::Bucket { s3 } => s3.check(),
        }
    }
}

impl S3Settings {
    fn check(&self) -> Result<(), BadConfig> {
        let bad = |what: &str| Err(BadConfig::Value(format!("files.s3: {what}")));
        if !(self.endpoint.starts_with("https://") || self.endpoint.starts_with("http://")) {
            return bad("endpoint must begin with https:// (or http:// within a network of your own)");
        }
        if self.bucket.is_empty() || self.bucket.contains('/') {
            return bad("bucket is the name alone, without a slash");
        }
        if self.access_key.expose().is_empty() || self.secret_key.expose().is_empty() {
            return bad(
                "access_key and secret_key are needed; SUANQUAN_FILES_S3_ACCESS_KEY and SUANQUAN_FILES_S3_SECRET_KEY keep them out of the file",
            );
        }
        if self.timeout_seconds == 0 || self.timeout_seconds > 120 {
            return bad("timeout_seconds must be 1 to 120");
        }
        Ok(())
    }
}

impl RegisterSettings {
    fn check(&self, name: &str) -> Result<(), BadConfig> {
        let bad = |what: &str| Err(BadConfig::Value(format!("registers.{name}: {what}")));
        if !REGISTERS.contains(&name) {
            return bad(&format!("there is no such register; known are {}", REGISTERS.join(", ")));
        }
        if !(self.url.starts_with("https://") || self.url.starts_with("http://")) || !self.url.contains("{uscc}") {
            return bad("url must begin with https:// (or http://) and hold {uscc} where the code belongs");
        }
        for (field, pointer) in
            [("found", &self.found), ("number", &self.number), ("from", &self.from), ("to", &self.to), ("uscc", &self.uscc)]
        {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                return bad(&format!("{field} must be a JSON pointer such as /data/listed"));
            }
        }
        if self.timeout_seconds == 0 || self.timeout_seconds > 30 {
            return bad("timeout_seconds must be 1 to 30");
        }
        Ok(())
    }
}
