//! Saved exchanges: header dumps, HAR files and recordings.

use super::collected::{CollectedExchanges, parse_http_url};
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::input;
use crate::cli::lifecycle::ending;
use authkit::encoding::bounds::head;
use authkit::extract::har::{self, Entries, HarEntryError, HarError, Splitter};
use authkit::finding::format_count_of;
use authkit::http::exchange::number_hops;
use authkit::probe::exchange_tokens::drop_plain_bodies;
use authkit::probe::recording::{self, Recording};
use authkit::probe::{MAX_ENTRIES, MAX_HELD_BYTES, ProbeInput, RequestFailure, http_dump};
use std::io::Read;
use std::path::Path;

/// Bytes of a HAR file that are read at a time.
const CHUNK: usize = 256 * 1024;

/// Reads the exchanges of `--headers`.
///
/// # Errors
/// The file cannot be read, or there is more than one URL.
pub fn headers(name: &Path, urls: &[String], context: &Context) -> Result<CollectedExchanges, Failure> {
    let url = match urls {
        [] => None,
        [url] => Some(parse_http_url(url)?),
        _ => return Err(Failure::usage("--headers takes at most one URL: the URL of the first response")),
    };
    let input = match name.to_str() {
        Some("-") => input::read_stdin(context, "--headers", input::MAX_INPUT_BYTES)?,
        _ => input::read_file(name, input::MAX_INPUT_BYTES)?,
    };
    let input = input::decode_text(context, input);
    let dump = http_dump::read(input.bytes.expose(), url.as_ref());
    let hints = vec!["save response headers with: curl -sD - -o /dev/null URL".to_owned()];
    let seen = ProbeInput { exchanges: dump.exchanges, ..ProbeInput::default() };
    Ok(CollectedExchanges {
        seen,
        file: Some(input.name),
        assumed: dump.assumed,
        hints,
        ..CollectedExchanges::default()
    })
}

/// Reads the recording of `--replay`, with the ending of the recorded run.
///
/// # Errors
/// The file cannot be read, or is not a recording.
pub fn replay(name: &Path, context: &Context) -> Result<CollectedExchanges, Failure> {
    let input = match name.to_str() {
        Some("-") => input::read_stdin(context, "--replay", recording::MAX_BYTES)?,
        _ => input::read_file(name, recording::MAX_BYTES)?,
    };
    let wrong = |why: String| Failure::input(format!("{} is not a recording of probe: {why}", input.name));
    let recording = Recording::parse(input.bytes.expose()).map_err(wrong)?;
    let (insecure, partial) = (recording.insecure, recording.partial);
    let seen = recording.seen().map_err(wrong)?;
    // A replay ends with the exit code of the live run.
    let is_unanswered = seen.failures.iter().any(|failure| !failure.is_answer());
    let life = seen.life.as_ref().and_then(|(_, trace)| ending(trace.ended.as_ref()?));
    let ending = life.or(is_unanswered.then_some(FailureKind::Environment));
    Ok(CollectedExchanges { seen, insecure, partial, ending, ..CollectedExchanges::default() })
}

/// Reads the exchanges of `--har`.
///
/// # Errors
/// The file cannot be read, or is not a HAR file.
pub fn har(name: &Path, context: &Context) -> Result<CollectedExchanges, Failure> {
    let (mut reader, file): (Box<dyn Read>, _) = match name.to_str() {
        Some("-") => (input::stdin_stream(context, "--har")?, "standard input".to_owned()),
        _ => (input::file_stream(name)?, name.display().to_string()),
    };
    let mut collected = CollectedExchanges { file: Some(file.clone()), ..CollectedExchanges::default() };
    let (mut splitter, mut chunk, mut malformed, mut held) = (Splitter::default(), vec![0; CHUNK], 0_u64, 0_usize);
    loop {
        let count = match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::environment(format!("cannot read {file}: {error}"))),
        };
        let mut entries = Entries::default();
        splitter.feed(head(&chunk, count), &mut entries);
        for at in entries.places() {
            let bytes = add_entry(har::exchange(entries.text(at), at), &mut collected.seen);
            malformed = malformed.saturating_add(u64::from(bytes.is_none()));
            held = held.saturating_add(bytes.unwrap_or(0));
        }
        let count = collected.seen.exchanges.len().saturating_add(collected.seen.failures.len());
        if count >= MAX_ENTRIES || held >= MAX_HELD_BYTES {
            context.warn(format!("{file} is too large: only the first {count} entries are checked"));
            collected.partial = true;
            break;
        }
    }
    number_hops(&mut collected.seen.exchanges);
    if !collected.partial {
        check_complete(&splitter, &file, &mut collected, context)?;
    }
    if malformed > 0 {
        let entries = format_count_of(malformed, "malformed HAR entry", "malformed HAR entries");
        context.warn(format!("{file}: skipped {entries}"));
        collected.partial = true;
    }
    let has_header = |name: &str| {
        collected.seen.exchanges.iter().any(|one| one.request.iter().chain(&one.headers).any(|header| header.is(name)))
    };
    if !collected.seen.exchanges.is_empty() && !has_header("set-cookie") && !has_header("cookie") {
        let reason = "browsers omit cookies from a HAR unless it is exported with sensitive data";
        context.warn(format!("{file} has neither Cookie nor Set-Cookie headers: {reason}"));
    }
    Ok(collected)
}

/// Adds a HAR entry to `seen` and returns the bytes that it holds; `None` if it is malformed.
fn add_entry(entry: Result<authkit::http::exchange::Exchange, HarEntryError>, seen: &mut ProbeInput) -> Option<usize> {
    match entry {
        Ok(mut exchange) => {
            drop_plain_bodies(&mut exchange);
            let bytes = exchange.held_bytes();
            seen.exchanges.push(exchange);
            return Some(bytes);
        }
        Err(HarEntryError::NoAnswer { url, why }) => {
            let message = HarEntryError::NoAnswer { url: url.clone(), why }.to_string();
            let (method, kind) = ("GET".to_owned(), "no-answer".to_owned());
            seen.failures.push(RequestFailure { url, method, hop: 0, kind, message });
        }
        Err(HarEntryError::NotHttp) => {}
        Err(HarEntryError::NotHar) => return None,
    }
    Some(0)
}

/// Fails if the HAR file is truncated or has no entries; with entries before the cut, the result is partial.
fn check_complete(
    splitter: &Splitter,
    file: &str,
    collected: &mut CollectedExchanges,
    context: &Context,
) -> Result<(), Failure> {
    match splitter.finish() {
        Ok(()) => Ok(()),
        Err(error @ HarError::NoEntries) => Err(Failure::input(format!("{file}: {error}"))),
        Err(error @ HarError::Cut { .. }) if collected.seen.exchanges.is_empty() => {
            Err(Failure::input(format!("{file}: {error}")))
        }
        Err(error @ HarError::Cut { .. }) => {
            let entries = format_count_of(splitter.entries(), "entry before that is", "entries before that are");
            context.warn(format!("{file}: {error}; {entries} checked"));
            collected.end_with(Some(FailureKind::Input));
            collected.partial = true;
            Ok(())
        }
    }
}
