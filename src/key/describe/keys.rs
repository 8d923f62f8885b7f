//! Texts that describe a key: PEM and its relatives, SSH, XML, the output of openssl, JWKs, DKIM records.

use crate::key::der::Shape;
use crate::key::description::Description;

/// Describes a text, without surrounding white space, that holds a key.
pub(super) fn describe(text: &str) -> Option<Description> {
    framed(text).or_else(|| ssh(text)).or_else(|| xml(text)).or_else(|| printed(text)).or_else(|| jwk(text))
}

/// A line like `-----BEGIN … KEY-----`, whatever its dashes are; RFC 4716; PuTTY.
fn framed(text: &str) -> Option<Description> {
    if text.contains("PuTTY-User-Key-File") {
        return Some(Description::private("a PuTTY key", Some("convert it: puttygen KEY -O private-openssh -o NEW")));
    }
    let mut labels = text.match_indices("BEGIN").map(|(at, _)| label(text.split_at(at).1));
    let label = labels.find(|label| ["KEY", "CERTIFICATE", "PKCS", "CMS"].iter().any(|word| label.contains(word)))?;
    let frame = "write the BEGIN and END lines with five hyphens on each side: -----BEGIN";
    let hint = if text.contains("-----BEGIN ") { None } else { Some(frame) };
    // The label of a private key may follow those of certificates, and may be wrong.
    let is_private = (text.contains("PRIVATE") || text.contains("ENCRYPTED")) && !holds_public_body(text);
    Some(match label {
        _ if is_private => Description::private("a private key", hint),
        label if label.contains("SSH2") => Description::public("an SSH public key (RFC 4716)", None),
        label if label.contains("CERT") => Description::public("a certificate", hint),
        _ => Description::public("a public key", hint),
    })
}

/// Whether the lines without dashes are base64 of a public key, whatever the label says.
fn holds_public_body(text: &str) -> bool {
    let body = text.lines().filter(|line| !line.contains("--")).collect::<String>();
    let body = zeroize::Zeroizing::new(body);
    let der = super::base64(body.as_bytes());
    der.is_some_and(|der| Shape::detect(&der).is_some_and(Shape::is_public))
}

/// What follows `BEGIN` on its line.
fn label(text: &str) -> &str {
    const MAX: usize = 64;
    let line = text.split(['\n', '\r', '\\']).next().unwrap_or_default();
    line.char_indices().nth(MAX).map_or(line, |(end, _)| line.split_at(end).0)
}

/// The name of an SSH algorithm before its key: `id.pub`, authorized_keys with options, known_hosts, certificates.
fn ssh(text: &str) -> Option<Description> {
    const NAMES: [&str; 5] = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "rsa-sha2-"];
    let mut words = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')).peekable();
    while let Some(word) = words.next() {
        // Also one whose first characters are damaged.
        let is_key = words.peek().is_some_and(|next| next.starts_with("AAAA") || is_base64(next));
        if is_key && NAMES.iter().any(|name| word.starts_with(name)) {
            return Some(Description::public("an SSH public key", None));
        }
    }
    None
}

/// Whether a word is base64 of the length of a key.
fn is_base64(word: &str) -> bool {
    const MIN: usize = 40;
    word.len() >= MIN && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

/// Keys in XML (XML Signature §4.5.2), as .NET writes them.
fn xml(text: &str) -> Option<Description> {
    const CONVERT: Option<&str> =
        Some("export the key as PEM: RSA.ExportSubjectPublicKeyInfoPem(), ExportPkcs8PrivateKeyPem()");
    if !["RSAKeyValue", "ECKeyValue", "DSAKeyValue"].iter().any(|name| text.contains(name)) {
        return None;
    }
    let is_private = ["<D>", "<P>", "<InverseQ>"].iter().any(|name| text.contains(name));
    Some(Description { what: "an XML key", hint: CONVERT, is_public: !is_private })
}

/// The output of `openssl … -text` and `-modulus`, and DKIM records (RFC 6376 §3.6.1).
fn printed(text: &str) -> Option<Description> {
    let has_line = |start: &str| text.lines().any(|line| line.trim_start().starts_with(start));
    let starts =
        ["Modulus", "modulus:", "Public-Key:", "RSA Public-Key:", "ED25519 Public-Key:", "pub:", "publicExponent:"];
    if has_line("Private-Key:") || has_line("RSA Private-Key:") || has_line("privateExponent:") || has_line("priv:") {
        return Some(Description::private("a private key as openssl prints it", Some("drop -text")));
    }
    if starts.iter().any(|start| has_line(start)) {
        return Some(Description::public("a public key as openssl prints it", Some("drop -text and -modulus")));
    }
    let is_dkim = text.contains("v=DKIM1") || text.contains("p=MI");
    is_dkim.then_some(Description::public("a DKIM record", Some("decode the value of p: base64 -d > key.der")))
}

/// A JWK or a set of them: JSON of any strictness, YAML, JavaScript.
fn jwk(text: &str) -> Option<Description> {
    if !has_member(text, "kty") {
        return None;
    }
    let is_private = ["d", "k", "p"].iter().any(|name| has_member(text, name));
    let hint = Some("write it as one JSON object or as a JWK Set: {\"keys\": [...]}");
    Some(Description { what: "a JWK", hint, is_public: !is_private })
}

/// Whether `name` is written as a member: a word, perhaps in quotes (escaped ones, too), before a colon.
fn has_member(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.match_indices(name).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.strip_prefix(name).unwrap_or_default();
        let after = after.trim_start_matches(['\\', '"', '\'']).trim_start();
        !before.ends_with(is_word) && after.starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn member_is_found_in_any_quotes() {
        for text in [r#"{"kty":"RSA"}"#, "kty: RSA", "{kty : 'RSA'}", r#"{\"kty\" : \"RSA\"}"#, "{'kty': 'RSA'}"] {
            assert!(has_member(text, "kty"), "{text}");
        }
        for text in ["lucky: x", "kty", "kty=x", "a-kty: x", ""] {
            assert!(!has_member(text, "kty"), "{text}");
        }
    }
}
