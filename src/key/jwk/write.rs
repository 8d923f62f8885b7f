//! Writing JWKs: members in a stable order, private ones only on request.

use super::{Key, Material};
use crate::encoding::{base64url, escape};
use crate::secret::Secret;
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use zeroize::Zeroizing;

/// Name and JSON text of a member.
type WrittenMember = (String, Zeroizing<String>);

/// The key as a JWK, indented by two spaces, without a trailing line break. Without `private`, private parts and
/// secrets are omitted.
pub fn to_json(key: &Key, private: bool) -> Secret<String> {
    let members = members(key, private);
    let mut out = String::with_capacity(length(&members, ""));
    object(&members, "", &mut out);
    Secret::new(out)
}

/// The keys as a JWK set (RFC 7517 §5).
pub fn set_to_json(keys: &[Key], private: bool) -> Secret<String> {
    set_to_json_with(keys, private, &[])
}

/// A JWK Set with additional members after the keys: name and JSON text, nothing secret.
pub fn set_to_json_with(keys: &[Key], private: bool, more: &[(&str, &str)]) -> Secret<String> {
    const INDENT: &str = "    ";
    let keys: Vec<Vec<WrittenMember>> = keys.iter().map(|key| members(key, private)).collect();
    let room = keys.iter().fold(32_usize, |sum, key| sum.saturating_add(length(key, INDENT)).saturating_add(8));
    let room = more.iter().fold(room, |sum, (name, text)| {
        [name.len().saturating_mul(6), text.len(), 16].into_iter().fold(sum, usize::saturating_add)
    });
    let mut out = String::with_capacity(room);
    out.push_str("{\n  \"keys\": [");
    for (index, key) in keys.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(INDENT);
        object(key, INDENT, &mut out);
    }
    out.push_str(if keys.is_empty() { "]" } else { "\n  ]" });
    for (name, text) in more {
        out.push_str(",\n  ");
        out.push_str(&quoted(name));
        out.push_str(": ");
        out.push_str(text);
    }
    out.push_str("\n}");
    Secret::new(out)
}

/// Length in bytes of one object: allocated once, so that growing does not leave a copy in memory.
fn length(members: &[WrittenMember], indent: &str) -> usize {
    members.iter().fold(indent.len().saturating_add(8), |sum, (name, value)| {
        [name.len(), value.len(), indent.len(), 16].into_iter().fold(sum, usize::saturating_add)
    })
}

fn object(members: &[WrittenMember], indent: &str, out: &mut String) {
    out.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(indent);
        out.push_str("  ");
        out.push_str(name);
        out.push_str(": ");
        out.push_str(value);
    }
    out.push('\n');
    out.push_str(indent);
    out.push('}');
}

fn members(key: &Key, private: bool) -> Vec<WrittenMember> {
    let mut members = Vec::with_capacity(20);
    let mut add = |name: &str, value: Zeroizing<String>| members.push((quoted(name), value));
    let text = |text: &str| Zeroizing::new(quoted(text));
    add("kty", text(key.type_name()));
    for (name, value) in [("use", &key.usage)] {
        if let Some(value) = value {
            add(name, text(value));
        }
    }
    if let Some(operations) = &key.operations {
        add("key_ops", Zeroizing::new(escaped(&serde_json::Value::from(operations.as_slice()))));
    }
    for (name, value) in [("alg", &key.alg), ("kid", &key.kid)] {
        if let Some(value) = value {
            add(name, text(value));
        }
    }
    let number = |bytes: &[u8]| Zeroizing::new(format!("\"{}\"", base64url::encode(bytes)));
    match &key.material {
        Material::Secret(k) if private => add("k", hidden(k.expose())),
        Material::Secret(_) => {}
        Material::Rsa(rsa) => {
            add("n", number(&rsa.n));
            add("e", number(&rsa.e));
            if let Some(own) = rsa.private.as_ref().filter(|_| private) {
                let parts =
                    [("d", &own.d), ("p", &own.p), ("q", &own.q), ("dp", &own.dp), ("dq", &own.dq), ("qi", &own.qi)];
                for (name, value) in parts {
                    add(name, hidden(value.expose()));
                }
            }
        }
        Material::Ec(ec) => {
            add("crv", text(ec.curve.name()));
            add("x", number(&ec.x));
            add("y", number(&ec.y));
            if let Some(d) = ec.private.as_ref().filter(|_| private) {
                add("d", hidden(d.expose()));
            }
        }
        Material::Ed25519(ed) => {
            add("crv", text("Ed25519"));
            add("x", number(&ed.x));
            if let Some(d) = ed.private.as_ref().filter(|_| private) {
                add("d", hidden(d.expose()));
            }
        }
    }
    if !key.certificates.is_empty() {
        let certificates: Vec<String> = key.certificates.iter().map(|der| Base64::encode_string(der)).collect();
        add("x5c", Zeroizing::new(serde_json::Value::from(certificates).to_string()));
    }
    for (name, value) in &key.others {
        add(name, Zeroizing::new(escaped(value)));
    }
    members
}

fn quoted(text: &str) -> String {
    escaped(&serde_json::Value::from(text))
}

/// Escapes a public member: it may be untrusted text, and key sets are often printed.
fn escaped(value: &serde_json::Value) -> String {
    escape::json(&value.to_string()).into_owned()
}

/// A private integer, encoded in constant time.
fn hidden(bytes: &[u8]) -> Zeroizing<String> {
    let text = Zeroizing::new(Base64UrlUnpadded::encode_string(bytes));
    let mut out = Zeroizing::new(String::with_capacity(text.len().saturating_add(2)));
    out.push('"');
    out.push_str(&text);
    out.push('"');
    out
}
