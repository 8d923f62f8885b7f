//! What it carries that everybody on its way can read.

use super::{TokenLocation, TokenSubject};
use crate::encoding::json::{JsonKind, JsonObject, JsonValue};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

/// Ends of claim names that promise a secret, without `_` and `-`, in lower case: those whose last letter is `last`.
fn sensitive_ends(last: u8) -> &'static [&'static str] {
    match last {
        b'c' => &["cvc"],
        b'd' => &["creditcard", "passwd", "password", "pwd", "taxid"],
        b'e' => &["passphrase"],
        b'h' => &["passwordhash"],
        b'n' => &["iban", "pin", "ssn"],
        b'r' => &["cardnumber", "socialsecuritynumber"],
        b't' => &["clientsecret", "passport", "secret"],
        b'v' => &["cvv"],
        b'y' => &["accesskey", "apikey", "privatekey"],
        _ => &[],
    }
}

/// OpenID Connect Core §5.1: claims that name a person.
const PERSONAL: &[&str] = &[
    "address",
    "birthdate",
    "email",
    "family_name",
    "given_name",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
];

/// Whether a member of this name tells who somebody is.
pub fn is_personal(name: &str) -> bool {
    PERSONAL.contains(&name)
}

/// How deep claims are looked into.
const DEPTH: usize = 4;

/// Whether `name` is `word`, or ends with it after a separator or a change to upper case.
fn ends_with(name: &str, word: &str) -> bool {
    if name.len() < word.len() {
        return false;
    }
    let mut letters = name.bytes().rev().filter(|byte| *byte != b'_' && *byte != b'-');
    if !word.bytes().rev().all(|expected| letters.next().is_some_and(|found| found.eq_ignore_ascii_case(&expected))) {
        return false;
    }
    // "spin" is no "pin": a short word must stand alone.
    word.len() > 4 || letters.next().is_none() || separated(name, word.len())
}

fn separated(name: &str, length: usize) -> bool {
    let Some(start) = name.len().checked_sub(length) else { return false };
    let before = start.checked_sub(1).and_then(|at| name.as_bytes().get(at));
    let first = name.as_bytes().get(start);
    matches!(before, Some(b'_' | b'-' | b'.' | b'/' | b':'))
        || (first.is_some_and(u8::is_ascii_uppercase) && before.is_some_and(u8::is_ascii_lowercase))
}

/// A private key in PEM is longer. Bytes.
const SHORTEST_PEM: usize = 64;

/// What a string, as it is written in JSON, looks like.
fn looks_like_a_credential(text: &str) -> Option<&'static str> {
    if text.len() > SHORTEST_PEM && text.contains("-----BEGIN") && text.contains("PRIVATE KEY") {
        return Some("a private key");
    }
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    match text.as_bytes().first()? {
        b'A' => {
            let rest = text.strip_prefix("AKIA")?;
            (rest.len() == 16 && rest.bytes().all(|b| b.is_ascii_alphanumeric())).then_some("an AWS access key id")
        }
        b'g' | b's' | b'x' => {
            ["ghp_", "sk_live_", "xoxb-"].iter().any(|of| text.starts_with(of)).then_some("the key of a service")
        }
        _ => None,
    }
}

/// The names that nearly every token has (RFC 7519 §4.1, RFC 9068 §2.2) are no secrets: the words need not be tried.
fn is_registered(name: &str) -> bool {
    matches!(
        name.as_bytes(),
        b"iss" | b"sub" | b"aud" | b"exp" | b"nbf" | b"iat" | b"jti" | b"scope" | b"client_id" | b"typ" | b"sid"
    )
}

fn promises_a_secret(name: &str) -> bool {
    let last = name.bytes().rfind(|byte| *byte != b'_' && *byte != b'-').unwrap_or_default().to_ascii_lowercase();
    let ends = sensitive_ends(last);
    !ends.is_empty() && !is_registered(name) && ends.iter().any(|word| ends_with(name, word))
}

