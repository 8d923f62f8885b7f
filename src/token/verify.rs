//! Verification of a token: signature and claims against the verifier's keys and requirements. It collects every
//! reject reason, and accepts only if there is none.

use super::claims::{Claim, Claims};
use super::compact::{CompactError, DecodedParts, Segments, TokenPart};
use super::header::{JoseHeader, NEVER_CRITICAL};
use super::keyring::{Keyring, KeyringEntry};
use super::reject_reason::{self, RejectReason};
use super::requirements::Requirements;
use crate::alg::{self, Algorithm};
use crate::encoding::json::{self, JsonError, JsonObject};
use crate::key::validation::{self, Weakness};
use crate::time::UnixTime;

/// Verifies tokens in sequence with the same keys and requirements. Keys are parsed once, and so is a repeated header.
/// Create one per thread.
///
/// ```
/// use authkit::key::detect;
/// use authkit::time::UnixTime;
/// use authkit::token::keyring::{Keyring, KeyringEntry};
/// use authkit::token::requirements::Requirements;
/// use authkit::token::verify::TokenVerifier;
///
/// // The public key and the token of RFC 7515 §A.3.
/// let jwks = br#"{"keys": [{"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
///     "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
/// let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc\
///     19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
///
/// let keys = detect::read(jwks, None)?.keys;
/// let keyring = Keyring::new(keys.into_iter().map(|key| KeyringEntry::new(key, "jwks.json")).collect());
/// let requirements = Requirements { issuers: vec!["joe".to_owned()], ..Requirements::strict() };
/// let mut verifier = TokenVerifier::new(&keyring, &requirements);
///
/// assert!(verifier.verify(token.as_bytes(), UnixTime(1_300_819_379)).is_accepted());
/// let rejected = verifier.verify(token.as_bytes(), UnixTime(1_300_819_380));
/// assert_eq!(rejected.reasons.iter().map(|reason| reason.id()).collect::<Vec<_>>(), ["expired"]);
/// # Ok::<(), authkit::key::error::KeyError>(())
/// ```
pub struct TokenVerifier<'k> {
    keyring: &'k Keyring,
    requirements: &'k Requirements,
    header_plan: HeaderPlan,
    parts: DecodedParts,
}

/// The decision for a header, cached until another header follows.
#[derive(Default)]
struct HeaderPlan {
    /// The header segment as written, base64url.
    segment: Vec<u8>,
    /// The header as JSON; `None` if it is malformed.
    header: Option<String>,
    typ: Option<String>,
    alg: String,
    algorithm: Option<&'static Algorithm>,
    candidates: Vec<CandidateKey>,
    reasons: Vec<RejectReason>,
}

struct CandidateKey {
    place: usize,
    verifier: alg::SignatureVerifier,
    weakness: Option<Weakness>,
}

/// Result for one token. `header` and `claims` are present if they could be parsed, also if the token is rejected: then
/// they are unauthenticated.
#[derive(Default)]
pub struct Verification<'v> {
    /// The reject reasons, the most relevant first; empty if accepted.
    pub reasons: Vec<RejectReason>,
    /// The header as JSON.
    pub header: Option<&'v str>,
    /// The claims as JSON.
    pub claims: Option<&'v str>,
    /// The bytes of the signature.
    pub signature: &'v [u8],
    /// The key whose signature matched, and its weakness, if any.
    pub key: Option<(&'v KeyringEntry, Option<Weakness>)>,
    /// The algorithm name in the header; empty if unreadable.
    pub alg: &'v str,
}

impl Verification<'_> {
    /// Whether a signature matched and every requirement is met.
    pub fn is_accepted(&self) -> bool {
        self.reasons.is_empty() && self.key.is_some()
    }
}

impl<'k> TokenVerifier<'k> {
    /// A verifier for tokens of any header.
    pub fn new(keyring: &'k Keyring, requirements: &'k Requirements) -> Self {
        Self { keyring, requirements, header_plan: HeaderPlan::default(), parts: DecodedParts::default() }
    }

