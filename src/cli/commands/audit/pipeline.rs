//! From sources to one summary: blocks are read one after another, and their parts are shared among
//! threads. Each thread has a summary of its own; adding them up is exact, so that neither their number nor
//! their order shows.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::progress::{Progress, time_left};
use crate::cli::sources::{self, BlockPart, Expansion, LeftOut, SourceFormat, Sources};
use crate::cli::system;
use authkit::audit::hmac_candidates::HmacCandidates;
use authkit::audit::observation::Position;
use authkit::audit::summary::{AuditSummary, SummarySettings as Sizes};
use authkit::audit::token_auditor::{FoundToken, TokenAuditor};
use authkit::extract::{ExtractFailureReason, TokenMatch, TokenPosition};
use authkit::finding::format_count;
use authkit::rule_config::RuleConfig;
use authkit::settings::ignore_filter::IgnoreFilter;
use authkit::settings::ignores::Ignore;
use authkit::time::UnixTime;
use authkit::token::compact::MAX_BYTES;
use authkit::token::header_cache::HeaderCache;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub struct Pipeline<'a> {
    pub context: &'a Context,
    pub policy: &'a RuleConfig,
    pub ignores: &'a [Ignore],
    /// Count findings for a baseline.
    pub tally: bool,
    /// Keep tokens whose secret may be guessed.
    pub guess: bool,
    pub sizes: Sizes,
    /// How every source is read; absent: each says by its content.
    pub format: Option<SourceFormat>,
    /// How many times their size compressed sources may expand.
    pub max_expansion: u64,
}

/// What `--try-secrets` tried.
#[derive(Clone, Copy, serde::Serialize, schemars::JsonSchema)]
pub struct TriedSecrets {
    /// Tokens on which every secret was tried, one for each HMAC header.
    pub tokens: usize,
    /// HMAC headers whose tokens are too long to be tried.
    pub not_tried: usize,
    /// There were more HMAC headers than are looked at.
    pub more_headers: bool,
}

/// What came of it: the summary, the sieve of each source that has findings, and tokens whose secret may be guessed.
pub struct AuditRun<'s> {
    pub summary: AuditSummary,
    /// By name; that without a name knows all ignores.
    pub sieves: BTreeMap<String, IgnoreFilter<'s>>,
    pub samples: HmacCandidates,
    pub secrets: Option<TriedSecrets>,
    pub sources: usize,
    pub left_out: NotRead,
}

/// Files that were not read, by cause.
#[derive(Default)]
pub struct NotRead {
    pub ignored: LeftOut,
    pub binary: u64,
    pub unreadable: usize,
}

/// What one thread has.
struct Worker<'w, 'p> {
    examiner: TokenAuditor<'w>,
    summary: AuditSummary,
    /// By the name of their source, where a finding was counted or ignored.
    sieves: BTreeMap<String, IgnoreFilter<'p>>,
    samples: Option<HmacCandidates>,
}

