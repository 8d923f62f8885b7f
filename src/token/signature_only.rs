//! `--signature-only`: any payload, in any of the three serialisations, also detached (RFC 7515 §7.2, §F; RFC 7797).
//! Claims are not checked; the result states only which key signed the bytes.

use super::compact::{CompactError, Segments};
use super::header::JoseHeader;
use super::jws_json::{JwsJson, JwsJsonError, JwsSignature};
use super::keyring::{Keyring, KeyringEntry};
use super::reject_reason::{self, RejectReason};
use super::requirements::Requirements;
use super::verify::{HeaderUse, header_reasons, shape_reason};
use crate::alg;
use crate::encoding::base64url;
use crate::encoding::json;
use crate::key::validation;

/// Result for one signature.
pub struct SignatureResult<'k> {
    /// The JOSE header as JSON.
    pub header: String,
    /// The reject reasons, the most relevant first; empty if accepted.
    pub reasons: Vec<RejectReason>,
    /// The key whose signature matched; `None` if no key did.
    pub key: Option<&'k KeyringEntry>,
    /// Header parameters that are not integrity-protected.
    pub unprotected: Vec<String>,
}

/// Result for all signatures over one payload.
pub struct SignatureOnlyResult<'k> {
    /// One result for each signature, in the order of the JWS; empty if nothing could be checked.
    pub signatures: Vec<SignatureResult<'k>>,
    /// The payload's bytes, if available.
    pub payload: Option<Vec<u8>>,
    /// Why nothing could be checked.
    pub reasons: Vec<RejectReason>,
}

impl SignatureOnlyResult<'_> {
    /// Accepted if any signature verifies, or if all do with `all`.
    pub fn is_accepted(&self, all: bool) -> bool {
        let mut good = self.signatures.iter().map(|one| one.reasons.is_empty() && one.key.is_some());
        self.reasons.is_empty()
            && !self.signatures.is_empty()
            && if all { good.all(|good| good) } else { good.any(|good| good) }
    }

    fn rejected(reason: RejectReason) -> Self {
        Self { signatures: Vec::new(), payload: None, reasons: vec![reason] }
    }
}

/// Verifies every signature of `text`, a compact, flattened or general JWS. `detached` is the payload if the text has
/// none.
pub fn verify<'k>(
    text: &str,
    detached: Option<&[u8]>,
    keyring: &'k Keyring,
    requirements: &Requirements,
) -> SignatureOnlyResult<'k> {
    if text.len() > requirements.max_bytes {
        return SignatureOnlyResult::rejected(RejectReason::TooLarge {
            bytes: text.len(),
            limit: requirements.max_bytes,
        });
    }
    let jws = match read(text) {
        Ok(jws) => jws,
        Err(reason) => return SignatureOnlyResult::rejected(reason),
    };
    let payload = match (&jws.payload, detached) {
        (Some(text), None) => text.as_bytes(),
        (None, Some(bytes)) => bytes,
        (Some(_), Some(_)) => {
            return SignatureOnlyResult::rejected(not_compact("the JWS has a payload, but --payload gives another"));
        }
        // Empty or detached: the signature tells which.
        (None, None) => b"",
    };
    let is_absent = jws.payload.is_none() && detached.is_none();
    let signatures: Vec<_> =
        jws.signatures.into_iter().map(|one| check(one, payload, detached.is_some(), keyring, requirements)).collect();
    if is_absent && !signatures.iter().any(|one| one.reasons.is_empty() && one.key.is_some()) {
        return SignatureOnlyResult::rejected(not_compact("the payload is detached; pass it with --payload FILE"));
    }
    let encoded = signatures.first().is_some_and(|one| is_encoded(&one.header));
    // Otherwise an ignored signature could change how the payload of the others is read.
    if signatures.iter().any(|one| is_encoded(&one.header) != encoded) {
        let problem = "the signatures disagree about b64 (RFC 7797 §3)".to_owned();
        return SignatureOnlyResult::rejected(RejectReason::Malformed { part: None, problem });
    }
    let bytes = if detached.is_some() || !encoded { Some(payload.to_vec()) } else { base64url::decode(payload).ok() };
    SignatureOnlyResult { signatures, payload: bytes, reasons: Vec::new() }
}

fn not_compact(problem: &str) -> RejectReason {
    RejectReason::NotCompact { problem: problem.to_owned() }
}

fn is_encoded(header: &str) -> bool {
    JoseHeader::parse(header).map_or(true, |header| header.b64.present() != Some(&false))
}

