//! Rules about what looks like a token and is none.

use super::{Basis, Rule, Subject};
use crate::finding::Severity;

/// All rules about a malformed token, sorted by id.
pub static RULES: &[Rule<Malformed>] = &[DUPLICATE_MEMBER, TOKEN_FORMAT];

/// The subject: something of token shape that cannot be read.
pub enum Malformed {}

/// Why it cannot be read.
pub struct View<'a> {
    /// `header` or `payload`, or nothing when the token as a whole has the wrong shape.
    pub part: Option<&'static str>,
    pub problem: &'a str,
    /// The JSON names a member twice.
    pub duplicate: bool,
}

impl Subject for Malformed {
    type View<'a> = View<'a>;

    const ABOUT: &'static str = "malformed token";

    /// `PART PROBLEM`; a problem that speaks of a duplicate is one.
    fn with_example<R>(text: &str, then: impl FnOnce(&View<'_>) -> R) -> R {
        let (part, problem) = match text.split_once(' ') {
            Some(("header", problem)) => (Some("header"), problem),
            Some(("payload", problem)) => (Some("payload"), problem),
            _ => (None, text),
        };
        then(&View { part, problem, duplicate: problem.contains("duplicate") })
    }
}

const DUPLICATE_MEMBER: Rule<Malformed> = Rule {
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
            report.whole(|| format!("the {}: {}", token.part.unwrap_or("token"), token.problem));
        }
    },
};

const TOKEN_FORMAT: Rule<Malformed> = Rule {
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
            report.whole(|| format!("{part}{}", token.problem));
        }
    },
};
