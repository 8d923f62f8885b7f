//! Description of a token: members and their meaning, lifetime, size of each claim, and matching keys. The signature
//! is not checked.

use super::{meaning, vendor_claims};
use crate::alg;
use crate::encoding::base64url;
use crate::encoding::json::{self, JsonKind, JsonObject, JsonValue};
use crate::finding::Finding;
use crate::key::{Key, detect};
use crate::rule;
use crate::rule::token::{TokenLocation, TokenView};
use crate::rule_config::RuleConfig;
use crate::time::{Span, UnixTime};
use crate::token::claims::{Claims, NumericDate};
use crate::token::compact::{CompactError, Segments};
use crate::token::header::JoseHeader;
use crate::token::keyring::{Keyring, key_mismatch};
use crate::token::size::{self, PartSizes, SIZE_LIMITS};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

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
    /// JSON, as written, in a string.
    pub value: String,
    /// The value as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Box<RawValue>>,
    /// Short meaning of a registered name; absent for other names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
    /// A NumericDate in human-readable form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The claim as a time, if it is one.
    #[serde(skip)]
    pub date: Option<UnixTime>,
    /// RFC 7638, SHA-256, of the public key in `jwk`; `cnf.jkt` of a token that is bound to this key (RFC 9449 §6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<String>,
}

impl MemberDescription {
    /// The value as rows of a path and JSON: objects member by member, arrays of strings element by element, the path
    /// with the first element only.
    pub fn rows(&self) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        match JsonValue::parse(&self.value) {
            Ok(value) => push_rows(self.name.clone(), value, MAX_PATH, &mut rows),
            Err(_) => rows.push((self.name.clone(), self.value.clone())),
        }
        rows
    }
}

/// Names in a path of [`MemberDescription::rows`]: enough for `resource_access.CLIENT.roles`.
const MAX_PATH: usize = 3;

fn push_rows(path: String, value: JsonValue<'_>, names: usize, rows: &mut Vec<(String, String)>) {
    let object = value.as_object().filter(|object| names > 1 && !object.is_empty());
    if let Some(object) = object {
        for (name, value) in object.iter() {
            push_rows(format!("{path}.{name}"), value, names.saturating_sub(1), rows);
        }
        return;
    }
    match value.as_array().filter(|all| all.len() > 1 && all.iter().all(|one| one.kind() == JsonKind::Text)) {
        None => rows.push((path, value.text().to_owned())),
        Some(elements) => {
            let paths = std::iter::once(path).chain(std::iter::repeat(String::new()));
            rows.extend(paths.zip(elements.iter().map(|element| element.text().to_owned())));
        }
    }
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
            let date = dates.and_then(|(claims, _)| {
                let date = match name {
                    "exp" => claims.exp.present(),
                    "nbf" => claims.nbf.present(),
                    "iat" => claims.iat.present(),
                    _ => None,
                };
                let other = || vendor_claims::DATES.contains(&name).then(|| NumericDate::read(value).ok()).flatten();
                date.copied().or_else(other).map(|date| date.ceil())
            });
            let words = date.zip(dates).map(|(date, (_, now))| format!("{date} ({})", date.relative_to(now)));
            let key = (name == "jwk" && dates.is_none()).then(|| detect::read(value.text().as_bytes(), None).ok());
            MemberDescription {
                name: name.to_owned(),
                value: value.text().to_owned(),
                json: RawValue::from_string(value.text().to_owned()).ok(),
                meaning: meaning(name),
                words,
                date,
                thumbprint: key.flatten().and_then(|set| set.keys.first().and_then(Key::thumbprint)),
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn claim_rows(name: &str, value: &str) -> Vec<String> {
        let object = format!("{{\"{name}\":{value}}}");
        let object = JsonObject::parse(&object).unwrap();
        let all = members(&object, meaning::claim_meaning, None);
        all[0].rows().into_iter().map(|(path, value)| format!("{path}={value}")).collect()
    }

    #[test]
    fn roles_of_a_claim_are_one_row_each() {
        let rows = claim_rows("resource_access", r#"{"shop":{"roles":["read","write"]},"mail":{"roles":["send"]}}"#);
        let expected = ["resource_access.shop.roles=\"read\"", "=\"write\"", "resource_access.mail.roles=[\"send\"]"];
        assert_eq!(rows, expected);
        assert_eq!(claim_rows("groups", r#"["a","b"]"#), ["groups=\"a\"", "=\"b\""]);
    }

    #[test]
    fn other_values_stay_one_row() {
        for value in ["[]", "{}", "[1,2]", "12345678901234567890", "\"text\""] {
            assert_eq!(claim_rows("x", value), [format!("x={value}")]);
        }
        assert_eq!(claim_rows("x", r#"{"a":{"b":{"c":1}}}"#), [r#"x.a.b={"c":1}"#]);
    }
}
