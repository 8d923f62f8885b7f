//! Rules about one key.

use super::{Rule, RuleSubject};
use crate::alg::{self, Algorithm};
use crate::key::certificate::CertificateSummary;
use crate::key::factoring::Factorable;
use crate::key::validation::InvalidKey;
use crate::key::{Key, KeyEncoding, Material, factoring, inventory, validation};
use crate::secret::Secret;
use crate::time::UnixTime;

mod certificate;
pub(super) mod dates;
mod numbers;
mod purpose;
pub mod secret;
mod strength;

/// The id of the rule about the dates of certificates.
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

/// The subject: one key, with the algorithm that it is for.
pub enum KeySubject {}

pub struct KeyView<'a> {
    pub key: &'a Key,
    pub algorithm: &'static Algorithm,
    /// What the certificates of the key say, as far as they can be read.
    pub certificates: &'a [CertificateSummary],
    pub now: UnixTime,
    /// Why the key is never used; of a key that was read to be used there is no reason.
    pub unsound: Option<InvalidKey>,
    /// Why anyone factors its modulus, as far as that was looked at.
    pub factorable: Option<Factorable>,
}

impl<'a> KeyView<'a> {
    /// A key for the algorithm that it names, or else the first that takes it.
    pub fn new(key: &'a Key, now: UnixTime) -> Self {
        let algorithm = key.alg.as_deref().and_then(alg::find).filter(|algorithm| algorithm.family == key.family());
        let algorithm = algorithm.unwrap_or_else(|| key.default_algorithm());
        Self { key, algorithm, certificates: &[], now, unsound: None, factorable: None }
    }

    pub fn for_algorithm(self, algorithm: &'static Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    pub fn with_certificates(self, certificates: &'a [CertificateSummary]) -> Self {
        Self { certificates, ..self }
    }

    /// With what was found out about its modulus.
    pub fn with_factors(self, factorable: Option<Factorable>) -> Self {
        Self { factorable, ..self }
    }

    /// Asks whether the key is sound at all, for a key that was only surveyed.
    pub fn examined(self) -> Self {
        Self { unsound: validation::check(self.key).err(), ..self }
    }
}

impl RuleSubject for KeySubject {
    type View<'a> = KeyView<'a>;

    const ABOUT: &'static str = "key";

    /// `secret BYTES ALG`, `certificate NOT_AFTER NOW`, or a JWK, perhaps after `at NOW`.
    fn with_example<R>(text: &str, then: impl FnOnce(&KeyView<'_>) -> R) -> R {
        let random = |bytes: usize| {
            let byte = |n: usize| u8::try_from(n.wrapping_mul(151).wrapping_add(n.wrapping_mul(n)) & 0xFF).unwrap_or(0);
            Key::new(Material::Secret(Secret::new((0..bytes).map(byte).collect())))
        };
        let words: Vec<&str> = text.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok()).unwrap_or(0);
        let (now, json) = match text.strip_prefix("at ").and_then(|rest| rest.split_once(' ')) {
            Some((now, json)) => (now.parse().unwrap_or(0), json),
            None => (0, text),
        };
        if json.starts_with('{') {
            let survey = inventory::read(json.as_bytes(), None)
                .unwrap_or_else(|_| inventory::from_keys(Vec::new(), KeyEncoding::Jwk));
            let read = survey.members.into_iter().next().and_then(|member| member.key.ok());
            let key = read.unwrap_or_else(|| random(64));
            let factorable = match &key.material {
                Material::Rsa(rsa) => factoring::at_once(&rsa.n),
                _ => None,
            };
            return then(&KeyView::new(&key, UnixTime(now)).examined().with_factors(factorable));
        }
        if words.first() == Some(&"certificate") {
            let summary = CertificateSummary {
                subject: "CN=example".to_owned(),
                issuer: "CN=example".to_owned(),
                serial_hex: "01".to_owned(),
                not_before: UnixTime(0),
                not_after: UnixTime(number(1)),
                sha256: String::new(),
            };
            let key = random(64);
            return then(&KeyView::new(&key, UnixTime(number(2))).with_certificates(&[summary]));
        }
        let key = random(usize::try_from(number(1)).unwrap_or(1));
        let algorithm = words.get(2).and_then(|name| alg::find(name)).unwrap_or_else(|| key.default_algorithm());
        then(&KeyView::new(&key, UnixTime(0)).for_algorithm(algorithm))
    }
}
