//! What a provider says of itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;

use super::{NoWord, http};
use crate::config::OpenIdSettings;

/// The part of it that we use.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// How clients may show who they are; all take `client_secret_basic` that say nothing.
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Is the client's secret sent as a header, or else in the form?
    pub fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }
}

/// Asks the provider of the settings.
///
/// # Errors
/// A provider that is away; metadata of another issuer, or with addresses that others could listen at.
pub fn ask(settings: &OpenIdSettings) -> Result<Metadata, NoWord> {
    let place = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
    let metadata: Metadata = http::get(settings, &place, "")?;
    check(metadata, settings)
}

fn check(metadata: Metadata, settings: &OpenIdSettings) -> Result<Metadata, NoWord> {
    if metadata.issuer != settings.issuer {
        return Err(NoWord::Untrusted(format!("its metadata name the issuer {:?}, not {:?}", metadata.issuer, settings.issuer)));
    }
    let places = [Some(&metadata.authorization_endpoint), Some(&metadata.token_endpoint), Some(&metadata.jwks_uri)];
    for place in places.into_iter().chain([metadata.userinfo_endpoint.as_ref()]).flatten() {
        if !OpenIdSettings::is_safe(place) || place.contains(['#', '"', '\n', '\r', ' ']) {
            return Err(NoWord::Untrusted(format!("{place:?} is no https address")));
        }
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> OpenIdSettings {
        toml::from_str("issuer = \"https://id.example.cn\"\nclient_id = \"suanquan\"\nclient_secret = \"hidden\"").unwrap()
    }

    fn metadata(issuer: &str, token: &str) -> Metadata {
        let text = serde_json::json!({
            "issuer": issuer, "authorization_endpoint": "https://id.example.cn/auth", "token_endpoint": token,
            "jwks_uri": "https://id.example.cn/keys",
        });
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn metadata_of_another_issuer_or_with_an_address_in_the_clear_are_refused() {
        let good = metadata("https://id.example.cn", "https://id.example.cn/token");
        assert!(good.takes_basic() && check(good, &settings()).is_ok());
        for (issuer, token) in [
            ("https://id.example.cn/", "https://id.example.cn/token"),
            ("https://evil.example.cn", "https://id.example.cn/token"),
            ("https://id.example.cn", "http://id.example.cn/token"),
            ("https://id.example.cn", "http://localhost:80@evil.example.cn/token"),
            ("https://id.example.cn", "https://"),
            ("https://id.example.cn", "file:///etc/passwd"),
        ] {
            assert!(matches!(check(metadata(issuer, token), &settings()), Err(NoWord::Untrusted(_))), "{issuer} {token}");
        }
    }
}
