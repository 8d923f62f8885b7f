//! Rules about text that has the shape of a token but cannot be parsed as one.

use super::{Basis, Rule, RuleSubject};
use crate::finding::Severity;

/// All rules about a malformed token, sorted by id.
pub static RULES: &[Rule<MalformedTokenSubject>] = &[DUPLICATE_MEMBER, TOKEN_FORMAT];

/// The subject: a malformed token.
pub enum MalformedTokenSubject {}

/// The part that cannot be parsed, and the reason.
pub struct MalformedTokenView<'a> {
    /// `header` or `payload`; `None` when the token as a whole has the wrong shape.
    pub part: Option<&'static str>,
    /// The parse error.
    pub problem: &'a str,
    /// The JSON object repeats a member name.
    pub duplicate: bool,
}

impl RuleSubject for MalformedTokenSubject {
    type View<'a> = MalformedTokenView<'a>;

    const ABOUT: &'static str = "malformed token";
}

const DUPLICATE_MEMBER: Rule<MalformedTokenSubject> = Rule {
    id: "duplicate-member",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7515 §4 (header), RFC 7519 §4 (claims)",
    why: "Parsers disagree about duplicate members: one takes the first, another the last, so two components see \
          different tokens.",
    fix: "write every member name once",
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
    why: "Strict parsers reject it, and lenient ones disagree about its content.",
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
