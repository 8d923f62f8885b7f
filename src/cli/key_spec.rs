//! Key SPECs: the grammar of `-k SPEC`, KEY arguments and passphrases, the same in every command.

use super::context::Context;
use super::dotenv_spec;
use super::failure::Failure;
use super::input::{self, Input};
use super::key_file;
use super::loaded_keys::LoadedKeys;
use super::number_format::format_grouped_count;
#[cfg(feature = "net")]
use super::remote_keys;
use super::system;
use authkit::http::url::shown_reference;
use authkit::key::{self, KeyEncoding, KeyError, KeySet, KeySourceNote, detect};
use authkit::secret::Secret;
use base64ct::Encoding as _;
use std::path::Path;

/// How to decode the bytes of a SPEC.
pub enum SpecDecoding {
    Detect,
    /// A secret, even if it looks like something else.
    Raw,
    Secret,
    Hex,
    Base64,
}

/// Loads the keys that `spec` names.
///
/// # Errors
/// An unreadable or unavailable source, or no usable key in it.
pub fn load(context: &Context, spec: &str) -> Result<LoadedKeys, Failure> {
    if let Some((issuer, inner)) = split_issuer_binding(spec) {
        let loaded = load(context, inner)?;
        if loaded.issuer.as_deref().is_some_and(|own| own != issuer) {
            return Err(Failure::usage(format!("keys of {} cannot be bound to issuer {issuer}", loaded.source)));
        }
        return Ok(LoadedKeys { issuer: Some(issuer.to_owned()), ..loaded });
    }
    if is_network(spec) {
        let loaded = from_network(context, spec)?;
        return usable(context, loaded);
    }
    let (reading, input) = read(context, spec)?;
    trusted(context, &input)?;
    let set = parse(context, &reading, &input)?;
    let holds_private = set.keys.iter().any(|key| key.is_private() || key.is_secret());
    if input.exposure.readable && holds_private {
        context.warn(format!(
            "{} contains a private key or a secret and is readable by other users (chmod 600)",
            input.name
        ));
    }
    let raw = set.form == KeyEncoding::Raw && matches!(reading, SpecDecoding::Detect);
    usable(context, LoadedKeys { set, source: input.name, issuer: None, raw, freshness: None })
}

/// Checks that no other user can change a key or a passphrase: the owner of a verification key decides which tokens are
/// accepted. A group often contains only the user, so group access causes a warning only.
///
/// The superuser often reads keys of the user it works for (a service, the checkout of a CI job), so a foreign owner
/// causes a warning; for any other user it is an error.
///
/// # Errors
/// Other users can change it.
fn trusted(context: &Context, input: &Input) -> Result<(), Failure> {
    let Input { name, exposure, .. } = input;
    if let Some(why) = exposure.changeable() {
        let hint = match exposure.writable {
            true => format!("check its content, then run: chmod o-w {name}"),
            false => "copy it into a directory that you own, or pass it on standard input (-)".to_owned(),
        };
        return Err(Failure::input(format!("refusing to use {name} as a key: {why}")).hint(hint));
    }
    if exposure.group_writable {
        context.warn(format!("{name} or its directory is writable by its group (chmod g-w)"));
    }
    if exposure.of_other_user {
        context.warn(format!("{name} or its directory belongs to another user, who can change it"));
    }
    Ok(())
}

/// Warns of skipped members, and checks that there is a usable key.
///
/// # Errors
/// There is none.
pub fn usable(context: &Context, loaded: LoadedKeys) -> Result<LoadedKeys, Failure> {
    warn_of_skipped(context, &loaded);
    if loaded.set.keys.is_empty() {
        return Err(Failure::input(format!("{} has no usable key", loaded.source)));
    }
    Ok(loaded)
}

/// Whether `spec` names remote keys.
pub fn is_network(spec: &str) -> bool {
    let scheme = spec.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("https" | "http" | "oidc"))
}

fn from_network(context: &Context, spec: &str) -> Result<LoadedKeys, Failure> {
    let Some(settings) = context.network() else {
        return Err(Failure::usage(format!(
            "{}: a remote key set has no private keys; signing needs one",
            shown_reference(spec)
        ))
        .hint("use a file, env:NAME or the key store"));
    };
    #[cfg(feature = "net")]
    return remote_keys::load(context, settings, spec);
    #[cfg(not(feature = "net"))]
    {
        let _ = settings;
        let shown = shown_reference(spec);
        Err(Failure::usage(format!("{shown}: this authkit was built without network support (feature net)"))
            .hint("download the JWKS and name the file"))
    }
}

