//! Settings of the OpenID Connect provider that staff may sign in with: the table `[openid]`.

use std::path::PathBuf;

use serde::Deserialize;

use super::BadConfig;
use crate::hidden::Secret;

/// The provider, and how this site is known to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenIdSettings {
    /// `https://id.example.gov.cn`, exactly as the provider writes itself.
    pub issuer: String,
    pub client_id: String,
    /// May stand here, in `client_secret_file` or in `SUANQUAN_OPENID_CLIENT_SECRET`.
    #[serde(default)]
    pub client_secret: Secret<String>,
    /// File with the secret, readable by its owner only; empty for none.
    #[serde(default)]
    pub client_secret_file: PathBuf,
    /// What stands on the button.
    #[serde(default = "label_zh")]
    pub label_zh: String,
    #[serde(default = "label_en")]
    pub label_en: String,
    /// Whose second factor counts.
    #[serde(default)]
    pub second_factor: FactorOf,
    /// For one answer of the provider.
    #[serde(default = "five_seconds")]
    pub timeout_seconds: u64,
}

/// Who asks for the second factor of people that come from the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactorOf {
    /// We do, as after a password.
    #[default]
    Ours,
    /// The provider does, and says so in `amr`; where it does not say so, we ask.
    Provider,
}

fn label_zh() -> String {
    "用统一身份认证登录".to_owned()
}

fn label_en() -> String {
    "Sign in with single sign-on".to_owned()
}

const fn five_seconds() -> u64 {
    5
}

impl OpenIdSettings {
    /// Is it an address that nobody on the way can read or change? Plain HTTP never leaves the machine.
    #[must_use]
    pub fn is_safe(address: &str) -> bool {
        let Some((scheme, rest)) = address.split_once("://") else { return false };
        let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        // `http://localhost:80@elsewhere` leads elsewhere.
        if host.is_empty() || host.contains('@') {
            return false;
        }
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        scheme == "https" || (scheme == "http" && matches!(name, "127.0.0.1" | "localhost" | "[::1]"))
    }

    pub(super) fn check(&self) -> Result<(), BadConfig> {
        let bad = |what: &str| Err(BadConfig::Value(format!("openid: {what}")));
        if !OpenIdSettings::is_safe(&self.issuer) || self.issuer.contains(['?', '#']) {
            return bad("issuer must begin with https:// and be written exactly as the provider writes it in its metadata");
        }
        if self.client_id.is_empty() {
            return bad("client_id is missing: register this site with the provider, with the address base_url + /login/openid/return");
        }
        if self.client_secret.expose().is_empty() {
            return bad("the client's secret is missing: name its file by client_secret_file, or set SUANQUAN_OPENID_CLIENT_SECRET");
        }
        if self.label_zh.trim().is_empty() || self.label_en.trim().is_empty() {
            return bad("label_zh and label_en are the words on the button; leave them out for ours");
        }
        if self.timeout_seconds == 0 || self.timeout_seconds > 30 {
            return bad("timeout_seconds must be 1 to 30");
        }
        Ok(())
    }
}
