//! The audit pipeline: blocks of the sources are read in order, and threads audit their parts. Each thread has its own
//! summary, and merging them is exact, so the result does not depend on the number of threads or their order.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::progress::{Progress, time_left};
use crate::cli::sources::{self, BlockPart, Expansion, LeftOut, SourceFormat, Sources};
use crate::cli::system::{self, StopSignals};
use authkit::audit::hmac_candidates::HmacCandidates;
use authkit::audit::observation::Position;
use authkit::audit::summary::{AuditSummary, SummarySettings as Sizes};
use authkit::audit::token_auditor::{FoundToken, TokenAuditor};
use authkit::encoding::bounds::as_u64;
use authkit::extract::{ExtractFailureReason, TokenMatch};
use authkit::finding::{format_count, format_count_of};
use authkit::rule_config::RuleConfig;
use authkit::settings::ignore_filter::IgnoreFilters;
use authkit::time::UnixTime;
use authkit::token::compact::MAX_BYTES;
use authkit::token::header_cache::HeaderCache;
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The options of one audit run.
pub struct Pipeline<'a> {
    pub context: &'a Context,
    pub rule_config: &'a RuleConfig,
    /// Without sources yet.
    pub filters: IgnoreFilters<'a>,
    /// Sample HMAC tokens for `--try-secrets`.
    pub crack: bool,
    pub sizes: Sizes,
    /// The format of every source; `None` detects it from the content.
    pub format: Option<SourceFormat>,
    /// Maximum expansion of compressed sources, as a multiple of their size.
    pub max_expansion: u64,
}

/// JSON data of `--try-secrets`: how many tokens were tried.
#[derive(Clone, Copy, serde::Serialize, schemars::JsonSchema)]
pub struct TriedSecrets {
    /// Tokens on which every secret was tried, one per HMAC header.
    pub tokens: usize,
    /// HMAC headers whose tokens were too long to try.
    pub not_tried: usize,
    /// There were more HMAC headers than the limit.
    pub more_headers: bool,
}

/// The result of a run: the summary, the ignore filters of the sources with findings, and the sampled HMAC tokens.
pub struct AuditRun<'s> {
    pub summary: AuditSummary,
    pub filters: IgnoreFilters<'s>,
    pub samples: HmacCandidates,
    pub secrets: Option<TriedSecrets>,
    pub sources: usize,
    pub left_out: NotRead,
    /// A source that could not be read, or a signal.
    pub ending: Option<FailureKind>,
    /// Why the only source cannot be read; not yet reported.
    pub unread: Option<String>,
}

/// Skipped files, by cause.
#[derive(Default)]
pub struct NotRead {
    pub ignored: LeftOut,
    pub binary: u64,
    pub unreadable: usize,
}

/// The state of one thread.
struct Worker<'w, 'p> {
    auditor: TokenAuditor<'w>,
    summary: AuditSummary,
    /// Only sources in which a finding was counted or ignored.
    filters: IgnoreFilters<'p>,
    samples: Option<HmacCandidates>,
}

