//! How much work the private parts of one set may make. Each is checked against its public half, which takes up to
//! tens of milliseconds: sixteen megabytes of such members would take minutes.

use crate::encoding::json::{JsonObject, JsonValue};
use crate::key::KeyError;

/// What is left of the work, in tenths of a millisecond of an ordinary core: ten seconds to begin with, which 20,000
/// private RSA keys of 2048 bits do not need.
pub(in crate::key) struct WorkBudget(u64);

impl WorkBudget {
    /// For one source.
    pub(in crate::key) const fn whole() -> Self {
        Self(100_000)
    }

    /// Takes the work for `member` off.
    ///
    /// # Errors
    /// There is not enough left.
    pub(super) fn spend(&mut self, member: &JsonObject<'_>) -> Result<(), KeyError> {
        self.0 = self.0.checked_sub(cost(member)).ok_or(KeyError::TooManyPrivate)?;
        Ok(())
    }
}

/// What the private part of a member costs, rounded up; nothing when it has none.
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
            // Primes that are not given have to be found.
            let factor = if member.get("p").is_some() { 1 } else { 4 };
            kilobits.saturating_mul(kilobits).saturating_mul(factor)
        }
        (Some("EC"), Some("P-521")) => 60,
        (Some("EC"), Some("P-384")) => 25,
        (Some("EC"), _) => 8,
        _ => 1,
    }
}
