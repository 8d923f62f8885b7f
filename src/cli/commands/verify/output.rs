//! JSON data and human-readable output of one verification. Claims of a rejected token appear only under `unverified`:
//! a script must not mistake them for verified claims.

use super::VerifyCommand;
use crate::cli::claim_value;
use crate::cli::commands::RunCommand as _;
use crate::cli::failure::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::{first_line, key_spec};
use authkit::alg;
use authkit::encoding::escape;
use authkit::finding::{Finding, format_count};
use authkit::report::{Artefact, Block, ListItem, Report, Tone, Verdict, fields};
use authkit::rule::{self, verification};
use authkit::rule_config::RuleConfig;
use authkit::time::UnixTime;
use authkit::token::claims::Claims;
use authkit::token::compact::Segments;
use authkit::token::header::JoseHeader;
use authkit::token::keyring::{Keyring, KeyringEntry};
use authkit::token::reject_reason::{RejectReason, RejectReasonOutput};
use authkit::token::requirements::Requirements;
use authkit::token::verify::Verification;
use serde_json::value::RawValue;
use std::cell::OnceCell;

/// `data` of verify. `header` and `claims` are present only for an accepted token.
#[derive(serde::Serialize, schemars::JsonSchema, Default)]
pub struct VerifyOutput<'a> {
    /// With `--lines`: the file of the token, or `standard input`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
    /// With `--lines`: the line of the token in its source, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<VerifyKeyOutput<'a>>,
    /// `exp` of an accepted token in Unix seconds, rounded up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Seconds until `expires_at`; negative within the leeway after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<i64>,
    /// What was checked: `signature`, and every claim with a requirement.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checked: Vec<&'a str>,
    /// Claims of the token that were not checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<&'a str>,
    /// The value of `--get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RejectReasonOutput<'a>>,
    /// Header and claims of a rejected token. Do not use them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unverified: Option<UnverifiedOutput<'a>>,
    /// With `--signature-only`: each signature.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignatureOutput<'a>>,
    /// With `--signature-only`: the payload as text, if accepted and valid UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

/// Unverified header and claims of a rejected token.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct UnverifiedOutput<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<&'a RawValue>,
}

/// The key that verified a signature.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct VerifyKeyOutput<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<&'a str>,
    /// RFC 7638, SHA-256; absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbprint: Option<&'a str>,
    pub source: &'a str,
}

impl<'a> VerifyKeyOutput<'a> {
    /// The data of one key of the keyring.
    pub fn from_entry(member: &'a KeyringEntry) -> Self {
        Self { kid: member.key.kid.as_deref(), thumbprint: member.thumbprint.as_deref(), source: &member.source }
    }
}

/// One signature of a JWS.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct SignatureOutput<'a> {
    pub verdict: Verdict,
    pub header: Box<RawValue>,
    /// Header parameters that are not integrity protected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unprotected: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<VerifyKeyOutput<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<RejectReasonOutput<'a>>,
}

/// A verification, with its requirements and time, to be reported.
pub struct VerifyResponse<'a> {
    verification: &'a Verification<'a>,
    requirements: &'a Requirements,
    now: UnixTime,
    /// Parsed on first use; human-readable lines never need them.
    claims: OnceCell<Option<Claims<'a>>>,
}

impl<'a> VerifyResponse<'a> {
    /// A report on `verification` at the time `now`.
    pub fn new(verification: &'a Verification<'a>, requirements: &'a Requirements, now: UnixTime) -> Self {
        Self { verification, requirements, now, claims: OnceCell::new() }
    }

