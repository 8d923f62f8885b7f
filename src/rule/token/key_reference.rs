//! What the header says about keys.

use super::{TokenSubject, TokenUse};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::KID_BYTES;
use crate::token::header::KEY_HEADER_PARAMS;

pub(super) const HEADER_KEY_REFERENCE: Rule<TokenSubject> = Rule {
    id: "header-key-reference",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 8725 §3.10 (jku, x5u); OWASP ASVS 5.0 9.1.3",
    why: "A verifier that follows the header's own key believes whoever wrote the token.",
    fix: "leave the member out; name the key by kid and let verifiers bring it",
    bad: r#"{"alg":"ES256","jku":"https://evil.test/keys"} {"exp":1}"#,
    good: r#"{"alg":"ES256","kid":"2026-01"} {"exp":1}"#,
    check: |token, report| {
        // A DPoP proof brings its key by definition (RFC 9449 §4.2).
        if token.purpose == TokenUse::DpopProof {
            return;
        }
        for name in KEY_HEADER_PARAMS.iter().filter(|name| token.header.object.get(name).is_some()) {
            report.at(&format!("/header/{name}"), || {
                format!("the header carries {name}; authkit never takes a key from it")
            });
        }
    },
};

pub(super) const HEADER_KID_SUSPICIOUS: Rule<TokenSubject> = Rule {
    id: "header-kid-suspicious",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "RFC 8725 §3.10 (injection through kid); which characters is practice",
    why: "Verifiers look keys up by kid in databases, folders and URLs: these characters are how such look-ups are attacked.",
    fix: "use as kid the thumbprint of a public key (RFC 7638), or random letters and digits",
    bad: r#"{"alg":"HS256","kid":"../../dev/null"} {"exp":1}"#,
    good: r#"{"alg":"HS256","kid":"keys/2026-01.a"} {"exp":1}"#,
    check: |token, report| {
        let Some(kid) = token.header.kid.present() else { return };
        let most = report.limit(&KID_BYTES);
        // Nearly every kid is made of these alone, and they are quickly seen.
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let odd = |c: char| c.is_control() || matches!(c, '\'' | '"' | '`' | ';' | '%' | '\\' | '<' | '>' | '|' | '$');
        if !kid.bytes().all(harmless) && (kid.contains("..") || kid.contains(odd)) {
            report.at("/header/kid", || {
                format!("kid \"{}\" could steer a look-up", kid.chars().take(80).collect::<String>())
            });
        } else if u64::try_from(kid.len()).unwrap_or(u64::MAX) > most {
            report.at("/header/kid", || format!("kid has {} bytes, more than {most}", kid.len()));
        }
    },
};