/// The text of the remote JWKS that `spec` names, as its host serves it.
///
/// # Errors
/// No network, or no response.
pub fn network_text(context: &Context, spec: &str) -> Result<String, Failure> {
    #[cfg(feature = "net")]
    if let Some(settings) = context.network() {
        return remote_keys::text(context, settings, spec);
    }
    // Without network support, this returns the reason.
    from_network(context, spec).and(Err(Failure::internal("no network support")))
}

/// Whether a KEY argument is a SPEC, not a kid.
pub fn is_spec(name: &str) -> bool {
    name == "-" || name.contains(':') || name.contains('/') || input::is_path(name)
}

/// Warnings of one kind about a source that are written out.
const SHOWN: usize = 5;

/// Warns of possible surprises about a source, the first few.
pub fn warn_of_notes(context: &Context, name: &str, notes: &[KeySourceNote]) {
    for note in notes.iter().take(SHOWN) {
        context.warn(format!("{name}: {note}"));
    }
    if let more @ 1.. = notes.len().saturating_sub(SHOWN) {
        context.warn(format!("{name}: {}", format_grouped_count(more as u64, "more warning")));
    }
}

/// Warns of members of a JWKS that were skipped, a few by name.
pub fn warn_of_skipped(context: &Context, loaded: &LoadedKeys) {
    let LoadedKeys { set, source: name, .. } = loaded;
    warn_of_notes(context, name, &set.notes);
    for skipped in set.skipped.iter().take(SHOWN) {
        let kid = skipped.kid.as_ref().map(|kid| format!(" (kid \"{kid}\")")).unwrap_or_default();
        context.warn(format!("{name}: skipping member {}{kid}: {}", skipped.index, skipped.reason));
    }
    if let more @ 1.. = set.skipped.len().saturating_sub(SHOWN) {
        context.warn(format!("{name}: skipping {}", format_grouped_count(more as u64, "more member")));
    }
}

/// Splits `ISS=SPEC`. Sources that may contain `=` themselves are not split, nor is an existing path.
pub fn split_issuer_binding(spec: &str) -> Option<(&str, &str)> {
    const WHOLE: [&str; 9] = ["file:", "raw:", "env:", "dotenv:", "text:", "hex:", "base64:", "prompt:", "oidc:"];
    if WHOLE.iter().any(|scheme| spec.starts_with(scheme)) || input::is_path(spec) {
        return None;
    }
    let (issuer, inner) = spec.split_once('=')?;
    (!issuer.is_empty() && !inner.is_empty() && !issuer.contains('?')).then_some((issuer, inner))
}

/// Whether `spec` is read from standard input.
pub fn reads_stdin(spec: &str) -> bool {
    match split_issuer_binding(spec) {
        Some((_, inner)) => reads_stdin(inner),
        None => matches!(spec, "-" | "hex:-" | "base64:-"),
    }
}

/// The path that `spec` is read from; `None` for sources that can be read only once, or do not change.
pub fn path_of(spec: &str) -> Option<&str> {
    if let Some((_, inner)) = split_issuer_binding(spec) {
        return path_of(inner);
    }
    match spec.split_once(':') {
        _ if spec == "-" || is_network(spec) => None,
        Some(("file" | "raw", path)) => Some(path),
        Some(("dotenv", rest)) => rest.rsplit_once('#').map(|(path, _)| path),
        Some(("env" | "text", _) | ("prompt", "")) => None,
        Some(("hex" | "base64", rest)) => rest.strip_prefix("file:"),
        _ => Some(spec),
    }
}

