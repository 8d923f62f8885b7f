//! What a `Set-Cookie` line says, attribute by attribute (RFC 6265bis §4.1). Whether a browser keeps the
//! cookie is another question, which a parser of the whole draft must answer.

use schemars::JsonSchema;
use serde::Serialize;

/// A `Set-Cookie` line in parts. The value itself is not shown: it is a credential.
#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct Description {
    pub name: String,
    pub value_bytes: usize,
    pub attributes: Vec<Attribute>,
}

#[derive(Serialize, JsonSchema, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
}

const MEANINGS: &[(&str, &str)] = &[
    ("domain", "also sent to subdomains"),
    ("expires", "kept until this date"),
    ("httponly", "scripts cannot read it"),
    ("max-age", "kept for this many seconds"),
    ("partitioned", "one jar for each top-level site"),
    ("path", "sent to paths below this"),
    ("samesite", "when other sites' requests carry it"),
    ("secure", "sent over https only"),
];

/// Describes the line and hands out the cookie's value, which may be a token.
pub fn describe(line: &str) -> (Description, String) {
    let line = line.split_once(':').map_or(line, |(_, rest)| rest);
    let mut parts = line.split(';').map(str::trim);
    let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap_or_default();
    let attributes = parts
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) =
                part.split_once('=').map_or((part, None), |(name, value)| (name.trim(), Some(value.trim().to_owned())));
            let lower = name.to_ascii_lowercase();
            let meaning = MEANINGS.iter().find(|(own, _)| *own == lower).map(|(_, meaning)| *meaning);
            Attribute { name: name.to_owned(), value, meaning }
        })
        .collect();
    (Description { name: name.trim().to_owned(), value_bytes: value.trim().len(), attributes }, value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_taken_apart() {
        let (cookie, value) = describe("Set-Cookie: id=a=b; Secure; SameSite=Lax;; X");
        assert_eq!((cookie.name.as_str(), value.as_str()), ("id", "a=b"));
        let names: Vec<_> =
            cookie.attributes.iter().map(|a| (a.name.as_str(), a.value.as_deref(), a.meaning.is_some())).collect();
        assert_eq!(names, [("Secure", None, true), ("SameSite", Some("Lax"), true), ("X", None, false)]);
    }
}