/// The way to a member, from the inside out; spelled only when something is found there.
struct Path<'a> {
    to: Option<&'a Path<'a>>,
    name: &'a str,
}

impl Path<'_> {
    /// As a JSON pointer (RFC 6901 §3) below the claims.
    fn pointer(&self) -> String {
        let before = self.to.map_or_else(|| "/claims".to_owned(), Path::pointer);
        format!("{before}/{}", self.name.replace('~', "~0").replace('/', "~1"))
    }
}

/// Calls `found` with the pointer and the fault of each sensitive member; it never sees values.
fn sensitive(object: &JsonObject<'_>, to: Option<&Path<'_>>, depth: usize, found: &mut dyn FnMut(String, String)) {
    for (name, value) in object.iter() {
        let path = Path { to, name };
        match value.kind() {
            JsonKind::Object if depth > 0 => {
                if let Some(inner) = value.as_object() {
                    sensitive(&inner, Some(&path), depth.saturating_sub(1), found);
                }
                continue;
            }
            JsonKind::Bool | JsonKind::Null => continue,
            _ => {}
        }
        if promises_a_secret(name) {
            found(path.pointer(), format!("the name {name} promises a secret"));
        } else if let Some(what) = credential(value) {
            found(path.pointer(), format!("{name} holds {what}"));
        }
    }
}

fn credential(value: JsonValue<'_>) -> Option<&'static str> {
    if value.kind() == JsonKind::Text { looks_like_a_credential(value.text()) } else { None }
}

pub(super) const CLAIM_PII_IN_COOKIE: Rule<TokenSubject> = Rule {
    id: "claim-pii-in-cookie",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1.1 item 7",
    why: "A session cookie shall not hold personal information in the clear: it lies on disks and passes proxies.",
    fix: "keep personal data on the server; let the cookie name the session",
    bad: r#"{"alg":"ES256"} {"sub":"1","email":"alice@example.org"} in-cookie"#,
    good: r#"{"alg":"ES256"} {"sub":"1"} in-cookie"#,
    check: |token, report| {
        if token.carrier == TokenLocation::Cookie {
            for name in PERSONAL.iter().filter(|name| token.claims.object.get(name).is_some()) {
                report.at(&format!("/claims/{name}"), || format!("a token in a cookie carries {name} in the clear"));
            }
        }
    },
};

pub(super) const CLAIM_SENSITIVE: Rule<TokenSubject> = Rule {
    id: "claim-sensitive",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 7519 §12; RFC 9068 §6; OWASP ASVS 5.0 14.1.1; which names is practice",
    why: "Claims are signed, not encrypted: everybody who sees the token reads them.",
    fix: "leave it out, or hand out a reference that only the service can resolve",
    bad: r#"{"alg":"ES256"} {"sub":"1","user":{"password_hash":"x"}}"#,
    good: r#"{"alg":"ES256"} {"sub":"1","spin":1,"password_set":true}"#,
    check: |token, report| {
        sensitive(&token.claims.object, None, DEPTH, &mut |pointer, message| report.at(&pointer, || message));
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_under_its_last_letter() {
        let ends = |letter| sensitive_ends(letter).iter().all(|word| word.as_bytes().last() == Some(&letter));
        assert!((0..=u8::MAX).all(ends));
        assert_eq!((0..=u8::MAX).map(|letter| sensitive_ends(letter).len()).sum::<usize>(), 20);
    }

    #[test]
    fn names_are_compared_as_people_write_them() {
        for name in ["password", "userPassword", "user_password", "PASSWORD", "client-secret", "card_pin", "cardPin"] {
            assert!(promises_a_secret(name), "{name}");
        }
        for name in ["spin", "opinion", "pinned", "password_set", "secretary", "sub", "aud"] {
            assert!(!promises_a_secret(name), "{name}");
        }
    }
}
