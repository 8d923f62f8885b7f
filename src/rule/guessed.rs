//! Rules about an HMAC token whose secret was guessed.

use super::{Basis, Rule, Subject};
use crate::finding::Severity;
use crate::guess::Origin;

/// All rules about a guessed secret, sorted by id.
pub static RULES: &[Rule<Guessed>] = &[SECRET_IN_WORD_LIST, SECRET_KNOWN_DEFAULT];

/// The subject: where the secret of a token was found. Never the secret.
pub enum Guessed {}

impl Subject for Guessed {
    type View<'a> = Origin;

    const ABOUT: &'static str = "guessed secret";

    /// `product NAME`, `published` or `words LINE`.
    fn with_example<R>(text: &str, then: impl FnOnce(&Origin) -> R) -> R {
        then(&match text.split_once(' ') {
            Some(("words", line)) => Origin::WordList { line: line.parse().unwrap_or(1) },
            Some(_) => Origin::Default { product: "an example" },
            None => Origin::Published,
        })
    }
}

const SECRET_IN_WORD_LIST: Rule<Guessed> = Rule {
    id: "secret-in-word-list",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 8725 §3.5 (no passwords as keys); RFC 7518 §3.2",
    why: "Whoever has one token can try words offline, millions in a second, until one signs it.",
    fix: "make a random secret of 256 bits (authkit keys generate --type hs256) and rotate to it",
    bad: "words 17",
    good: "published",
    check: |origin, report| {
        if let Origin::WordList { .. } = origin {
            report.at("/signature", || format!("the token is signed with a word: {origin}"));
        }
    },
};

const SECRET_KNOWN_DEFAULT: Rule<Guessed> = Rule {
    id: "secret-known-default",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 13.2.3, 13.3.1; RFC 8725 §3.5",
    why: "The secret is published: anybody can sign tokens that this service accepts.",
    fix: "make a random secret of 256 bits (authkit keys generate --type hs256), rotate to it, and end all sessions",
    bad: "published",
    good: "words 17",
    check: |origin, report| match origin {
        Origin::WordList { .. } => {}
        Origin::Default { .. } | Origin::Published => {
            report.at("/signature", || format!("the token is signed with a known secret: {origin}"));
        }
    },
};
