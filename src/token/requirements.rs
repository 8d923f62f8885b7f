//! Verification requirements: the conditions that a verifier sets for the header and claims of a token.

use super::claims::{Claim, ClaimProblem, Claims};
use super::header::same_type;
use super::kind::TokenKind;
use super::reject_reason::{self, RejectReason};
use crate::alg::Algorithm;
use crate::encoding::json::{self, JsonError, JsonObject, JsonValue};
use crate::time::{Span, UnixTime};

/// The maximum leeway: a larger deviation is a wrong clock, not clock skew.
pub const MAX_LEEWAY: Span = Span::seconds(86_400);

/// The verifier's requirements. The default is strict: an `exp` in the future, and no `aud` unless it is one of the
/// expected audiences.
#[derive(Default)]
pub struct Requirements {
    /// Clock skew to tolerate: reject at `now >= exp + leeway` and at `now < nbf - leeway`.
    pub leeway: Span,
    /// Accept a token without `exp`.
    pub allow_no_exp: bool,
    /// Accept keys below the minimum of RFC 7518; the caller adds an error finding.
    pub allow_weak: bool,
    /// The allowed algorithms; empty: all that the keys allow.
    pub algorithms: Vec<&'static Algorithm>,
    /// Accepted issuers; empty: any.
    pub issuers: Vec<String>,
    /// Accepted audiences, of which the token must name one; empty: it must name none.
    pub audiences: Vec<String>,
    /// Accept a token for any audience.
    pub any_audience: bool,
    /// The only accepted subject.
    pub subject: Option<String>,
    /// The only accepted `typ`, with or without `application/`.
    pub typ: Option<String>,
    /// The kind, which requires claims and a `typ`.
    pub kind: Option<&'static TokenKind>,
    /// The maximum time since `iat`.
    pub max_age: Option<Span>,
    /// Claims that must be present with any value; a name, or a JSON pointer with a leading slash.
    pub required: Vec<String>,
    /// Claims with a required value.
    pub equal: Vec<ClaimRequirement>,
    /// Scopes that the token must all have.
    pub scopes: Vec<String>,
    /// Extensions in `crit` that the caller understands and checks itself (RFC 7515 §4.1.11).
    pub understood: Vec<String>,
    /// Accepts segments that are padded with `=` and signed as such (against RFC 7515 §2).
    pub allow_padding: bool,
    /// Maximum token size in bytes.
    pub max_bytes: usize,
}

/// A claim that must be equal to a value.
pub struct ClaimRequirement {
    claim: String,
    /// One strict JSON value, as written.
    json: String,
}

impl ClaimRequirement {
    /// `claim` is a name, or a JSON pointer with a leading slash.
    ///
    /// # Errors
    /// `json` is not one strict JSON value.
    pub fn json(claim: &str, json: &str) -> Result<Self, JsonError> {
        Ok(Self { claim: claim.to_owned(), json: JsonValue::parse(json)?.text().to_owned() })
    }

    /// A string, without interpreting it.
    pub fn text(claim: &str, text: &str) -> Self {
        Self { claim: claim.to_owned(), json: serde_json::Value::from(text).to_string() }
    }

    /// The name or JSON pointer of the claim.
    pub fn claim(&self) -> &str {
        &self.claim
    }
}

impl Requirements {
    /// The default requirements.
    pub fn strict() -> Self {
        Self { max_bytes: super::compact::MAX_BYTES, ..Self::default() }
    }

    /// Names of the claims with a required value, including `scope`.
    pub fn claim_names(&self) -> impl Iterator<Item = &str> {
        let scope = (!self.scopes.is_empty()).then_some("scope");
        self.equal.iter().map(ClaimRequirement::claim).chain(scope)
    }

    /// Collects every violation by the header's `typ` and the claims, in no particular order.
    pub fn check(&self, typ: Option<&str>, claims: &Claims<'_>, now: UnixTime, reasons: &mut Vec<RejectReason>) {
        self.times(claims, now, reasons);
        self.parties(claims, reasons);
        self.types(typ, claims, reasons);
        self.contents(claims, reasons);
    }

