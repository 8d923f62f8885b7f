//! `authkit decode`: prints the header and claims of a token without verifying it. Every output states that nothing is
//! verified.

use super::RunCommand;
use crate::cli::claim_value::{self, ClaimValue};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::first_line;
use crate::cli::global_args::OutputFormat;
use crate::cli::input;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::token_argument;
use authkit::encoding::json::{self, JsonValue};
use authkit::encoding::{base64url, escape};
use authkit::finding::Finding;
use authkit::key::SHORT_KID;
use authkit::report::json::Envelope;
use authkit::report::{Artefact, Block, Report, Tone, Verdict, fields};
use authkit::rule;
use authkit::rule_config::RuleConfig;
use authkit::time::{Span, UnixTime};
use authkit::token::claims::{Claim, Claims};
use authkit::token::compact::{self, Segments};
use authkit::token::header::JoseHeader;
use authkit::token::jws_json::JwsJson;
use authkit::token::scan::{self, ScannedToken};
use clap::Args;
use serde_json::value::RawValue;
use std::borrow::Cow;

#[derive(Args)]
pub struct DecodeCommand {
    /// Decode a token, file, @FILE or - [default: standard input]
    #[arg(value_name = "TOKEN")]
    token: Vec<String>,

    /// Choose among several tokens in a text, by number or name
    #[arg(long, value_name = "N|NAME", conflicts_with = "scan")]
    pick: Option<String>,

    /// Print one claim: a name, a JSON Pointer, or header:NAME
    ///
    /// A JSON Pointer is for example /realm_access/roles/0. Strings are printed without quotes, hidden characters
    /// escaped. Exit code 1 if the value is absent.
    #[arg(long, value_name = "PATH", conflicts_with = "scan")]
    get: Option<String>,

    /// Exit with 1 if exp is sooner than this or absent
    ///
    /// exp is not verified.
    #[arg(long, value_name = "DURATION", conflicts_with = "scan")]
    valid_for: Option<String>,

    /// Find every token in any text: logs, HAR files, headers
    #[arg(long)]
    scan: bool,

    /// Exit with 0 if --scan finds no token
    #[arg(long, requires = "scan")]
    allow_empty: bool,
}

/// One decoded token. Nothing in it is verified.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct DecodeOutput {
    /// Always false: decode uses no key.
    verified: bool,
    header: Box<RawValue>,
    /// The claims as written; absent when the payload is not a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Box<RawValue>>,
    /// The payload as text, if it is not a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    signature_bytes: usize,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    /// Seconds until expiry at the evaluation time; negative after expiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_left: Option<i64>,
    /// The value of `--get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    /// With `--scan`: location of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<ValueLocation>,
}

/// Location in the input; counts from 1.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct ValueLocation {
    line: u64,
    column: u64,
    encrypted: bool,
}

impl RunCommand for DecodeCommand {
    const NAME: &'static str = "decode";
    const ABOUT: &'static str = "Decode a token without verifying it";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice | authkit decode
        authkit issue --sub alice | authkit decode --get sub
        authkit issue --sub alice | authkit decode --valid-for 5m && echo still good
        authkit issue --sub alice | authkit decode --get header:kid";
    type Data = DecodeOutput;

    fn run(self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let input = if self.scan {
            let text = self.token.first().map(String::as_str);
            input::decode_text(context, input::read_argument(context, text, "the text")?)
        } else {
            token_argument::read(context, &self.token, self.pick.as_deref())?
        };
        // Standard input may have blocked for hours: lifetimes are computed from the time after it was read.
        let now = context.current_time();
        if self.scan {
            return scan_all(input.bytes.expose(), self.allow_empty, now, context, lines);
        }
        let valid_for = self
            .valid_for
            .as_deref()
            .map(|text| Span::parse(text).map_err(|error| Failure::usage(format!("--valid-for: {error}"))))
            .transpose()?;
        let token = compact::trim(input.bytes.expose());
        let decoded = match compact::without_padding(token) {
            Some(bare) => {
                token_argument::warn_of_padding(context);
                DecodedToken::read(&bare)?
            }
            None => DecodedToken::read(token)?,
        };
        decoded.report(now, self.get.as_deref(), valid_for)
    }
}

/// The decoded parts of a token as text. The payload may be anything, not only claims.
struct DecodedToken {
    header: String,
    payload: String,
    claims: Result<(), json::JsonError>,
    signature_bytes: usize,
    bytes: usize,
}

impl DecodedToken {
    fn read(token: &[u8]) -> Result<Self, Failure> {
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
        let zip = header.object.get("zip").and_then(JsonValue::as_str);
        let shown = match std::str::from_utf8(payload) {
            Ok("") => "(empty, or detached)".to_owned(),
            Ok(text) => text.to_owned(),
            Err(_) => {
                let how =
                    zip.map(|zip| format!(", compressed with zip {}", escape::name(&zip, 20))).unwrap_or_default();
                format!("({} bytes that are not text{how})", payload.len())
            }
        };
        let claims = json::text(payload).and_then(Claims::parse).map(drop);
        Self { header: header.object.text().to_owned(), claims, payload: shown, signature_bytes, bytes }
    }