/// Reads the bytes that `spec` names, and how to decode them.
///
/// # Errors
/// An unreadable source.
pub fn read(context: &Context, spec: &str) -> Result<(SpecDecoding, Input), Failure> {
    let in_place = |reading, text: &str, scheme: &str| {
        context.warn(format!(
            "the secret after {scheme}: is now in the shell history; use env:, file: or prompt: instead"
        ));
        Ok((reading, named(text.as_bytes().to_vec(), &format!("{scheme}:"))))
    };
    if spec == "-" {
        return Ok((SpecDecoding::Detect, input::read_stdin(context, "the key", key::MAX_SET_BYTES)?));
    }
    match spec.split_once(':') {
        Some(("file", path)) => Ok((SpecDecoding::Detect, file(path.as_ref())?)),
        Some(("raw", path)) => Ok((SpecDecoding::Raw, file(path.as_ref())?)),
        Some(("env", name)) => Ok((SpecDecoding::Detect, variable(name)?)),
        Some(("dotenv", rest)) => {
            let (path, name) = dotenv_spec::split(rest)?;
            let input = file(path.as_ref())?;
            Ok((SpecDecoding::Detect, Input { bytes: dotenv_spec::value(&input, name)?, ..input }))
        }
        Some(("text", text)) => in_place(SpecDecoding::Secret, text, "text"),
        Some(("prompt", "")) => Ok((
            SpecDecoding::Secret,
            Input { bytes: input::prompt(context, "secret")?, ..named(Vec::new(), "prompt:") },
        )),
        Some((scheme @ ("hex" | "base64"), rest)) => {
            let reading = if scheme == "hex" { SpecDecoding::Hex } else { SpecDecoding::Base64 };
            let nested =
                rest == "-" || ["env:", "dotenv:", "file:", "prompt:"].iter().any(|prefix| rest.starts_with(prefix));
            if nested { Ok((reading, read(context, rest)?.1)) } else { in_place(reading, rest, scheme) }
        }
        _ => Ok((SpecDecoding::Detect, file(spec.as_ref())?)),
    }
}

fn named(bytes: Vec<u8>, name: &str) -> Input {
    Input { bytes: Secret::new(bytes), name: name.to_owned(), exposure: input::Exposure::default() }
}

/// Reads a key from a file.
///
/// # Errors
/// Missing, unreadable, too large, a pipe of another user.
pub fn file(path: &Path) -> Result<Input, Failure> {
    if path.as_os_str().is_empty() {
        return Err(
            Failure::usage("the key SPEC is empty").hint("use a file, env:NAME, prompt:, or - for standard input")
        );
    }
    key_file::read(path, key::MAX_SET_BYTES)
}

fn trusted_bytes(context: &Context, path: &str) -> Result<Secret<Vec<u8>>, Failure> {
    let input = file(path.as_ref())?;
    trusted(context, &input)?;
    Ok(input.bytes)
}

fn variable(name: &str) -> Result<Input, Failure> {
    let bytes = system::variable_bytes(name)
        .ok_or_else(|| Failure::environment(format!("environment variable {name} is not set")))?;
    Ok(named(bytes, &format!("env:{name}")))
}

/// Parses the keys in `input`; prompts for a passphrase if they are encrypted.
///
/// # Errors
/// No usable key, or no passphrase.
pub fn parse(context: &Context, reading: &SpecDecoding, input: &Input) -> Result<KeySet, Failure> {
    let bytes = input.bytes.expose();
    let secret = |bytes: &[u8]| {
        detect::secret(bytes).map(|key| KeySet {
            keys: vec![key],
            skipped: Vec::new(),
            form: KeyEncoding::Raw,
            notes: Vec::new(),
        })
    };
    let key_in = |decoded: Secret<Vec<u8>>| {
        with_passphrase(context, &input.name, |passphrase| detect::read_decoded(bytes, decoded.expose(), passphrase))
    };
    let parsed = match reading {
        SpecDecoding::Detect => with_passphrase(context, &input.name, |passphrase| detect::read(bytes, passphrase))?,
        SpecDecoding::Raw => detect::read_raw(bytes),
        SpecDecoding::Secret => secret(bytes),
        SpecDecoding::Hex => key_in(decoded(&input.name, "hexadecimal", hex(bytes))?)?,
        SpecDecoding::Base64 => key_in(decoded(&input.name, "base64", base64(bytes))?)?,
    };
    parsed.map_err(|error| Failure::key(&input.name, &error))
}

/// Calls `read` without a passphrase first, and prompts for one only if the key is encrypted.
pub fn with_passphrase<T>(
    context: &Context,
    name: &str,
    read: impl Fn(Option<&Secret<Vec<u8>>>) -> Result<T, KeyError>,
) -> Result<Result<T, KeyError>, Failure> {
    match read(None) {
        Err(error) if error.needs_passphrase() => {
            let passphrase = passphrase(context, &format!("passphrase for {name}"))?;
            Ok(read(Some(&passphrase)))
        }
        other => Ok(other),
    }
}

