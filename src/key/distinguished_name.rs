//! Distinguished names as text (RFC 4514), as displayed for certificates.
//!
//! Only the attribute types with a short name in the RFC are covered, and two that certificates often use. The name
//! database of `x509-cert` is forty kilobytes of pointers, which every program start would have to relocate.

use pkcs8::der::{Encode as _, Tag, Tagged as _};
use std::fmt::Write as _;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

/// Short names by dotted object identifier (RFC 4514 §3; RFC 5280 appendix A.1 for the last two).
const SHORT: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("2.5.4.5", "serialNumber"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// The name as text, in reverse order (RFC 4514 §2.1). Control characters stay escaped; the text is untrusted.
pub(super) fn text(name: &Name) -> String {
    let mut parts: Vec<String> =
        name.iter_rdn().map(|part| part.iter().map(attribute).collect::<Vec<_>>().join("+")).collect();
    parts.reverse();
    parts.join(",")
}

fn attribute(attribute: &AttributeTypeAndValue) -> String {
    let oid = attribute.oid.to_string();
    let short = SHORT.iter().find(|(own, _)| *own == oid).map(|(_, short)| *short);
    let text = match attribute.value.tag() {
        Tag::PrintableString | Tag::Utf8String | Tag::Ia5String => std::str::from_utf8(attribute.value.value()).ok(),
        _ => None,
    };
    match (short, text) {
        (Some(short), Some(text)) => format!("{short}={}", escaped(text)),
        // A type without a short name, or a value that is not text: its DER in hexadecimal (§2.4).
        _ => {
            let der = attribute.value.to_der().unwrap_or_default();
            der.iter().fold(format!("{oid}=#"), |mut out, byte| {
                // Writing to a string cannot fail.
                let _ = write!(out, "{byte:02x}");
                out
            })
        }
    }
}

/// RFC 4514 §2.4: escapes special characters, and a space at either end.
fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(text.len());
    for (place, character) in text.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', character]),
            '#' if place == 0 => out.push_str("\\#"),
            ' ' if place == 0 || place == last => out.push_str("\\ "),
            '\0'..='\x1f' | '\x7f' => {
                let _ = write!(out, "\\{:02x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;

    /// The examples of RFC 4514 §4, and values that need escapes at the ends. `x509-cert` round-trips them identically.
    #[test]
    fn names_match_rfc_4514_examples() {
        for written in [
            "UID=jsmith,DC=example,DC=net",
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
            r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
            r"CN=Before\0dAfter,DC=example,DC=net",
            "1.3.6.1.4.1.1466.0=#04024869",
            "CN=Lučić",
            r"CN=\#one \+ \ ,O=\ a\ ",
        ] {
            let name = Name::from_str(written).unwrap();
            assert_eq!(text(&name).to_lowercase(), name.to_string().to_lowercase(), "{written}");
        }
        let name = Name::from_str("emailAddress=a@b.test,serialNumber=17,C=CH").unwrap();
        assert_eq!(text(&name), "emailAddress=a@b.test,serialNumber=17,C=CH");
        assert_eq!(text(&Name::default()), "");
    }
}
