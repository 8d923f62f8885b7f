//! Rules about what looks like a token and is none.

use super::{Basis, Rule, RuleSubject};
use crate::finding::Severity;

/// All rules about a malformed token, sorted by id.
pub static RULES: &[Rule<MalformedTokenSubject>] = &[DUPLICATE_MEMBER, TOKEN_FORMAT];

/// The subject: something of token shape that cannot be read.
pub enum MalformedTokenSubject {}

/// Why it cannot be read.
pub struct MalformedTokenView<'a> {
    /// `header` or `payload`, or nothing when the token as a whole has the wrong shape.
    pub part: Option<&'static str>,
    pub problem: &'a str,
    /// The JSON names a member twice.
    pub duplicate: bool,
}

impl RuleSubject for MalformedTokenSubject {
    type View<'a> = MalformedTokenView<'a>;

    const ABOUT: &'static str = "malformed token";

    /// `PART PROBLEM`; a problem that speaks of a duplicate is one.
    fn with_example<R>(text: &str, then: impl FnOnce(&MalformedTokenView<'_>) -> R) -> R {
        let (part, problem) = match text.split_once(' ') {
            Some(("header", problem)) => (Some("header"), problem),
            Some(("payload", problem)) => (Some("payload"), problem),
            _ => (None, text),
        };
        then(&MalformedTokenView { part, problem, duplicate: problem.contains("duplicate") })
    }
}

const DUPLICATE_MEMBER: Rule<MalformedTokenSubject> = Rule {
    id: "duplicate-member",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7515 §4 (header), RFC 7519 §4 (claims)",
    why: "Of two members of one name one reader takes the first and another the last: they see different tokens.",
    fix: "write every name once",
    bad: "payload duplicate member \"sub\"",
    good: "payload unexpected end",
    check: |token, report| {
        if token.duplicate {
            report.report(|| format!("the {}: {}", token.part.unwrap_or("token"), token.problem));
        }
    },
};

const TOKEN_FORMAT: Rule<MalformedTokenSubject> = Rule {
    id: "token-format",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7519 §7.2; RFC 7515 §5.2, §7.1",
    why: "Strict readers refuse it, and lenient ones disagree about what it says.",
    fix: "send it exactly as issued: three segments of base64url without padding",
    bad: "it has 2 segments, a JWT has three",
    good: "payload duplicate member \"sub\"",
    check: |token, report| {
        if !token.duplicate {
            let part = token.part.map(|part| format!("the {part}: ")).unwrap_or_default();
            report.report(|| format!("{part}{}", token.problem));
        }
    },
};
