//! Tokens in what people paste: a header line, a curl command, a JSON response, a URL, a text that a mail client wrapped,
//! base64 of a token. The verifier itself is never lenient: what is found here is verified as if it had been passed alone.

use super::compact::MAX_BYTES;
use super::scan::{self, ScannedToken};
use crate::encoding::base64url;
use crate::encoding::bounds::{head, tail};
use crate::encoding::percent;
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};

/// A larger text is not searched; `decode --scan` and `audit` read those.
const MAX_TEXT: usize = 4 * MAX_BYTES;

/// A token and what was around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastedToken {
    /// The token in compact serialisation.
    pub token: String,
    /// Where it was, to follow "found": `in an Authorization header`.
    pub place: &'static str,
    /// The name before it: a JSON member, a parameter, a cookie.
    pub name: Option<String>,
    /// The decoded disclosures of an SD-JWT (RFC 9901 §4.2), each a JSON array.
    pub disclosures: Vec<String>,
    /// Line in the text, from 1; after decoding, in the decoded text.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

/// The different tokens of a text, in order. Empty if the text is a token (or what is meant as one: its faults are
/// reported by the verifier), and if it holds none.
pub fn find(text: &[u8]) -> Vec<PastedToken> {
    if text.len() > MAX_TEXT {
        return Vec::new();
    }
    let text = text.trim_ascii();
    if let Some(found) = from_base64(text) {
        return found;
    }
    if is_bare(text) {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(text);
    let unescaped = percent::decoded(&text);
    let found = different(&unescaped);
    match found.as_slice() {
        // The first line of a wrapped token may look like a whole one.
        [] | [_] => match unwrapped(&unescaped) {
            Some(token) => vec![token],
            None if is_broken(&unescaped) => Vec::new(),
            None => found,
        },
        _ => found,
    }
}

/// A text of segments alone. Padding is no wrapping: the signature may cover it.
fn is_bare(text: &[u8]) -> bool {
    let is_segment = |segment: &[u8]| {
        let padding = segment.iter().rev().take_while(|byte| **byte == b'=').count();
        let text = head(segment, segment.len().saturating_sub(padding));
        text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/'))
    };
    text.split(|byte| *byte == b'.').all(is_segment)
}

/// A token with white space in it: what stands before the white space is only a part of it.
fn is_broken(text: &str) -> bool {
    let mut parts = text.split_whitespace();
    text.starts_with("ey") && parts.clone().nth(1).is_some() && parts.all(|part| is_bare(part.as_bytes()))
}

fn different(text: &str) -> Vec<PastedToken> {
    let mut found: Vec<PastedToken> = Vec::new();
    for token in scan::scan(text.as_bytes()) {
        let rest = text.split_at(token.offset.saturating_add(token.token.len())).1;
        let is_text = |c: char| c.is_alphanumeric() || matches!(c, '=' | '+' | '/' | '*' | '!' | '?' | '@' | '$');
        // A fourth segment belongs to no token, and a stray character within a segment ends none.
        let is_part = rest.starts_with(is_text) || rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_text));
        if !is_part && found.iter().all(|own| own.token != token.token) {
            found.push(described(text, &token));
        }
    }
    found
}

/// The token of a text that was wrapped after a fixed width, with soft line breaks (RFC 2045 §6.7) or plain ones: from
/// its start to the end of the text there are only segments and line breaks.
fn unwrapped(text: &str) -> Option<PastedToken> {
    let start = text.find("ey")?;
    let rest = text.split_at(start).1;
    if !rest.contains(['\n', '\r']) {
        return None;
    }
    let joined: String = rest.split(['\n', '\r']).map(|line| line.trim().trim_end_matches(['=', '"', '\''])).collect();
    let scanned = scan::scan(joined.as_bytes());
    let [token] = scanned.as_slice() else { return None };
    (token.token.len() == joined.len()).then(|| PastedToken {
        token: joined.clone(),
        place: "wrapped over several lines",
        ..described(text, &ScannedToken { token: "", offset: start, ..*token })
    })
}

/// The tokens in base64 of a text, as in the Secret of a Kubernetes manifest: `ZXlK` is base64 of `eyJ`.
fn from_base64(text: &[u8]) -> Option<Vec<PastedToken>> {
    if !text.starts_with(b"ZXlK") {
        return None;
    }
    let body: String = text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| char::from(*byte)).collect();
    let body = body.trim_end_matches('=');
    let decoded = Base64Unpadded::decode_vec(body).or_else(|_| Base64UrlUnpadded::decode_vec(body)).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let found = different(decoded.trim());
    let found: Vec<_> = found.into_iter().map(|token| PastedToken { place: "in base64", ..token }).collect();
    (!found.is_empty()).then_some(found)
}

