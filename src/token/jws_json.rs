//! The JWS JSON serialisations (RFC 7515 §7.2): flattened, with one signature, and general, with several.

use crate::encoding::base64url::{self, Base64Error};
use crate::encoding::json::{JsonError, JsonKind, JsonObject, JsonValue};
use std::fmt;

/// Limit of signatures in one JWS.
pub const MAX_SIGNATURES: usize = 64;

/// One signature and its header, as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JwsSignature {
    /// The protected header segment, base64url; empty when there is none.
    pub protected: String,
    /// The JOSE header: the union of protected and unprotected parameters (RFC 7515 §4), as JSON.
    pub header: String,
    /// The signature, decoded from base64url; may be empty.
    pub signature: Vec<u8>,
    /// Parameters of the unprotected header, which anyone can change.
    pub unprotected: Vec<String>,
}

/// A JWS in JSON serialisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JwsJson {
    /// The payload as written; `None` when it is detached (RFC 7515 §F).
    pub payload: Option<String>,
    /// The signatures in their order: 1 to [`MAX_SIGNATURES`].
    pub signatures: Vec<JwsSignature>,
    /// Whether the serialisation is general (RFC 7515 §7.2.1); false if it is flattened (§7.2.2) or compact.
    pub general: bool,
}

/// Why a text is not a JWS in JSON serialisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JwsJsonError {
    /// The text, a protected header or the union of both headers is not a strict JSON object.
    Json(JsonError),
    /// A member that is missing, has the wrong JSON type or is not strict base64url.
    Member {
        /// The name of the member: `payload`, `protected`, `header`, `signature` or `signatures`.
        name: &'static str,
        /// The fault as a predicate, such as `is missing`: it follows the name in the message.
        problem: String,
    },
    /// Flattened and general members mixed, or neither.
    Form,
    /// The number of signatures: 0, or more than [`MAX_SIGNATURES`].
    Count(usize),
    /// A JWE: it has `ciphertext`.
    Encrypted,
}

impl fmt::Display for JwsJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::Member { name, problem } => write!(f, "member {name} {problem}"),
            Self::Form => f.write_str("neither a flattened nor a general JWS (signature or signatures, not both)"),
            Self::Count(count) => write!(f, "{count} signatures, expected 1 to {MAX_SIGNATURES}"),
            Self::Encrypted => f.write_str("encrypted (JWE), not signed"),
        }
    }
}

impl std::error::Error for JwsJsonError {}

impl From<JsonError> for JwsJsonError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

fn member(name: &'static str, problem: impl Into<String>) -> JwsJsonError {
    JwsJsonError::Member { name, problem: problem.into() }
}

impl JwsJson {
    /// Reads a flattened or general JWS.
    ///
    /// # Errors
    /// The text is not exactly one of the two serialisations.
    pub fn parse(text: &str) -> Result<Self, JwsJsonError> {
        let object = JsonObject::parse(text)?;
        if object.get("ciphertext").is_some() {
            return Err(JwsJsonError::Encrypted);
        }
        let payload = text_member(&object, "payload")?;
        let general = match (object.get("signatures"), object.get("signature")) {
            (Some(_), None) if object.get("protected").is_none() && object.get("header").is_none() => true,
            (None, Some(_)) => false,
            _ => return Err(JwsJsonError::Form),
        };
        let signatures = if general {
            let all = object
                .get("signatures")
                .and_then(JsonValue::as_array)
                .ok_or_else(|| member("signatures", "is not an array"))?;
            if all.is_empty() || all.len() > MAX_SIGNATURES {
                return Err(JwsJsonError::Count(all.len()));
            }
            all.into_iter()
                .map(|one| {
                    signature(
                        &one.as_object().ok_or_else(|| member("signatures", "has an element that is not an object"))?,
                    )
                })
                .collect::<Result<_, _>>()?
        } else {
            vec![signature(&object)?]
        };
        Ok(Self { payload, signatures, general })
    }
}

