//! Description of a token: members and their meaning, lifetime, size of each claim, and matching keys. The signature
//! is not checked.

use super::meaning;
use crate::alg;
use crate::encoding::base64url;
use crate::encoding::json::{self, JsonObject};
use crate::finding::Finding;
use crate::rule;
use crate::rule::token::{TokenLocation, TokenView};
use crate::rule_config::RuleConfig;
use crate::time::{Span, UnixTime};
use crate::token::claims::Claims;
use crate::token::compact::{CompactError, Segments};
use crate::token::header::JoseHeader;
use crate::token::keyring::{Keyring, key_mismatch};
use crate::token::size::{self, PartSizes, SIZE_LIMITS};
use schemars::JsonSchema;
use serde::Serialize;

/// A described token. Nothing in it is verified.
#[derive(Serialize, JsonSchema, Debug)]
pub struct TokenDescription {
    /// Always false: inspect checks no signature.
    pub verified: bool,
    /// `jws` or `jwe`.
    pub form: &'static str,
    /// Header parameters, in the order of the token.
    pub header: Vec<MemberDescription>,
    /// Empty if the payload is encrypted or not a claims set.
    pub claims: Vec<MemberDescription>,
    /// Why the claims are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_problem: Option<String>,
    /// Absent if the claims have no `exp` that is a date, or are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<TokenLifetime>,
    /// Size of the token, its parts and its claims.
    pub size: Size,
    /// For each given key, whether it matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Fit>,
}

/// A member as written, with its meaning.
#[derive(Serialize, JsonSchema, Debug)]
pub struct MemberDescription {
    /// Name of the header parameter or claim.
    pub name: String,
    /// JSON, as written.
    pub value: String,
    /// Short meaning of a registered name; absent for other names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
    /// A NumericDate in human-readable form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// Unix seconds and spans in seconds.
#[derive(Serialize, JsonSchema, Debug)]
pub struct TokenLifetime {
    /// `iat`, else `nbf`, rounded down; absent without either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<i64>,
    /// `exp`, rounded up.
    pub ends: i64,
    /// From `starts` to `ends`, 0 if `ends` is earlier; absent without `starts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Negative if expired.
    pub seconds_left: i64,
    /// Remaining share of the lifetime, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_left: Option<f64>,
}

/// Bytes as sent.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Size {
    /// Size of the whole compact token.
    pub bytes: usize,
    /// Header, payload and signature, each dot counted with the part before it; absent if the token is encrypted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Cost>,
    /// The largest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Cost>,
    /// Headroom below each size limit of HTTP requests, the smallest limit first.
    pub room: Vec<LimitHeadroom>,
}

/// Size of one part or claim.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Cost {
    /// `header`, `payload` or `signature`; for a claim, its name.
    pub name: String,
    /// Bytes as sent; for a claim, its name, value and punctuation in base64url, rounded up.
    pub bytes: usize,
    /// Share of the whole token, 0 to 1.
    pub share: f64,
}

/// Bytes left below a limit; negative if the token does not fit.
#[derive(Serialize, JsonSchema, Debug)]
pub struct LimitHeadroom {
    /// Name of the limit: `one cookie` or `one header line`.
    pub limit: &'static str,
    /// The limit in bytes; for a header line, including the header name and the scheme.
    pub limit_bytes: usize,
    /// Bytes left after the token and, for a header line, the header name and the scheme.
    pub left: i64,
}

/// Whether a key matches the token.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Fit {
    /// Name of the key: its `kid`, else its source.
    pub key: String,
    /// Whether the key matches `alg` and `kid` of the header; the signature is not checked.
    pub fits: bool,
    /// Why the key does not match; absent if it matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
}

/// Why a token cannot be described.
#[derive(Debug)]
pub struct InspectError(pub String);

/// Describes a compact token, signed or encrypted, and checks it by the rules for tokens.
///
/// # Errors
/// The header cannot be read.
pub fn describe(
    token: &[u8],
    carrier: TokenLocation,
    keyring: &Keyring,
    now: UnixTime,
    policy: &RuleConfig,
) -> Result<(TokenDescription, Vec<Finding>), InspectError> {
    match Segments::cut(token, usize::MAX) {
        Ok(segments) => signed(&segments, token.len(), carrier, keyring, now, policy),
        Err(CompactError::Encrypted) => encrypted(token, policy),
        Err(error) => Err(InspectError(error.to_string())),
    }
}

fn encrypted(token: &[u8], policy: &RuleConfig) -> Result<(TokenDescription, Vec<Finding>), InspectError> {
    let segment = token.split(|byte| *byte == b'.').next().unwrap_or_default();
    let bytes =
        base64url::decode(segment).map_err(|error| InspectError(format!("header is not base64url: {error}")))?;
    let header =
        json::text(&bytes).and_then(JsonObject::parse).map_err(|error| InspectError(format!("header: {error}")))?;
    let description = TokenDescription {
        verified: false,
        form: "jwe",
        header: members(&header, meaning::header_meaning, None),
        claims: Vec::new(),
        payload_problem: Some("payload is encrypted; inspect does not decrypt".to_owned()),
        lifetime: None,
        size: Size { bytes: token.len(), parts: Vec::new(), claims: Vec::new(), room: room(token.len()) },
        keys: Vec::new(),
    };
    Ok((description, rule::run_rules(rule::jwe::RULES, &header, policy)))
}

