//! Rules about one token, whoever made it: its header, its claims, its size.

use super::{Rule, Subject};
use crate::token::claims::Claims;
use crate::token::header::Header;

mod algorithm;
mod expiry;
mod key_carriers;
mod size;

/// All rules about a token, sorted by id.
pub static RULES: &[Rule<Token>] = &[
    algorithm::ALGORITHM_NONE,
    expiry::EXPIRY_BEFORE_ISSUE,
    expiry::EXPIRY_MISSING,
    expiry::EXPIRY_NOT_SECONDS,
    key_carriers::KEY_IN_HEADER,
    expiry::LIFETIME_LONG,
    size::TOKEN_LARGE,
];

/// The subject: one token, unverified.
pub enum Token {}

pub struct View<'a> {
    pub header: &'a Header<'a>,
    pub claims: &'a Claims<'a>,
    /// Bytes of the compact token.
    pub bytes: usize,
}

impl Subject for Token {
    type View<'a> = View<'a>;

    /// `HEADER CLAIMS`, two JSON objects; the size is that of their base64url and a 64-byte signature.
    fn with_example<R>(text: &str, then: impl FnOnce(&View<'_>) -> R) -> R {
        let (header, claims) = text.split_once("} {").map_or((text, ""), |(a, b)| (a, b));
        let (header, claims) = (format!("{header}}}"), format!("{{{claims}"));
        let empty = || crate::encoding::json::Object::parse("{}");
        let parse = |text| crate::encoding::json::Object::parse(text).or_else(|_| empty());
        match (parse(&header), parse(&claims)) {
            (Ok(header), Ok(claims)) => {
                let bytes = (header.text().len().saturating_add(claims.text().len()))
                    .saturating_mul(4)
                    .div_ceil(3)
                    .saturating_add(88);
                then(&View { header: &Header::of(header), claims: &Claims::of(claims), bytes })
            }
            _ => unreachable!("an empty object is JSON"),
        }
    }
}
