//! Rules of thumb: sessions for server-rendered pages, tokens for independent services, short-lived tokens with
//! rotating refresh tokens for both. They break ties; the simulation may contradict them.

use super::candidates::CandidateFamily;
use super::inputs::{ClientKind, Domains, RecommendInputs};
use crate::simulate::scenario::units::SECOND;

/// A rule of thumb and its condition.
pub struct RuleOfThumb {
    /// The rule in words.
    pub text: &'static str,
    /// Ids of the candidates that it recommends, in order of preference.
    pub picks: &'static [&'static str],
    /// Families that match the rule, if no recommended candidate qualifies.
    pub spirit: fn(CandidateFamily) -> bool,
    applies: fn(&RecommendInputs) -> bool,
}

const SESSIONS: &[&str] = &["session-touch-minute", "session-store", "session-memory"];
const TOKENS: &[&str] = &["jwt-rotation", "jwt-refresh"];

/// The first rule that applies is used; [`LAST`] if none does.
static RULES: &[RuleOfThumb] = &[
    RuleOfThumb {
        text: "machine clients: short-lived tokens that the client requests again",
        picks: &["jwt-only"],
        spirit: CandidateFamily::is_local,
        applies: |own| own.clients == ClientKind::Machine,
    },
    RuleOfThumb {
        text: "several services, domains or regions: tokens that each service verifies locally",
        picks: TOKENS,
        spirit: CandidateFamily::is_local,
        applies: |own| own.services > 1 || own.domains == Domains::Several || own.regions > 1,
    },
    RuleOfThumb {
        text: "server-rendered pages on one domain: server-side sessions",
        picks: SESSIONS,
        spirit: |family| family == CandidateFamily::Session,
        applies: |own| own.clients == ClientKind::ServerRendered,
    },
    RuleOfThumb {
        text: "immediate logout on one domain: server-side sessions",
        picks: SESSIONS,
        spirit: |family| family == CandidateFamily::Session,
        applies: |own| own.within < 60 * SECOND,
    },
];

static LAST: RuleOfThumb = RuleOfThumb {
    text: "app or single-page application with an API: short-lived tokens and a revocable refresh token",
    picks: TOKENS,
    spirit: CandidateFamily::is_local,
    applies: |_| true,
};

/// The rule of thumb for these inputs.
pub fn for_inputs(inputs: &RecommendInputs) -> &'static RuleOfThumb {
    RULES.iter().find(|rule| (rule.applies)(inputs)).unwrap_or(&LAST)
}
