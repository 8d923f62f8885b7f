//! Identification of an input by content, never by name. Nothing is trusted and nothing is verified.

use crate::encoding::json::JsonObject;
use crate::token::scan;

/// The kind of an input that can be inspected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InputKind {
    /// A signed token in compact serialisation.
    Jws,
    /// An encrypted token in compact serialisation.
    Jwe,
    /// A JWS or JWE in JSON serialisation.
    JoseJson,
    /// A key, a JWK Set or a certificate, in any encoding.
    Key,
    /// A `Set-Cookie` header line.
    SetCookie,
}

const COOKIE_PREFIX: &[u8] = b"set-cookie:";

/// The kind of `bytes`; `None` if unknown.
pub fn identify(bytes: &[u8]) -> Option<InputKind> {
    let text = bytes.trim_ascii();
    if text.get(..COOKIE_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(COOKIE_PREFIX)) {
        return Some(InputKind::SetCookie);
    }
    if let Some(found) = scan::scan(text).first().filter(|found| found.token.len() == text.len()) {
        return Some(if found.encrypted { InputKind::Jwe } else { InputKind::Jws });
    }
    if text.starts_with(b"{") {
        let object = std::str::from_utf8(text).ok().and_then(|text| JsonObject::parse(text).ok());
        let has = |name: &str| object.as_ref().is_some_and(|object| object.get(name).is_some());
        return match (has("kty") || has("keys"), has("signature") || has("signatures") || has("ciphertext")) {
            (false, true) => Some(InputKind::JoseJson),
            _ => Some(InputKind::Key),
        };
    }
    let pem = memchr::memmem::find(text, b"-----BEGIN ").is_some();
    // One DER SEQUENCE: no token or text starts with 0x30 0x8x, or with an ASCII zero and a control byte.
    let der =
        matches!(bytes, [0x30, length, ..] if *length >= 0x80 || bytes.len() == usize::from(*length).saturating_add(2));
    (pem || der).then_some(InputKind::Key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_kind_is_identified_by_content() {
        for (bytes, thing) in [
            ("eyJhbGciOiJIUzI1NiJ9.e30.AA", Some(InputKind::Jws)),
            (" eyJhbGciOiJub25lIn0.e30. \n", Some(InputKind::Jws)),
            ("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AA.AA.AA", Some(InputKind::Jwe)),
            (r#"{"payload":"e30","protected":"e30","signature":"AA"}"#, Some(InputKind::JoseJson)),
            (r#"{"kty":"oct","k":"AA"}"#, Some(InputKind::Key)),
            ("{", Some(InputKind::Key)),
            ("text\n-----BEGIN PUBLIC KEY-----\n", Some(InputKind::Key)),
            ("set-cookie: a=b; Secure", Some(InputKind::SetCookie)),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(identify(bytes.as_bytes()), thing, "{bytes}");
        }
        assert_eq!(identify(&[0x30, 0x82, 0x01, 0x00]), Some(InputKind::Key));
    }
}
