//! Prefilter for token rules: most rules cannot report anything about most tokens, and are skipped for them.
//!
//! A rule that is not listed here runs for every token. Tests in `rule/tests.rs` check with arbitrary tokens that no
//! listed rule is skipped for a token that it would report.

use super::{TokenLocation, TokenUse, TokenView};
use crate::rule::ALWAYS_PRESENT;
use crate::token::claims::{Claim, NumericDate};
use crate::token::header::KEY_HEADER_PARAMS;

const HMAC: u32 = 1;
const RSA_PKCS1: u32 = 1 << 1;
/// None of these, nor ECDSA or PSS.
const OTHER_ALGORITHM: u32 = 1 << 2;
const CRITICAL: u32 = 1 << 3;
const KEY_REFERENCE: u32 = 1 << 4;
const KID: u32 = 1 << 5;
/// No `typ`, or one as generic as `JWT`.
const PLAIN_TYPE: u32 = 1 << 6;
/// A `typ` long enough to have the prefix `application/`.
const LONG_TYPE: u32 = 1 << 7;
const NO_AUDIENCE: u32 = 1 << 8;
const AUDIENCE: u32 = 1 << 9;
const NO_EXPIRY: u32 = 1 << 10;
/// `exp` is not after the evaluation time, or not after the start of validity.
const PAST_EXPIRY: u32 = 1 << 11;
const ODD_DATE: u32 = 1 << 12;
/// `nbf` is after the evaluation time.
const FUTURE: u32 = 1 << 13;
/// One of `iat`, `iss`, `jti`, `sub` is missing.
const INCOMPLETE: u32 = 1 << 14;
const ISSUER: u32 = 1 << 15;
const COOKIE: u32 = 1 << 16;
const URL: u32 = 1 << 17;
/// An access token, with or without a `typ` that declares it.
const ACCESS_TOKEN: u32 = 1 << 18;
const ID_TOKEN: u32 = 1 << 19;
const LOGOUT_TOKEN: u32 = 1 << 20;
const OTHER_USE: u32 = 1 << 21;

/// The facts of which the token must have at least one for the rule to report anything.
pub(super) fn required_facts(rule: &str) -> u32 {
    match rule {
        "alg-hmac-shared" => HMAC,
        "alg-none" | "alg-polymorphic" => OTHER_ALGORITHM,
        "alg-rsa-pkcs1" => RSA_PKCS1,
        "aud-missing" => NO_AUDIENCE,
        "aud-wildcard" => AUDIENCE,
        "bearer-not-bound" | "client-id-missing" | "typ-not-at-jwt" => ACCESS_TOKEN,
        "claim-pii-in-cookie" => COOKIE,
        "crit-malformed" | "crit-unknown" => CRITICAL,
        "exp-before-iat" | "exp-expired" => PAST_EXPIRY,
        "exp-missing" => NO_EXPIRY,
        "exp-not-seconds" => ODD_DATE,
        "header-key-reference" => KEY_REFERENCE,
        "header-kid-suspicious" => KID,
        "iat-missing" | "iss-missing" | "jti-missing" | "sub-missing" => INCOMPLETE,
        "iss-not-https" => ISSUER,
        "lifetime-access-token" => ACCESS_TOKEN | OTHER_USE,
        "lifetime-id-token" => ID_TOKEN,
        "lifetime-logout-token" | "logout-token-shape" => LOGOUT_TOKEN,
        "nbf-future" => FUTURE,
        "token-in-url" => URL,
        "typ-missing" => PLAIN_TYPE,
        "typ-prefix" => LONG_TYPE,
        _ => ALWAYS_PRESENT,
    }
}

/// All facts of `token`.
pub(super) fn facts(token: &TokenView<'_>) -> u32 {
    [
        algorithm(token),
        header(token),
        dates(token),
        parties(token),
        match token.carrier {
            TokenLocation::Cookie => COOKIE,
            TokenLocation::Url => URL,
            TokenLocation::Unknown | TokenLocation::Header | TokenLocation::Body => 0,
        },
        match token.purpose {
            TokenUse::TypedAccessToken | TokenUse::AccessToken => ACCESS_TOKEN,
            TokenUse::IdToken => ID_TOKEN,
            TokenUse::LogoutToken => LOGOUT_TOKEN,
            TokenUse::DpopProof | TokenUse::Other => OTHER_USE,
        },
    ]
    .into_iter()
    .fold(0, |all, some| all | some)
}

/// `bit` when the fact holds, else 0.
fn when(holds: bool, bit: u32) -> u32 {
    if holds { bit } else { 0 }
}

fn algorithm(token: &TokenView<'_>) -> u32 {
    match token.header.alg.present().map(|alg| alg.as_bytes()) {
        None | Some([b'E' | b'P', b'S', ..]) => 0,
        Some([b'H', b'S', ..]) => HMAC,
        Some([b'R', b'S', ..]) => RSA_PKCS1,
        Some(_) => OTHER_ALGORITHM,
    }
}

fn header(token: &TokenView<'_>) -> u32 {
    let header = token.header;
    let typ = header.typ.present().map_or("", |typ| typ);
    when(!header.crit.is_absent(), CRITICAL)
        | when(KEY_HEADER_PARAMS.iter().any(|name| header.object.get(name).is_some()), KEY_REFERENCE)
        | when(header.kid.present().is_some(), KID)
        | when(typ.is_empty() || typ.len() == "JWT".len(), PLAIN_TYPE)
        | when(typ.len() >= "application/".len(), LONG_TYPE)
}

fn dates(token: &TokenView<'_>) -> u32 {
    let claims = token.claims;
    let expiry = claims.exp.present().map(|exp| exp.ceil());
    let past = |instant| expiry.is_some_and(|expiry| expiry <= instant);
    let odd = |date: &Claim<NumericDate>| matches!(date, Claim::Malformed(_));
    let early = claims.nbf.present().zip(token.now).is_some_and(|(nbf, now)| now < nbf.ceil());
    when(claims.exp.is_absent(), NO_EXPIRY)
        | when(token.now.is_some_and(past) || claims.starts().is_some_and(past), PAST_EXPIRY)
        | when(odd(&claims.exp) || odd(&claims.nbf) || odd(&claims.iat), ODD_DATE)
        | when(early, FUTURE)
}

fn parties(token: &TokenView<'_>) -> u32 {
    let claims = token.claims;
    let incomplete =
        claims.iat.is_absent() || claims.iss.is_absent() || claims.jti.is_absent() || claims.sub.is_absent();
    when(claims.aud.is_absent(), NO_AUDIENCE)
        | when(claims.aud.present().is_some(), AUDIENCE)
        | when(incomplete, INCOMPLETE)
        | when(claims.iss.present().is_some(), ISSUER)
}
