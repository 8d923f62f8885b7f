//! Is it signed at all?

use super::Token;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const ALGORITHM_NONE: Rule<Token> = Rule {
    id: "algorithm-none",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 8725 §3.2",
    why: "An unsigned token can be written by anybody; a verifier that takes it has no security at all.",
    fix: "sign the token, and let verifiers name the algorithms that they accept",
    bad: r#"{"alg":"nOnE"} {"exp":1}"#,
    good: r#"{"alg":"ES256"} {"exp":1}"#,
    check: |token, report| {
        if let Some(alg) = token.header.alg.present().filter(|alg| alg.eq_ignore_ascii_case("none")) {
            report.at("/header/alg", format!("alg is \"{alg}\": the token is not signed"));
        }
    },
};
