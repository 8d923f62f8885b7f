//! Rules about one key.

use super::{Rule, Subject};
use crate::alg::Algorithm;
use crate::key::Key;
use crate::key::certificate::Summary;
use crate::time::UnixTime;

mod certificate;
mod strength;

/// All rules about a key, sorted by id.
pub static RULES: &[Rule<KeySubject>] = &[certificate::CERTIFICATE_EXPIRED, strength::KEY_WEAK];

/// The subject: one key, with the algorithm that it is for.
pub enum KeySubject {}

pub struct View<'a> {
    pub key: &'a Key,
    pub algorithm: &'static Algorithm,
    pub certificate: Option<&'a Summary>,
    pub now: UnixTime,
}

impl Subject for KeySubject {
    type View<'a> = View<'a>;

    const ABOUT: &'static str = "key";

    /// `secret BYTES ALG`, or `certificate NOT_AFTER NOW`.
    fn with_example<R>(text: &str, then: impl FnOnce(&View<'_>) -> R) -> R {
        use crate::key::Material;
        use crate::secret::Secret;
        let words: Vec<&str> = text.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok()).unwrap_or(0);
        let secret = |bytes: usize| Key::new(Material::Secret(Secret::new(vec![1; bytes])));
        let default = || secret(1).default_algorithm();
        if words.first() == Some(&"certificate") {
            let summary = Summary {
                subject: "CN=example".to_owned(),
                issuer: "CN=example".to_owned(),
                serial_hex: "01".to_owned(),
                not_before: UnixTime(0),
                not_after: UnixTime(number(1)),
                sha256: String::new(),
            };
            let key = secret(64);
            return then(&View {
                key: &key,
                algorithm: default(),
                certificate: Some(&summary),
                now: UnixTime(number(2)),
            });
        }
        let key = secret(usize::try_from(number(1)).unwrap_or(1));
        let algorithm = words.get(2).and_then(|name| crate::alg::find(name)).unwrap_or_else(default);
        then(&View { key: &key, algorithm, certificate: None, now: UnixTime(0) })
    }
}