/// Where a token stands, from the text before it on its line.
fn described(text: &str, token: &ScannedToken<'_>) -> PastedToken {
    let before = text.split_at(token.offset).0;
    let before = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let lower = before.to_ascii_lowercase();
    let bare = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\'));
    let name = name_before(bare);
    let place = if lower.contains("authorization") {
        "in an Authorization header"
    } else if lower.contains("cookie:") {
        "in a Cookie header"
    } else if lower.contains("://") {
        "in a URL"
    } else if bare.ends_with(':') && name.is_some() {
        "in JSON"
    } else if name.is_some() {
        "after its name"
    } else if lower.trim_end().ends_with("dpop") || lower.trim_end().ends_with("bearer") {
        "after the authentication scheme"
    } else if before.ends_with(['"', '\'']) {
        "in quotes"
    } else {
        "in the text"
    };
    let disclosures = disclosures(text.split_at(token.offset.saturating_add(token.token.len())).1);
    let place = if disclosures.is_empty() { place } else { "that the issuer signed, in an SD-JWT" };
    PastedToken { token: token.token.to_owned(), place, name, disclosures, line: token.line, column: token.column }
}

/// The disclosures after a token: base64url of JSON arrays, each after a `~`.
fn disclosures(rest: &str) -> Vec<String> {
    let is_sd = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '~');
    let end = rest.find(|c: char| !is_sd(c)).unwrap_or(rest.len());
    let parts = rest.split_at(end).0.strip_prefix('~').unwrap_or_default().split('~');
    let decoded = parts.filter_map(|part| String::from_utf8(base64url::decode(part.as_bytes()).ok()?).ok());
    decoded.filter(|text| text.starts_with('[')).collect()
}

/// The name in `name=` or `"name":` at the end of a text.
fn name_before(text: &str) -> Option<String> {
    let before = text.strip_suffix(['=', ':'])?;
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\'));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = before.rfind(|c: char| !is_name(c)).map_or(0, |at| at.saturating_add(1));
    let name = tail(before.as_bytes(), start);
    let name = std::str::from_utf8(head(name, name.len().min(64))).ok()?;
    (!name.is_empty() && !name.eq_ignore_ascii_case("authorization")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

    fn only(text: &str) -> PastedToken {
        let found = find(text.as_bytes());
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn token_is_found_with_its_place() {
        let folded = |end: &str| TOKEN.as_bytes().chunks(30).map(String::from_utf8_lossy).collect::<Vec<_>>().join(end);
        for (text, place, name) in [
            (format!("Authorization: Bearer {TOKEN}"), "in an Authorization header", None),
            (format!("curl -H 'authorization: DPoP {TOKEN}' https://a.test"), "in an Authorization header", None),
            (format!("Cookie: a=b; session={TOKEN}; c=d"), "in a Cookie header", Some("session")),
            (format!("{{\"access_token\": \"{TOKEN}\",\"expires_in\":9}}"), "in JSON", Some("access_token")),
            (format!("https://a.b.example.com/cb#id_token={TOKEN}&state=1"), "in a URL", Some("id_token")),
            (format!("token={TOKEN}"), "after its name", Some("token")),
            (format!("DPoP {TOKEN}"), "after the authentication scheme", None),
            (format!("Bearer%20{TOKEN}"), "after the authentication scheme", None),
            (format!("\"{TOKEN}\","), "in quotes", None),
            (format!("\u{200b}{TOKEN}\u{a0}"), "in the text", None),
            (format!("{TOKEN}\\n"), "in the text", None),
            (TOKEN.replace('.', "%2E"), "in the text", None),
            (folded("\n"), "wrapped over several lines", None),
            (folded("=\r\n"), "wrapped over several lines", None),
            (format!("Authorization: Bearer {}", folded("\n  ")), "wrapped over several lines", None),
            (base64ct::Base64::encode_string(TOKEN.as_bytes()), "in base64", None),
        ] {
            let found = only(&text);
            assert_eq!((found.token.as_str(), found.place, found.name.as_deref()), (TOKEN, place, name), "{text}");
        }
        assert_eq!((only(&format!("a\nb {TOKEN}")).line, only(&format!("a\nb {TOKEN}")).column), (2, 3));
    }

    #[test]
    fn token_and_its_faults_are_left_to_the_verifier() {
        for text in [
            TOKEN.to_owned(),
            format!("{TOKEN}="),
            format!("{TOKEN}.AAAA"),
            TOKEN.replace('.', "=."),
            TOKEN.replace('c', "+"),
            "a.b.c.d.e".to_owned(),
            "nothing".to_owned(),
            String::new(),
            format!("\"{TOKEN}.AAAA\""),
            TOKEN.replace("c2ln", "c2l n"),
        ] {
            assert_eq!(find(text.as_bytes()), [], "{text}");
        }
    }

    #[test]
    fn different_tokens_are_told_apart() {
        let other = TOKEN.replace("c2ln", "b3Ro");
        let found =
            find(format!("{{\"access_token\":\"{TOKEN}\",\"id_token\":\"{other}\",\"again\":\"{TOKEN}\"}}").as_bytes());
        let names: Vec<_> = found.iter().map(|token| token.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["access_token", "id_token"]);
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(1_024))]

        #[test]
        fn any_text_is_searched_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), token in any::<bool>()) {
            let text = if token { [&bytes[..], TOKEN.as_bytes(), &bytes].concat() } else { bytes };
            for found in find(&text) {
                prop_assert!(scan::scan(found.token.as_bytes()).len() == 1);
            }
        }
    }
}
