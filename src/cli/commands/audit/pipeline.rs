//! From sources to one summary: blocks of whole lines are read one after another, and the lines of a block
//! are shared among threads. Each thread has a summary of its own; adding them up is exact, so that neither
//! their number nor their order shows.

use super::super::verify::lines::Batch;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, Kind};
use crate::cli::progress::Progress;
use crate::cli::{ambient, input};
use authkit::audit::examine::{Examiner, Sighted};
use authkit::audit::observation::Position;
use authkit::audit::summary::{Settings as Sizes, Summary};
use authkit::encoding::json::{Object, Value};
use authkit::policy::Policy;
use authkit::rule::token::Carrier;
use authkit::settings::ignore::Ignore;
use authkit::settings::sift::Sieve;
use authkit::token::compact::{self, MAX_BYTES};
use authkit::token::scan::scan;
use rayon::prelude::*;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

/// Bytes of one task.
const TASK_BYTES: usize = 64 * 1024;

/// How a source is read.
#[derive(Clone, Copy)]
pub enum Reading<'a> {
    Lines,
    Field(&'a str),
    AnyText,
}

pub struct Pipeline<'a> {
    pub context: &'a Context,
    pub policy: &'a Policy,
    pub ignores: &'a [Ignore],
    /// Count findings for a baseline.
    pub tally: bool,
    pub sizes: Sizes,
    pub reading: Reading<'a>,
    pub threads: Option<u16>,
}

/// What came of it: the summary, and the sieve of each source.
pub struct Audited<'s> {
    pub summary: Summary,
    pub sieves: Vec<(String, Sieve<'s>)>,
    pub sources: usize,
}

/// What one thread has.
struct Worker<'p> {
    examiner: Examiner<'p>,
    summary: Summary,
    sieve: Sieve<'p>,
}

/// Some whole lines of a block. `line` is the number of the first, from 1.
struct Task<'b> {
    text: &'b [u8],
    line: u64,
}

impl<'a> Pipeline<'a> {
    /// Reads all sources in turn, or standard input.
    ///
    /// # Errors
    /// A source that cannot be opened; what goes wrong later is said and ends with exit code 4.
    pub fn run(&self, sources: &[String]) -> Result<Audited<'a>, Failure> {
        if let Some(threads) = self.threads {
            let built = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
            built.map_err(|error| Failure::surroundings(format!("threads cannot be started: {error}")))?;
        }
        let (interrupted, terminated) = ambient::watch_signals();
        let stopped = || interrupted.load(Ordering::Relaxed) || terminated.load(Ordering::Relaxed);
        let progress = Progress::start(self.context, "auditing");
        let sources: Vec<&str> =
            if sources.is_empty() { vec!["-"] } else { sources.iter().map(String::as_str).collect() };
        let mut summary = Summary::new(self.sizes);
        let mut sieves = Vec::new();
        for name in &sources {
            let mut reader = self.open(name)?;
            let shown = if *name == "-" { "<stdin>" } else { name };
            let mut workers = self.workers(shown);
            let read = self.source(&mut *reader, shown, &workers, &progress, &stopped);
            let mut sieve = Sieve::new(self.ignores, shown, self.tally);
            for worker in workers.drain(..) {
                let worker = worker.into_inner().unwrap_or_else(PoisonError::into_inner);
                sieve.merge(worker.sieve);
                summary.merge(worker.summary).map_err(|error| Failure::bug(error.to_string()))?;
            }
            sieves.push((shown.to_owned(), sieve));
            if let Err(error) = read {
                self.context.warn(format!("{shown} could not be read to its end: {error}"));
                self.context.ends_with(Kind::Surroundings);
                summary.mark_partial();
            }
            if stopped() {
                summary.mark_partial();
                self.context.ends_with(if terminated.load(Ordering::Relaxed) {
                    Kind::Terminated
                } else {
                    Kind::Interrupted
                });
                break;
            }
        }
        Ok(Audited { summary, sieves, sources: sources.len() })
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read>, Failure> {
        match name {
            "-" => input::stdin_stream(self.context, "the tokens"),
            path => input::file_stream(Path::new(path.strip_prefix('@').unwrap_or(path))),
        }
    }

