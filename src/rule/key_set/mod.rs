//! Rules about one key source as a whole: a published JWKS, a key file, or a key store.

use super::{Rule, RuleSubject};
use crate::key::inventory::{InventoryEntry, KeyInventory};
use crate::key::{Key, KeyEncoding, Material};
use crate::time::UnixTime;

mod exposure;
mod kid;
mod members;
mod overlap;

/// All rules about a key source, sorted by id.
pub static RULES: &[Rule<KeySourceSubject>] = &[
    members::JWK_PARAMETER_INVALID,
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

/// A key source and the circumstances of its file.
pub struct KeySourceView<'a> {
    /// The members of the source, including those that cannot be parsed.
    pub survey: &'a KeyInventory,
    /// Whether it is meant to be public: it is remote, or the user declared it public.
    pub public: bool,
    /// Whether the file is readable by users other than its owner.
    pub readable: bool,
    /// Why the file is writable by users other than its owner; `None` when it is not.
    pub changeable: Option<&'a str>,
    /// Evaluation time.
    pub now: UnixTime,
    /// Members whose modulus shares a prime with another one: the index of the member, and the other's name.
    pub shared: &'a [(usize, String)],
}

impl KeySourceView<'_> {
    fn is_set(&self) -> bool {
        self.survey.form == KeyEncoding::Jwks
    }

    fn members(&self) -> impl Iterator<Item = &InventoryEntry> {
        self.survey.members.iter()
    }

    /// Members that could be parsed, with their keys.
    fn keys(&self) -> impl Iterator<Item = (&InventoryEntry, &Key)> {
        self.members().filter_map(|member| Some((member, member.key.as_ref().ok()?)))
    }

    fn holds_private(&self) -> bool {
        self.keys().any(|(_, key)| key.is_private() || key.is_secret())
    }
}

impl InventoryEntry {
    /// The JSON pointer to one of its parameters.
    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.pointer)
    }
}

/// The moduli of all RSA keys, with the indexes of their members.
pub fn moduli(survey: &KeyInventory) -> impl Iterator<Item = (usize, &[u8])> {
    survey.members.iter().enumerate().filter_map(|(index, member)| {
        match member.key.as_ref().ok().map(|key| &key.material) {
            Some(Material::Rsa(rsa)) => Some((index, rsa.n.as_slice())),
            _ => None,
        }
    })
}

impl RuleSubject for KeySourceSubject {
    type View<'a> = KeySourceView<'a>;

    const ABOUT: &'static str = "key set";
}