/// The passphrase of `--passphrase`, or from a prompt. One trailing line break is removed.
///
/// # Errors
/// An unreadable source, no terminal.
pub fn passphrase(context: &Context, question: &str) -> Result<Secret<Vec<u8>>, Failure> {
    passphrase_from(context, context.passphrase.as_deref(), question)
}

/// A passphrase from `spec`, or from a prompt when there is none.
///
/// # Errors
/// An unreadable or empty source, no terminal.
pub fn passphrase_from(context: &Context, spec: Option<&str>, question: &str) -> Result<Secret<Vec<u8>>, Failure> {
    match spec {
        None => input::prompt(context, question),
        Some(spec) => words_from(context, spec, "the passphrase", question),
    }
}

/// A typed secret (passphrase, form field) from `spec`. One trailing line break is removed.
///
/// # Errors
/// An unreadable or empty source, no terminal.
pub fn words_from(
    context: &Context,
    spec: &str,
    what: &'static str,
    question: &str,
) -> Result<Secret<Vec<u8>>, Failure> {
    let bytes = match spec.split_once(':') {
        Some(("prompt", "")) => input::prompt(context, question)?,
        Some(("env", name)) => variable(name)?.bytes,
        Some(("file", path)) => trusted_bytes(context, path)?,
        Some(("text", text)) => {
            context.warn(format!("{what} after text: is now in the shell history; use env: or prompt: instead"));
            Secret::new(text.as_bytes().to_vec())
        }
        _ if spec == "-" => input::read_stdin(context, what, key::MAX_FILE_BYTES)?.bytes,
        _ => trusted_bytes(context, spec)?,
    };
    let text = bytes.expose();
    let trimmed = text.strip_suffix(b"\n").map_or(text.as_slice(), |line| line.strip_suffix(b"\r").unwrap_or(line));
    if trimmed.is_empty() {
        return Err(Failure::input(format!("{what} is empty")));
    }
    Ok(Secret::new(trimmed.to_vec()))
}

fn decoded(name: &str, what: &str, bytes: Option<Secret<Vec<u8>>>) -> Result<Secret<Vec<u8>>, Failure> {
    bytes.ok_or_else(|| Failure::input(format!("{name} is not {what}")))
}

fn hex(text: &[u8]) -> Option<Secret<Vec<u8>>> {
    base16ct::mixed::decode_vec(text.trim_ascii()).ok().map(Secret::new)
}

/// Standard or URL-safe, padded or not.
fn base64(text: &[u8]) -> Option<Secret<Vec<u8>>> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    let bare = text.trim_end_matches('=');
    base64ct::Base64Unpadded::decode_vec(bare)
        .or_else(|_| base64ct::Base64UrlUnpadded::decode_vec(bare))
        .ok()
        .map(Secret::new)
}

/// Alternative decodings that may have been intended for a raw secret from a file: without surrounding white space, as
/// hexadecimal, as base64. For hints after a failed verification.
pub fn other_readings(secret: &[u8]) -> Vec<(&'static str, Secret<Vec<u8>>)> {
    let trimmed = secret.trim_ascii();
    let mut readings = Vec::new();
    if trimmed.len() != secret.len() {
        readings.push(("without the white space around it", Secret::new(trimmed.to_vec())));
    }
    readings.extend(hex(secret).map(|bytes| ("as hexadecimal (hex:file:PATH)", bytes)));
    readings.extend(base64(secret).map(|bytes| ("as base64 (base64:file:PATH)", bytes)));
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spec_of_a_file_has_a_path() {
        for spec in ["k.pem", "file:k.pem", "raw:k.pem", "hex:file:k.pem", "base64:file:k.pem", "https://a=k.pem"] {
            assert_eq!(path_of(spec), Some("k.pem"), "{spec}");
        }
        for spec in
            ["-", "env:A", "text:a", "prompt:", "hex:00", "hex:-", "base64:env:A", "https://a", "oidc:https://a"]
        {
            assert_eq!(path_of(spec), None, "{spec}");
        }
    }

    #[test]
    fn spec_with_url_scheme_is_remote() {
        for spec in ["https://a", "http://127.0.0.1", "oidc:https://a", "HTTPS://a", "https:a"] {
            assert!(is_network(spec), "{spec}");
        }
        for spec in ["https", "file:https://a", "env:oidc", "./https:", "key.pem", "oidc", "text:https://a"] {
            assert!(!is_network(spec), "{spec}");
        }
    }
}
