//! Exchanges out of files.

use super::collected::{CollectedExchanges, parse_url};
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::input;
use crate::cli::lifecycle::ending;
use authkit::extract::har::{self, Entries, HarEntryError, HarError, Splitter};
use authkit::http::exchange::number_hops;
use authkit::probe::exchange_tokens::drop_plain_bodies;
use authkit::probe::recording::{self, Recording};
use authkit::probe::{MAX_ENTRIES, MAX_HELD_BYTES, ProbeInput, RequestFailure as NoAnswer, http_dump};
use std::io::Read;
use std::path::Path;

/// Bytes of a HAR that are read at a time.
const CHUNK: usize = 256 * 1024;

/// `--headers`.
///
/// # Errors
/// It cannot be read, or there is no response in it.
pub fn headers(name: &Path, urls: &[String], context: &Context) -> Result<CollectedExchanges, Failure> {
    let url = match urls {
        [] => None,
        [url] => Some(parse_url(url)?),
        _ => return Err(Failure::usage("--headers takes one URL: where the first response came from")),
    };
    let input = match name.to_str() {
        Some("-") => input::read_stdin(context, "--headers", input::MAX_INPUT_BYTES)?,
        _ => input::read_file(name, input::MAX_INPUT_BYTES)?,
    };
    let input = input::decode_text(context, input);
    let dump = http_dump::read(input.bytes.expose(), url.as_ref());
    let hints = vec!["curl -sD - -o /dev/null URL writes what --headers reads".to_owned()];
    let seen = ProbeInput { exchanges: dump.exchanges, ..ProbeInput::default() };
    Ok(CollectedExchanges {
        seen,
        file: Some(input.name),
        assumed: dump.assumed,
        hints,
        ..CollectedExchanges::default()
    })
}

/// `--replay`.
///
/// # Errors
/// It cannot be read, or is no recording.
pub fn replay(name: &Path, context: &Context) -> Result<CollectedExchanges, Failure> {
    let input = match name.to_str() {
        Some("-") => input::read_stdin(context, "--replay", recording::MAX_BYTES)?,
        _ => input::read_file(name, recording::MAX_BYTES)?,
    };
    let wrong = |why: String| Failure::input(format!("{} is no recording of probe: {why}", input.name));
    let recording = Recording::parse(input.bytes.expose()).map_err(wrong)?;
    let (insecure, partial) = (recording.insecure, recording.partial);
    let seen = recording.seen().map_err(wrong)?;
    // As the live run ended, so does this one.
    if seen.failures.iter().any(|failure| !failure.is_answer()) {
        context.set_exit_kind(FailureKind::Environment);
    }
    if let Some(kind) = seen.life.as_ref().and_then(|(_, story)| ending(story.ended.as_ref()?)) {
        context.set_exit_kind(kind);
    }
    Ok(CollectedExchanges { seen, insecure, partial, ..CollectedExchanges::default() })
}

/// `--har`.
///
/// # Errors
/// It cannot be read, or is none.
pub fn har(name: &Path, context: &Context) -> Result<CollectedExchanges, Failure> {
    let (mut reader, file): (Box<dyn Read>, _) = match name.to_str() {
        Some("-") => (input::stdin_stream(context, "--har")?, "standard input".to_owned()),
        _ => (input::file_stream(name)?, name.display().to_string()),
    };
    let mut got = CollectedExchanges { file: Some(file.clone()), ..CollectedExchanges::default() };
    let (mut splitter, mut chunk, mut unread, mut held) = (Splitter::default(), vec![0; CHUNK], 0_u64, 0_usize);
    loop {
        let count = match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::environment(format!("cannot read {file}: {error}"))),
        };
        let mut entries = Entries::default();
        splitter.feed(chunk.get(..count).unwrap_or_default(), &mut entries);
        for at in entries.places() {
            let bytes = take(har::exchange(entries.text(at), at), &mut got.seen);
            unread = unread.saturating_add(u64::from(bytes.is_none()));
            held = held.saturating_add(bytes.unwrap_or(0));
        }
        let count = got.seen.exchanges.len().saturating_add(got.seen.failures.len());
        if count >= MAX_ENTRIES || held >= MAX_HELD_BYTES {
            context.warn(format!("{file}: only the first {count} entries are judged: it is too large"));
            got.partial = true;
            break;
        }
    }
    number_hops(&mut got.seen.exchanges);
    if !got.partial {
        ended(&splitter, &file, &mut got, context)?;
    }
    if unread > 0 {
        let what = if unread == 1 {
            "entry is no sound HAR entry and was"
        } else {
            "entries are no sound HAR entries and were"
        };
        context.warn(format!("{file}: {unread} {what} passed over"));
        got.partial = true;
    }
    let cookies = |name: &str| {
        got.seen.exchanges.iter().any(|one| one.request.iter().chain(&one.headers).any(|header| header.is(name)))
    };
    if !got.seen.exchanges.is_empty() && !cookies("set-cookie") && !cookies("cookie") {
        let sanitized = "browsers leave cookies out of a HAR unless it is exported with sensitive data";
        context.warn(format!("{file} has no Cookie and no Set-Cookie header: {sanitized}"));
    }
    Ok(got)
}

/// Adds an entry to what was seen, and gives what is held of it in bytes; `None` when it is no entry.
fn take(entry: Result<authkit::http::exchange::Exchange, HarEntryError>, seen: &mut ProbeInput) -> Option<usize> {
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
            seen.failures.push(NoAnswer { url, method, hop: 0, kind, message });
        }
        Err(HarEntryError::NotHttp) => {}
        Err(HarEntryError::NotHar) => return None,
    }
    Some(0)
}

/// Says whether the file was whole.
fn ended(splitter: &Splitter, file: &str, got: &mut CollectedExchanges, context: &Context) -> Result<(), Failure> {
    match splitter.finish() {
        Ok(()) => Ok(()),
        Err(error @ HarError::NoEntries) => Err(Failure::input(format!("{file}: {error}"))),
        Err(error @ HarError::Cut { .. }) if got.seen.exchanges.is_empty() => {
            Err(Failure::input(format!("{file}: {error}")))
        }
        Err(error @ HarError::Cut { .. }) => {
            let what = if splitter.entries() == 1 { "entry before that is" } else { "entries before that are" };
            context.warn(format!("{file}: {error}; {} {what} judged", splitter.entries()));
            context.set_exit_kind(FailureKind::Input);
            got.partial = true;
            Ok(())
        }
    }
}