impl<'a> Pipeline<'a> {
    /// Reads all sources in turn, or standard input.
    ///
    /// # Errors
    /// Standard input that two arguments want; a source that cannot be read is said at the end, and shows
    /// in the exit code.
    pub fn run(&self, names: &[PathBuf], threads: Option<u16>) -> Result<AuditRun<'a>, Failure> {
        if let Some(threads) = threads {
            let built = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
            built.map_err(|error| Failure::environment(format!("threads cannot be started: {error}")))?;
        }
        let (interrupted, terminated) = system::register_signal_flags();
        let stopped = || match (terminated.load(Ordering::Relaxed), interrupted.load(Ordering::Relaxed)) {
            (true, _) => Some(FailureKind::Terminated),
            (_, true) => Some(FailureKind::Interrupted),
            _ => None,
        };
        let progress = Progress::start(self.context, "auditing");
        let mut sources = Sources::find(self.context, names, self.format.clone(), Expansion::new(self.max_expansion))?;
        let shelves: Vec<HeaderCache> = (0..rayon::current_num_threads()).map(|_| HeaderCache::default()).collect();
        let mut blocks = sources.blocks();
        // One instant for the whole run, or its counts would mean nothing: that at which the first block, which may be
        // all of a slow stream, was read.
        let now = self.context.current_time();
        let workers = self.workers(&shelves, now);
        let mut bytes = 0_u64;
        let stopped = loop {
            if blocks.is_empty() {
                break None;
            }
            let parts: Vec<BlockPart<'_>> = blocks.iter().flat_map(|block| block.parts()).collect();
            // Of this round alone: there may be hundreds of thousands of sources.
            let first = blocks.first().map_or(0, |block| block.source);
            sources.forget_before(first);
            let names: Vec<&str> = (first..sources.count()).map(|source| sources.name(source)).collect();
            let (ignores, tally) = (self.ignores, self.tally);
            parts.par_iter().for_each(|part| {
                let worker = workers.get(rayon::current_thread_index().unwrap_or(0));
                let name = part.source.checked_sub(first).and_then(|at| names.get(at));
                if let (Some(worker), Some(name)) = (worker, name) {
                    worker.lock().unwrap_or_else(PoisonError::into_inner).work(part, name, ignores, tally);
                }
            });
            bytes = blocks
                .iter()
                .fold(bytes, |sum, block| sum.saturating_add(u64::try_from(block.bytes()).unwrap_or(u64::MAX)));
            progress.say(|elapsed| said(bytes, sources.progress(), elapsed));
            if let Some(kind) = stopped() {
                break Some(kind);
            }
            blocks = sources.blocks();
        };
        self.add_up(workers, &sources, now, stopped)
    }

    fn workers<'w>(&'w self, shelves: &'w [HeaderCache], now: UnixTime) -> Vec<Mutex<Worker<'w, 'a>>> {
        let worker = |shelf| {
            Mutex::new(Worker {
                examiner: TokenAuditor::new(self.policy, shelf, now, MAX_BYTES),
                summary: AuditSummary::new(self.sizes(now)),
                sieves: BTreeMap::new(),
                samples: self.guess.then(HmacCandidates::default),
            })
        };
        shelves.iter().map(worker).collect()
    }

    fn sizes(&self, now: UnixTime) -> Sizes {
        Sizes { now, ..self.sizes }
    }

    /// The work of all threads in one, and what went wrong on the way.
    fn add_up(
        &self,
        workers: Vec<Mutex<Worker<'_, 'a>>>,
        sources: &Sources,
        now: UnixTime,
        stopped: Option<FailureKind>,
    ) -> Result<AuditRun<'a>, Failure> {
        let (mut summary, mut samples) = (AuditSummary::new(self.sizes(now)), HmacCandidates::default());
        let mut sieves = BTreeMap::from([(String::new(), IgnoreFilter::new(self.ignores, "", self.tally))]);
        for worker in workers {
            let worker = worker.into_inner().unwrap_or_else(PoisonError::into_inner);
            summary.merge(worker.summary).map_err(|error| Failure::bug(error.to_string()))?;
            samples.merge(worker.samples.unwrap_or_default());
            for (name, sieve) in worker.sieves {
                match sieves.entry(name) {
                    Entry::Occupied(mut own) => own.get_mut().merge(sieve),
                    Entry::Vacant(free) => drop(free.insert(sieve)),
                }
            }
        }
        for reason in &sources.left_out().not_applied {
            self.context.warn(reason.clone());
        }
        for problem in sources.problems() {
            let after = if problem.after > 0 {
                format!(" (after {})", format_count(problem.after, "line"))
            } else {
                String::new()
            };
            self.context.warn(format!("{}: {}{after}", problem.name, problem.what));
            if let Some(kind) = problem.kind {
                self.context.set_exit_kind(kind);
                summary.mark_partial();
            }
        }
        match sources.binary() {
            0 => {}
            1 => self.context.note("1 binary file was skipped"),
            count => self.context.note(format!("{count} binary files were skipped")),
        }
        if let Some(kind) = stopped {
            summary.mark_partial();
            self.context.set_exit_kind(kind);
        }
        let unread = |problem: &&sources::Problem| problem.kind.is_some() && problem.source.is_none();
        let unreadable = sources.problems().iter().filter(unread).count();
        let left_out = NotRead { ignored: sources.left_out().clone(), binary: sources.binary(), unreadable };
        Ok(AuditRun { summary, sieves, samples, secrets: None, sources: sources.count(), left_out })
    }
}

/// How far, how fast, and how long it will take.
fn said(bytes: u64, at: Option<sources::ReadProgress>, elapsed: Duration) -> String {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = bytes.checked_div(milliseconds).unwrap_or(0).checked_div(1_000).unwrap_or(0);
    let left = at.map_or_else(String::new, |at| time_left(at.read, at.all, elapsed));
    format!("audited {} MB, {rate} MB/s{left}", bytes.checked_div(1_000_000).unwrap_or(0))
}

impl<'p> Worker<'_, 'p> {
    fn work(&mut self, part: &BlockPart<'_>, file: &str, ignores: &'p [Ignore], tally: bool) {
        let Self { examiner, summary, sieves, samples } = self;
        let mut sieve = sieves.remove(file).unwrap_or_else(|| IgnoreFilter::new(ignores, file, tally));
        summary.lines(part.lines());
        let mut ordinal = 0_u64;
        part.each(&mut |seen| match seen {
            Ok(TokenMatch { token, carrier, place }) => {
                ordinal = ordinal.saturating_add(1);
                let position = Position { line: place.line, column: place.column, ordinal };
                let url = came_with(&place);
                let seen = FoundToken { token: &token, carrier, position, file, url: url.as_deref() };
                if let Some(samples) = samples {
                    samples.see(&seen);
                }
                examiner.audit(&seen, &mut sieve, summary);
            }
            Err(miss) => {
                let position = Position { line: miss.line, column: 1, ordinal: 0 };
                match miss.why {
                    ExtractFailureReason::NotJson(problem) => summary.malformed(file, position, &problem),
                    ExtractFailureReason::NoField => {
                        summary.malformed(file, position, &"the line does not have the field")
                    }
                    ExtractFailureReason::NotText(kind) => {
                        summary.malformed(file, position, &format_args!("the field is {kind}, not a string"));
                    }
                }
            }
        });
        // Most of many thousand files hold nothing that is counted.
        if !sieve.is_unused() {
            sieves.insert(file.to_owned(), sieve);
        }
    }
}

/// The URL and the header that a token came with.
fn came_with(place: &TokenPosition) -> Option<String> {
    match (&place.url, &place.header) {
        (Some(url), Some(header)) => Some(format!("{url} {header}:")),
        (Some(url), None) => Some(url.clone()),
        (None, Some(header)) => Some(format!("{header}:")),
        (None, None) => None,
    }
}
