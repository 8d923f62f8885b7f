#![allow(clippy::arithmetic_side_effects, reason = "a plain reading of the draft is written plainly")]

use super::*;
use proptest::prelude::*;
use serde_json::Value;

const NOW: UnixTime = UnixTime(1_769_860_800);

fn decision_for(line: &[u8], secure: bool, host: &str, path: &str) -> StorageDecision {
    decide(&SetCookie::parse(line), &StorageContext { secure, host, path, now: NOW })
}

#[test]
fn storage_vectors_match_the_draft() {
    let text = include_str!("../../../tests/vectors/cookies/rfc6265bis.json");
    let vectors: Vec<Value> = serde_json::from_str(text).unwrap();
    assert_eq!(vectors.len(), 64);
    for vector in &vectors {
        let id = vector["id"].as_str().unwrap();
        let line = match vector.get("input_hex") {
            Some(hex) => unhex(hex.as_str().unwrap()),
            None => vector["input"].as_str().unwrap().as_bytes().to_vec(),
        };
        let (host, path) = (vector["host"].as_str().unwrap(), vector["path"].as_str().unwrap());
        let decision = decision_for(&line, vector["scheme"] == "https", host, path);
        let stored = match decision.outcome {
            StorageOutcome::Stored => Value::Bool(true),
            StorageOutcome::Dropped => Value::Bool(false),
            StorageOutcome::Differs => Value::Null,
        };
        assert_eq!(stored, vector["stored"], "{id}: {decision:?}");
        if let Some(reject) = vector["reject"].as_str() {
            assert!(decision.reasons.iter().any(|reason| reason.id() == reject), "{id}: {decision:?}");
        }
        for (member, expected) in vector["expect"].as_object().unwrap() {
            assert_eq!(&member_of(member, &line, &decision), expected, "{id}: {member}: {decision:?}");
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn member_of(member: &str, line: &[u8], decision: &StorageDecision) -> Value {
    let StoredCookie { lifetime, .. } = decision.effective;
    let own = &decision.effective;
    let cookie = SetCookie::parse(line);
    match member {
        "name" => cookie.name.text().into(),
        "value" => cookie.value.text().into(),
        "secure" => own.secure.into(),
        "http_only" => own.http_only.into(),
        "same_site" => own.same_site.name().into(),
        "host_only" => own.host_only.into(),
        "domain" => own.domain.clone().into(),
        "cookie_path" => own.path.clone().into(),
        "partitioned" => own.partitioned.into(),
        "persistent" => (lifetime != Lifetime::Session).into(),
        "expired" => (lifetime == Lifetime::Expired).into(),
        "max_age_s" => match lifetime {
            Lifetime::Seconds { kept, .. } => kept.into(),
            _ => Value::Null,
        },
        other => panic!("the vectors have a member that is not compared: {other}"),
    }
}

#[test]
fn effect_of_each_attribute_is_reported() {
    let line = b"a=1; Max-Age=60; Max-Age=5x; Expires=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=Lax; SameSite=x; Path=x; lol";
    let statuses = decision_for(line, true, "www.example.com", "/a/b").statuses;
    let words: Vec<_> = statuses.iter().map(|status| status.words().split(':').next().unwrap()).collect();
    let expected = [
        "counts",
        "ignored",
        "ignored",
        "overridden",
        "overridden",
        "not Strict, Lax or None",
        "does not begin with a slash",
        "unknown to browsers",
    ];
    assert_eq!(words, expected);
}

#[test]
fn rejection_lists_all_reasons_in_step_order() {
    let ids = |line: &[u8]| {
        decision_for(line, false, "www.example.com", "/").reasons.iter().map(CookieRejection::id).collect::<Vec<_>>()
    };
    assert_eq!(
        ids(b"__Host-a=1; Domain=example.com; SameSite=None"),
        [
            "samesite-none-without-secure",
            "host-prefix-without-secure",
            "host-prefix-with-domain",
            "host-prefix-without-explicit-path"
        ]
    );
    assert_eq!(ids(b"__Host-a=1; Secure; Path=/"), ["secure-over-http"]);
}

/// A reference implementation of 6265bis §5.6 and §5.7, as plain as possible: one pass over the attributes that appends
/// to a list, then the steps of the storage model in order. It shares no code with `storage` except the date parser and
/// the public suffix list.
mod plain {
    use super::*;

    #[derive(Debug, PartialEq)]
    pub struct Cookie {
        pub name: Vec<u8>,
        pub value: Vec<u8>,
        pub domain: String,
        pub host_only: bool,
        pub path: String,
        pub secure: bool,
        pub http_only: bool,
        pub same_site: &'static str,
        /// `None`: session cookie; otherwise seconds from now, negative for the earliest date.
        pub age: Option<i64>,
    }

    fn strip(mut text: &[u8]) -> &[u8] {
        while let [b' ' | b'\t', rest @ ..] = text {
            text = rest;
        }
        while let [rest @ .., b' ' | b'\t'] = text {
            text = rest;
        }
        text
    }

    fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
        let place = text.iter().position(|byte| *byte == at)?;
        Some((&text[..place], &text[place + 1..]))
    }

    fn default_path(path: &str) -> String {
        if !path.starts_with('/') || path.matches('/').count() == 1 {
            return "/".to_owned();
        }
        let mut parts: Vec<_> = path.split('/').collect();
        parts.pop();
        parts.join("/")
    }

    pub fn store(line: &[u8], https: bool, host: &str, request_path: &str) -> Option<Cookie> {
        // §5.6
        if line.iter().any(|byte| matches!(byte, 0x00..=0x08 | 0x0A..=0x1F | 0x7F)) {
            return None;
        }
        let (pair, mut unparsed) = match split(line, b';') {
            Some((pair, rest)) => (pair, Some(rest)),
            None => (line, None),
        };
        let (name, value) = split(pair, b'=').unwrap_or((b"", pair));
        let (name, value) = (strip(name).to_vec(), strip(value).to_vec());
        if name.len() + value.len() > 4096 {
            return None;
        }
        let mut list: Vec<(&str, String)> = Vec::new();
        while let Some(text) = unparsed {
            let av = match split(text, b';') {
                Some((av, rest)) => {
                    unparsed = Some(rest);
                    av
                }
                None => {
                    unparsed = None;
                    text
                }
            };
            let (key, value) = split(av, b'=').unwrap_or((av, b""));
            let (key, value) = (strip(key).to_ascii_lowercase(), strip(value));
            if value.len() > 1024 {
                continue;
            }
            let text = String::from_utf8_lossy(value).into_owned();
            match &key[..] {
                b"expires" => {
                    if let Some(at) = date::parse(value) {
                        list.push(("expires", std::cmp::min(at.0 - NOW.0, 34_560_000).to_string()));
                    }
                }
                b"max-age" => {
                    let (first, rest) = match value {
                        [first, rest @ ..] => (*first, rest),
                        [] => continue,
                    };
                    let bare_sign = first == b'-' && rest.is_empty();
                    if !(first.is_ascii_digit() || first == b'-') || !rest.iter().all(u8::is_ascii_digit) || bare_sign {
                        continue;
                    }
                    // Too many digits for an i128 exceed the cap, or are negative.
                    let age = text.parse::<i128>().unwrap_or(if first == b'-' { -1 } else { i128::MAX });
                    list.push(("max-age", if age <= 0 { "-1".to_owned() } else { age.min(34_560_000).to_string() }));
                }
                b"domain" => list.push(("domain", text.strip_prefix('.').unwrap_or(&text).to_ascii_lowercase())),
                b"path" => list.push(("path", if text.starts_with('/') { text } else { default_path(request_path) })),
                b"secure" => list.push(("secure", String::new())),
                b"httponly" => list.push(("httponly", String::new())),
                b"samesite" => list.push(("samesite", text.to_ascii_lowercase())),
                _ => {}
            }
        }
        let last = |name: &str| list.iter().rfind(|(own, _)| *own == name).map(|(_, value)| value.clone());
        // §5.7
        if name.is_empty() && value.is_empty() {
            return None;
        }
        let age = last("max-age").or_else(|| last("expires")).map(|text| text.parse::<i64>().unwrap());
        let mut domain = last("domain").unwrap_or_default();
        if !domain.is_ascii() {
            return None;
        }
        let is_ip = host.parse::<std::net::IpAddr>().is_ok();
        if !is_ip && crate::http::host::is_public_suffix(&domain) {
            if domain == host {
                domain = String::new();
            } else {
                return None;
            }
        }
        let host_only = domain.is_empty();
        if !host_only && domain != host && (is_ip || !host.ends_with(&format!(".{domain}"))) {
            return None;
        }
        let path = last("path").unwrap_or_else(|| default_path(request_path));
        let secure = last("secure").is_some();
        if secure && !https {
            return None;
        }
        let same_site = match last("samesite").as_deref() {
            Some("strict") => "Strict",
            Some("lax") => "Lax",
            Some("none") => "None",
            _ => "Default",
        };
        if same_site == "None" && !secure {
            return None;
        }
        let lower = String::from_utf8_lossy(&name).to_ascii_lowercase();
        if lower.starts_with("__secure-") && !secure {
            return None;
        }
        if lower.starts_with("__host-") && !(secure && host_only && last("path").is_some() && path == "/") {
            return None;
        }
        let hidden = String::from_utf8_lossy(&value).to_ascii_lowercase();
        if name.is_empty() && (hidden.starts_with("__secure-") || hidden.starts_with("__host-")) {
            return None;
        }
        let domain = if host_only { host.to_owned() } else { domain };
        let http_only = last("httponly").is_some();
        Some(Cookie { name, value, domain, host_only, path, secure, http_only, same_site, age })
    }
}

/// Lines assembled from meaningful pieces, in any order, with noise.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let names = ["a", "sid", "", "__Host-a", "__hOsT-b", "__Secure-c", "__SECURE-", "é", " a b "];
    let values = ["", "1", "=", "__Host-x=1", "__secure-", "a=b=c", "\t1\t", "\"q\"", "é"];
    let attributes = [
        "Secure",
        "secure=false",
        "HttpOnly",
        "HTTPONLY=",
        "SameSite=None",
        "samesite=LAX",
        "SameSite=Strict",
        "SameSite",
        "SameSite=Bogus",
        "Path=/",
        "Path=",
        "Path=foo",
        "path=/a",
        "Domain=example.com",
        "Domain=.EXAMPLE.com",
        "Domain=",
        "Domain=.",
        "Domain=com",
        "Domain=www.example.com",
        "Domain=evil.test",
        "Domain=é",
        "Domain=0.0.1",
        "Max-Age=0",
        "Max-Age=60",
        "Max-Age=-",
        "Max-Age=-5",
        "Max-Age=5x",
        "Max-Age=999999999999999999999999",
        "Max-Age=",
        "Max-Age=-99999999999999999999999999999999999999999999",
        "Max-Age=99999999999999999999999999999999999999999999999",
        "Expires=0",
        "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "Expires=Fri, 01 Jan 2100 00:00:00 GMT",
        "Partitioned",
        "",
        " ",
        "lol",
        "=",
        "x=y",
        "Expires=Sun, 01 Feb 2026 00:00:00 GMT",
    ];
    let long =
        prop_oneof![Just("Path=/".to_owned() + &"p".repeat(1023)), Just("Path=/".to_owned() + &"p".repeat(1024))];
    let attribute = prop_oneof![
        20 => prop::sample::select(attributes.to_vec()).prop_map(str::to_owned),
        1 => long,
        1 => "[ -~]{0,12}",
    ];
    let pair = prop_oneof![
        10 => (prop::sample::select(names.to_vec()), prop::sample::select(values.to_vec()))
            .prop_map(|(name, value)| format!("{name}={value}")),
        2 => prop::sample::select(values.to_vec()).prop_map(str::to_owned),
        1 => (4090_usize..4100).prop_map(|length| format!("n={}", "v".repeat(length))),
    ];
    let noise = prop::option::weighted(0.1, (any::<prop::sample::Index>(), any::<u8>()));
    (pair, prop::collection::vec(attribute, 0..8), noise).prop_map(|(pair, attributes, noise)| {
        let mut line = std::iter::once(pair).chain(attributes).collect::<Vec<_>>().join("; ").into_bytes();
        if let Some((at, byte)) = noise
            && !line.is_empty()
        {
            let at = at.index(line.len());
            line[at] = byte;
        }
        line
    })
}

proptest! {
    #![proptest_config(crate::exploration::cases(4_000))]

    #[test]
    fn storage_decision_matches_reference_implementation(
        line in soup(),
        https in any::<bool>(),
        (host, path) in prop::sample::select(vec![
            ("www.example.com", "/a/b"), ("example.com", "/"), ("com", ""), ("127.0.0.1", "/x"), ("example.co.uk", "/a/b/c"),
        ]),
    ) {
        let cookie = SetCookie::parse(&line);
        let decision = decide(&cookie, &StorageContext { secure: https, host, path, now: NOW });
        prop_assert_eq!(decision.statuses.len(), cookie.attributes.len());
        let own = &decision.effective;
        // The draft leaves Secure over plain HTTP from a loopback host open; the reference drops it.
        let stored = (decision.outcome == StorageOutcome::Stored).then(|| plain::Cookie {
            name: cookie.name.bytes.to_vec(),
            value: cookie.value.bytes.to_vec(),
            domain: own.domain.clone(),
            host_only: own.host_only,
            path: own.path.clone(),
            secure: own.secure,
            http_only: own.http_only,
            same_site: own.same_site.name(),
            age: match own.lifetime {
                Lifetime::Session => None,
                Lifetime::Seconds { kept, .. } => Some(kept),
                Lifetime::Expired => Some(-1),
            },
        });
        let mut expected = plain::store(&line, https, host, path);
        if let Some(age) = expected.as_mut().and_then(|cookie| cookie.age.as_mut()).filter(|age| **age <= 0) {
            *age = -1;
        }
        prop_assert_eq!(stored, expected);
    }

    #[test]
    fn arbitrary_bytes_get_a_decision(line in prop::collection::vec(any::<u8>(), 0..600), host in "\\PC{0,20}", path in "\\PC{0,20}", now in any::<i64>()) {
        let cookie = SetCookie::parse(&line);
        let decision = decide(&cookie, &StorageContext { secure: true, host: &host, path: &path, now: UnixTime(now) });
        prop_assert_eq!(decision.outcome == StorageOutcome::Stored, decision.reasons.is_empty());
        for reason in &decision.reasons {
            prop_assert!(reason.to_string().contains(reason.section()));
        }
        cookie.fold();
    }
}
