//! `--lines`: verifies a stream of tokens, one per line, on all cores. Results keep the order of the input, and memory
//! is bounded by the batch.

use super::VerifyCommand;
use super::output::{SourceLine, VerifyResponse, line};
use crate::cli::commands::RunCommand as _;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::global_args::OutputFormat;
use crate::cli::input;
use crate::cli::line_batch::Batch;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::progress::Progress;
use crate::cli::system::{self, StopSignals};
use crate::cli::verification_keys::VerificationKeys;
use authkit::encoding::bounds::as_u64;
use authkit::finding::{format_count, format_counts};
use authkit::report::answer::AnswerLine;
use authkit::report::json::{self, Envelope};
use authkit::report::{Report, Tone, Verdict, human};
use authkit::time::UnixTime;
use authkit::token::compact;
use authkit::token::requirements::Requirements;
use authkit::token::verify::TokenVerifier;
use rayon::prelude::*;
use std::path::Path;

/// Bytes per task, extended to the end of the last line. Results are put in order after every task of a batch is done.
const TASK_BYTES: usize = 32 * 1024;

/// A run of `--lines`.
pub struct TokenStream<'a> {
    pub keys: VerificationKeys,
    pub requirements: &'a Requirements,
    pub context: &'a Context,
}

/// Input of a task; shared by all threads.
struct Task<'a> {
    keys: &'a VerificationKeys,
    requirements: &'a Requirements,
    now: UnixTime,
    /// Name of the source that is read.
    source: &'a str,
    /// `None`: results are counted and not written (`-q`).
    format: Option<OutputFormat>,
}

/// Results of one task, in order.
#[derive(Default)]
struct Chunk {
    text: Vec<u8>,
    accepted: u64,
    rejected: u64,
    /// A token may have been rejected only because the keys are stale.
    stale: bool,
}

/// Where a piece begins: the index of its first token in the stream, and its first line in the source, from 1.
#[derive(Clone, Copy)]
struct StreamPosition {
    index: u64,
    line: u64,
}

/// Counts over the whole stream.
#[derive(Default)]
struct StreamTotals {
    accepted: u64,
    rejected: u64,
    /// Some tokens may not have been verified.
    partial: bool,
    /// The output was closed by its reader.
    unread: bool,
}

impl StreamTotals {
    fn count(&self) -> u64 {
        self.accepted.saturating_add(self.rejected)
    }

    /// `verify: 999,200 accepted, 800 rejected in 1,000,000 tokens — failed`
    fn answer(&self) -> AnswerLine {
        let counts = format_counts(&[(self.accepted, "accepted"), (self.rejected, "rejected")]);
        let (counts, scope) = match self.count() {
            0 => ("no tokens".to_owned(), String::new()),
            count => (counts, format_count(count, "token")),
        };
        let reason = match (self.partial, self.rejected) {
            (false, _) => "",
            (true, 0) => "not all tokens were verified",
            (true, _) => "partial: not all tokens were verified",
        };
        let verdict = match (self.rejected, self.partial) {
            (1.., _) => (Tone::Bad, "failed"),
            (0, true) => (Tone::Warning, "partial"),
            (0, false) => (Tone::Good, "passed"),
        };
        AnswerLine {
            command: VerifyCommand::NAME.to_owned(),
            counts: (Tone::Plain, counts),
            scope,
            verdict,
            reason: reason.to_owned(),
        }
    }
}

