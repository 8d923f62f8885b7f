//! Does it fit where it travels?

use super::Token;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::token::size::LIMITS;

/// 1,024 characters of one role after another.
macro_rules! roles_1024 {
    () => {
        "tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,tenant:reader;writer;auditor;ops,x"
    };
}

pub(super) const TOKEN_LARGE: Rule<Token> = Rule {
    id: "token-large",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "RFC 6265bis §5.7 (4096 bytes a cookie), nginx large_client_header_buffers (8k)",
    why: "Browsers drop larger cookies and servers answer 400 or 431 to larger headers, first for the users with the most roles.",
    fix: "leave out what the API can look up; keep roles and permissions on the server",
    bad: BIG,
    good: r#"{"alg":"ES256"} {"exp":1,"roles":["admin"]}"#,
    check: |token, report| {
        if let Some(limit) = LIMITS.iter().rev().find(|limit| limit.room(token.bytes) < 0) {
            report.whole(format!(
                "the token has {} bytes and does not fit {} of {} bytes",
                token.bytes, limit.name, limit.bytes
            ));
        }
    },
};

/// More than 3,072 characters of JSON are more than 4,096 of base64url.
const BIG: &str =
    concat!(r#"{"alg":"ES256"} {"exp":1,"roles":""#, roles_1024!(), roles_1024!(), roles_1024!(), r#""}"#);
