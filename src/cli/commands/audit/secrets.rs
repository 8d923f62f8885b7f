//! `--try-secrets`: an offline dictionary attack on the HMAC secrets of the audited tokens. It finds published and
//! listed secrets; a finding never contains the secret.

use super::pipeline::{AuditRun, TriedSecrets};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::progress::{Progress, time_left};
use authkit::audit::hmac_candidates::{MAX_HEADERS, MAX_TOKEN_BYTES, MAX_TRIED_BYTES, Targets};
use authkit::crack::SecretLists;
use authkit::crack::cracker::{CrackResults, Cracker};
use authkit::crack::target::HmacTarget;
use authkit::crack::word_list::MAX_LIST_BYTES;
use authkit::encoding::bounds::as_u64;
use authkit::finding::format_count;
use authkit::rule_config::RuleConfig;
use rayon::prelude::*;
use std::path::Path;

/// Candidate secrets per task, and tasks between two updates of the progress.
const TASK: usize = 1_024;
const ROUND: usize = 64;

/// Tries every candidate secret on the sampled tokens; a match becomes a finding.
///
/// # Errors
/// A word list that cannot be read.
pub fn try_all<'s>(
    mut audited: AuditRun<'s>,
    words: Option<&Path>,
    rule_config: &RuleConfig,
    context: &Context,
) -> Result<AuditRun<'s>, Failure> {
    let words = words.map(|path| input::read_file(path, MAX_LIST_BYTES)).transpose()?;
    let words = words.as_ref().map_or(&[][..], |input| input.bytes.expose().as_slice());
    let lists = SecretLists::new(words).map_err(|_| Failure::internal("cannot decompress the published secrets"))?;
    let candidates = std::mem::take(&mut audited.samples);
    let Targets { to_try, left_out, overflowed } = candidates.targets();
    let (samples, targets): (Vec<_>, Vec<HmacTarget>) = to_try.into_iter().unzip();
    let hits = crack(&targets, &lists, context);
    for (sample, hit) in samples.into_iter().zip(hits.as_slice()) {
        let Some(origin) = hit.as_ref().and_then(|hit| lists.origin(hit.candidate)) else { continue };
        let filter = audited.filters.source(&sample.file);
        audited.summary.record_cracked_secret(&origin, &sample.file, sample.position, filter, rule_config);
    }
    if targets.is_empty() && left_out == 0 {
        context.note("no HMAC tokens to try secrets on");
    }
    if left_out > 0 {
        let headers = format_count(left_out, "header");
        context.warn(format!(
            "no secrets were tried on the tokens of {headers}: tokens above {MAX_TOKEN_BYTES} bytes are skipped, \
             and so are the longest ones when all together exceed {MAX_TRIED_BYTES} bytes"
        ));
    }
    if overflowed {
        context.warn(format!("secrets were tried on the tokens of {MAX_HEADERS} headers only; the input has more"));
    }
    audited.secrets = Some(TriedSecrets { tokens: targets.len(), not_tried: left_out, more_headers: overflowed });
    Ok(audited)
}

fn crack(targets: &[HmacTarget], lists: &SecretLists<'_>, context: &Context) -> CrackResults {
    let cracker = Cracker::new(targets);
    let progress = Progress::start(context, "trying secrets");
    let candidates: Vec<&[u8]> = lists.candidates().collect();
    let mut hits = cracker.nothing();
    for (round, batch) in candidates.chunks(TASK.saturating_mul(ROUND)).enumerate() {
        if hits.is_complete() {
            break;
        }
        let first = round.saturating_mul(TASK).saturating_mul(ROUND);
        let found: Vec<CrackResults> = batch
            .par_chunks(TASK)
            .enumerate()
            .map(|(task, chunk)| cracker.try_chunk(first.saturating_add(task.saturating_mul(TASK)), chunk, &hits))
            .collect();
        hits = found.into_iter().fold(hits, CrackResults::merge);
        let (tried, all) = (first.saturating_add(batch.len()), candidates.len());
        progress
            .say(|elapsed| format!("tried {tried} of {all} secrets{}", time_left(as_u64(tried), as_u64(all), elapsed)));
    }
    hits
}
