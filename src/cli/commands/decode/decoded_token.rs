//! One token, decoded and not verified, and its report.

use super::output::DecodeOutput;
use super::{DecodeCommand, RunCommand as _};
use crate::cli::claim_value::{self, ClaimValue};
use crate::cli::failure::Failure;
use crate::cli::first_line;
use crate::cli::input;
use crate::cli::outcome::Outcome;
use authkit::encoding::json::{self, JsonValue};
use authkit::encoding::{base64url, escape};
use authkit::finding::Finding;
use authkit::key::SHORT_KID;
use authkit::report::{Artefact, Block, Report, Tone, Verdict, fields};
use authkit::rule;
use authkit::rule_config::RuleConfig;
use authkit::time::{Span, UnixTime};
use authkit::token::claims::{Claim, Claims};
use authkit::token::compact::{self, Segments};
use authkit::token::header::JoseHeader;
use authkit::token::jws_json::JwsJson;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The decoded parts of a token as text. The payload may be anything, not only claims.
pub struct DecodedToken {
    header: String,
    payload: Vec<u8>,
    claims: Result<(), json::JsonError>,
    /// The `zip` of the header.
    zip: Option<String>,
    signature_bytes: usize,
    bytes: usize,
}

impl DecodedToken {
    /// Decodes a token in the compact or the JSON serialisation.
    ///
    /// # Errors
    /// Not a JWT.
    pub fn read(token: &[u8]) -> Result<Self, Failure> {
        let invalid = |problem: String| Failure::input(format!("not a JWT: {problem}"));
        if token.starts_with(b"{") {
            return Self::from_json(token);
        }
        let segments = Segments::cut(token, input::MAX_INPUT_BYTES).map_err(|error| {
            invalid(error.to_string()).hint_if(match error {
                compact::CompactError::Encrypted => {
                    Some("run authkit inspect to explain the header of an encrypted token".to_owned())
                }
                compact::CompactError::Segments(_) => Some("use --scan to find tokens in other text".to_owned()),
                _ => None,
            })
        })?;
        let parts = segments.decode().map_err(|error| invalid(error.to_string()))?;
        let header = json::text(&parts.header)
            .and_then(JoseHeader::parse)
            .map_err(|error| invalid(format!("header: {error}")))?;
        Ok(Self::new(&header, &parts.payload, parts.signature.len(), token.len()))
    }

    /// The JSON serialisation (RFC 7515 §7.2): its payload and its first signature.
    fn from_json(text: &[u8]) -> Result<Self, Failure> {
        let invalid = |problem: String| Failure::input(format!("not a JWS in JSON: {problem}"));
        let text = json::text(text).map_err(|error| invalid(error.to_string()))?;
        let jws = JwsJson::parse(text).map_err(|error| invalid(error.to_string()))?;
        let first = jws.signatures.first().ok_or_else(|| invalid("no signatures".to_owned()))?;
        let header = JoseHeader::parse(&first.header).map_err(|error| invalid(format!("header: {error}")))?;
        let payload = jws.payload.as_deref().unwrap_or_default();
        let payload = if header.b64.present() == Some(&false) {
            payload.as_bytes().to_vec()
        } else {
            base64url::decode(payload.as_bytes()).map_err(|error| invalid(format!("payload: {error}")))?
        };
        Ok(Self::new(&header, &payload, first.signature.len(), text.len()))
    }

    fn new(header: &JoseHeader<'_>, payload: &[u8], signature_bytes: usize, bytes: usize) -> Self {
        let zip = header.object.get("zip").and_then(JsonValue::as_str).map(Cow::into_owned);
        let claims = json::text(payload).and_then(Claims::parse).map(drop);
        Self { header: header.object.text().to_owned(), claims, payload: payload.to_vec(), zip, signature_bytes, bytes }
    }

    /// The claims as text; an empty text if the payload is none.
    fn claims_text(&self) -> &str {
        let text = std::str::from_utf8(&self.payload).unwrap_or_default();
        if self.claims.is_ok() { text } else { "" }
    }

    /// The payload for people: a payload may be any bytes.
    fn shown_payload(&self) -> String {
        match std::str::from_utf8(&self.payload) {
            Ok("") => "(empty, or detached)".to_owned(),
            Ok(text) => text.to_owned(),
            Err(_) => {
                let zip = self.zip.as_deref();
                let how = zip.map(|zip| format!(", compressed with zip {}", escape::name(zip, 20))).unwrap_or_default();
                format!("({} bytes that are not text{how})", self.payload.len())
            }
        }
    }

    /// The data for output, and the findings.
    ///
    /// # Errors
    /// Internal errors only.
    pub fn data(&self, now: UnixTime) -> Result<(DecodeOutput, Vec<Finding>), Failure> {
        let raw = |text: &str| RawValue::from_string(text.trim().to_owned());
        let mut data = DecodeOutput {
            header: Some(raw(&self.header)?),
            signature_bytes: self.signature_bytes,
            ..DecodeOutput::default()
        };
        if self.claims.is_err() {
            data.payload = String::from_utf8(self.payload.clone()).ok().filter(|text| !text.is_empty());
            data.payload_bytes = Some(self.payload.len());
            return Ok((data, Vec::new()));
        }
        data.claims = Some(raw(self.claims_text())?);
        let (Ok(header), Ok(claims)) = (JoseHeader::parse(&self.header), Claims::parse(self.claims_text())) else {
            return Err(Failure::internal("cannot parse a decoded token a second time"));
        };
        let expiry = claims.exp.present().map(|exp| exp.ceil());
        data.expires_at = expiry.map(|exp| exp.0);
        data.seconds_left = expiry.map(|exp| exp.0.saturating_sub(now.0));
        let view = rule::token::TokenView::new(&header, &claims, self.bytes);
        // decode is not a check: only the finding that the token is unsigned is reported.
        let mut findings = rule::run_rules(rule::token::RULES, &view, &RuleConfig::default());
        findings.retain(|found| found.rule == "alg-none");
        Ok((data, findings))
    }

