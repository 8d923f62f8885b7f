//! `decode --scan` and `decode --lines`: every token of a text. JSON output has one document per token.

use super::decoded_token::DecodedToken;
use super::output::{DecodeOutput, ValueLocation};
use super::{DecodeCommand, RunCommand as _};
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::global_args::OutputFormat;
use crate::cli::number_format::format_grouped_count;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::encoding::bounds::as_u64;
use authkit::finding::Finding;
use authkit::report::json::Envelope;
use authkit::report::{Artefact, Block, Report, Verdict};
use authkit::time::UnixTime;
use authkit::token::{compact, encoded_scan, scan};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What is decoded, and what of it is printed.
pub struct ManyTokens<'a> {
    pub context: &'a Context,
    pub now: UnixTime,
    /// The path of `--get`.
    pub get: Option<&'a str>,
    /// No token is no error.
    pub allow_empty: bool,
}

/// A token or a line, and its place.
struct Place<'t> {
    token: Cow<'t, [u8]>,
    line: u64,
    column: u64,
    encrypted: bool,
}

/// What was printed.
#[derive(Default)]
struct Printed {
    blocks: Vec<Block>,
    values: Vec<u8>,
    /// Tokens without the value of `--get`.
    without_value: u64,
    /// Lines that are no token.
    malformed: u64,
}

impl ManyTokens<'_> {
    /// Decodes every token in any text.
    pub fn scan(&self, text: &[u8], lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let plain = scan::scan(text).into_iter().map(|found| Place {
            token: Cow::Borrowed(found.token.as_bytes()),
            line: found.line,
            column: found.column,
            encrypted: found.encrypted,
        });
        let encoded = encoded_scan::scan_after(text, 0).into_iter().map(|found| Place {
            token: Cow::Owned(found.token.into_bytes()),
            line: found.line,
            column: found.column,
            encrypted: found.encrypted,
        });
        let mut places: Vec<Place<'_>> = plain.chain(encoded).collect();
        places.sort_by_key(|place| (place.line, place.column));
        self.decode(places, false, lines)
    }

    /// Decodes one token per line; blank lines are skipped.
    pub fn lines(&self, text: &[u8], lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let numbered = text.split(|byte| *byte == b'\n').map(compact::trim).zip(1_usize..);
        let places = numbered.filter(|(line, _)| !line.is_empty());
        let places = places.map(|(token, line)| Place {
            token: Cow::Borrowed(token),
            line: as_u64(line),
            column: 1,
            encrypted: false,
        });
        self.decode(places.collect(), true, lines)
    }

    fn decode(&self, places: Vec<Place<'_>>, by_line: bool, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        if places.is_empty() && !self.allow_empty {
            return Err(Failure::input("no token found").hint("pass --allow-empty to exit with 0"));
        }
        let mut printed = Printed::default();
        for (index, place) in places.iter().enumerate() {
            let decoded = DecodedToken::read(&place.token);
            printed.malformed = printed.malformed.saturating_add(u64::from(by_line && decoded.is_err()));
            if !self.print(index, place, decoded, &mut printed, lines)? {
                break;
            }
        }
        self.outcome(printed)
    }

    /// False if the reader of the output wants no more.
    fn print(
        &self,
        index: usize,
        place: &Place<'_>,
        decoded: Result<DecodedToken, Failure>,
        printed: &mut Printed,
        lines: &mut dyn LineSink,
    ) -> Result<bool, Failure> {
        let value = match (self.get, &decoded) {
            (Some(path), Ok(decoded)) => decoded.value(path).ok().flatten(),
            _ => None,
        };
        if self.get.is_some() && value.is_none() {
            printed.without_value = printed.without_value.saturating_add(1);
        }
        if self.context.format == OutputFormat::Json {
            let (mut data, findings) = self.data(place, &decoded)?;
            data.value = value.map(|value| value.json);
            return lines.write(json_line(index, data, &findings)?.as_bytes());
        }
        match value {
            Some(value) => printed.values.extend_from_slice(format!("{}\n", value.line).as_bytes()),
            None if self.get.is_some() => {}
            None => printed.blocks.extend(self.blocks(place, decoded)),
        }
        Ok(true)
    }

    fn data(
        &self,
        place: &Place<'_>,
        decoded: &Result<DecodedToken, Failure>,
    ) -> Result<(DecodeOutput, Vec<Finding>), Failure> {
        let (mut data, findings) = match decoded {
            Ok(decoded) => decoded.data(self.now)?,
            // Encrypted, or not a token after all: only the header can be decoded.
            Err(failure) => {
                let error = (!place.encrypted).then(|| failure.message.clone());
                (DecodeOutput { header: header(&place.token), error, ..DecodeOutput::default() }, Vec::new())
            }
        };
        data.place = Some(ValueLocation { line: place.line, column: place.column, encrypted: place.encrypted });
        Ok((data, findings))
    }

    fn blocks(&self, place: &Place<'_>, decoded: Result<DecodedToken, Failure>) -> Vec<Block> {
        let heading = format!("line {}, column {} ({} bytes)", place.line, place.column, place.token.len());
        match decoded {
            Ok(decoded) => {
                let mut blocks = vec![Block::Heading(heading)];
                if let Ok((data, _)) = decoded.data(self.now) {
                    let own = decoded.blocks(self.now, &data).into_iter();
                    blocks.extend(own.filter(|block| !matches!(block, Block::Heading(_))));
                }
                blocks
            }
            Err(failure) => vec![Block::Heading(heading), Block::Paragraph(failure.message)],
        }
    }

    fn outcome(&self, printed: Printed) -> Result<Outcome, Failure> {
        let is_json = self.context.format == OutputFormat::Json;
        let verdict = match self.get {
            Some(_) if printed.without_value > 0 => Verdict::Missed,
            Some(_) => Verdict::Met,
            None => Verdict::Done,
        };
        let report = Report::new(DecodeCommand::NAME, verdict, &())?;
        let mut hints = Vec::new();
        if let (Some(path), 1..) = (self.get, printed.without_value) {
            hints.push(format!("{} without {path}", format_grouped_count(printed.without_value, "token")));
        }
        if printed.malformed > 0 {
            hints.push(format!("{} without a token", format_grouped_count(printed.malformed, "line")));
        }
        let artefact = (self.get.is_some() && !is_json).then(|| Artefact::lines(printed.values));
        let ending = (printed.malformed > 0).then_some(FailureKind::Input);
        let report = Report { blocks: printed.blocks, hints, streamed: is_json, ..report };
        Ok(Outcome { artefact, ending, ..Outcome::new(report) })
    }
}

/// The first segment as JSON, if it is JSON.
fn header(token: &[u8]) -> Option<Box<RawValue>> {
    let segment = token.split(|byte| *byte == b'.').next()?;
    let text = String::from_utf8(authkit::encoding::base64url::decode(segment).ok()?).ok()?;
    RawValue::from_string(text).ok()
}

fn json_line(index: usize, data: DecodeOutput, findings: &[Finding]) -> Result<String, Failure> {
    let envelope = Envelope {
        schema: format!("authkit/{}/v1", DecodeCommand::NAME),
        index: u64::try_from(index).ok(),
        verdict: Verdict::Done,
        data,
        findings,
    };
    Ok(authkit::report::json::line(&envelope)?)
}
