//! Rules about an HMAC secret that is public: the secret that signed a token, or a given secret.

use super::{Basis, Rule, RuleSubject};
use crate::crack::SecretOrigin;
use crate::finding::Severity;

/// All rules about a weak secret, sorted by id.
pub static RULES: &[Rule<WeakSecretSubject>] = &[SECRET_IN_WORD_LIST, SECRET_KNOWN_DEFAULT];

/// The subject: the origin of a cracked secret. It never holds the secret.
pub enum WeakSecretSubject {}

/// Where a secret was found, and what it is used for.
#[derive(Clone, Copy, Debug)]
pub struct WeakSecretView {
    /// The list that contains the secret.
    pub origin: SecretOrigin,
    /// The JSON pointer to the secret, or to the signature that it made.
    pub pointer: &'static str,
    /// The first words of the finding: `the token is signed with`.
    pub words: &'static str,
}

impl WeakSecretView {
    /// A token whose signature verifies with the secret.
    pub const fn for_token(origin: SecretOrigin) -> Self {
        Self { origin, pointer: "/signature", words: "the token is signed with" }
    }

    /// A secret that was passed in directly.
    pub const fn for_secret(origin: SecretOrigin) -> Self {
        Self { origin, pointer: "", words: "the key is" }
    }
}

impl RuleSubject for WeakSecretSubject {
    type View<'a> = WeakSecretView;

    const ABOUT: &'static str = "weak secret";
}

const SECRET_IN_WORD_LIST: Rule<WeakSecretSubject> = Rule {
    id: "secret-in-word-list",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 8725 §3.5 (no passwords as keys); RFC 7518 §3.2",
    why: "Anyone with one token can run an offline dictionary attack, millions of guesses per second, until a word \
          matches.",
    fix: "generate a random 256-bit secret (authkit keys generate --type hs256) and rotate to it",
    bad: "words 17",
    good: "published",
    check: |WeakSecretView { origin, pointer, words }, report| {
        if let SecretOrigin::WordList { .. } = origin {
            report.at(pointer, || format!("{words} a dictionary word: {origin}"));
        }
    },
};

const SECRET_KNOWN_DEFAULT: Rule<WeakSecretSubject> = Rule {
    id: "secret-known-default",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 13.2.3, 13.3.1; RFC 8725 §3.5",
    why: "The secret is public: anyone can sign tokens that this service accepts.",
    fix: "generate a random 256-bit secret (authkit keys generate --type hs256), rotate to it, and end all sessions",
    bad: "published",
    good: "words 17",
    check: |WeakSecretView { origin, pointer, words }, report| match origin {
        SecretOrigin::WordList { .. } => {}
        SecretOrigin::Default { .. } | SecretOrigin::Published => {
            report.at(pointer, || format!("{words} a known secret: {origin}"));
        }
    },
};