    /// Verifies one compact token at the time `now`.
    pub fn verify(&mut self, token: &[u8], now: UnixTime) -> Verification<'_> {
        let mut reasons = Vec::new();
        let segments = match self.segments(token) {
            Ok(segments) => segments,
            Err(reason) => return Verification { reasons: vec![reason], ..Verification::default() },
        };
        self.update_header_plan(&segments);
        reasons.extend(self.header_plan.reasons.iter().cloned());
        for part in [TokenPart::Payload, TokenPart::Signature] {
            let buffer = if part == TokenPart::Payload { &mut self.parts.payload } else { &mut self.parts.signature };
            if let Err(error) = segments.decode_part(part, buffer) {
                reasons.push(shape_reason(error));
            }
        }
        let claims = match json::text(&self.parts.payload).and_then(Claims::parse) {
            Ok(claims) => Some(claims),
            Err(error) => {
                // A segment that failed to decode was already reported.
                if !reasons
                    .iter()
                    .any(|reason| matches!(reason, RejectReason::Malformed { part: Some(TokenPart::Payload), .. }))
                {
                    reasons.push(malformed(TokenPart::Payload, &error));
                }
                None
            }
        };
        if let (Some(_), Some(claims)) = (&self.header_plan.header, &claims) {
            self.requirements.check(self.header_plan.typ.as_deref(), claims, now, &mut reasons);
        }
        let iss = claims.as_ref().and_then(|claims| claims.iss.present()).map(|iss| &**iss);
        // Unreadable bytes cannot be compared.
        let readable = !reasons
            .iter()
            .any(|reason| matches!(reason, RejectReason::Malformed { part: Some(TokenPart::Signature), .. }));
        let key = if readable {
            check_signature(
                self.keyring,
                self.requirements,
                &self.header_plan,
                &segments,
                &self.parts.signature,
                iss,
                &mut reasons,
            )
        } else {
            None
        };
        reject_reason::sort(&mut reasons);
        Verification {
            reasons,
            header: self.header_plan.header.as_deref(),
            claims: claims.as_ref().map(|claims| claims.object.text()),
            signature: &self.parts.signature,
            key,
            alg: &self.header_plan.alg,
        }
    }

    /// The segments of a compact token with a payload.
    fn segments<'t>(&self, token: &'t [u8]) -> Result<Segments<'t>, RejectReason> {
        let not_compact = |problem: &str| RejectReason::NotCompact { problem: problem.to_owned() };
        let segments = Segments::cut(token, self.requirements.max_bytes).map_err(|error| match error {
            CompactError::Segments(_) if token.first() == Some(&b'{') => {
                not_compact("JSON serialisation, not three segments")
            }
            error => shape_reason(error),
        })?;
        // RFC 7515 §F; claims are never empty.
        let is_detached = segments.payload.is_empty() && !segments.header.is_empty() && !segments.signature.is_empty();
        if is_detached {
            return Err(not_compact("the payload is detached"));
        }
        Ok(if self.requirements.allow_padding { segments.without_padding() } else { segments })
    }

    /// Parses the header, unless it equals that of the previous token.
    fn update_header_plan(&mut self, segments: &Segments<'_>) {
        if self.header_plan.segment == segments.header && !segments.header.is_empty() {
            return;
        }
        self.header_plan = HeaderPlan { segment: segments.header.to_vec(), ..HeaderPlan::default() };
        if let Err(error) = segments.decode_part(TokenPart::Header, &mut self.parts.header) {
            self.header_plan.reasons.push(shape_reason(error));
            return;
        }
        let header = match json::text(&self.parts.header).and_then(JoseHeader::parse) {
            Ok(header) => header,
            Err(error) => {
                self.header_plan.reasons.push(malformed(TokenPart::Header, &error));
                return;
            }
        };
        self.header_plan.header = Some(header.object.text().to_owned());
        self.header_plan.typ = header.typ.present().map(|typ| typ.clone().into_owned());
        header_reasons(&header, HeaderUse::Jwt, &self.requirements.understood, &mut self.header_plan.reasons);
        self.header_plan.alg = header.alg.present().map(|alg| alg.clone().into_owned()).unwrap_or_default();
        let Some(algorithm) = chosen(&header, self.requirements, &mut self.header_plan.reasons) else { return };
        self.header_plan.algorithm = Some(algorithm);
        match candidates(self.keyring, self.requirements, algorithm, header.kid.present().map(|kid| &**kid)) {
            Ok(candidates) => self.header_plan.candidates = candidates,
            Err(found) => self.header_plan.reasons.extend(found),
        }
    }
}

