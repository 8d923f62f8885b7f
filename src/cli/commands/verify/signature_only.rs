//! `--signature-only`: verifies the signatures of a JWS in any serialization, over any payload. Claims are not checked,
//! so keys that are bound to an issuer are refused.

use super::VerifyCommand;
use super::output::{SignatureOutput, VerifyKeyOutput, VerifyOutput};
use crate::cli::commands::RunCommand as _;
use crate::cli::failure::Failure;
use crate::cli::first_line::first_line;
use crate::cli::input;
use crate::cli::outcome::Outcome;
use authkit::report::{Block, ListItem, Report, Tone, Verdict};
use authkit::token::keyring::Keyring;
use authkit::token::reject_reason::{self, RejectReason, RejectReasonOutput};
use authkit::token::requirements::Requirements;
use authkit::token::signature_only::{self, SignatureResult};
use serde_json::value::RawValue;
use std::path::Path;

/// Verifies every signature over a payload.
///
/// # Errors
/// An unreadable payload, text that is not UTF-8, or a key that is bound to an issuer.
pub fn verify(
    token: &[u8],
    payload: Option<&Path>,
    all: bool,
    keyring: &Keyring,
    requirements: &Requirements,
) -> Result<Outcome, Failure> {
    if let Some(member) = keyring.members().iter().find(|member| member.issuer.is_some()) {
        return Err(Failure::usage(format!(
            "the key {} is bound to an issuer, but --signature-only does not check claims",
            member.label()
        )));
    }
    let detached = payload.map(|path| input::read_file(path, input::MAX_INPUT_BYTES)).transpose()?;
    let text = String::from_utf8_lossy(token);
    let result = signature_only::verify(
        &text,
        detached.as_ref().map(|input| input.bytes.expose().as_slice()),
        keyring,
        requirements,
    );
    let accepted = result.is_accepted(all);
    let signatures = result.signatures.iter().map(signature).collect::<Result<Vec<_>, _>>()?;
    let payload_text =
        result.payload.as_ref().filter(|_| accepted).and_then(|bytes| String::from_utf8(bytes.clone()).ok());
    let data = VerifyOutput {
        reasons: result.reasons.iter().map(RejectReasonOutput::from).collect(),
        signatures,
        payload: payload_text.clone(),
        checked: if accepted { vec!["signature"] } else { Vec::new() },
        ..VerifyOutput::default()
    };
    let verdict = if accepted { Verdict::Accepted } else { Verdict::Rejected };
    let reasons = result.reasons.iter().chain(result.signatures.iter().flat_map(|one| &one.reasons));
    let mut hints: Vec<String> = reasons.filter_map(RejectReason::hint).collect();
    hints.dedup();
    let several = result.signatures.len() > 1;
    if accepted && several && !all && result.signatures.iter().any(|one| one.key.is_none()) {
        hints.push("one valid signature is sufficient; pass --all-signatures to require every one".to_owned());
    }
    let report = Report::new(VerifyCommand::NAME, verdict, &data)?;
    let blocks = blocks(&result, accepted, payload_text);
    Ok(Outcome::new(Report { blocks, hints, ..report }))
}

fn is_valid(one: &SignatureResult<'_>) -> bool {
    one.reasons.is_empty() && one.key.is_some()
}

fn signature<'a>(one: &'a SignatureResult<'_>) -> Result<SignatureOutput<'a>, Failure> {
    Ok(SignatureOutput {
        verdict: if is_valid(one) { Verdict::Accepted } else { Verdict::Rejected },
        header: RawValue::from_string(one.header.trim().to_owned())?,
        unprotected: one.unprotected.clone(),
        key: one.key.map(VerifyKeyOutput::from_entry),
        reasons: one.reasons.iter().map(RejectReasonOutput::from).collect(),
    })
}

fn blocks(result: &signature_only::SignatureOnlyResult<'_>, accepted: bool, payload: Option<String>) -> Vec<Block> {
    let valid = result.signatures.iter().filter(|one| is_valid(one)).count();
    let (tone, word) = if accepted { (Tone::Good, "accepted") } else { (Tone::Bad, "rejected") };
    let rest = match (result.signatures.len(), accepted) {
        (0, _) => "no signature was verified".to_owned(),
        (1, true) => "the signature is valid; claims were not checked".to_owned(),
        (1, false) if result.signatures.iter().all(|one| one.key.is_some()) => {
            "the signature is valid, but its header is not acceptable".to_owned()
        }
        (1, false) => "the signature could not be verified".to_owned(),
        (all, true) => format!("{valid} of {all} signatures are valid; claims were not checked"),
        (all, false) => format!("{valid} of {all} signatures are valid"),
    };
    let mut points: Vec<ListItem> = result.reasons.iter().map(|reason| point(reason, None)).collect();
    for (n, one) in result.signatures.iter().enumerate() {
        let number = (result.signatures.len() > 1).then_some(n.saturating_add(1));
        points.extend(one.reasons.iter().map(|reason| point(reason, number)));
        if let Some(member) = one.key.filter(|_| is_valid(one)) {
            let place = number.map(|n| format!("signature {n} ")).unwrap_or_default();
            points.push(ListItem {
                tone: Tone::Good,
                id: "match".to_owned(),
                message: format!("{place}by key {}", member.label()),
                details: Vec::new(),
            });
        }
        if !one.unprotected.is_empty() {
            let message = format!("not protected by the signature: {}", reject_reason::quoted(&one.unprotected));
            points.push(ListItem { tone: Tone::Warning, id: "unprotected".to_owned(), message, details: Vec::new() });
        }
    }
    let mut blocks = vec![first_line(tone, word, rest), Block::Points(points)];
    if let Some(payload) = payload {
        blocks.push(Block::Heading("Payload".to_owned()));
        blocks.extend(payload.lines().map(|line| Block::Paragraph(line.to_owned())));
    }
    blocks
}

fn point(reason: &RejectReason, signature: Option<usize>) -> ListItem {
    let place = signature.map(|n| format!("signature {n}: ")).unwrap_or_default();
    ListItem { tone: Tone::Bad, id: reason.id().to_owned(), message: format!("{place}{reason}"), details: Vec::new() }
}
