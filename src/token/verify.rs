//! The verdict: signature and claims against the verifier's keys and demands. It gathers every reason
//! to refuse, and accepts only when there is none.

use super::claims::{Claim, Claims};
use super::compact::{CompactError, DecodedParts, Segments, TokenPart};
use super::header::{JoseHeader, NEVER_CRITICAL};
use super::keyring::{Keyring, KeyringEntry};
use super::reject_reason::{self, RejectReason};
use super::requirements::Requirements;
use crate::alg::{self, Algorithm};
use crate::encoding::json::{self, JsonError};
use crate::key::validation::{self, Weakness};
use crate::time::UnixTime;

/// Verifies tokens one after another with the same keys and demands. Keys are parsed once, and so is a
/// header that comes again. Make one for each thread.
pub struct TokenVerifier<'k> {
    keyring: &'k Keyring,
    requirements: &'k Requirements,
    route: HeaderPlan,
    parts: DecodedParts,
}

/// What a header leads to, kept until another header comes.
#[derive(Default)]
struct HeaderPlan {
    /// The header segment as written, base64url.
    segment: Vec<u8>,
    /// The header as JSON; `None` when it could not be read.
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

/// What came of one token. `header` and `claims` are there when they could be read, also when the
/// token is refused: then they are the token's own words and nothing more.
pub struct Verification<'v> {
    /// Why it is refused, the most telling first; empty when it is accepted.
    pub reasons: Vec<RejectReason>,
    pub header: Option<&'v str>,
    pub claims: Option<&'v str>,
    pub signature: &'v [u8],
    /// The key whose signature matched, and what is weak about it.
    pub key: Option<(&'v KeyringEntry, Option<Weakness>)>,
    /// The name of the algorithm as the header writes it; empty when unreadable.
    pub alg: &'v str,
}

impl Verification<'_> {
    pub fn is_accepted(&self) -> bool {
        self.reasons.is_empty() && self.key.is_some()
    }
}

impl<'k> TokenVerifier<'k> {
    pub fn new(keyring: &'k Keyring, requirements: &'k Requirements) -> Self {
        Self { keyring, requirements, route: HeaderPlan::default(), parts: DecodedParts::default() }
    }

    /// Judges one compact token at the instant `now`.
    pub fn verify(&mut self, token: &[u8], now: UnixTime) -> Verification<'_> {
        let mut reasons = Vec::new();
        let segments = match Segments::cut(token, self.requirements.max_bytes) {
            Ok(segments) => segments,
            Err(error) => {
                let reason = match error {
                    CompactError::Segments(_) if token.first() == Some(&b'{') => {
                        RejectReason::NotCompact { problem: "it is JSON, not three segments".to_owned() }
                    }
                    error => shape_reason(error),
                };
                return Verification {
                    reasons: vec![reason],
                    header: None,
                    claims: None,
                    signature: &[],
                    key: None,
                    alg: "",
                };
            }
        };
        self.take_route(&segments);
        reasons.extend(self.route.reasons.iter().cloned());
        for part in [TokenPart::Payload, TokenPart::Signature] {
            let buffer = if part == TokenPart::Payload { &mut self.parts.payload } else { &mut self.parts.signature };
            if let Err(error) = segments.decode_part(part, buffer) {
                reasons.push(shape_reason(error));
            }
        }
        let claims = match json::text(&self.parts.payload).and_then(Claims::parse) {
            Ok(claims) => Some(claims),
            Err(error) => {
                // A segment that did not decode has said so already.
                if !reasons
                    .iter()
                    .any(|reason| matches!(reason, RejectReason::Malformed { part: Some(TokenPart::Payload), .. }))
                {
                    reasons.push(malformed(TokenPart::Payload, &error));
                }
                None
            }
        };
        if let (Some(_), Some(claims)) = (&self.route.header, &claims) {
            self.requirements.check(self.route.typ.as_deref(), claims, now, &mut reasons);
        }
        let iss = claims.as_ref().and_then(|claims| claims.iss.present()).map(|iss| &**iss);
        // Bytes that could not be read cannot be compared.
        let readable = !reasons
            .iter()
            .any(|reason| matches!(reason, RejectReason::Malformed { part: Some(TokenPart::Signature), .. }));
        let key = if readable {
            check_signature(
                self.keyring,
                self.requirements,
                &self.route,
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
            header: self.route.header.as_deref(),
            claims: claims.as_ref().map(|claims| claims.object.text()),
            signature: &self.parts.signature,
            key,
            alg: &self.route.alg,
        }
    }