/// The algorithm of the header, if known and allowed.
pub(super) fn chosen(
    header: &JoseHeader<'_>,
    requirements: &Requirements,
    reasons: &mut Vec<RejectReason>,
) -> Option<&'static Algorithm> {
    let name = header.alg.present()?;
    if name.eq_ignore_ascii_case("none") {
        reasons.push(RejectReason::AlgorithmNone { alg: name.clone().into_owned() });
        return None;
    }
    let Some(algorithm) = alg::find(name) else {
        reasons.push(RejectReason::AlgorithmUnknown { alg: name.clone().into_owned() });
        return None;
    };
    if !requirements.algorithms.is_empty() && !requirements.algorithms.contains(&algorithm) {
        let allowed = requirements.algorithms.iter().map(|own| own.name.to_owned()).collect();
        reasons.push(RejectReason::AlgorithmNotAllowed { alg: name.clone().into_owned(), allowed });
        return None;
    }
    Some(algorithm)
}

fn candidates(
    keyring: &Keyring,
    requirements: &Requirements,
    algorithm: &'static Algorithm,
    kid: Option<&str>,
) -> Result<Vec<CandidateKey>, Vec<RejectReason>> {
    let places = keyring.candidates(algorithm, kid).map_err(|reason| vec![reason])?;
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for place in places {
        let Some(member) = keyring.members().get(place) else { continue };
        let weakness = validation::weakness(&member.key, algorithm);
        if let Some(weakness) = weakness.as_ref().filter(|_| !requirements.allow_weak) {
            refused.push(RejectReason::KeyWeak { alg: algorithm.name.to_owned(), problem: weakness.to_string() });
            continue;
        }
        match member.key.verifier(algorithm) {
            Ok(verifier) => found.push(CandidateKey { place, verifier, weakness }),
            Err(error) => refused.push(RejectReason::NoMatchingKey {
                alg: algorithm.name.to_owned(),
                keys: vec![reject_reason::KeyMismatchDetail { key: member.label(), why: error.to_string() }],
                more: 0,
            }),
        }
    }
    if found.is_empty() { Err(refused) } else { Ok(found) }
}

fn check_signature<'k>(
    keyring: &'k Keyring,
    requirements: &Requirements,
    plan: &HeaderPlan,
    segments: &Segments<'_>,
    signature: &[u8],
    iss: Option<&str>,
    reasons: &mut Vec<RejectReason>,
) -> Option<(&'k KeyringEntry, Option<Weakness>)> {
    debug_assert!(requirements.allow_weak || plan.candidates.iter().all(|candidate| candidate.weakness.is_none()));
    if plan.candidates.is_empty() {
        return None;
    }
    if segments.signature.is_empty() {
        reasons.push(RejectReason::SignatureMissing { alg: plan.alg.clone() });
        return None;
    }
    let (mut tried, mut lengths, mut bound) = (Vec::new(), Vec::new(), Vec::new());
    for candidate in &plan.candidates {
        let member = keyring.members().get(candidate.place)?;
        if let Some(own) = member.issuer.as_deref().filter(|own| Some(*own) != iss) {
            bound.push(own.to_owned());
            continue;
        }
        if candidate.verifier.verify(segments.signing_input, signature) {
            return Some((member, candidate.weakness));
        }
        tried.push(member.label());
        lengths.extend(plan.algorithm.map(|algorithm| member.key.signature_bytes(algorithm)));
    }
    if !tried.is_empty() {
        let cause = known_cause(plan, &lengths, signature.len());
        reasons.push(RejectReason::SignatureMismatch { alg: plan.alg.clone(), tried, cause });
    } else if !bound.is_empty() {
        reasons.push(RejectReason::IssuerNotBound { iss: iss.map(str::to_owned), bound });
    }
    None
}

/// Why a signature of `bytes` bytes can match none of the keys that were tried, whose signatures have `lengths` bytes.
fn known_cause(plan: &HeaderPlan, lengths: &[usize], bytes: usize) -> Option<String> {
    let length = *lengths.first()?;
    if !lengths.contains(&bytes) {
        let doubled = length.checked_mul(2) == Some(bytes);
        let hex = if doubled { ": its hexadecimal text was encoded" } else { "" };
        return Some(format!("it has {bytes} bytes, not {length}{hex}"));
    }
    let has_nonce = JsonObject::parse(plan.header.as_deref()?).ok()?.get("nonce").is_some();
    // Its issuer signs the header with the nonce hashed, so that only its own service can verify the token.
    has_nonce.then(|| "the header has a nonce, as tokens for Microsoft Graph have: only Graph verifies them".to_owned())
}