fn signed(
    segments: &Segments<'_>,
    bytes: usize,
    carrier: TokenLocation,
    keyring: &Keyring,
    now: UnixTime,
    policy: &RuleConfig,
) -> Result<(TokenDescription, Vec<Finding>), InspectError> {
    let parts = segments.decode().map_err(|error| InspectError(error.to_string()))?;
    let header = json::text(&parts.header)
        .and_then(JoseHeader::parse)
        .map_err(|error| InspectError(format!("header: {error}")))?;
    let claims = json::text(&parts.payload).and_then(Claims::parse);
    let mut description = TokenDescription {
        verified: false,
        form: "jws",
        header: members(&header.object, meaning::header_meaning, None),
        claims: Vec::new(),
        payload_problem: None,
        lifetime: None,
        size: Size { bytes, parts: part_costs(segments, bytes), claims: Vec::new(), room: room(bytes) },
        keys: fits(&header, keyring),
    };
    let mut findings = Vec::new();
    match &claims {
        Ok(claims) => {
            description.claims = members(&claims.object, meaning::claim_meaning, Some((claims, now)));
            description.lifetime = lifetime(claims, now);
            description.size.claims = costs(size::members(&claims.object), bytes);
            let view = TokenView::new(&header, claims, bytes).at(now).with_location(carrier);
            findings = rule::run_rules(rule::token::RULES, &view, policy);
        }
        Err(error) => description.payload_problem = Some(format!("payload is not a claims set: {error}")),
    }
    Ok((description, findings))
}

fn members(
    object: &JsonObject<'_>,
    meaning: fn(&str) -> Option<&'static str>,
    dates: Option<(&Claims<'_>, UnixTime)>,
) -> Vec<MemberDescription> {
    object
        .iter()
        .map(|(name, value)| {
            let words = dates.and_then(|(claims, now)| {
                let date = match name {
                    "exp" => claims.exp.present(),
                    "nbf" => claims.nbf.present(),
                    "iat" => claims.iat.present(),
                    _ => None,
                };
                date.map(|date| format!("{} ({})", date.ceil(), date.ceil().relative_to(now)))
            });
            MemberDescription { name: name.to_owned(), value: value.text().to_owned(), meaning: meaning(name), words }
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a share is for display")]
fn lifetime(claims: &Claims<'_>, now: UnixTime) -> Option<TokenLifetime> {
    let ends = claims.exp.present()?.ceil();
    let starts = claims.starts();
    let seconds = starts.map(|starts| ends.since(starts).as_seconds());
    let left = ends.since(now.max(starts.unwrap_or(now))).as_seconds();
    Some(TokenLifetime {
        starts: starts.map(|starts| starts.0),
        ends: ends.0,
        seconds,
        seconds_left: ends.0.saturating_sub(now.0),
        share_left: seconds
            .filter(|seconds| *seconds > 0)
            .map(|seconds| (left as f64 / seconds as f64).clamp(0.0, 1.0)),
    })
}

impl TokenLifetime {
    /// `lifetime 15 min, 14 min left`
    pub fn words(&self) -> String {
        let left = match u64::try_from(self.seconds_left) {
            Ok(0) | Err(_) => format!("expired {} ago", Span::seconds(self.seconds_left.unsigned_abs())),
            Ok(left) => format!("{} left", Span::seconds(left)),
        };
        self.seconds.map_or_else(|| left.clone(), |seconds| format!("lifetime {}, {left}", Span::seconds(seconds)))
    }
}

fn part_costs(segments: &Segments<'_>, bytes: usize) -> Vec<Cost> {
    let sizes = PartSizes::from_segments(segments);
    let parts = [("header", sizes.header), ("payload", sizes.payload), ("signature", sizes.signature)];
    costs(parts.map(|(name, bytes)| (name.to_owned(), bytes)).to_vec(), bytes)
}

#[expect(clippy::cast_precision_loss, reason = "a share is for display")]
fn costs(sizes: Vec<(String, usize)>, total: usize) -> Vec<Cost> {
    sizes.into_iter().map(|(name, bytes)| Cost { name, bytes, share: bytes as f64 / total.max(1) as f64 }).collect()
}

fn room(bytes: usize) -> Vec<LimitHeadroom> {
    SIZE_LIMITS
        .iter()
        .map(|limit| LimitHeadroom { limit: limit.name, limit_bytes: limit.bytes, left: limit.room(bytes) })
        .collect()
}

/// For each key, whether it matches this header, and if not, why.
fn fits(header: &JoseHeader<'_>, keyring: &Keyring) -> Vec<Fit> {
    let name = header.alg.present().map(|alg| &**alg).unwrap_or_default();
    let algorithm = alg::find(name);
    let kid = header.kid.present().map(|kid| &**kid);
    keyring
        .members()
        .iter()
        .map(|member| {
            let why_not = match (algorithm, &member.key.kid, kid) {
                (None, ..) => Some(format!("\"{name}\" is not a supported algorithm")),
                (Some(_), Some(own), Some(kid)) if own != kid => {
                    Some(format!("kid is \"{own}\", token names \"{kid}\""))
                }
                (Some(algorithm), ..) => key_mismatch(&member.key, algorithm).map(|why| why.to_string()),
            };
            Fit { key: member.label(), fits: why_not.is_none(), why_not }
        })
        .collect()
}