    /// The report of one token: its parts, the value of `--get`, or whether it is valid for long enough.
    ///
    /// # Errors
    /// `--get` of a claim of a payload that has none.
    pub fn report(&self, now: UnixTime, get: Option<&str>, valid_for: Option<Span>) -> Result<Outcome, Failure> {
        let (mut data, findings) = self.data(now)?;
        let mut blocks = Vec::new();
        let mut verdict = if get.is_some() || valid_for.is_some() { Verdict::Met } else { Verdict::Done };
        let (mut hints, mut artefact) = (Vec::new(), None);
        if let Some(path) = get {
            match self.value(path)? {
                Some(value) => {
                    data.value = Some(value.json);
                    artefact = Some(Artefact::line(value.line));
                }
                None => {
                    verdict = Verdict::Missed;
                    hints.push(format!("the token has no {path}"));
                }
            }
        } else if valid_for.is_none() {
            blocks = self.blocks(now, &data);
        }
        if let Some(span) = valid_for {
            let long_enough = data.expires_at.is_some_and(|exp| UnixTime(exp) >= now.plus(span));
            if !long_enough {
                verdict = Verdict::Missed;
            }
            if get.is_none() {
                let (tone, word) = if long_enough { (Tone::Good, "valid") } else { (Tone::Bad, "not valid") };
                let exp = data.expires_at.map(UnixTime);
                let date = exp.map(|exp| format!(" ({exp})")).unwrap_or_default();
                blocks.push(Block::FirstLine(vec![
                    (tone, word.to_owned()),
                    first_line::plain(format!(" for {span}, not verified: ")),
                    exp.map_or_else(
                        || first_line::plain("the token has no exp"),
                        |exp| first_line::expiry(Some(exp), now),
                    ),
                    first_line::plain(date),
                ]));
            }
        }
        let report = Report::new(DecodeCommand::NAME, verdict, &data)?;
        Ok(Outcome { artefact, ..Outcome::new(Report { blocks, findings, hints, ..report }) })
    }

    /// Looks up the value of `--get`.
    ///
    /// # Errors
    /// The payload is not a claims set.
    pub fn value(&self, path: &str) -> Result<Option<ClaimValue>, Failure> {
        match &self.claims {
            Err(error) if !path.starts_with("header:") => {
                Err(Failure::input(format!("the payload is not a claims set: {error}")))
            }
            claims => {
                let claims = if claims.is_ok() { self.claims_text() } else { "{}" };
                claim_value::find(&self.header, claims, path)
            }
        }
    }

    /// The human-readable parts.
    pub fn blocks(&self, now: UnixTime, data: &DecodeOutput) -> Vec<Block> {
        let mut blocks = vec![self.first_line(now, data)];
        blocks.extend([Block::Heading("Header (not verified)".to_owned()), Block::Json(self.header.clone())]);
        match &self.claims {
            Ok(()) => {
                blocks.push(Block::Heading("Claims (not verified)".to_owned()));
                blocks.push(Block::Json(self.claims_text().to_owned()));
            }
            Err(error) => {
                blocks.push(Block::Heading(format!("Payload (not verified; not a claims set: {error})")));
                blocks.push(Block::Paragraph(self.shown_payload()));
            }
        }
        if let Some(exp) = data.expires_at.map(UnixTime) {
            blocks.extend([Block::Gap, fields(vec![("expires", exp.to_string())])]);
        }
        blocks
    }

    /// `not verified: ES256, key YvD6f_DlTmt9…, expires in 15 min`
    fn first_line(&self, now: UnixTime, data: &DecodeOutput) -> Block {
        let header = JoseHeader::parse(&self.header).ok();
        let text = |claim: Option<&Claim<Cow<'_, str>>>| claim.and_then(Claim::present).map(ToString::to_string);
        let alg = text(header.as_ref().map(|header| &header.alg));
        let alg = alg.map_or_else(|| "no alg".to_owned(), |alg| escape::name(&alg, SHORT_KID));
        let key = first_line::key_name(text(header.as_ref().map(|header| &header.kid)).as_deref());
        let mut spans = vec![(Tone::Warning, "not verified".to_owned()), first_line::plain(format!(": {alg}, {key}"))];
        if let Ok(claims) = Claims::parse(self.claims_text()) {
            let expiry = match claims.exp {
                Claim::Malformed(_) => (Tone::Bad, "exp is malformed".to_owned()),
                _ => first_line::expiry(data.expires_at.map(UnixTime), now),
            };
            spans.extend([first_line::plain(", "), expiry]);
        }
        Block::FirstLine(spans)
    }
}
