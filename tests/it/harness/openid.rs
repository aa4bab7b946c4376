//! A real OpenID Connect provider: `oidc-provider` on node, which lets anybody in as whoever they say.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::child::Program;
use super::setting;

/// What the client and the provider share; a header has to encode it.
pub const SECRET: &str = "test secret: 100 %+/=";

pub struct IdentityProvider {
    program: Program,
    issuer: String,
}

impl IdentityProvider {
    /// Starts it for a site that people come back to at this address, with further settings.
    pub fn start(redirect: &str, further: &Value) -> IdentityProvider {
        let mut settings = json!({"redirect": redirect, "secret": SECRET});
        settings.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/harness/openid_provider.mjs");
        let mut command = Command::new("node");
        command.args([script, &setting("SUANQUAN_TEST_OPENID_PROVIDER"), &settings.to_string()]);
        let mut program = Program::start("oidc-provider", &mut command);
        let issuer = program.wait_for("its address", Duration::from_mins(1), |line| line.strip_prefix("serving ").map(ToOwned::to_owned));
        IdentityProvider { program, issuer }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn stop(mut self) {
        self.program.kill();
    }
}
