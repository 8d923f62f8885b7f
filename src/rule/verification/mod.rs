//! Rules about a token that was accepted: what was not checked, and what was let pass.

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

/// The subject: an accepted token and how it was accepted.
pub enum AcceptedTokenSubject {}

#[derive(Default)]
pub struct AcceptedTokenView<'a> {
    pub iss: Option<&'a str>,
    pub issuer_checked: bool,
    pub iat: Option<UnixTime>,
    pub now: Option<UnixTime>,
    pub leeway: crate::time::Span,
    /// The signature is ES256K with s in the upper half.
    pub high_s: bool,
    pub weakness: Option<Weakness>,
}

impl RuleSubject for AcceptedTokenSubject {
    type View<'a> = AcceptedTokenView<'a>;

    const ABOUT: &'static str = "accepted token";

    /// Words: `iss=NAME checked iat=N now=N high-s weak`.
    fn with_example<R>(text: &str, then: impl FnOnce(&AcceptedTokenView<'_>) -> R) -> R {
        let words: Vec<&str> = text.split(' ').collect();
        let value = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let time = |name: &str| value(name).and_then(|number| number.parse().ok()).map(UnixTime);
        then(&AcceptedTokenView {
            iss: value("iss"),
            issuer_checked: words.contains(&"checked"),
            iat: time("iat"),
            now: time("now"),
            leeway: crate::time::Span::default(),
            high_s: words.contains(&"high-s"),
            weakness: words.contains(&"weak").then_some(Weakness::ShortSecret { bits: 8, needed: 256 }),
        })
    }
}
