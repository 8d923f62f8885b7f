//! Rules about header parameters that carry or reference a key.

use super::{TokenSubject, TokenUse};
use crate::encoding::bounds::as_u64;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::KID_BYTES;
use crate::token::header::KEY_HEADER_PARAMS;

pub(super) const HEADER_KEY_REFERENCE: Rule<TokenSubject> = Rule {
    id: "header-key-reference",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 8725 §3.10 (jku, x5u); OWASP ASVS 5.0 9.1.3",
    why: "A verifier that uses a key from the header trusts the author of the token, who may be an attacker.",
    fix: "omit the header parameter; identify the key by kid and configure verifiers with trusted keys",
    bad: r#"{"alg":"ES256","jku":"https://evil.test/keys"} {"exp":1}"#,
    good: r#"{"alg":"ES256","kid":"2026-01"} {"exp":1}"#,
    check: |token, report| {
        // A DPoP proof carries its public key by definition (RFC 9449 §4.2).
        if token.purpose == TokenUse::DpopProof {
            return;
        }
        for name in KEY_HEADER_PARAMS.iter().filter(|name| token.header.object.get(name).is_some()) {
            report.at(&format!("/header/{name}"), || {
                format!("the header contains {name}; authkit never uses a key from it")
            });
        }
    },
};

pub(super) const HEADER_KID_SUSPICIOUS: Rule<TokenSubject> = Rule {
    id: "header-kid-suspicious",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "RFC 8725 §3.10 (injection through kid); which characters is practice",
    why: "Verifiers look up keys by kid in databases, directories and URLs: these characters enable injection into the \
          lookup.",
    fix: "use as kid the thumbprint of the public key (RFC 7638), or random letters and digits",
    bad: r#"{"alg":"HS256","kid":"../../dev/null"} {"exp":1}"#,
    good: r#"{"alg":"HS256","kid":"keys/2026-01.a"} {"exp":1}"#,
    check: |token, report| {
        let Some(kid) = token.header.kid.present() else { return };
        let most = report.limit(&KID_BYTES);
        // Nearly every kid consists of these characters, and checking them is cheap.
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let odd = |c: char| c.is_control() || matches!(c, '\'' | '"' | '`' | ';' | '%' | '\\' | '<' | '>' | '|' | '$');
        if !kid.bytes().all(harmless) && (kid.contains("..") || kid.contains(odd)) {
            report.at("/header/kid", || {
                format!("kid \"{}\" could inject into a key lookup", kid.chars().take(80).collect::<String>())
            });
        } else if as_u64(kid.len()) > most {
            report.at("/header/kid", || format!("kid has {} bytes, more than {most}", kid.len()));
        }
    },
};
