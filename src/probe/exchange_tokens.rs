//! JWTs in exchanges: finds them in URLs, headers, cookies and bodies, and runs the token rules on each.

use crate::cookie::evaluate::asks_for_password;
use crate::cookie::set_cookie::SetCookie;
use crate::encoding::json::{self, JsonObject};
use crate::extract;
use crate::finding::TextPosition;
use crate::http::exchange::{Exchange, HttpHeader};
use crate::rule::jwe::JweSubject;
use crate::rule::malformed::{self, MalformedTokenSubject};
use crate::rule::token::{TokenLocation, TokenSubject, TokenView};
use crate::rule::{self, RuleRunner, Sink};
use crate::rule_config::RuleConfig;
use crate::time::UnixTime;
use crate::token::claims::Claims;
use crate::token::compact::{CompactError, Segments};
use crate::token::header::JoseHeader as TokenHeader;
use crate::token::scan;

/// Bodies nested deeper are searched as text.
const MAX_DEPTH: usize = 64;

/// A token and its location in the exchange.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExchangeToken {
    /// The compact serialisation as sent; a credential, to be redacted before printing.
    pub token: String,
    /// Where in the request or response it was.
    pub carrier: TokenLocation,
    /// A JSON pointer: `/request/url`, `/set-cookie/NAME`, `/response/body/access_token`.
    pub pointer: String,
    /// Human-readable location: `cookie sid`, `header Authorization`.
    pub shown: String,
    /// The position in a dump or a HAR file; `None` if the exchange has no such source.
    pub place: Option<TextPosition>,
}

/// Unverified content of a token.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct UnverifiedTokenInfo {
    /// `jws`, `jwe` or `malformed`.
    pub form: &'static str,
    /// Header parameter `alg`; `None` if it is absent or not a string.
    pub alg: Option<String>,
    /// Header parameter `kid`; `None` if it is absent or not a string.
    pub kid: Option<String>,
    /// Claim `exp` in Unix seconds, rounded up; `None` without one, or if claims cannot be read.
    pub expires: Option<i64>,
    /// `exp` − `iat`, else `exp` − `nbf`, in seconds; `None` if a claim is absent.
    pub lifetime: Option<u64>,
}

/// Rank of a token location by exposure.
pub(super) const fn exposure(carrier: TokenLocation) -> u8 {
    match carrier {
        TokenLocation::Unknown => 0,
        TokenLocation::Body => 1,
        TokenLocation::Header => 2,
        TokenLocation::Cookie => 3,
        TokenLocation::Url => 4,
    }
}

/// All tokens of an exchange, in the order of request and response.
pub fn tokens_in_exchange(exchange: &Exchange) -> Vec<ExchangeToken> {
    let mut found = Vec::new();
    let url = exchange.url.to_string();
    search(url.as_bytes(), TokenLocation::Url, &place("/request/url", "the URL", exchange.place.as_ref()), &mut found);
    for header in &exchange.request {
        let name = header.shown_name();
        let shown = format!("header {name} of the request");
        let pointer = format!("/request/headers/{}", rule::endpoint::member(&name));
        match extract::carrier(&header.name) {
            TokenLocation::Cookie => sent(header, &mut found),
            carrier => search(&header.value, carrier, &place(&pointer, &shown, header.place.as_ref()), &mut found),
        }
    }
    body(&exchange.posted, "/request/body", "the body of the request", exchange.place.as_ref(), &mut found);
    for header in &exchange.headers {
        if header.is("set-cookie") {
            let name = SetCookie::parse(&header.value).name.shown();
            let pointer = format!("/set-cookie/{}", rule::endpoint::member(&name));
            let shown = format!("cookie {name}");
            search(&header.value, TokenLocation::Cookie, &place(&pointer, &shown, header.place.as_ref()), &mut found);
        } else {
            let name = header.shown_name();
            let pointer = format!("/response/headers/{}", rule::endpoint::member(&name));
            let shown = format!("header {name}");
            let carrier = extract::carrier(&header.name);
            search(&header.value, carrier, &place(&pointer, &shown, header.place.as_ref()), &mut found);
        }
    }
    body(&exchange.body, "/response/body", "the body", exchange.place.as_ref(), &mut found);
    found
}

/// Drops bodies that are irrelevant: without a token or a password field. In a long recording nearly all are.
pub fn drop_plain_bodies(exchange: &mut Exchange) {
    if scan::scan(&exchange.body).is_empty() && !asks_for_password(&exchange.body) {
        exchange.body = Vec::new();
    }
    if scan::scan(&exchange.posted).is_empty() {
        exchange.posted = Vec::new();
    }
}

/// The location of a text.
struct TextSite<'a> {
    pointer: &'a str,
    shown: &'a str,
    place: Option<&'a TextPosition>,
}

const fn place<'a>(pointer: &'a str, shown: &'a str, place: Option<&'a TextPosition>) -> TextSite<'a> {
    TextSite { pointer, shown, place }
}

fn search(text: &[u8], carrier: TokenLocation, at: &TextSite<'_>, found: &mut Vec<ExchangeToken>) {
    for one in scan::scan(text) {
        let place = at.place.map(|spot| {
            let before = if spot.pointer.is_some() { 0 } else { one.column.saturating_sub(1) };
            TextPosition { column: spot.column.saturating_add(before), ..spot.clone() }
        });
        found.push(ExchangeToken {
            token: one.token.to_owned(),
            carrier,
            pointer: at.pointer.to_owned(),
            shown: at.shown.to_owned(),
            place,
        });
    }
}