impl TokenStream<'_> {
    /// Verifies all files in turn, or standard input.
    ///
    /// # Errors
    /// An unreadable source, keys that became unavailable, no token at all, or an output that was closed early.
    pub fn run(
        mut self,
        files: &[String],
        threads: Option<u16>,
        allow_empty: bool,
        lines: &mut dyn LineSink,
    ) -> Result<Outcome, Failure> {
        system::start_threads(threads)?;
        let signals = StopSignals::catch();
        let mut totals = StreamTotals::default();
        let progress = Progress::start_with_lines(self.context, "verifying");
        let sources: Vec<&str> = if files.is_empty() { vec!["-"] } else { files.iter().map(String::as_str).collect() };
        for source in sources {
            // Results that cannot be written are not computed.
            totals.partial |= totals.unread;
            if totals.partial {
                break;
            }
            let result = self.verify_source(source, &mut totals, &progress, &signals, lines);
            if let Err(failure) = result {
                totals.partial = true;
                lines.flush()?;
                if totals.count() > 0 {
                    self.summarise(&totals);
                }
                return Err(failure.after_no(totals.rejected > 0));
            }
        }
        lines.flush()?;
        drop(progress);
        if totals.count() > 0 || allow_empty {
            self.summarise(&totals);
        }
        if let Some(kind) = signals.received() {
            let how = if kind == FailureKind::Terminated { "terminated" } else { "interrupted" };
            return Err(Failure::new(kind, format!("{how}; the results so far are above")));
        }
        if totals.partial {
            let failure = Failure::environment("the output was closed before every token was verified");
            return Err(failure
                .hint("read all results, or use -q when only the exit code matters")
                .after_no(totals.rejected > 0));
        }
        if totals.count() == 0 && !allow_empty {
            return Err(Failure::input("no tokens to verify").hint("pass --allow-empty to exit with 0"));
        }
        let verdict = if totals.rejected == 0 { Verdict::Accepted } else { Verdict::Rejected };
        let report = Report::new(VerifyCommand::NAME, verdict, &())?;
        Ok(Outcome::new(Report { streamed: true, ..report }))
    }

    fn verify_source(
        &mut self,
        name: &str,
        totals: &mut StreamTotals,
        progress: &Progress,
        signals: &StopSignals,
        lines: &mut dyn LineSink,
    ) -> Result<(), Failure> {
        let mut reader = match name {
            "-" => input::stdin_stream(self.context, "the tokens")?,
            path => input::file_stream(Path::new(path.strip_prefix('@').unwrap_or(path)))?,
        };
        let source = if name == "-" { "standard input" } else { name.strip_prefix('@').unwrap_or(name) };
        let mut batch = Batch::new();
        let mut first_line = 1_u64;
        loop {
            let more = batch
                .fill(&mut *reader)
                .map_err(|error| Failure::environment(format!("cannot read {name}: {error}")))?;
            if !batch.complete_lines().is_empty() {
                self.verify_lines(batch.complete_lines(), SourceLine { source, line: first_line }, totals, lines)?;
                first_line = first_line.saturating_add(line_breaks(batch.complete_lines()));
                progress.say(|_| format!("{} verified", format_count(totals.count(), "token")));
            }
            totals.partial |= signals.is_received() || (more && totals.unread);
            if !more || totals.partial {
                return Ok(());
            }
            batch.keep_rest();
        }
    }

    /// Verifies complete lines at the current time with the current keys, and writes the results.
    fn verify_lines(
        &mut self,
        whole: &[u8],
        begin: SourceLine<'_>,
        totals: &mut StreamTotals,
        lines: &mut dyn LineSink,
    ) -> Result<(), Failure> {
        let now = self.keys.update(self.context)?;
        let first = StreamPosition { index: totals.count(), line: begin.line };
        let mut chunks = self.task(now, begin.source).chunks(first, whole)?;
        // Nothing is written yet: tokens that may need a newer key are verified again after a refresh.
        if chunks.iter().any(|chunk| chunk.stale) {
            if self.keys.refresh(self.context) {
                let now = self.keys.update(self.context)?;
                chunks = self.task(now, begin.source).chunks(first, whole)?;
            }
            self.context.tell_notes();
        }
        for chunk in chunks {
            totals.accepted = totals.accepted.saturating_add(chunk.accepted);
            totals.rejected = totals.rejected.saturating_add(chunk.rejected);
            totals.unread |= !lines.write(&chunk.text)?;
        }
        // Flush: a peer may wait for the result of each line.
        totals.unread |= !lines.hand_over()?;
        Ok(())
    }

    fn task<'t>(&'t self, now: UnixTime, source: &'t str) -> Task<'t> {
        let silent = self.context.quiet && self.context.format == OutputFormat::Human;
        Task {
            keys: &self.keys,
            requirements: self.requirements,
            now,
            source,
            format: (!silent).then_some(self.context.format),
        }
    }

    /// Writes the counts and the verdict to standard error, unless `-q`.
    fn summarise(&self, totals: &StreamTotals) {
        if self.context.quiet {
            return;
        }
        self.context.tell_notes();
        system::write_stderr(&human::answer(&totals.answer(), &self.context.error_look));
    }
}

