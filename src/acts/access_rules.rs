//! Who has to prove themselves how, and for how long a proof holds. What the operator decides.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::party::AccountKind;
use crate::secret::password::Profile;
use crate::secret::sealing::Sealer;

/// How long a confirmation holds before acts that need a fresh one.
pub const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(10);
/// How long the second step of a sign-in may take.
pub const SECOND_STEP: TimeDelta = TimeDelta::minutes(10);

/// The rules of the house about signing in.
#[derive(Clone, Debug)]
pub struct AccessRules {
    /// Staff do nothing before they have a second factor.
    pub second_factor_required: bool,
    /// The second factor of the OpenID Connect provider stands in for ours.
    pub provider_asks: bool,
    pub passwords: Profile,
    /// A session of staff ends after this long without a request.
    pub staff_idle: TimeDelta,
    /// The same for enterprises and providers.
    pub idle: TimeDelta,
    /// A session ends after this long in any case.
    pub session: TimeDelta,
    /// Seals the secrets of second factors.
    pub sealer: Arc<Sealer>,
}

impl AccessRules {
    /// Must somebody of this house have a second factor?
    #[must_use]
    pub fn requires_factor(&self, kind: AccountKind) -> bool {
        self.second_factor_required && kind == AccountKind::Staff
    }

    /// How long a session of somebody of this house may stand still.
    #[must_use]
    pub fn idle_of(&self, kind: AccountKind) -> TimeDelta {
        match kind {
            AccountKind::Staff => self.staff_idle,
            AccountKind::Enterprise | AccountKind::Provider => self.idle,
        }
    }
}