/// The cookies of the request, each by its name.
fn sent(header: &HttpHeader, found: &mut Vec<ExchangeToken>) {
    for pair in header.value.split(|byte| *byte == b';') {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
        let pointer = format!("/request/headers/Cookie/{}", rule::endpoint::member(&name));
        search(pair, TokenLocation::Cookie, &place(&pointer, &format!("cookie {name}"), header.place.as_ref()), found);
    }
}

/// Searches each string of a JSON body by its pointer; other bodies as text.
fn body(body: &[u8], pointer: &str, shown: &str, spot: Option<&TextPosition>, found: &mut Vec<ExchangeToken>) {
    if scan::scan(body).is_empty() {
        return;
    }
    let at = place(pointer, shown, spot);
    match json::lenient(body) {
        Ok(value) => within(&value, &mut String::new(), MAX_DEPTH, &at, found),
        Err(_) => search(body, TokenLocation::Body, &at, found),
    }
}

/// `inner`: the pointer within the body.
fn within(
    value: &serde_json::Value,
    inner: &mut String,
    depth: usize,
    at: &TextSite<'_>,
    found: &mut Vec<ExchangeToken>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let length = inner.len();
    let mut step = |name: &str, value: &serde_json::Value, inner: &mut String| {
        inner.push('/');
        inner.push_str(name);
        within(value, inner, depth, at, found);
        inner.truncate(length);
    };
    match value {
        serde_json::Value::Object(members) => {
            // Member names are untrusted: a token in one would be printed.
            let shown = |name: &str| scan::replace_tokens(&rule::endpoint::member(name), |_| "…".to_owned());
            members.iter().for_each(|(name, value)| step(&shown(name), value, inner));
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, value)| step(&number.to_string(), value, inner));
        }
        serde_json::Value::String(text) => {
            let (pointer, shown) = (format!("{}{inner}", at.pointer), format!("{} {inner}", at.shown));
            search(text.as_bytes(), TokenLocation::Body, &place(&pointer, shown.trim_end(), at.place), found);
        }
        _ => {}
    }
}

/// Evaluates tokens one after another.
pub struct ExchangeTokenEvaluator<'p> {
    tokens: RuleRunner<'p, TokenSubject>,
    encrypted: RuleRunner<'p, JweSubject>,
    malformed: RuleRunner<'p, MalformedTokenSubject>,
}

impl<'p> ExchangeTokenEvaluator<'p> {
    /// Selects the rules on signed, encrypted and malformed tokens by `policy`.
    pub fn new(policy: &'p RuleConfig) -> Self {
        Self {
            tokens: RuleRunner::new(rule::token::RULES, policy),
            encrypted: RuleRunner::new(rule::jwe::RULES, policy),
            malformed: RuleRunner::new(rule::malformed::RULES, policy),
        }
    }

    /// Runs the token rules. `None`: not even the header can be parsed, so it is not a token.
    pub fn examine(
        &self,
        token: &[u8],
        carrier: TokenLocation,
        now: UnixTime,
        sink: &mut dyn Sink,
    ) -> Option<UnverifiedTokenInfo> {
        let segments = match Segments::cut(token, usize::MAX) {
            Ok(segments) => segments,
            Err(CompactError::Encrypted) => return self.jwe(token, sink),
            Err(_) => return None,
        };
        let mut bytes = Vec::new();
        segments.decode_part(crate::token::compact::TokenPart::Header, &mut bytes).ok()?;
        let header = match json::text(&bytes).and_then(TokenHeader::parse) {
            Ok(header) => header,
            Err(error) if error.is_duplicate() => {
                return Some(self.broken(Some("header"), &error.to_string(), true, sink));
            }
            Err(_) => return None,
        };
        let parts = match segments.decode() {
            Ok(parts) => parts,
            Err(error) => return Some(self.broken(None, &error.to_string(), false, sink)),
        };
        let claims = match json::text(&parts.payload).and_then(Claims::parse) {
            Ok(claims) => claims,
            Err(error) => {
                return Some(self.broken(Some("payload"), &error.to_string(), error.is_duplicate(), sink));
            }
        };
        self.tokens.run(&TokenView::new(&header, &claims, token.len()).at(now).with_location(carrier), sink);
        let expires = claims.exp.present().map(|date| date.ceil());
        let lifetime = expires.zip(claims.starts()).map(|(ends, starts)| ends.since(starts).as_seconds());
        let text = |value: Option<&std::borrow::Cow<'_, str>>| value.map(|value| value.to_string());
        Some(UnverifiedTokenInfo {
            form: "jws",
            alg: text(header.alg.present()),
            kid: text(header.kid.present()),
            expires: expires.map(|instant| instant.0),
            lifetime,
        })
    }

    /// Only the header of an encrypted token is readable.
    fn jwe(&self, token: &[u8], sink: &mut dyn Sink) -> Option<UnverifiedTokenInfo> {
        let segment = token.split(|byte| *byte == b'.').next().unwrap_or_default();
        let bytes = crate::encoding::base64url::decode(segment).ok()?;
        let header = json::text(&bytes).and_then(JsonObject::parse).ok()?;
        self.encrypted.run(&header, sink);
        let text = |name: &str| header.get(name)?.as_str().map(std::borrow::Cow::into_owned);
        Some(UnverifiedTokenInfo { form: "jwe", alg: text("alg"), kid: text("kid"), ..UnverifiedTokenInfo::default() })
    }

    fn broken(
        &self,
        part: Option<&'static str>,
        problem: &str,
        duplicate: bool,
        sink: &mut dyn Sink,
    ) -> UnverifiedTokenInfo {
        self.malformed.run(&malformed::MalformedTokenView { part, problem, duplicate }, sink);
        UnverifiedTokenInfo { form: "malformed", ..UnverifiedTokenInfo::default() }
    }
}