    fn times(&self, claims: &Claims<'_>, now: UnixTime, reasons: &mut Vec<RejectReason>) {
        let leeway = self.leeway.as_seconds();
        match &claims.exp {
            Claim::Present(exp) if now >= exp.ceil().plus(self.leeway) => {
                reasons.push(RejectReason::Expired { at: exp.ceil().0, now: now.0, leeway });
            }
            Claim::Absent if !self.allow_no_exp => reasons.push(RejectReason::ExpiryMissing),
            _ => {}
        }
        if let Claim::Present(nbf) = &claims.nbf
            && now < nbf.ceil().minus(self.leeway)
        {
            reasons.push(RejectReason::NotYetValid { at: nbf.ceil().0, now: now.0, leeway });
        }
        for (name, date) in [("exp", &claims.exp), ("nbf", &claims.nbf), ("iat", &claims.iat)] {
            if let Claim::Malformed(fault) = date {
                let value = claims
                    .object
                    .get(name)
                    .map(|value| reject_reason::short(value.text()).into_owned())
                    .unwrap_or_default();
                reasons.push(match fault {
                    ClaimProblem::Milliseconds => RejectReason::ExpNotSeconds { claim: name.to_owned(), value },
                    other => invalid(name, *other),
                });
            }
        }
        let Some(max_age) = self.max_age else { return };
        match &claims.iat {
            Claim::Present(iat)
                if now.since(iat.floor()) > Span::seconds(max_age.as_seconds().saturating_add(leeway)) =>
            {
                let age = now.since(iat.floor()).as_seconds();
                reasons.push(RejectReason::TooOld { age, max_age: max_age.as_seconds(), leeway });
            }
            // A negative age would make the token valid for longer than --max-age.
            Claim::Present(iat) if now < iat.floor().minus(self.leeway) => {
                reasons.push(RejectReason::IssuedInFuture { at: iat.floor().0, now: now.0, leeway });
            }
            Claim::Absent => reasons.push(RejectReason::ClaimMissing { claim: "iat".to_owned() }),
            _ => {}
        }
    }

    fn parties(&self, claims: &Claims<'_>, reasons: &mut Vec<RejectReason>) {
        match &claims.iss {
            Claim::Malformed(fault) => reasons.push(invalid("iss", *fault)),
            Claim::Absent if !self.issuers.is_empty() => {
                reasons.push(RejectReason::IssuerMissing { expected: self.issuers.clone() })
            }
            Claim::Present(iss) if !self.issuers.is_empty() && !self.issuers.iter().any(|own| own == iss) => {
                reasons.push(RejectReason::IssuerMismatch {
                    expected: self.issuers.clone(),
                    found: iss.clone().into_owned(),
                });
            }
            _ => {}
        }
        match &claims.sub {
            Claim::Malformed(fault) => reasons.push(invalid("sub", *fault)),
            Claim::Present(sub) if self.subject.as_ref().is_some_and(|own| own != sub) => {
                let expected = self.subject.clone().unwrap_or_default();
                reasons.push(RejectReason::SubjectMismatch { expected, found: Some(sub.clone().into_owned()) });
            }
            Claim::Absent => {
                if let Some(expected) = self.subject.clone() {
                    reasons.push(RejectReason::SubjectMismatch { expected, found: None });
                }
            }
            Claim::Present(_) => {}
        }
        self.audience(claims, reasons);
        if let Claim::Malformed(fault) = &claims.jti {
            reasons.push(invalid("jti", *fault));
        }
    }

    /// RFC 7519 §4.1.3: a token with audiences is intended for them only.
    fn audience(&self, claims: &Claims<'_>, reasons: &mut Vec<RejectReason>) {
        match &claims.aud {
            Claim::Malformed(fault) => reasons.push(invalid("aud", *fault)),
            _ if self.any_audience => {}
            Claim::Absent if !self.audiences.is_empty() => {
                reasons.push(RejectReason::AudienceMissing { expected: self.audiences.clone() });
            }
            Claim::Absent => {}
            Claim::Present(found) => {
                if self.audiences.is_empty() {
                    let (found, more) = reject_reason::first(found);
                    reasons.push(RejectReason::AudienceNotNamed { found, more });
                } else if !found.iter().any(|aud| self.audiences.iter().any(|own| own == aud)) {
                    let (found, more) = reject_reason::first(found);
                    reasons.push(RejectReason::AudienceMismatch { expected: self.audiences.clone(), found, more });
                }
            }
        }
    }

