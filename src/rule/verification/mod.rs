//! Rules about an accepted token: checks that were skipped, and weaknesses that were allowed.

use super::{Rule, RuleSubject};
use crate::key::validation::Weakness;
use crate::time::UnixTime;

mod acceptance;

/// All rules about an accepted token, sorted by id.
pub static RULES: &[Rule<AcceptedTokenSubject>] = &[
    acceptance::ISSUED_IN_FUTURE,
    acceptance::ISSUER_UNCHECKED,
    acceptance::SIGNATURE_HIGH_S,
    acceptance::WEAK_KEY_ACCEPTED,
];

/// The subject: an accepted token, and how it was verified.
pub enum AcceptedTokenSubject {}

/// An accepted token, and what the verifier checked.
#[derive(Default)]
pub struct AcceptedTokenView<'a> {
    /// The issuer claim.
    pub iss: Option<&'a str>,
    /// Whether the issuer was required to match.
    pub issuer_checked: bool,
    /// The issue time.
    pub iat: Option<UnixTime>,
    /// Evaluation time; `None` when time was not checked.
    pub now: Option<UnixTime>,
    /// Tolerance for clock skew that the verifier grants.
    pub leeway: crate::time::Span,
    /// The signature is ES256K with a high s value (upper half of the range).
    pub high_s: bool,
    /// Weakness of the key that was accepted.
    pub weakness: Option<Weakness>,
}

impl RuleSubject for AcceptedTokenSubject {
    type View<'a> = AcceptedTokenView<'a>;

    const ABOUT: &'static str = "accepted token";
}
