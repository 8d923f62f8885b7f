//! Rules about one key: its algorithm, strength, validity and certificates.

use super::{Rule, RuleSubject};
use crate::alg::{self, Algorithm};
use crate::key::certificate::CertificateSummary;
use crate::key::factoring::Factorable;
use crate::key::validation::InvalidKey;
use crate::key::{Key, validation};
use crate::time::UnixTime;

mod certificate;
pub(super) mod dates;
mod numbers;
mod purpose;
pub mod secret;
mod strength;

/// The id of the rule about certificate validity periods.
pub const CERTIFICATE_EXPIRED: &str = certificate::CERTIFICATE_EXPIRED.id;

/// All rules about a key, sorted by id.
pub static RULES: &[Rule<KeySubject>] = &[
    certificate::CERTIFICATE_EXPIRED,
    purpose::EC_CURVE_MISMATCH,
    secret::HMAC_KEY_LOW_ENTROPY,
    strength::HMAC_KEY_SHORT,
    dates::JWKS_DEAD_KEY,
    dates::JWKS_STALE_KEY,
    purpose::JWKS_USE_CONFLICT,
    purpose::KEY_ALG_MISMATCH,
    numbers::KEY_UNSOUND,
    strength::RSA_BITS_BELOW_ADVISED,
    numbers::RSA_EXPONENT_WEAK,
    strength::RSA_KEY_SMALL,
    numbers::RSA_MODULUS_FACTORABLE,
    numbers::RSA_ROCA,
    certificate::X5T_MISMATCH,
];

/// The subject: one key, with the algorithm that it is used for.
pub enum KeySubject {}

/// A key, the algorithm that it is used for, and the results of key validation.
pub struct KeyView<'a> {
    /// The key.
    pub key: &'a Key,
    /// The declared algorithm, or the default of the key type.
    pub algorithm: &'static Algorithm,
    /// Summaries of the certificates of the key that could be parsed.
    pub certificates: &'a [CertificateSummary],
    /// Evaluation time.
    pub now: UnixTime,
    /// Why key validation rejected the key; `None` for a valid key, and for one that was not validated.
    pub unsound: Option<InvalidKey>,
    /// How the RSA modulus was factored; `None` when it was not factored, or not tried.
    pub factorable: Option<Factorable>,
}

impl<'a> KeyView<'a> {
    /// A key with its declared algorithm, or else the default algorithm of its type.
    pub fn new(key: &'a Key, now: UnixTime) -> Self {
        let algorithm = key.alg.as_deref().and_then(alg::find).filter(|algorithm| algorithm.family == key.family());
        let algorithm = algorithm.unwrap_or_else(|| key.default_algorithm());
        Self { key, algorithm, certificates: &[], now, unsound: None, factorable: None }
    }

    /// Replaces the algorithm.
    pub fn for_algorithm(self, algorithm: &'static Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    /// Adds the parsed certificates of the key.
    pub fn with_certificates(self, certificates: &'a [CertificateSummary]) -> Self {
        Self { certificates, ..self }
    }

    /// Adds the result of the factoring attempts.
    pub fn with_factors(self, factorable: Option<Factorable>) -> Self {
        Self { factorable, ..self }
    }

    /// Validates the key, for a key that was only listed and not loaded for use.
    pub fn examined(self) -> Self {
        Self { unsound: validation::check(self.key).err(), ..self }
    }
}

impl RuleSubject for KeySubject {
    type View<'a> = KeyView<'a>;

    const ABOUT: &'static str = "key";
}
