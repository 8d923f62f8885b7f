//! Placeholders for secrets, with the same length and character classes, so that rules give the same findings. Equal
//! secrets have equal placeholders within a recording; a placeholder is derived from the number of the secret, not from
//! the secret.

use crate::cookie::set_cookie::SetCookie;
use crate::cookie::storage::prefix;
use crate::cookie::value::{CookieValueForm, decoded, form};
use crate::encoding::base64url;
use crate::encoding::bounds::{as_u64, head, tail};
use crate::token::scan;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Values that mean "no value", as servers write them to delete a cookie.
const PLAIN: &[&[u8]] = &[b"", b"deleted", b"delete", b"\"\"", b"null"];

/// The maximum number of attempts, if a placeholder is taken or would be classified differently.
const TRIES: u64 = 64;

/// Claims whose values rules compare, and which identify services, not people.
const CLAIMS: &[&str] = &["aud", "azp", "client_id", "iss", "scope", "scp", "token_use", "typ", "client", "gty"];

/// Generates placeholders.
#[derive(Default)]
pub(crate) struct Placeholders {
    known: BTreeMap<Vec<u8>, Vec<u8>>,
    taken: BTreeSet<Vec<u8>>,
}

impl Placeholders {
    /// The placeholder of a secret.
    pub(crate) fn secret(&mut self, secret: &[u8]) -> Vec<u8> {
        if PLAIN.contains(&secret) {
            return secret.to_vec();
        }
        if let Some(known) = self.known.get(secret) {
            return known.clone();
        }
        let number = as_u64(self.known.len());
        let made = (0..TRIES).map(|attempt| placeholder(secret, seed(number, attempt)));
        let fits = |own: &Vec<u8>| !self.taken.contains(own) && own != secret && kind(own) == kind(secret);
        let made = made.into_iter().find(fits).unwrap_or_else(|| placeholder(secret, seed(number, TRIES)));
        self.taken.insert(made.clone());
        self.known.insert(secret.to_vec(), made.clone());
        made
    }

    /// A `Set-Cookie` line with placeholders for its value, and for unexpected attribute values.
    pub(crate) fn set_cookie(&mut self, line: &[u8]) -> Vec<u8> {
        let parsed = SetCookie::parse(line);
        let mut out = line.to_vec();
        let mut replace = |offset: usize, bytes: &[u8], with: Vec<u8>| {
            if let Some(own) = out.get_mut(offset..offset.saturating_add(bytes.len()))
                && with.len() == bytes.len()
            {
                own.copy_from_slice(&with);
            }
        };
        // Without a name, the value prefix decides how the line is evaluated.
        let guarded = prefix(parsed.value.bytes).filter(|_| parsed.name.bytes.is_empty()).map_or(0, str::len);
        let secret = tail(parsed.value.bytes, guarded);
        replace(parsed.value.offset.saturating_add(guarded), secret, self.secret(secret));
        replace(parsed.name.offset, parsed.name.bytes, self.tokens_in(parsed.name.bytes));
        for attribute in &parsed.attributes {
            let value = attribute.value.bytes;
            // In joined lines, the second cookie is in an attribute of the first.
            let own = match (attribute.known, value.iter().position(|byte| *byte == b'=')) {
                _ if attribute.is_switched() => continue,
                (Some(_), None) if !attribute.is_presence() => {
                    // A path may contain a token, as may the URL from which it is derived.
                    replace(attribute.value.offset, value, self.tokens_in(value));
                    continue;
                }
                (Some(_), Some(at)) if !attribute.is_presence() => at.saturating_add(1),
                _ => 0,
            };
            let secret = tail(value, own);
            replace(attribute.value.offset.saturating_add(own), secret, self.secret(secret));
        }
        out
    }

