//! Rules about the explicit type (typ) of a token.

use super::{TokenSubject, TokenUse};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const TYP_MISSING: Rule<TokenSubject> = Rule {
    id: "typ-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 8725 §3.11; draft-ietf-oauth-rfc8725bis §3.11 (JWT is not an explicit type), though RFC 7519 §5.1 \
          recommends JWT",
    why: "Without an explicit type, one kind of token can be substituted for another where only the signature is \
          verified.",
    fix: "use a distinct typ for each kind of token: --typ at+jwt for access tokens",
    bad: r#"{"alg":"ES256"} {"exp":1}"#,
    good: r#"{"alg":"ES256","typ":"at+jwt"} {"exp":1}"#,
    check: |token, report| match token.header.typ.present() {
        None => report.at("/header/typ", || "missing header parameter \"typ\"".to_owned()),
        Some(typ) if typ.eq_ignore_ascii_case("jwt") => {
            report.at("/header/typ", || "typ JWT does not distinguish kinds of tokens".to_owned());
        }
        Some(_) => {}
    },
};

pub(super) const TYP_NOT_AT_JWT: Rule<TokenSubject> = Rule {
    id: "typ-not-at-jwt",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9068 §2.1, §4; OWASP ASVS 5.0 9.2.2",
    why: "Services must reject JWT access tokens with any other typ, to prevent the use of ID tokens as access tokens.",
    fix: "issue access tokens with --kind at+jwt",
    bad: r#"{"alg":"ES256","typ":"JWT"} {"scope":"read","client_id":"web"}"#,
    good: r#"{"alg":"ES256","typ":"at+jwt"} {"scope":"read","client_id":"web"}"#,
    check: |token, report| {
        if token.purpose == TokenUse::AccessToken {
            report.at("/header/typ", || "apparently an access token, but its typ is not at+jwt".to_owned());
        }
    },
};

pub(super) const TYP_PREFIX: Rule<TokenSubject> = Rule {
    id: "typ-prefix",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 7515 §4.1.9",
    why: "Both spellings are equivalent, and not every verifier knows that.",
    fix: "omit the prefix application/",
    bad: r#"{"alg":"ES256","typ":"application/at+jwt"} {"exp":1}"#,
    good: r#"{"alg":"ES256","typ":"at+jwt"} {"exp":1}"#,
    check: |token, report| {
        const PREFIX: &str = "application/";
        let Some(typ) = token.header.typ.present() else { return };
        let (Some(prefix), Some(rest)) = (typ.get(..PREFIX.len()), typ.get(PREFIX.len()..)) else { return };
        if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') {
            report.at("/header/typ", || format!("typ \"{typ}\" has an unnecessary prefix"));
        }
    },
};