fn text_member(object: &JsonObject<'_>, name: &'static str) -> Result<Option<String>, JwsJsonError> {
    object
        .get(name)
        .map(|value| {
            value
                .as_str()
                .map(std::borrow::Cow::into_owned)
                .ok_or_else(|| member(name, format!("is {}, not a string", value.kind().name())))
        })
        .transpose()
}

fn signature(object: &JsonObject<'_>) -> Result<JwsSignature, JwsJsonError> {
    let not_base64 =
        |name: &'static str| move |error: Base64Error| member(name, format!("is not strict base64url: {error}"));
    let protected = text_member(object, "protected")?.unwrap_or_default();
    let decoded = base64url::decode(protected.as_bytes()).map_err(not_base64("protected"))?;
    let protected_json = if protected.is_empty() { "{}" } else { crate::encoding::json::text(&decoded)? };
    let protected_object = JsonObject::parse(protected_json)?;
    let unprotected = match object.get("header") {
        None => None,
        Some(value) if value.kind() == JsonKind::Object => value.as_object(),
        Some(value) => return Err(member("header", format!("is {}, not an object", value.kind().name()))),
    };
    let names = unprotected.iter().flat_map(|object| object.iter()).map(|(name, _)| name.to_owned()).collect();
    let signature = text_member(object, "signature")?.ok_or_else(|| member("signature", "is missing"))?;
    Ok(JwsSignature {
        header: joined(&protected_object, unprotected.as_ref())?,
        signature: base64url::decode(signature.as_bytes()).map_err(not_base64("signature"))?,
        protected,
        unprotected: names,
    })
}

/// Both headers as one object; a name in both is rejected (RFC 7515 §7.2.1).
fn joined(protected: &JsonObject<'_>, unprotected: Option<&JsonObject<'_>>) -> Result<String, JwsJsonError> {
    let members: Vec<String> = protected
        .iter()
        .chain(unprotected.iter().flat_map(|object| object.iter()))
        .map(|(name, value)| format!("{}:{}", serde_json::Value::from(name), value.text()))
        .collect();
    let joined = format!("{{{}}}", members.join(","));
    JsonObject::parse(&joined)?;
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flattened_and_general_jws_are_read() {
        let flattened =
            JwsJson::parse(r#"{"payload":"e30","protected":"e30","header":{"alg":"HS256"},"signature":"AA"}"#).unwrap();
        assert!(!flattened.general);
        assert_eq!(flattened.signatures[0].header, r#"{"alg":"HS256"}"#);
        assert_eq!(flattened.signatures[0].unprotected, ["alg"]);
        let general = JwsJson::parse(
            r#"{"payload":"e30","signatures":[{"protected":"e30","signature":"AA"},{"header":{},"signature":""}]}"#,
        );
        assert_eq!(general.unwrap().signatures.len(), 2);
        assert_eq!(JwsJson::parse(r#"{"protected":"e30","signature":"AA"}"#).unwrap().payload, None);
    }

    #[test]
    fn invalid_jws_json_is_rejected() {
        for text in [
            "[]",
            "{}",
            r#"{"payload":"e30","signature":"AA","signatures":[]}"#,
            r#"{"payload":"e30","protected":"e30","signatures":[{"signature":"AA"}]}"#,
            r#"{"payload":"e30","signatures":[]}"#,
            r#"{"payload":1,"signature":"AA"}"#,
            r#"{"payload":"e30","signature":"AB"}"#,
            r#"{"payload":"e30","protected":"eyJhbGciOiJIUzI1NiJ9","header":{"alg":"none"},"signature":"AA"}"#,
            r#"{"payload":"e30","header":[],"signature":"AA"}"#,
            r#"{"ciphertext":"AA","signature":"AA"}"#,
        ] {
            assert!(JwsJson::parse(text).is_err(), "{text}");
        }
    }
}