    /// The values of a `Cookie` header.
    pub(crate) fn cookies(&mut self, line: &[u8]) -> Vec<u8> {
        let pairs = line.split(|byte| *byte == b';').map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').map_or(0, |at| at.saturating_add(1));
            let (name, value) = pair.split_at_checked(at).unwrap_or((pair, &[]));
            let front = value.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let (blank, value) = value.split_at_checked(front).unwrap_or((&[], value));
            [name, blank, &self.secret(value)].concat()
        });
        pairs.collect::<Vec<_>>().join(&b';')
    }

    /// A value whose first word may be a scheme: `Bearer …`, `Basic …`.
    pub(crate) fn authorization(&mut self, value: &[u8]) -> Vec<u8> {
        match value.iter().position(|byte| *byte == b' ') {
            Some(space) if value.iter().take(space).all(u8::is_ascii_alphabetic) => {
                let (scheme, rest) = value.split_at_checked(space.saturating_add(1)).unwrap_or((value, &[]));
                [scheme, &self.secret(rest)].concat()
            }
            _ => self.secret(value),
        }
    }

    /// Replaces the values of the query, of path parameters, and tokens in a URL or reference.
    pub(crate) fn url(&mut self, url: &str) -> String {
        let (url, fragment) = url.split_once('#').map_or((url, None), |(url, fragment)| (url, Some(fragment)));
        let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
        let mut segments = Vec::new();
        for segment in path.split('/') {
            let mut parts = segment.split(';');
            let mut own = vec![self.tokens(parts.next().unwrap_or_default())];
            own.extend(parts.map(|part| self.parameter(part)));
            segments.push(own.join(";"));
        }
        let mut out = segments.join("/");
        for (mark, part) in [('?', query), ('#', fragment)] {
            if let Some(part) = part {
                out.push(mark);
                out.push_str(&part.split('&').map(|pair| self.parameter(pair)).collect::<Vec<_>>().join("&"));
            }
        }
        out
    }

    fn parameter(&mut self, pair: &str) -> String {
        match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", String::from_utf8_lossy(&self.secret(value.as_bytes()))),
            None => String::from_utf8_lossy(&self.secret(pair.as_bytes())).into_owned(),
        }
    }

    /// A text with placeholders for the tokens in it.
    pub(crate) fn tokens(&mut self, text: &str) -> String {
        String::from_utf8_lossy(&self.tokens_in(text.as_bytes())).into_owned()
    }

    fn tokens_in(&mut self, text: &[u8]) -> Vec<u8> {
        let (mut out, mut last) = (Vec::with_capacity(text.len()), 0);
        for found in scan::scan(text) {
            out.extend_from_slice(tail(head(text, found.offset), last));
            out.extend(self.secret(found.token.as_bytes()));
            last = found.offset.saturating_add(found.token.len());
        }
        out.extend_from_slice(tail(text, last));
        out
    }
}

fn seed(number: u64, attempt: u64) -> u64 {
    xxh3_64_with_seed(&attempt.to_le_bytes(), number)
}

/// The classification that the placeholder must share.
fn kind(value: &[u8]) -> u8 {
    match form(value) {
        CookieValueForm::Token(_) => 0,
        CookieValueForm::Readable(_) => 1,
        CookieValueForm::Opaque => 2,
    }
}

fn placeholder(secret: &[u8], seed: u64) -> Vec<u8> {
    match form(secret) {
        CookieValueForm::Token(found) => {
            // It may be surrounded by `Bearer `, quotes, another cookie.
            let at = memchr::memmem::find(secret, found.as_bytes()).unwrap_or(0);
            let (before, rest) = secret.split_at_checked(at).unwrap_or((&[], secret));
            let (own, behind) = rest.split_at_checked(found.len()).unwrap_or((rest, &[]));
            [before, &token(own, seed), &characters(behind, seed)].concat()
        }
        CookieValueForm::Readable(readable) if readable.how == "JSON" => json(secret, seed, &[]),
        CookieValueForm::Readable(readable) => {
            let text = String::from_utf8_lossy(secret);
            let compressed = readable.text.is_empty();
            let start = text.find(|c: char| c != '.' && c != '"').unwrap_or(0);
            let (front, rest) = text.split_at(start);
            let end = rest.find(['.', ':', '%']).or_else(|| rest.find("--")).unwrap_or(rest.len());
            let (first, behind) = rest.split_at(end);
            let plain = decoded(first).unwrap_or_default();
            let masked = if compressed {
                // The mark of compressed content stays.
                let (head, tail) = plain.split_at_checked(2).unwrap_or((&plain, &[]));
                [head, &noise(tail.len(), seed)].concat()
            } else if readable.how == "base64 of JSON" {
                json(&plain, seed, &[])
            } else {
                characters(&plain, seed)
            };
            let coded = encode_like(first, &masked);
            [front.as_bytes(), &coded, &characters(behind.as_bytes(), seed)].concat()
        }
        CookieValueForm::Opaque => characters(secret, seed),
    }
}