/// Parses any serialisation into the JSON form. An empty compact payload counts as detached (RFC 7515 §F).
fn read(text: &str) -> std::result::Result<JwsJson, RejectReason> {
    if text.trim_ascii_start().starts_with('{') {
        return JwsJson::parse(text).map_err(|error| match error {
            JwsJsonError::Encrypted => RejectReason::EncryptedNotSigned,
            other => RejectReason::Malformed { part: None, problem: other.to_string() },
        });
    }
    let malformed = |error: CompactError| shape_reason(error);
    // An unencoded payload may contain dots (RFC 7797 §5.2 forbids it in the compact form), so exactly three segments.
    let segments = Segments::cut(text.as_bytes(), usize::MAX).map_err(malformed)?;
    let decode =
        |part, text: &[u8]| base64url::decode(text).map_err(|error| shape_reason(CompactError::Base64 { part, error }));
    let header = decode(super::compact::TokenPart::Header, segments.header)?;
    let header = json::text(&header)
        .and_then(json::JsonObject::parse)
        .map_err(|error| RejectReason::Malformed {
            part: Some(super::compact::TokenPart::Header),
            problem: error.to_string(),
        })?
        .text()
        .to_owned();
    let signature = decode(super::compact::TokenPart::Signature, segments.signature)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(JwsJson {
        payload: (!segments.payload.is_empty()).then(|| text(segments.payload)),
        signatures: vec![JwsSignature { protected: text(segments.header), header, signature, unprotected: Vec::new() }],
        general: false,
    })
}

fn check<'k>(
    one: JwsSignature,
    payload: &[u8],
    detached: bool,
    keyring: &'k Keyring,
    requirements: &Requirements,
) -> SignatureResult<'k> {
    let mut reasons = Vec::new();
    let mut key = None;
    match JoseHeader::parse(&one.header) {
        Ok(header) => {
            header_reasons(&header, HeaderUse::Payload, &requirements.understood, &mut reasons);
            for name in ["crit", "b64"].into_iter().filter(|name| one.unprotected.iter().any(|own| own == name)) {
                reasons.push(RejectReason::CritInvalid { problem: format!("{name} must be in the protected header") });
            }
            let encoded = header.b64.present() != Some(&false);
            match signing_input(&one.protected, payload, detached, encoded) {
                Ok(input) => key = matching_key(&header, &input, &one.signature, keyring, requirements, &mut reasons),
                Err(reason) => reasons.push(reason),
            }
        }
        Err(error) => reasons.push(RejectReason::Malformed {
            part: Some(super::compact::TokenPart::Header),
            problem: error.to_string(),
        }),
    }
    reject_reason::sort(&mut reasons);
    SignatureResult { header: one.header, reasons, key, unprotected: one.unprotected }
}

/// RFC 7515 §5.1 step 5, and RFC 7797 §3 for `b64: false`.
fn signing_input(
    protected: &str,
    payload: &[u8],
    detached: bool,
    encoded: bool,
) -> std::result::Result<Vec<u8>, RejectReason> {
    let mut input = protected.as_bytes().to_vec();
    input.push(b'.');
    match (encoded, detached) {
        (true, true) => input.extend(base64url::encode(payload).into_bytes()),
        (true, false) => {
            let part = super::compact::TokenPart::Payload;
            base64url::decode(payload).map_err(|error| shape_reason(CompactError::Base64 { part, error }))?;
            input.extend_from_slice(payload);
        }
        (false, _) => input.extend_from_slice(payload),
    }
    Ok(input)
}

fn matching_key<'k>(
    header: &JoseHeader<'_>,
    input: &[u8],
    signature: &[u8],
    keyring: &'k Keyring,
    requirements: &Requirements,
    reasons: &mut Vec<RejectReason>,
) -> Option<&'k KeyringEntry> {
    let algorithm = super::verify::chosen(header, requirements, reasons)?;
    let places = keyring
        .candidates(algorithm, header.kid.present().map(|kid| &**kid))
        .map_err(|reason| reasons.push(reason))
        .ok()?;
    let mut tried = Vec::new();
    for member in places.into_iter().filter_map(|place| keyring.members().get(place)) {
        if let Some(weakness) = validation::weakness(&member.key, algorithm).filter(|_| !requirements.allow_weak) {
            reasons.push(RejectReason::KeyWeak { alg: algorithm.name.to_owned(), problem: weakness.to_string() });
            continue;
        }
        let verifies = member
            .key
            .verifier(algorithm)
            .is_ok_and(|verifier: alg::SignatureVerifier| verifier.verify(input, signature));
        if verifies {
            return Some(member);
        }
        tried.push(member.label());
    }
    if !tried.is_empty() {
        reasons.push(RejectReason::SignatureMismatch { alg: algorithm.name.to_owned(), tried, cause: None });
    }
    None
}