impl Task<'_> {
    /// The results of complete lines, in order; `first` is where they begin.
    fn chunks(&self, first: StreamPosition, lines: &[u8]) -> Result<Vec<Chunk>, Failure> {
        let pieces = self.numbered(first, pieces(lines));
        pieces.into_par_iter().map(|(first, piece)| self.chunk(first, piece)).collect()
    }

    /// The pieces, each with where it begins if results are written.
    fn numbered<'b>(&self, first: StreamPosition, pieces: Vec<&'b [u8]>) -> Vec<(StreamPosition, &'b [u8])> {
        let Some(format) = self.format else {
            return pieces.into_iter().map(|piece| (first, piece)).collect();
        };
        // Only JSON has the index.
        let count = |piece: &&[u8]| if format == OutputFormat::Json { tokens(piece).count() } else { 0 };
        let counts: Vec<(usize, u64)> = pieces.par_iter().map(|piece| (count(piece), line_breaks(piece))).collect();
        let mut next = first;
        let numbers = counts.into_iter().map(|(tokens, lines)| {
            let begin = next;
            next.index = next.index.saturating_add(as_u64(tokens));
            next.line = next.line.saturating_add(lines);
            begin
        });
        numbers.zip(pieces).collect()
    }

    /// One task, with a separate verifier that parses the keys once and a header only when it changes.
    fn chunk(&self, first: StreamPosition, piece: &[u8]) -> Result<Chunk, Failure> {
        let mut verifier = TokenVerifier::new(&self.keys.keyring, self.requirements);
        let mut chunk = Chunk::default();
        for (index, (offset, token)) in (first.index..).zip(tokens(piece)) {
            let place = SourceLine { source: self.source, line: first.line.saturating_add(offset) };
            let verification = verifier.verify(token, self.now);
            let response = VerifyResponse::new(&verification, self.requirements, self.now);
            if verification.is_accepted() {
                chunk.accepted = chunk.accepted.saturating_add(1);
            } else {
                chunk.rejected = chunk.rejected.saturating_add(1);
                chunk.stale |= self.keys.may_be_stale(&verification.reasons);
            }
            match self.format {
                None => {}
                Some(OutputFormat::Json) => {
                    let schema = format!("authkit/{}/v1", VerifyCommand::NAME);
                    let findings = response.findings();
                    let envelope = Envelope {
                        schema,
                        index: Some(index),
                        verdict: response.verdict(),
                        data: response.data_at(place)?,
                        findings: &findings,
                    };
                    json::push_line(&mut chunk.text, &envelope)?;
                }
                Some(_) => chunk.text.extend(line(&response, place).into_bytes()),
            }
        }
        Ok(chunk)
    }
}

/// Splits `bytes` after line breaks into pieces of one task. Each task finds the lines of its piece.
fn pieces(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let enough = rest.get(TASK_BYTES..).unwrap_or_default();
        let end =
            memchr::memchr(b'\n', enough).map_or(rest.len(), |at| TASK_BYTES.saturating_add(at).saturating_add(1));
        let (piece, tail) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

/// Number of line breaks.
fn line_breaks(bytes: &[u8]) -> u64 {
    as_u64(memchr::memchr_iter(b'\n', bytes).count())
}

/// The tokens of a piece, each with the number of lines before it: its trimmed lines, without blank ones.
fn tokens(piece: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = piece;
    let lines = std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (line, tail) = rest.split_at_checked(end).filter(|_| !rest.is_empty())?;
        rest = tail.strip_prefix(b"\n").unwrap_or(tail);
        Some(line)
    });
    (0..).zip(lines.map(compact::trim)).filter(|(_, token)| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_of_a_stream_are_one_line_with_the_verdict() {
        let text = |totals: StreamTotals| -> String {
            totals.answer().pieces(true).into_iter().map(|(_, piece)| piece).collect()
        };
        let mixed = StreamTotals { accepted: 999_200, rejected: 800, ..StreamTotals::default() };
        assert_eq!(text(mixed), "verify: 999,200 accepted, 800 rejected in 1,000,000 tokens — failed");
        let good = StreamTotals { accepted: 1, ..StreamTotals::default() };
        assert_eq!(text(good), "verify: 1 accepted in 1 token — passed");
        assert_eq!(text(StreamTotals::default()), "verify: no tokens — passed");
        let partial = StreamTotals { accepted: 2, partial: true, ..StreamTotals::default() };
        assert_eq!(text(partial), "verify: 2 accepted in 2 tokens — partial (not all tokens were verified)");
    }

    #[test]
    fn pieces_of_any_input_end_at_line_breaks() {
        for length in [0, 1, 10, 300, TASK_BYTES - 1, TASK_BYTES, TASK_BYTES + 1, TASK_BYTES * 3] {
            let lines: Vec<String> =
                (0..TASK_BYTES * 4 / (length + 1)).map(|n| format!("{n}{}", "x".repeat(length))).collect();
            for end in ["", "\n", "\n\n \n"] {
                let text = format!("{}{end}", lines.join("\r\n"));
                let pieces = pieces(text.as_bytes());
                assert_eq!(pieces.concat(), text.as_bytes());
                assert!(pieces.iter().rev().skip(1).all(|piece| piece.ends_with(b"\n")));
                let found: Vec<&[u8]> = pieces.iter().flat_map(|piece| tokens(piece)).map(|(_, token)| token).collect();
                assert!(found.iter().eq(lines.iter().map(String::as_bytes).collect::<Vec<_>>().iter()), "{length}");
            }
        }
    }
    #[test]
    fn blank_lines_before_a_token_are_counted() {
        let found: Vec<(u64, &[u8])> = tokens(b"\n\r\na\n \nb").collect();
        assert_eq!(found, [(2, &b"a"[..]), (4, b"b")]);
    }
}