/// A token with the same claims, and without a valid signature.
fn token(token: &[u8], seed: u64) -> Vec<u8> {
    let mut segments = token.split(|byte| *byte == b'.');
    let header = segments.next().unwrap_or_default();
    let mut out = header.to_vec();
    let rest: Vec<&[u8]> = segments.collect();
    for (n, segment) in rest.iter().enumerate() {
        out.push(b'.');
        let plain = base64url::decode(segment).ok();
        match plain {
            Some(plain) if n == 0 && rest.len() == 2 => {
                out.extend_from_slice(base64url::encode(&json(&plain, seed, CLAIMS)).as_bytes());
            }
            Some(plain) => out.extend_from_slice(base64url::encode(&noise(plain.len(), seed)).as_bytes()),
            None => out.extend(characters(segment, seed)),
        }
    }
    out
}

/// Pseudo-random bytes.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    (0_u64..).take(length).map(|n| draw(seed, n).to_le_bytes()[0]).collect()
}

fn draw(seed: u64, at: u64) -> u64 {
    xxh3_64_with_seed(&at.to_le_bytes(), seed)
}

/// JSON with its texts replaced, except names and the values of `kept` names. White space and escapes stay, too.
fn json(text: &[u8], seed: u64, kept: &[&str]) -> Vec<u8> {
    let (mut out, mut at, mut name) = (Vec::with_capacity(text.len()), 0, Vec::new());
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(quote) = quote(rest) else {
            if let [b'%', a, b, ..] = rest
                && a.is_ascii_hexdigit()
                && b.is_ascii_hexdigit()
            {
                out.extend_from_slice(&[b'%', *a, *b]);
                at = at.saturating_add(3);
                continue;
            }
            // Outside tokens, whose dates matter, numbers reveal as much as texts.
            let digit = |byte: u8| {
                let step = draw(seed, u64::try_from(at).unwrap_or(0)).checked_rem(9).and_then(|s| u8::try_from(s).ok());
                if kept.is_empty() && matches!(byte, b'1'..=b'9') {
                    b'1'.saturating_add(step.unwrap_or(0))
                } else {
                    byte
                }
            };
            out.extend(rest.first().map(|byte| digit(*byte)));
            at = at.saturating_add(1);
            continue;
        };
        let (opening, inner) = rest.split_at(quote);
        let length = string(inner);
        let (own, behind) = inner.split_at(length);
        let (close, next) = behind.split_at(self::quote(behind).unwrap_or(0));
        let next = next.trim_ascii_start();
        out.extend_from_slice(opening);
        if next.starts_with(b":") || next.starts_with(b"%3A") || next.starts_with(b"%3a") {
            name = own.to_vec();
            out.extend_from_slice(own);
        } else if kept.iter().any(|kept| kept.as_bytes() == name) {
            out.extend_from_slice(own);
        } else {
            out.extend(characters(own, seed));
        }
        out.extend_from_slice(close);
        at = at.saturating_add(quote).saturating_add(length).saturating_add(close.len());
    }
    out
}

/// The length of an opening quote, plain or percent-encoded.
fn quote(text: &[u8]) -> Option<usize> {
    match text {
        [b'"', ..] => Some(1),
        [b'%', b'2', b'2', ..] => Some(3),
        _ => None,
    }
}

/// The length of the content of a string.
fn string(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if quote(rest).is_some() {
            return at;
        }
        at = at.saturating_add(if rest.starts_with(b"\\") { 2 } else { 1 });
    }
    text.len()
}