    fn claims(&self) -> Option<&Claims<'a>> {
        self.claims.get_or_init(|| self.verification.claims.and_then(|text| Claims::parse(text).ok())).as_ref()
    }

    /// Accepted or rejected.
    pub fn verdict(&self) -> Verdict {
        if self.verification.is_accepted() { Verdict::Accepted } else { Verdict::Rejected }
    }

    /// The report on a single token.
    ///
    /// # Errors
    /// Internal errors only: a rejected token is a result, not a failure.
    pub fn outcome(&self, token: &[u8], get: Option<&str>, keyring: &Keyring) -> Result<Outcome, Failure> {
        let mut data = self.data()?;
        let mut hints: Vec<String> = self.verification.reasons.iter().filter_map(RejectReason::hint).collect();
        hints.dedup();
        let mut verdict = self.verdict();
        let (mut blocks, mut artefact) = (Vec::new(), None);
        match (verdict, get) {
            (Verdict::Accepted, Some(path)) => match claim_value::find(
                self.verification.header.unwrap_or("{}"),
                self.verification.claims.unwrap_or("{}"),
                path,
            )? {
                Some(value) => {
                    data.value = Some(value.json);
                    artefact = Some(Artefact::line(value.line));
                }
                None => {
                    // The token is accepted, but the requested value is absent.
                    verdict = Verdict::Missed;
                    hints.push(format!("the token is accepted but has no {path}"));
                }
            },
            (Verdict::Accepted, None) => blocks = self.accepted(&data),
            _ => {
                blocks = self.rejected();
                hints.extend(self.other_reading(token, keyring));
                if has_several_lines(token) {
                    // Read as one token, the input is malformed in ways that mislead.
                    hints = vec!["use --lines to verify one token per line".to_owned()];
                }
            }
        }
        let findings = self.findings();
        let report = Report::new(VerifyCommand::NAME, verdict, &data)?;
        Ok(Outcome { artefact, ..Outcome::new(Report { blocks, findings, hints, ..report }) })
    }

    /// The JSON data.
    ///
    /// # Errors
    /// Internal errors only.
    pub fn data(&self) -> Result<VerifyOutput<'a>, Failure> {
        let raw = |text: Option<&'a str>| text.map(serde_json::from_str::<&RawValue>).transpose();
        let (header, claims) = (raw(self.verification.header)?, raw(self.verification.claims)?);
        if !self.verification.is_accepted() {
            let reasons = self.verification.reasons.iter().map(RejectReasonOutput::from).collect();
            let unverified = (header.is_some() || claims.is_some()).then_some(UnverifiedOutput { header, claims });
            return Ok(VerifyOutput { reasons, unverified, ..VerifyOutput::default() });
        }
        let key = self.verification.key.as_ref().map(|(member, _)| VerifyKeyOutput::from_entry(member));
        let (checked, unchecked) = self.checks();
        let expires_at = self.claims().and_then(|claims| claims.exp.present()).map(|exp| exp.ceil().0);
        let seconds_left = expires_at.map(|exp| exp.saturating_sub(self.now.0));
        Ok(VerifyOutput {
            header,
            claims,
            key,
            expires_at,
            seconds_left,
            checked,
            unchecked,
            ..VerifyOutput::default()
        })
    }

    /// [`Self::data`] of a token of `--lines`.
    ///
    /// # Errors
    /// Internal errors only.
    pub fn data_at(&self, place: SourceLine<'a>) -> Result<VerifyOutput<'a>, Failure> {
        Ok(VerifyOutput { source: Some(place.source), line: Some(place.line), ..self.data()? })
    }

    /// Names of the checked claims, and of those that the token has but no requirement covers.
    fn checks(&self) -> (Vec<&'a str>, Vec<&'a str>) {
        let (mut checked, mut unchecked) = (vec!["signature"], Vec::new());
        let Some(claims) = self.claims() else {
            return (checked, unchecked);
        };
        let requirements = self.requirements;
        let named = |name: &str| requirements.claim_names().any(|claim| claim == name);
        let kind = requirements.kind.is_some();
        let all = [
            ("exp", !claims.exp.is_absent(), true),
            ("nbf", !claims.nbf.is_absent(), true),
            ("iat", !claims.iat.is_absent(), requirements.max_age.is_some()),
            ("iss", !claims.iss.is_absent(), self.issuer_checked()),
            ("aud", !claims.aud.is_absent(), !requirements.any_audience),
            ("sub", !claims.sub.is_absent(), requirements.subject.is_some()),
            ("typ", true, requirements.typ.is_some() || kind),
        ];
        for (name, present, was_checked) in all {
            match (present, was_checked || (name != "typ" && named(name))) {
                (true, true) => checked.push(name),
                (true, false) => unchecked.push(name),
                (false, _) => {}
            }
        }
        // With several audiences azp is compared with --aud (OpenID Connect Core §3.1.3.7).
        let several = claims.aud.present().is_some_and(|aud| aud.len() > 1) && !requirements.audiences.is_empty();
        for name in ["azp", "nonce", "at_hash", "c_hash"] {
            let was_checked = name == "azp" && several && requirements.kind.is_some_and(|kind| kind.for_client);
            match claims.said(name) {
                Some(_) if was_checked => checked.push(name),
                Some(_) if kind && !named(name) => unchecked.push(name),
                _ => {}
            }
        }
        for name in requirements.claim_names() {
            if !checked.contains(&name) {
                checked.push(name);
            }
        }
        (checked, unchecked)
    }

    /// Whether an issuer is required, or the key is bound to one.
    fn issuer_checked(&self) -> bool {
        let bound = self.verification.key.as_ref().is_some_and(|(member, _)| member.issuer.is_some());
        !self.requirements.issuers.is_empty() || bound
    }

    /// Findings on an accepted token.
    pub fn findings(&self) -> Vec<Finding> {
        let (Some((_, weakness)), true) = (&self.verification.key, self.verification.is_accepted()) else {
            return Vec::new();
        };
        let claims = self.claims();
        let view = verification::AcceptedTokenView {
            iss: claims.and_then(|claims| claims.iss.present()).map(|iss| &**iss),
            issuer_checked: self.issuer_checked(),
            iat: claims.and_then(|claims| claims.iat.present()).map(|iat| iat.floor()),
            now: Some(self.now),
            leeway: self.requirements.leeway,
            high_s: self.verification.alg == "ES256K" && alg::has_high_s(self.verification.signature),
            weakness: *weakness,
        };
        rule::run_rules(verification::RULES, &view, &RuleConfig::default())
    }

    fn accepted(&self, data: &VerifyOutput<'_>) -> Vec<Block> {
        let (alg, member) = (self.verification.alg, self.verification.key.as_ref().map(|(member, _)| *member));
        let exp = self.claims().and_then(|claims| claims.exp.present()).map(|exp| exp.ceil());
        let key = member.map(|member| match &member.key.kid {
            Some(kid) => format!("key {}", first_line::short_kid(kid)),
            None => format!("key {}", member.source),
        });
        let answer = format!(": {alg}, {}, ", key.unwrap_or_default());
        let mut blocks = vec![Block::FirstLine(vec![
            (Tone::Good, "accepted".to_owned()),
            first_line::plain(answer),
            first_line::expiry(exp, self.now),
        ])];
        blocks.extend(self.verification.claims.map(|claims| Block::Json(claims.to_owned())));
        let mut rows = Vec::new();
        rows.extend(member.map(|member| ("key", format!("{} in {}", member.label(), member.source))));
        rows.extend(exp.map(|exp| ("expires", exp.to_string())));
        rows.push(("checked", data.checked.join(", ")));
        rows.extend((!data.unchecked.is_empty()).then(|| ("not checked", data.unchecked.join(", "))));
        blocks.push(fields(rows));
        blocks
    }

    fn rejected(&self) -> Vec<Block> {
        let reasons = &self.verification.reasons;
        let points = reasons
            .iter()
            .map(|reason| ListItem {
                tone: Tone::Bad,
                id: reason.id().to_owned(),
                message: reason.to_string(),
                details: Vec::new(),
            })
            .collect();
        let count = format_count(reasons.len(), "reason");
        vec![first_line::first_line(Tone::Bad, "rejected", count), Block::Points(points)]
    }

    /// After a mismatch with a raw secret: a hint if another encoding of its bytes matches. The verdict does not
    /// change.
    fn other_reading(&self, token: &[u8], keyring: &Keyring) -> Option<String> {
        if !self.verification.reasons.iter().any(|reason| matches!(reason, RejectReason::SignatureMismatch { .. })) {
            return None;
        }
        let algorithm = alg::find(self.verification.alg)?;
        let segments = Segments::cut(token, usize::MAX).ok()?;
        for member in keyring.members().iter().filter(|member| member.raw) {
            let authkit::key::Material::Secret(secret) = &member.key.material else { continue };
            for (reading, bytes) in key_spec::other_readings(secret.expose()) {
                let key = authkit::key::Key::new(authkit::key::Material::Secret(bytes));
                let matches = key
                    .verifier(algorithm)
                    .is_ok_and(|verifier| verifier.verify(segments.signing_input, self.verification.signature));
                if matches {
                    return Some(format!("the signature matches {} if it is read {reading}", member.source));
                }
            }
        }
        None
    }
}