    fn workers(&self, file: &str) -> Vec<Mutex<Worker<'a>>> {
        let worker = |_| {
            Mutex::new(Worker {
                examiner: Examiner::new(self.policy, self.context.now, MAX_BYTES),
                summary: Summary::new(self.sizes),
                sieve: Sieve::new(self.ignores, file, self.tally),
            })
        };
        (0..rayon::current_num_threads()).map(worker).collect()
    }

    fn source(
        &self,
        reader: &mut dyn Read,
        file: &str,
        workers: &[Mutex<Worker<'a>>],
        progress: &Progress,
        stopped: &dyn Fn() -> bool,
    ) -> std::io::Result<()> {
        let (mut batch, mut line, mut bytes) = (Batch::new(), 1, 0_u64);
        let reading = self.reading;
        loop {
            let more = batch.fill(reader)?;
            let tasks = tasks(batch.text(), &mut line);
            tasks.par_iter().for_each(|task| {
                // The thread that calls has no number of its own; it takes the first worker.
                let place = rayon::current_thread_index().unwrap_or(0);
                if let Some(worker) = workers.get(place) {
                    let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
                    worker.work(task, file, reading);
                }
            });
            bytes = bytes.saturating_add(u64::try_from(batch.text().len()).unwrap_or(0));
            progress.say(format!("{} MB of {file}", bytes.checked_div(1_000_000).unwrap_or(0)));
            if !more || stopped() {
                return Ok(());
            }
            batch.keep_rest();
        }
    }
}

/// Cuts a block at line ends; `line` is the number of its first line, and then of the next block's.
fn tasks<'b>(mut text: &'b [u8], line: &mut u64) -> Vec<Task<'b>> {
    let mut tasks = Vec::new();
    while !text.is_empty() {
        let from = TASK_BYTES.min(text.len());
        let end = text.get(from..).and_then(|rest| memchr::memchr(b'\n', rest));
        let (task, rest) = text.split_at(end.map_or(text.len(), |end| from.saturating_add(end).saturating_add(1)));
        tasks.push(Task { text: task, line: *line });
        *line = line.saturating_add(u64::try_from(memchr::memchr_iter(b'\n', task).count()).unwrap_or(0));
        text = rest;
    }
    tasks
}

impl Worker<'_> {
    fn work(&mut self, task: &Task<'_>, file: &str, reading: Reading<'_>) {
        let lines = task.text.split_inclusive(|byte| *byte == b'\n');
        match reading {
            Reading::AnyText => {
                self.summary.lines(u64::try_from(lines.count()).unwrap_or(u64::MAX));
                for found in scan(task.text) {
                    let line = task.line.saturating_add(found.line).saturating_sub(1);
                    let position = Position { line, column: found.column, ordinal: 0 };
                    self.examine(found.token.as_bytes(), position, file);
                }
            }
            Reading::Lines => {
                for (line, text) in (task.line..).zip(lines) {
                    self.summary.lines(1);
                    let token = compact::trim(text);
                    if !token.is_empty() {
                        self.examine(token, Position { line, column: column(text, token), ordinal: 0 }, file);
                    }
                }
            }
            Reading::Field(path) => {
                for (line, text) in (task.line..).zip(lines) {
                    self.summary.lines(1);
                    if !text.trim_ascii().is_empty() {
                        self.field(text, path, Position { line, column: 1, ordinal: 0 }, file);
                    }
                }
            }
        }
    }

    fn field(&mut self, text: &[u8], path: &str, position: Position, file: &str) {
        let found = std::str::from_utf8(text.trim_ascii()).ok().and_then(|text| {
            let object = Object::parse(text).ok()?;
            let value = if path.starts_with('/') {
                Value::parse(object.text()).ok()?.pointer(path)?
            } else {
                let pointer: String = path.split('.').map(|name| format!("/{name}")).collect();
                object.get(path).or_else(|| Value::parse(object.text()).ok()?.pointer(&pointer))?
            };
            value.as_str().map(std::borrow::Cow::into_owned)
        });
        match found {
            Some(token) => self.examine(compact::trim(token.as_bytes()), position, file),
            None => self.summary.malformed(file, position, &format_args!("the line has no text at {path}")),
        }
    }

    fn examine(&mut self, token: &[u8], position: Position, file: &str) {
        let seen = Sighted { token, carrier: Carrier::Unknown, position, file, url: None };
        self.examiner.examine(&seen, &mut self.sieve, &mut self.summary);
    }
}

/// Where `part` begins in `line`, from 1. It was cut out of it.
fn column(line: &[u8], part: &[u8]) -> u64 {
    let from = memchr::memmem::find(line, part).unwrap_or(0);
    u64::try_from(from).unwrap_or(0).saturating_add(1)
}