    fn types(&self, typ: Option<&str>, claims: &Claims<'_>, reasons: &mut Vec<RejectReason>) {
        if let Some(expected) = &self.typ
            && !typ.is_some_and(|typ| same_type(typ, expected))
        {
            reasons.push(RejectReason::TypeMismatch { expected: expected.clone(), found: typ.map(str::to_owned) });
        }
        let Some(kind) = self.kind else { return };
        let name = || kind.name.to_owned();
        if !kind.takes_typ(typ) {
            let problem = typ.map_or_else(|| format!("no typ \"{}\"", kind.typ), |typ| format!("typ is \"{typ}\""));
            reasons.push(RejectReason::KindMismatch { kind: name(), problem });
        }
        for claim in kind.missing(claims) {
            // Null was already reported for a claim that is parsed with the registered claims.
            let is_reported =
                |reason: &RejectReason| matches!(reason, RejectReason::ClaimInvalid { claim: own, .. } if own == claim);
            // exp has its own reason, which --allow-no-exp would suppress; a kind does not suppress it.
            if !reasons.iter().any(is_reported) {
                reasons.push(RejectReason::ClaimMissing { claim: claim.to_owned() });
            }
        }
        reasons.extend(TokenKind::ill_typed(claims).map(|(claim, fault)| invalid(claim, fault)));
        for claim in kind.present_though_forbidden(claims) {
            reasons.push(RejectReason::ClaimForbidden { claim: claim.to_owned(), kind: name() });
        }
        self.authorized_party(kind, claims, reasons);
        if let Some(problem) = (kind.check)(claims) {
            reasons.push(RejectReason::KindMismatch { kind: name(), problem: problem.to_owned() });
        }
    }

    /// OpenID Connect Core §3.1.3.7: with several audiences, `azp` must be the client, i.e. a value of `--aud`. With
    /// one audience it is not compared: an app may fetch tokens for its server, and is their `azp`.
    fn authorized_party(&self, kind: &TokenKind, claims: &Claims<'_>, reasons: &mut Vec<RejectReason>) {
        let several = claims.aud.present().is_some_and(|aud| aud.len() > 1);
        if !kind.for_client || !several || self.any_audience || self.audiences.is_empty() {
            return;
        }
        let azp = claims.object.get("azp").and_then(|azp| azp.as_str());
        if let Some(azp) = azp.filter(|azp| !self.audiences.iter().any(|own| own == azp)) {
            reasons.push(RejectReason::ClaimMismatch {
                claim: "azp".to_owned(),
                expected: reject_reason::quoted(&self.audiences),
                found: format!("\"{}\"", reject_reason::short(&azp)),
            });
        }
    }

    fn contents(&self, claims: &Claims<'_>, reasons: &mut Vec<RejectReason>) {
        for claim in &self.required {
            // Null counts as absent: a required claim must have a value.
            if lookup(claims, claim).is_none_or(|found| found.kind() == json::JsonKind::Null) {
                reasons.push(RejectReason::ClaimMissing { claim: claim.clone() });
            }
        }
        for ClaimRequirement { claim, json } in &self.equal {
            match lookup(claims, claim) {
                None => reasons.push(RejectReason::ClaimMissing { claim: claim.clone() }),
                Some(found) if JsonValue::parse(json).is_ok_and(|wanted| wanted.equals(found)) => {}
                Some(found) => reasons.push(RejectReason::ClaimMismatch {
                    claim: claim.clone(),
                    expected: reject_reason::short(json).into_owned(),
                    found: reject_reason::short(found.text()).into_owned(),
                }),
            }
        }
        if !self.scopes.is_empty() {
            let found = claims.scopes();
            let missing: Vec<_> = self.scopes.iter().filter(|scope| !found.contains(scope)).cloned().collect();
            if !missing.is_empty() {
                let (found, more) = reject_reason::first(&found);
                reasons.push(RejectReason::ScopeMissing { missing, found, more });
            }
        }
    }
}

/// The claim `name`, or else the value at the path `a.b.0`; with a leading slash, the target of the JSON Pointer. Names
/// of claims may have dots themselves: of several ways to divide a path, the one with the longest first name counts.
pub fn lookup<'a>(claims: &Claims<'a>, name: &str) -> Option<JsonValue<'a>> {
    let whole = name.strip_prefix('/').map(|path| path.split_once('/'));
    match whole {
        None => member(&claims.object, name),
        Some(None) => claims.object.get(&unescape(name.get(1..)?)),
        Some(Some((first, rest))) => claims.object.get(&unescape(first))?.pointer(&format!("/{rest}")),
    }
}

/// The member of that name, or the value at the path after one of its names.
fn member<'a>(object: &JsonObject<'a>, path: &str) -> Option<JsonValue<'a>> {
    object.get(path).or_else(|| {
        let mut ways = path.rmatch_indices('.').map(|(dot, _)| path.split_at(dot));
        ways.find_map(|(name, rest)| step(object.get(name)?, rest.strip_prefix('.')?))
    })
}

/// The value at a path within an object or an array.
fn step<'a>(value: JsonValue<'a>, path: &str) -> Option<JsonValue<'a>> {
    if let Some(object) = value.as_object() {
        return member(&object, path);
    }
    let (index, rest) = path.split_once('.').map_or((path, None), |(index, rest)| (index, Some(rest)));
    let item = value.as_array()?.get(index.parse::<usize>().ok()?).copied()?;
    rest.map_or(Some(item), |rest| step(item, rest))
}

fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