/// Whether the input is several lines that each have the shape of a compact token.
fn has_several_lines(input: &[u8]) -> bool {
    let mut lines = input.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let is_token = |line: &[u8]| memchr::memchr_iter(b'.', line).count() == 2;
    lines.next().is_some_and(is_token) && lines.next().is_some_and(is_token)
}

/// Where a token of `--lines` is: its source, and the line in it, from 1.
#[derive(Clone, Copy)]
pub struct SourceLine<'a> {
    pub source: &'a str,
    pub line: u64,
}

/// The human-readable result line of one token of `--lines`: `accepted`, or four fields between tabs, which are
/// `rejected`, `FILE:LINE`, kid and sub as the token has them (unverified), and the reasons.
pub fn line(response: &VerifyResponse<'_>, place: SourceLine<'_>) -> String {
    /// The author of a token must not control how much of a log it fills.
    const LONGEST_NAME: usize = 64;
    let verification = response.verification;
    if verification.is_accepted() {
        return "accepted\n".to_owned();
    }
    let named = |name: &str, value: Option<&str>| match value {
        Some(value) => format!("{name} {}", escape::name(value, LONGEST_NAME)),
        None => format!("no {name}"),
    };
    let header = verification.header.and_then(|text| JoseHeader::parse(text).ok());
    let kid = header.as_ref().and_then(|header| header.kid.present()).map(|kid| &**kid);
    let sub = response.claims().and_then(|claims| claims.sub.present()).map(|sub| &**sub);
    let reasons: Vec<String> = verification.reasons.iter().map(|reason| format!("{}: {reason}", reason.id())).collect();
    let fields = [
        format!("{}:{}", place.source, place.line),
        format!("{}, {}", named("kid", kid), named("sub", sub)),
        reasons.join("; "),
    ];
    let fields = fields.map(|field| escape::line(&field).into_owned());
    format!("rejected\t{}\n", fields.join("\t"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_of_two_tokens_has_several_lines() {
        for (input, expected) in [("a.b.c", false), ("a.b.c\n", false), ("a.b\n.c", false), ("a.b.c\r\n\nd.e.f", true)]
        {
            assert_eq!(has_several_lines(input.as_bytes()), expected, "{input:?}");
        }
    }
}
