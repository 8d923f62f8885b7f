//! What is commonly said: sessions for pages that a server renders, tokens for services that know nothing of each
//! other, short tokens with rotating refresh tokens for both. The evidence may disagree.

use super::candidates::CandidateFamily;
use super::inputs::{ClientKind, Domains, RecommendInputs};
use crate::simulate::scenario::units::SECOND;

/// A rule, and when it speaks.
pub struct RuleOfThumb {
    pub text: &'static str,
    /// What it names, by the id of a candidate: of several the first that is offered.
    pub picks: &'static [&'static str],
    /// Families that are in its spirit, when what it names falls through.
    pub spirit: fn(CandidateFamily) -> bool,
    speaks: fn(&RecommendInputs) -> bool,
}

const SESSIONS: &[&str] = &["session-touch-minute", "session-store", "session-memory"];
const TOKENS: &[&str] = &["jwt-rotation", "jwt-refresh"];

/// The first that speaks is the one; [`LAST`] when none does.
static RULES: &[RuleOfThumb] = &[
    RuleOfThumb {
        text: "a program that calls a program carries a short token and asks for a new one",
        picks: &["jwt-only"],
        spirit: CandidateFamily::is_local,
        speaks: |own| own.clients == ClientKind::Machine,
    },
    RuleOfThumb {
        text: "services that know nothing of each other, several domains or regions: tokens that each checks by itself",
        picks: TOKENS,
        spirit: CandidateFamily::is_local,
        speaks: |own| own.services > 1 || own.domains == Domains::Several || own.regions > 1,
    },
    RuleOfThumb {
        text: "pages of one server on one domain: a session that the server remembers",
        picks: SESSIONS,
        spirit: |family| family == CandidateFamily::Session,
        speaks: |own| own.clients == ClientKind::ServerRendered,
    },
    RuleOfThumb {
        text: "a logout that counts at once, on one domain: a session that the server remembers",
        picks: SESSIONS,
        spirit: |family| family == CandidateFamily::Session,
        speaks: |own| own.within < 60 * SECOND,
    },
];

static LAST: RuleOfThumb = RuleOfThumb {
    text: "an app or a page that calls an API: short tokens and a refresh token that can be revoked",
    picks: TOKENS,
    spirit: CandidateFamily::is_local,
    speaks: |_| true,
};

/// What is commonly said of this situation.
pub fn for_inputs(situation: &RecommendInputs) -> &'static RuleOfThumb {
    RULES.iter().find(|rule| (rule.speaks)(situation)).unwrap_or(&LAST)
}