fn invalid(claim: &str, fault: ClaimProblem) -> RejectReason {
    RejectReason::ClaimInvalid { claim: claim.to_owned(), problem: fault.describe().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_000_000);

    fn ids(requirements: &Requirements, json: &str) -> Vec<&'static str> {
        let mut reasons = Vec::new();
        requirements.check(Some("JWT"), &Claims::parse(json).unwrap(), NOW, &mut reasons);
        reasons.iter().map(RejectReason::id).collect()
    }

    #[test]
    fn token_at_exp_plus_leeway_is_rejected() {
        let none: [&str; 0] = [];
        assert_eq!(ids(&Requirements::strict(), r#"{"exp":1000001}"#), none);
        assert_eq!(ids(&Requirements::strict(), r#"{"exp":1000000.5}"#), none);
        assert_eq!(ids(&Requirements::strict(), r#"{"exp":1000000}"#), ["expired"]);
        let lenient = Requirements { leeway: Span::seconds(10), ..Requirements::strict() };
        assert_eq!(ids(&lenient, r#"{"exp":999991}"#), none);
        assert_eq!(ids(&lenient, r#"{"exp":999990}"#), ["expired"]);
        assert_eq!(ids(&lenient, r#"{"exp":2000000,"nbf":1000010}"#), none);
        assert_eq!(ids(&lenient, r#"{"exp":2000000,"nbf":1000011}"#), ["not-yet-valid"]);
        assert_eq!(ids(&lenient, r#"{"exp":2000000,"nbf":1000010.5}"#), ["not-yet-valid"]);
        assert_eq!(ids(&Requirements::strict(), "{}"), ["expiry-missing"]);
        assert_eq!(ids(&Requirements { allow_no_exp: true, ..Requirements::strict() }, "{}"), none);
    }

    #[test]
    fn token_with_aud_requires_an_expected_audience() {
        let token = r#"{"exp":2000000,"aud":["a","b"]}"#;
        assert_eq!(ids(&Requirements::strict(), token), ["audience-not-named"]);
        let of = |names: &[&str]| Requirements {
            audiences: names.iter().map(|n| (*n).to_owned()).collect(),
            ..Requirements::strict()
        };
        assert!(ids(&of(&["b"]), token).is_empty());
        assert_eq!(ids(&of(&["c"]), token), ["audience-mismatch"]);
        assert_eq!(ids(&of(&["c"]), r#"{"exp":2000000}"#), ["audience-missing"]);
        assert_eq!(
            ids(&Requirements { any_audience: true, ..Requirements::strict() }, r#"{"exp":2000000,"aud":1}"#),
            ["claim-invalid"]
        );
    }

    #[test]
    fn max_age_without_iat_is_rejected() {
        let young = Requirements { max_age: Some(Span::seconds(60)), ..Requirements::strict() };
        assert!(ids(&young, r#"{"exp":2000000,"iat":999940}"#).is_empty());
        assert_eq!(ids(&young, r#"{"exp":2000000,"iat":999939}"#), ["too-old"]);
        assert_eq!(ids(&young, r#"{"exp":2000000}"#), ["claim-missing"]);
    }

    #[test]
    fn claim_values_are_compared_as_json() {
        let demand = |claim: &str, json: &str| Requirements {
            equal: vec![ClaimRequirement::json(claim, json).unwrap()],
            ..Requirements::strict()
        };
        let token =
            r#"{"exp":2000000,"n":1,"a":{"b":["x"]},"c/d":true,"big":9007199254740993,"o":{"a":1,"b":"\u0062"}}"#;
        for (claim, json) in [
            ("n", "1"),
            ("n", "1.0"),
            ("n", "10e-1"),
            ("/a/b/0", "\"\\u0078\""),
            ("/a", r#"{"b":["x"]}"#),
            ("/c~1d", "true"),
            ("big", "9007199254740993"),
            ("o", r#"{"b":"b","a":1e0}"#),
        ] {
            assert!(ids(&demand(claim, json), token).is_empty(), "{claim} {json}");
        }
        for (claim, json) in [
            ("n", "\"1\""),
            ("n", "true"),
            ("/a", r#"{"b":["x","x"]}"#),
            ("/a", r#"{"b":["x"],"c":1}"#),
            ("c/d", "false"),
            ("big", "9007199254740992"),
            ("o", r#"{"b":"b","a":2}"#),
            ("o", r#"{"b":"b","c":1}"#),
        ] {
            assert_eq!(ids(&demand(claim, json), token), ["claim-mismatch"], "{claim} {json}");
        }
        assert_eq!(ids(&demand("z", "1"), token), ["claim-missing"]);
        assert!(ClaimRequirement::json("z", "{\"a\":1,\"a\":1}").is_err());
    }
}
