//! Rules about what one key source holds as a whole: a JWK set that is published, a key file, a key store.

use super::{Rule, RuleSubject};
use crate::key::inventory::{self, InventoryEntry, KeyInventory};
use crate::key::{Key, KeyEncoding, Material, shared_primes};
use crate::time::UnixTime;

mod exposure;
mod kid;
mod members;
mod overlap;

/// All rules about a key source, sorted by id.
pub static RULES: &[Rule<KeySourceSubject>] = &[
    members::JWKS_ALG_MISSING,
    kid::JWKS_KID_DUPLICATE,
    kid::JWKS_KID_MISSING,
    members::JWKS_MEMBER_UNUSABLE,
    exposure::JWKS_MIXED,
    overlap::JWKS_NO_OVERLAP,
    exposure::JWKS_PRIVATE_KEY_EXPOSED,
    overlap::JWKS_SINGLE_KEY,
    exposure::JWKS_SYMMETRIC,
    members::JWKS_USE_MISSING,
    exposure::KEY_FILE_READABLE,
    exposure::KEY_FILE_WRITABLE,
    members::KEY_REPEATED,
    members::RSA_PRIME_SHARED,
    members::X5C_MISMATCH,
];

/// The subject: a key source.
pub enum KeySourceSubject {}

pub struct KeySourceView<'a> {
    pub survey: &'a KeyInventory,
    /// Whether it is meant for everybody's eyes: it came from the network, or the user says so.
    pub public: bool,
    /// Whether others than its owner can read the file that it came from.
    pub readable: bool,
    /// Why others than its owner can change that file, when they can.
    pub changeable: Option<&'a str>,
    pub now: UnixTime,
    /// Members whose modulus shares a prime with another one: their place, and the other's name.
    pub shared: &'a [(usize, String)],
}

impl KeySourceView<'_> {
    fn is_set(&self) -> bool {
        self.survey.form == KeyEncoding::Jwks
    }

    fn members(&self) -> impl Iterator<Item = &InventoryEntry> {
        self.survey.members.iter()
    }

    /// Members that can be read, with their keys.
    fn keys(&self) -> impl Iterator<Item = (&InventoryEntry, &Key)> {
        self.members().filter_map(|member| Some((member, member.key.as_ref().ok()?)))
    }

    fn holds_private(&self) -> bool {
        self.keys().any(|(_, key)| key.is_private() || key.is_secret())
    }
}

impl InventoryEntry {
    /// The pointer to a part of it.
    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }
}

/// The moduli of all RSA keys, with the places of their members.
pub fn moduli(survey: &KeyInventory) -> impl Iterator<Item = (usize, &[u8])> {
    survey.members.iter().enumerate().filter_map(|(place, member)| {
        match member.key.as_ref().ok().map(|key| &key.material) {
            Some(Material::Rsa(rsa)) => Some((place, rsa.n.as_slice())),
            _ => None,
        }
    })
}

impl RuleSubject for KeySourceSubject {
    type View<'a> = KeySourceView<'a>;

    const ABOUT: &'static str = "key set";

    /// A JWK or a set of them, perhaps after words that say how it was found: `public`, `readable`, `writable`.
    fn with_example<R>(text: &str, then: impl FnOnce(&KeySourceView<'_>) -> R) -> R {
        let (words, json) = text.split_at(text.find('{').unwrap_or(0));
        let survey = inventory::read(json.as_bytes(), None)
            .unwrap_or_else(|_| inventory::from_keys(Vec::new(), KeyEncoding::Jwks));
        let (places, numbers): (Vec<usize>, Vec<&[u8]>) = moduli(&survey).unzip();
        let shared = shared_primes::find_shared_primes(&numbers, &shared_primes::SequentialJoin).into_iter();
        let shared: Vec<(usize, String)> =
            shared.filter_map(|shared| Some((*places.get(shared.place)?, "another key".to_owned()))).collect();
        let has = |word| words.contains(word);
        then(&KeySourceView {
            survey: &survey,
            public: has("public"),
            readable: has("readable"),
            changeable: has("writable").then_some("others can write it"),
            now: UnixTime(0),
            shared: &shared,
        })
    }
}
