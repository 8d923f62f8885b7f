//! `--try-secrets`: is a token of one's own signed with a secret that anybody can guess?

use super::pipeline::Audited;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::progress::{Progress, time_left};
use authkit::guess::Lists;
use authkit::guess::attempt::{Guesser, Hits};
use authkit::guess::target::Target;
use authkit::policy::Policy;
use rayon::prelude::*;
use std::path::Path;

/// The most that is read of a word list.
const MAX_BYTES: usize = 512 * 1024 * 1024;

/// Candidates of one task, and tasks between two looks at the progress.
const TASK: usize = 1_024;
const ROUND: usize = 64;

/// Tries every candidate on the tokens that were kept; a hit becomes a finding.
///
/// # Errors
/// A word list that cannot be read.
pub fn try_all<'s>(
    mut audited: Audited<'s>,
    words: Option<&Path>,
    policy: &Policy,
    context: &Context,
) -> Result<Audited<'s>, Failure> {
    let words = words.map(|path| input::file(path, MAX_BYTES)).transpose()?;
    let words = words.as_ref().map_or(&[][..], |input| input.bytes.expose().as_slice());
    let lists = Lists::new(words).map_err(|_| Failure::bug("the published secrets cannot be unpacked"))?;
    let (samples, targets): (Vec<_>, Vec<Target>) = audited.samples.targets().into_iter().unzip();
    let hits = guess(&targets, &lists, context);
    for (sample, hit) in samples.into_iter().zip(hits.as_slice()) {
        let Some(origin) = hit.as_ref().and_then(|hit| lists.origin(hit.candidate)) else { continue };
        if let Some((_, sieve)) = audited.sieves.iter_mut().find(|(name, _)| *name == sample.file) {
            audited.summary.guessed(&origin, &sample.file, sample.position, sieve, policy);
        }
    }
    if targets.is_empty() {
        context.say("there was no HMAC token to try secrets on");
    }
    Ok(audited)
}

fn guess(targets: &[Target], lists: &Lists<'_>, context: &Context) -> Hits {
    let guesser = Guesser::new(targets);
    let progress = Progress::start(context, "trying secrets");
    let candidates: Vec<&[u8]> = lists.candidates().collect();
    let mut hits = guesser.nothing();
    for (round, some) in candidates.chunks(TASK.saturating_mul(ROUND)).enumerate() {
        if hits.is_complete() {
            break;
        }
        let first = round.saturating_mul(TASK).saturating_mul(ROUND);
        let found: Vec<Hits> = some
            .par_chunks(TASK)
            .enumerate()
            .map(|(task, some)| guesser.try_chunk(first.saturating_add(task.saturating_mul(TASK)), some, &hits))
            .collect();
        hits = found.into_iter().fold(hits, Hits::merge);
        let (tried, all) = (first.saturating_add(some.len()), candidates.len());
        progress.say(|elapsed| format!("tried {tried} of {all} secrets{}", time_left(size(tried), size(all), elapsed)));
    }
    hits
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