/// Replaces each letter and digit by one of its class; hex stays hex. Other characters, including escapes, stay.
fn characters(text: &[u8], seed: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut skip = 0_usize;
    for (n, byte) in (0_u64..).zip(text) {
        if skip == 0 && matches!(byte, b'%' | b'\\') {
            let escape = usize::try_from(n).ok().and_then(|n| text.get(n..));
            skip = match escape {
                Some([b'%', a, b, ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 3,
                Some([b'\\', b'u', ..]) => 6,
                Some([b'\\', _, ..]) => 2,
                _ => 1,
            };
        }
        let (first, count) = match byte {
            _ if skip > 0 => (*byte, 1),
            b'0'..=b'9' => (b'0', 10),
            b'a'..=b'f' => (b'a', 6),
            b'g'..=b'z' => (b'g', 20),
            b'A'..=b'F' => (b'A', 6),
            b'G'..=b'Z' => (b'G', 20),
            other => (*other, 1),
        };
        skip = skip.saturating_sub(1);
        let step = draw(seed, n).checked_rem(count).and_then(|step| u8::try_from(step).ok()).unwrap_or(0);
        out.push(first.saturating_add(step));
    }
    out
}

/// Encodes base64 like `sample`: with its alphabet and padding.
fn encode_like(sample: &str, bytes: &[u8]) -> Vec<u8> {
    let standard = sample.contains(['+', '/']);
    let coded = if standard {
        base64_simd::STANDARD_NO_PAD.encode_to_string(bytes)
    } else {
        base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)
    };
    let padding = sample.len().saturating_sub(sample.trim_end_matches('=').len());
    [coded.as_bytes(), &b"="[..].repeat(padding)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::value::{ValueAlphabet, bits_at_most};

    #[test]
    fn placeholder_is_classified_like_its_secret() {
        let mut mask = Placeholders::default();
        for secret in [
            "d41d8cd98f00b204e9800998ecf8427e",
            "s%3AkQ7vW2.Zm9v",
            "0b5c3c7e-9a51-4c1d-8f1e-2d3c4b5a6978",
            "eyJ1c2VyIjoxLCJtYWlsIjoiYUBiLmMifQ.ZxY1cw.c2lnbmF0dXJl",
            ".eJyrVkrLz1eyUkpKLFKqBQAtnAUO.ZxY1cw.c2lnbmF0dXJl",
            "YWRtaW46MTIzNDU2",
            "j%3A%7B%22user%22%3A%22alice%22%7D",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MX0.c2lnbmF0dXJl",
            "12345678",
        ] {
            let made = mask.secret(secret.as_bytes());
            assert_eq!(made.len(), secret.len(), "{secret}");
            assert_ne!(made, secret.as_bytes(), "{secret}");
            assert_eq!(made, mask.secret(secret.as_bytes()), "stable");
            assert_eq!(
                (kind(&made), ValueAlphabet::smallest_for(&made)),
                (kind(secret.as_bytes()), ValueAlphabet::smallest_for(secret.as_bytes()))
            );
            assert_eq!(bits_at_most(&made), bits_at_most(secret.as_bytes()));
            match (form(&made), form(secret.as_bytes())) {
                (CookieValueForm::Readable(a), CookieValueForm::Readable(b)) => {
                    assert_eq!((a.how, a.names()), (b.how, b.names()))
                }
                (a, b) => assert_eq!(std::mem::discriminant(&a), std::mem::discriminant(&b)),
            }
        }
        assert_eq!(mask.secret(b"deleted"), b"deleted");
    }

    #[test]
    fn tokens_in_names_and_attributes_are_replaced() {
        const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MX0.c2lnbmF0dXJl";
        for line in
            [format!("sid=1; Path=/cb/{TOKEN}\u{e4}; Secure"), format!("{TOKEN}=1"), format!("a=1; Domain={TOKEN}")]
        {
            let line = [line.as_bytes(), b"\xFF"].concat();
            let masked = Placeholders::default().set_cookie(&line);
            assert_eq!(masked.len(), line.len());
            assert!(!String::from_utf8_lossy(&masked).contains("c2lnbmF0dXJl"), "{}", String::from_utf8_lossy(&masked));
        }
    }

    #[test]
    fn placeholder_contains_no_part_of_the_secret() {
        let mut mask = Placeholders::default();
        let line = mask.set_cookie(b"sid=hunter2hunter2; Path=/, token=swordfish; Secure; X=sesame; Max-Age=60");
        let text = String::from_utf8(line).unwrap();
        for secret in ["hunter2", "swordfish", "sesame"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.starts_with("sid=") && text.contains("; Path=/, token=") && text.ends_with("; Max-Age=60"));
        let url = mask.url("/cb;jsessionid=hunter2hunter2?code=swordfish&x#token=sesame");
        assert!(!["hunter2", "swordfish", "sesame"].iter().any(|secret| url.contains(secret)), "{url}");
        assert!(url.starts_with("/cb;jsessionid=") && url.contains("?code="));
        assert_eq!(mask.cookies(b"sid=hunter2hunter2; b=1").len(), 23);
        let authorization = mask.authorization(b"Bearer swordfish99");
        assert!(authorization.starts_with(b"Bearer ") && !authorization.ends_with(b"swordfish99"));
    }

    proptest::proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn arbitrary_line_keeps_its_length(line in proptest::collection::vec(proptest::sample::select(
            &b"sid=;,ab:/%22{}\".\\eyJ0\x01\xC3\xA4 Path"[..]), 0..80)) {
            let mut mask = Placeholders::default();
            proptest::prop_assert_eq!(mask.set_cookie(&line).len(), line.len());
        }
    }
}
