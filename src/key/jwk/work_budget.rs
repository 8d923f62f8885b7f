//! Limit for the work that the private parts of one set may cause. Each is checked against its public key, which takes
//! up to tens of milliseconds: sixteen megabytes of such members would take minutes.

use crate::encoding::json::{JsonObject, JsonValue};
use crate::key::KeyError;

/// The remaining work, in tenths of a millisecond of an ordinary core. It starts at ten seconds, enough for 20,000
/// private RSA keys of 2048 bits.
pub(in crate::key) struct WorkBudget(u64);

impl WorkBudget {
    /// The budget of one source.
    pub(in crate::key) const fn whole() -> Self {
        Self(100_000)
    }

    /// Subtracts the cost of `member`.
    ///
    /// # Errors
    /// The budget is exhausted.
    pub(super) fn spend(&mut self, member: &JsonObject<'_>) -> Result<(), KeyError> {
        self.0 = self.0.checked_sub(cost(member)).ok_or(KeyError::TooManyPrivate)?;
        Ok(())
    }
}

/// The cost of the private part of a member, rounded up; zero without one.
fn cost(member: &JsonObject<'_>) -> u64 {
    let text = |name| member.get(name).and_then(JsonValue::as_str);
    if member.get("d").is_none() {
        return 0;
    }
    match (text("kty").as_deref(), text("crv").as_deref()) {
        (Some("RSA"), _) => {
            // Four characters of base64url are 24 bits.
            let bits = text("n").map_or(0, |n| n.len()).saturating_mul(6);
            let kilobits = u64::try_from(bits >> 10).unwrap_or(u64::MAX).max(1);
            // Missing primes must be recovered.
            let factor = if member.get("p").is_some() { 1 } else { 4 };
            kilobits.saturating_mul(kilobits).saturating_mul(factor)
        }
        (Some("EC"), Some("P-521")) => 60,
        (Some("EC"), Some("P-384")) => 25,
        (Some("EC"), _) => 8,
        _ => 1,
    }
}
