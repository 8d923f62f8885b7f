//! Does the header bring its own key?

use super::Token;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::token::header::KEY_CARRIERS;

pub(super) const KEY_IN_HEADER: Rule<Token> = Rule {
    id: "key-in-header",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 8725 §3.10, RFC 7515 §4.1.2 to §4.1.6",
    why: "A verifier that follows the header's own key believes whoever wrote the token.",
    fix: "leave the member out; name the key by kid and let verifiers bring it",
    bad: r#"{"alg":"ES256","jku":"https://evil.test/keys"} {"exp":1}"#,
    good: r#"{"alg":"ES256","kid":"2026-01"} {"exp":1}"#,
    check: |token, report| {
        for name in KEY_CARRIERS.iter().filter(|name| token.header.object.get(name).is_some()) {
            report.at(
                &format!("/header/{name}"),
                format!("the header carries {name}; authkit never takes a key from it"),
            );
        }
    },
};