/// Purpose of parsing a header: a JWT, or any signed payload (`--signature-only`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeaderUse {
    /// A JWT: `b64: false` and a nested token are faults.
    Jwt,
    /// Any signed payload: `b64` is supported if `crit` lists it (RFC 7797 §6).
    Payload,
}

/// All faults of a header that do not depend on the keys (RFC 7515 §4, RFC 7797 §3, §6, §7).
/// `understood` are the extensions that the caller checks itself.
pub fn header_reasons(
    header: &JoseHeader<'_>,
    purpose: HeaderUse,
    understood: &[String],
    reasons: &mut Vec<RejectReason>,
) {
    for (member, value) in [("alg", &header.alg), ("kid", &header.kid), ("typ", &header.typ), ("cty", &header.cty)] {
        if let Claim::Malformed(fault) = value {
            reasons
                .push(RejectReason::HeaderInvalid { member: member.to_owned(), problem: fault.describe().to_owned() });
        }
    }
    if header.alg.is_absent() {
        reasons.push(RejectReason::AlgorithmMissing);
    }
    if let Claim::Malformed(fault) = &header.b64 {
        reasons.push(RejectReason::HeaderInvalid { member: "b64".to_owned(), problem: fault.describe().to_owned() });
    }
    critical(header, purpose, understood, reasons);
    if purpose == HeaderUse::Jwt {
        if header.b64 == Claim::Present(false) {
            reasons.push(RejectReason::PayloadUnencoded);
        }
        if let Claim::Present(cty) = &header.cty
            && super::header::same_type(cty, "JWT")
        {
            reasons.push(RejectReason::Nested { cty: cty.clone().into_owned() });
        }
    }
}

fn critical(header: &JoseHeader<'_>, purpose: HeaderUse, understood: &[String], reasons: &mut Vec<RejectReason>) {
    let mut invalid = |problem: String| reasons.push(RejectReason::CritInvalid { problem });
    let names: &[_] = match &header.crit {
        Claim::Absent => &[],
        Claim::Malformed(fault) => {
            invalid(format!("value is {}", fault.describe()));
            &[]
        }
        Claim::Present(names) => names,
    };
    let listed = |is_meant: &dyn Fn(&str) -> bool| -> Vec<String> {
        names.iter().filter(|name| is_meant(name)).map(|name| name.clone().into_owned()).collect()
    };
    let is_registered = |name: &str| NEVER_CRITICAL.contains(&name);
    let registered = listed(&is_registered);
    if !registered.is_empty() {
        invalid(format!("{} must not be listed", reject_reason::quoted(&registered)));
    }
    let absent = listed(&|name| !is_registered(name) && header.object.get(name).is_none());
    if !absent.is_empty() {
        invalid(format!("{} is listed, but not in the header", reject_reason::quoted(&absent)));
    }
    if purpose == HeaderUse::Payload && !header.b64.is_absent() && !names.iter().any(|name| name == "b64") {
        invalid("b64 is present, but not listed".to_owned());
    }
    let is_understood = |name: &str| understood.iter().any(|own| own == name) && name != "b64";
    let is_known = |name: &str| is_registered(name) || is_understood(name);
    let unknown = listed(&|name| !is_known(name) && (purpose == HeaderUse::Jwt || name != "b64"));
    if !unknown.is_empty() {
        reasons.push(RejectReason::CritUnknown { names: unknown });
    }
}

fn malformed(part: TokenPart, error: &JsonError) -> RejectReason {
    RejectReason::Malformed { part: Some(part), problem: error.to_string() }
}

/// Converts a parse error into a reject reason.
pub fn shape_reason(error: CompactError) -> RejectReason {
    match error {
        CompactError::Encrypted => RejectReason::EncryptedNotSigned,
        CompactError::TooLarge { bytes, limit } => RejectReason::TooLarge { bytes, limit },
        CompactError::Base64 { part, error } => {
            RejectReason::Malformed { part: Some(part), problem: format!("not strict base64url: {error}") }
        }
        other => RejectReason::Malformed { part: None, problem: other.to_string() },
    }
}
