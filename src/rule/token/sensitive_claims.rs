//! Rules about sensitive claims: a signed token is readable for anyone who sees it.

use super::{TokenLocation, TokenSubject};
use crate::encoding::json::{JsonKind, JsonObject, JsonValue};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

/// Suffixes of claim names that indicate a secret and end with the letter `last`, in lower case and without `_` and
/// `-`.
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

/// Claims that identify a person (OpenID Connect Core §5.1).
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

/// Whether a member of this name identifies a person.
pub fn is_personal(name: &str) -> bool {
    PERSONAL.contains(&name)
}

/// Maximum nesting depth of the claims that are searched.
const DEPTH: usize = 4;

/// Whether `name` is `word`, or ends with it after a separator or a change from lower to upper case.
fn ends_with(name: &str, word: &str) -> bool {
    if name.len() < word.len() {
        return false;
    }
    let mut letters = name.bytes().rev().filter(|byte| *byte != b'_' && *byte != b'-');
    if !word.bytes().rev().all(|expected| letters.next().is_some_and(|found| found.eq_ignore_ascii_case(&expected))) {
        return false;
    }
    // "spin" does not end with "pin": a short word must be a word of the name.
    word.len() > 4 || letters.next().is_none() || has_word_boundary(name, word.len())
}

fn has_word_boundary(name: &str, length: usize) -> bool {
    let Some(start) = name.len().checked_sub(length) else { return false };
    let before = start.checked_sub(1).and_then(|at| name.as_bytes().get(at));
    let first = name.as_bytes().get(start);
    matches!(before, Some(b'_' | b'-' | b'.' | b'/' | b':'))
        || (first.is_some_and(u8::is_ascii_uppercase) && before.is_some_and(u8::is_ascii_lowercase))
}

/// Every private key in PEM is longer. Bytes.
const SHORTEST_PEM: usize = 64;

/// The credential that a JSON string, in its JSON encoding, appears to be.
fn credential_kind(text: &str) -> Option<&'static str> {
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
            ["ghp_", "sk_live_", "xoxb-"].iter().any(|prefix| text.starts_with(prefix)).then_some("a service API key")
        }
        _ => None,
    }
}

/// The names that nearly every token has (RFC 7519 §4.1, RFC 9068 §2.2) are not secrets, so the suffixes need no check.
fn is_registered(name: &str) -> bool {
    matches!(
        name.as_bytes(),
        b"iss" | b"sub" | b"aud" | b"exp" | b"nbf" | b"iat" | b"jti" | b"scope" | b"client_id" | b"typ" | b"sid"
    )
}

fn has_secret_name(name: &str) -> bool {
    let last = name.bytes().rfind(|byte| *byte != b'_' && *byte != b'-').unwrap_or_default().to_ascii_lowercase();
    let ends = sensitive_ends(last);
    !ends.is_empty() && !is_registered(name) && ends.iter().any(|word| ends_with(name, word))
}

/// The path to a member, from the inside out; formatted only when something is found there.
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

/// Calls `found` with the pointer and the message of each sensitive member; neither contains the value.
fn find_sensitive(object: &JsonObject<'_>, to: Option<&Path<'_>>, depth: usize, found: &mut dyn FnMut(String, String)) {
    for (name, value) in object.iter() {
        let path = Path { to, name };
        match value.kind() {
            JsonKind::Object if depth > 0 => {
                if let Some(inner) = value.as_object() {
                    find_sensitive(&inner, Some(&path), depth.saturating_sub(1), found);
                }
                continue;
            }
            JsonKind::Bool | JsonKind::Null => continue,
            _ => {}
        }
        if has_secret_name(name) {
            found(path.pointer(), format!("the name \"{name}\" indicates a secret"));
        } else if let Some(kind) = credential(value) {
            found(path.pointer(), format!("{name} contains {kind}"));
        }
    }
}

fn credential(value: JsonValue<'_>) -> Option<&'static str> {
    if value.kind() == JsonKind::Text { credential_kind(value.text()) } else { None }
}

pub(super) const CLAIM_PII_IN_COOKIE: Rule<TokenSubject> = Rule {
    id: "claim-pii-in-cookie",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "NIST SP 800-63B-4 §5.1.1 item 7",
    why: "A session cookie shall not hold personal information in cleartext: it is stored on disks and passes through \
          proxies.",
    fix: "keep personal data on the server, with only a session id in the cookie",
    bad: r#"{"alg":"ES256"} {"sub":"1","email":"alice@example.org"} in-cookie"#,
    good: r#"{"alg":"ES256"} {"sub":"1"} in-cookie"#,
    check: |token, report| {
        if token.carrier == TokenLocation::Cookie {
            for name in PERSONAL.iter().filter(|name| token.claims.object.get(name).is_some()) {
                report.at(&format!("/claims/{name}"), || format!("a token in a cookie contains {name} in cleartext"));
            }
        }
    },
};

pub(super) const CLAIM_SENSITIVE: Rule<TokenSubject> = Rule {
    id: "claim-sensitive",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 7519 §12; RFC 9068 §6; OWASP ASVS 5.0 14.1.1; which names is practice",
    why: "Claims are signed, not encrypted: anyone who sees the token can read them.",
    fix: "omit the claim, or issue a reference that only the service can resolve",
    bad: r#"{"alg":"ES256"} {"sub":"1","user":{"password_hash":"x"}}"#,
    good: r#"{"alg":"ES256"} {"sub":"1","spin":1,"password_set":true}"#,
    check: |token, report| {
        find_sensitive(&token.claims.object, None, DEPTH, &mut |pointer, message| report.at(&pointer, || message));
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffix_list_is_indexed_by_its_last_letter() {
        let ends = |letter| sensitive_ends(letter).iter().all(|word| word.as_bytes().last() == Some(&letter));
        assert!((0..=u8::MAX).all(ends));
        assert_eq!((0..=u8::MAX).map(|letter| sensitive_ends(letter).len()).sum::<usize>(), 20);
    }

    #[test]
    fn secret_name_is_found_in_any_case_style() {
        for name in ["password", "userPassword", "user_password", "PASSWORD", "client-secret", "card_pin", "cardPin"] {
            assert!(has_secret_name(name), "{name}");
        }
        for name in ["spin", "opinion", "pinned", "password_set", "secretary", "sub", "aud"] {
            assert!(!has_secret_name(name), "{name}");
        }
    }
}