impl<'a> Pipeline<'a> {
    /// Reads and audits all sources in order, or standard input.
    ///
    /// # Errors
    /// Two arguments read standard input, or threads cannot be started. A source that cannot be read is not an error
    /// here: it becomes a warning at the end and the `ending` of the run.
    pub fn run(&self, names: &[PathBuf], threads: Option<u16>) -> Result<AuditRun<'a>, Failure> {
        system::start_threads(threads)?;
        let signals = StopSignals::catch();
        let progress = Progress::start(self.context, "auditing");
        let mut sources = Sources::find(self.context, names, self.format.clone(), Expansion::new(self.max_expansion))?;
        let header_caches: Vec<HeaderCache> =
            (0..rayon::current_num_threads()).map(|_| HeaderCache::default()).collect();
        let mut blocks = sources.blocks();
        // One evaluation time for the whole run, or its counts would not be comparable: the time after the first block
        // was read, which may be all of a slow stream.
        let now = self.context.current_time();
        let workers = self.workers(&header_caches, now);
        let mut bytes = 0_u64;
        let stopped = loop {
            if blocks.is_empty() {
                break None;
            }
            let parts: Vec<BlockPart<'_>> = blocks.iter().flat_map(|block| block.parts()).collect();
            // Only the names of this round: there may be hundreds of thousands of sources.
            let first = blocks.first().map_or(0, |block| block.source);
            sources.forget_before(first);
            let names: Vec<&str> = (first..sources.count()).map(|source| sources.name(source)).collect();
            parts.par_iter().for_each(|part| {
                let worker = workers.get(rayon::current_thread_index().unwrap_or(0));
                let name = part.source.checked_sub(first).and_then(|at| names.get(at));
                if let (Some(worker), Some(name)) = (worker, name) {
                    worker.lock().unwrap_or_else(PoisonError::into_inner).work(part, name);
                }
            });
            bytes = blocks.iter().fold(bytes, |sum, block| sum.saturating_add(as_u64(block.bytes())));
            progress.say(|elapsed| progress_text(bytes, sources.progress(), elapsed));
            if let Some(kind) = signals.received() {
                break Some(kind);
            }
            blocks = sources.blocks();
        };
        self.merge(workers, &sources, now, stopped)
    }

    fn workers<'w>(&'w self, caches: &'w [HeaderCache], now: UnixTime) -> Vec<Mutex<Worker<'w, 'a>>> {
        let worker = |cache| {
            Mutex::new(Worker {
                auditor: TokenAuditor::new(self.rule_config, cache, now, MAX_BYTES),
                summary: AuditSummary::new(self.sizes(now)),
                filters: self.filters.clone(),
                samples: self.crack.then(HmacCandidates::default),
            })
        };
        caches.iter().map(worker).collect()
    }

    fn sizes(&self, now: UnixTime) -> Sizes {
        Sizes { now, ..self.sizes }
    }

    /// Merges the results of all threads, and reports the problems of the sources.
    fn merge(
        &self,
        workers: Vec<Mutex<Worker<'_, 'a>>>,
        sources: &Sources,
        now: UnixTime,
        stopped: Option<FailureKind>,
    ) -> Result<AuditRun<'a>, Failure> {
        let (mut summary, mut samples) = (AuditSummary::new(self.sizes(now)), HmacCandidates::default());
        let mut filters = self.filters.clone();
        for worker in workers {
            let worker = worker.into_inner().unwrap_or_else(PoisonError::into_inner);
            summary.merge(worker.summary).map_err(|error| Failure::internal(error.to_string()))?;
            samples.merge(worker.samples.unwrap_or_default());
            filters.merge(worker.filters);
        }
        for reason in &sources.left_out().not_applied {
            self.context.warn(reason.clone());
        }
        let (mut ending, mut unread) = (None, None);
        for problem in sources.problems() {
            let after = if problem.after > 0 {
                format!(" (after {})", format_count(problem.after, "line"))
            } else {
                String::new()
            };
            let text = format!("{}: {}{after}", problem.name, problem.what);
            match sources.problems().len() {
                1 if sources.count() == 0 => unread = Some(text),
                _ => self.context.warn(text),
            }
            ending = problem.kind.or(ending);
        }
        if sources.binary() > 0 {
            let files = format_count_of(sources.binary(), "binary file was", "binary files were");
            self.context.note(format!("{files} skipped"));
        }
        ending = stopped.or(ending);
        if ending.is_some() {
            summary.mark_partial();
        }
        let is_unread = |problem: &&sources::Problem| problem.kind.is_some() && problem.source.is_none();
        let unreadable = sources.problems().iter().filter(is_unread).count();
        let left_out = NotRead { ignored: sources.left_out().clone(), binary: sources.binary(), unreadable };
        Ok(AuditRun { summary, filters, samples, secrets: None, sources: sources.count(), left_out, ending, unread })
    }
}

/// Megabytes audited, throughput and the time left.
fn progress_text(bytes: u64, at: Option<sources::ReadProgress>, elapsed: Duration) -> String {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = bytes.checked_div(milliseconds).unwrap_or(0).checked_div(1_000).unwrap_or(0);
    let left = at.map_or_else(String::new, |at| time_left(at.read, at.all, elapsed));
    format!("audited {} MB, {rate} MB/s{left}", bytes.checked_div(1_000_000).unwrap_or(0))
}

impl Worker<'_, '_> {
    fn work(&mut self, part: &BlockPart<'_>, file: &str) {
        let Self { auditor, summary, filters, samples } = self;
        let filter = filters.source(file);
        summary.lines(part.lines());
        let mut ordinal = 0_u64;
        part.each(&mut |extracted| match extracted {
            Ok(TokenMatch { token, carrier, place, url, header }) => {
                ordinal = ordinal.saturating_add(1);
                let position = Position { line: place.line, column: place.column, ordinal };
                let url = source_url(url, header);
                let found = FoundToken { token: &token, carrier, position, file, url: url.as_deref() };
                if let Some(samples) = samples {
                    samples.see(&found);
                }
                auditor.audit(&found, filter, summary);
            }
            Err(failure) => {
                let position = Position { line: failure.line, column: 1, ordinal: 0 };
                match failure.why {
                    ExtractFailureReason::NotJson(problem) => summary.malformed(file, position, &problem),
                    ExtractFailureReason::NoField => summary.malformed(file, position, &"the field is missing"),
                    ExtractFailureReason::NotText(kind) => {
                        summary.malformed(file, position, &format_args!("the field is {kind}, not a string"));
                    }
                }
            }
        });
        filters.release(file);
    }
}

/// The URL and the header in which the token was found.
fn source_url(url: Option<String>, header: Option<String>) -> Option<String> {
    match (url, header) {
        (Some(url), Some(header)) => Some(format!("{url} {header}:")),
        (None, Some(header)) => Some(format!("{header}:")),
        (url, None) => url,
    }
}