    fn data(&self, now: UnixTime) -> Result<(DecodeOutput, Vec<Finding>), Failure> {
        let raw = |text: &str| RawValue::from_string(text.trim().to_owned());
        let mut data = DecodeOutput {
            verified: false,
            header: raw(&self.header)?,
            claims: None,
            payload: None,
            signature_bytes: self.signature_bytes,
            expires_at: None,
            seconds_left: None,
            value: None,
            place: None,
        };
        if self.claims.is_err() {
            data.payload = Some(self.payload.clone());
            return Ok((data, Vec::new()));
        }
        data.claims = Some(raw(&self.payload)?);
        let (Ok(header), Ok(claims)) = (JoseHeader::parse(&self.header), Claims::parse(&self.payload)) else {
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

    fn report(&self, now: UnixTime, get: Option<&str>, valid_for: Option<Span>) -> Result<Outcome, Failure> {
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
    fn value(&self, path: &str) -> Result<Option<ClaimValue>, Failure> {
        match &self.claims {
            Err(error) if !path.starts_with("header:") => {
                Err(Failure::input(format!("the payload is not a claims set: {error}")))
            }
            claims => {
                let claims = if claims.is_ok() { self.payload.as_str() } else { "{}" };
                claim_value::find(&self.header, claims, path)
            }
        }
    }

    fn blocks(&self, now: UnixTime, data: &DecodeOutput) -> Vec<Block> {
        let mut blocks = vec![self.first_line(now, data)];
        blocks.extend([Block::Heading("Header (not verified)".to_owned()), Block::Json(self.header.clone())]);
        match &self.claims {
            Ok(()) => {
                blocks.push(Block::Heading("Claims (not verified)".to_owned()));
                blocks.push(Block::Json(self.payload.clone()));
            }
            Err(error) => {
                blocks.push(Block::Heading(format!("Payload (not verified; not a claims set: {error})")));
                blocks.push(Block::Paragraph(self.payload.clone()));
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
        if let Ok(claims) = Claims::parse(&self.payload) {
            let expiry = match claims.exp {
                Claim::Malformed(_) => (Tone::Bad, "exp is malformed".to_owned()),
                _ => first_line::expiry(data.expires_at.map(UnixTime), now),
            };
            spans.extend([first_line::plain(", "), expiry]);
        }
        Block::FirstLine(spans)
    }
}

/// Decodes every token of a text with its location; JSON output has one document per line.
fn scan_all(
    text: &[u8],
    allow_empty: bool,
    now: UnixTime,
    context: &Context,
    lines: &mut dyn LineSink,
) -> Result<Outcome, Failure> {
    let found = scan::scan(text);
    if found.is_empty() && !allow_empty {
        return Err(Failure::input("no token found").hint("pass --allow-empty to exit with 0"));
    }
    let mut blocks = Vec::new();
    for (index, found) in found.iter().enumerate() {
        if context.format == OutputFormat::Json {
            let line = scanned_line(index, found, now)?;
            if !lines.write(line.as_bytes())? {
                break;
            }
        } else {
            blocks.extend(scanned_blocks(found, now));
        }
    }
    let report = Report::new(DecodeCommand::NAME, Verdict::Done, &())?;
    Ok(Outcome::new(Report { blocks, streamed: context.format == OutputFormat::Json, ..report }))
}

fn scanned_line(index: usize, found: &ScannedToken<'_>, now: UnixTime) -> Result<String, Failure> {
    let place = ValueLocation { line: found.line, column: found.column, encrypted: found.encrypted };
    let empty = || RawValue::from_string("{}".to_owned());
    let (mut data, findings) = match DecodedToken::read(found.token.as_bytes()) {
        Ok(decoded) => decoded.data(now)?,
        Err(_) => {
            // Encrypted, or not a token after all: only the header can be decoded.
            let header = found
                .token
                .split('.')
                .next()
                .and_then(|segment| authkit::encoding::base64url::decode(segment.as_bytes()).ok());
            let header = header
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .and_then(|text| RawValue::from_string(text).ok());
            let header = match header {
                Some(header) => header,
                None => empty()?,
            };
            let data = DecodeOutput {
                verified: false,
                header,
                claims: None,
                payload: None,
                signature_bytes: 0,
                expires_at: None,
                seconds_left: None,
                value: None,
                place: None,
            };
            (data, Vec::new())
        }
    };
    data.place = Some(place);
    let envelope = Envelope {
        schema: format!("authkit/{}/v1", DecodeCommand::NAME),
        index: u64::try_from(index).ok(),
        verdict: Verdict::Done,
        data,
        findings: &findings,
    };
    Ok(authkit::report::json::line(&envelope)?)
}

fn scanned_blocks(found: &ScannedToken<'_>, now: UnixTime) -> Vec<Block> {
    let place = format!("line {}, column {} ({} bytes)", found.line, found.column, found.token.len());
    match DecodedToken::read(found.token.as_bytes()) {
        Ok(decoded) => {
            let mut blocks = vec![Block::Heading(place)];
            if let Ok((data, _)) = decoded.data(now) {
                blocks
                    .extend(decoded.blocks(now, &data).into_iter().filter(|block| !matches!(block, Block::Heading(_))));
            }
            blocks
        }
        Err(failure) => vec![Block::Heading(place), Block::Paragraph(failure.message)],
    }
}