    /// Reads the header, unless it is the one of the token before.
    fn take_route(&mut self, segments: &Segments<'_>) {
        if self.route.segment == segments.header && !segments.header.is_empty() {
            return;
        }
        self.route = HeaderPlan { segment: segments.header.to_vec(), ..HeaderPlan::default() };
        if let Err(error) = segments.decode_part(TokenPart::Header, &mut self.parts.header) {
            self.route.reasons.push(shape_reason(error));
            return;
        }
        let header = match json::text(&self.parts.header).and_then(JoseHeader::parse) {
            Ok(header) => header,
            Err(error) => {
                self.route.reasons.push(malformed(TokenPart::Header, &error));
                return;
            }
        };
        self.route.header = Some(header.object.text().to_owned());
        self.route.typ = header.typ.present().map(|typ| typ.clone().into_owned());
        header_reasons(&header, HeaderUse::Jwt, &mut self.route.reasons);
        self.route.alg = header.alg.present().map(|alg| alg.clone().into_owned()).unwrap_or_default();
        let Some(algorithm) = chosen(&header, self.requirements, &mut self.route.reasons) else { return };
        self.route.algorithm = Some(algorithm);
        match candidates(self.keyring, self.requirements, algorithm, header.kid.present().map(|kid| &**kid)) {
            Ok(candidates) => self.route.candidates = candidates,
            Err(found) => self.route.reasons.extend(found),
        }
    }
}

/// The algorithm of the header, when it is known and allowed.
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
            Err(error) => refused.push(RejectReason::KeyUnfit {
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
    route: &HeaderPlan,
    segments: &Segments<'_>,
    signature: &[u8],
    iss: Option<&str>,
    reasons: &mut Vec<RejectReason>,
) -> Option<(&'k KeyringEntry, Option<Weakness>)> {
    debug_assert!(requirements.allow_weak || route.candidates.iter().all(|candidate| candidate.weakness.is_none()));
    if route.candidates.is_empty() {
        return None;
    }
    if segments.signature.is_empty() {
        reasons.push(RejectReason::SignatureMissing { alg: route.alg.clone() });
        return None;
    }
    let (mut tried, mut bound) = (Vec::new(), Vec::new());
    for candidate in &route.candidates {
        let member = keyring.members().get(candidate.place)?;
        if let Some(own) = member.issuer.as_deref().filter(|own| Some(*own) != iss) {
            bound.push(own.to_owned());
            continue;
        }
        if candidate.verifier.verify(segments.signing_input, signature) {
            return Some((member, candidate.weakness));
        }
        tried.push(member.label());
    }
    if !tried.is_empty() {
        reasons.push(RejectReason::SignatureMismatch { alg: route.alg.clone(), tried });
    } else if !bound.is_empty() {
        reasons.push(RejectReason::IssuerNotBound { iss: iss.map(str::to_owned), bound });
    }
    None
}

/// What a header is read for: a JWT, or any signed payload (`--signature-only`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeaderUse {
    Jwt,
    Payload,
}

/// Everything that is wrong with a header by itself, whatever the keys (RFC 7515 §4, RFC 7797 §3, §6, §7).
pub fn header_reasons(header: &JoseHeader<'_>, purpose: HeaderUse, reasons: &mut Vec<RejectReason>) {
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
    critical(header, purpose, reasons);
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

fn critical(header: &JoseHeader<'_>, purpose: HeaderUse, reasons: &mut Vec<RejectReason>) {
    let mut invalid = |problem: String| reasons.push(RejectReason::CritInvalid { problem });
    let names: &[_] = match &header.crit {
        Claim::Absent => &[],
        Claim::Malformed(fault) => {
            invalid(format!("it is {}", fault.describe()));
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
        invalid(format!("it lists {}, which must not be listed", reject_reason::quoted(&registered)));
    }
    let absent = listed(&|name| !is_registered(name) && header.object.get(name).is_none());
    if !absent.is_empty() {
        invalid(format!("it lists {}, which the header does not have", reject_reason::quoted(&absent)));
    }
    if purpose == HeaderUse::Payload && !header.b64.is_absent() && !names.iter().any(|name| name == "b64") {
        invalid("b64 is present and not listed".to_owned());
    }
    let unknown = listed(&|name| !is_registered(name) && (purpose == HeaderUse::Jwt || name != "b64"));
    if !unknown.is_empty() {
        reasons.push(RejectReason::CritUnknown { names: unknown });
    }
}

fn malformed(part: TokenPart, error: &JsonError) -> RejectReason {
    RejectReason::Malformed { part: Some(part), problem: error.to_string() }
}

/// A shape error as a reason.
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
