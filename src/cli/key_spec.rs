//! One grammar for keys everywhere: `-k SPEC`, KEY arguments, passphrases.

use super::context::Context;
use super::failure::Failure;
use super::input::{self, Input};
use super::key_file;
use super::loaded_keys::LoadedKeys;
#[cfg(feature = "net")]
use super::remote_keys;
use super::system;
use authkit::http::url::shown_reference;
use authkit::key::{self, KeyEncoding, KeyError, KeySet, detect};
use authkit::secret::Secret;
use base64ct::Encoding as _;
use std::path::Path;

/// How the bytes of a SPEC are to be read.
pub enum SpecDecoding {
    Detect,
    /// A secret, also when it looks like something else.
    Raw,
    Secret,
    Hex,
    Base64,
}

/// Loads the keys that `spec` names.
///
/// # Errors
/// An unreadable source, bytes that are no usable key, a source that cannot be had.
pub fn load(context: &Context, spec: &str) -> Result<LoadedKeys, Failure> {
    if let Some((issuer, inner)) = split_issuer_binding(spec) {
        let loaded = load(context, inner)?;
        if loaded.issuer.as_deref().is_some_and(|own| own != issuer) {
            return Err(Failure::usage(format!("the keys of {} cannot speak for {issuer}", loaded.source)));
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
        context.warn(format!("others can read {}, which holds a private key or a secret (chmod 600)", input.name));
    }
    for note in &set.notes {
        context.warn(format!("{}: {note}", input.name));
    }
    let raw = set.form == KeyEncoding::Raw && matches!(reading, SpecDecoding::Detect);
    usable(context, LoadedKeys { set, source: input.name, issuer: None, raw, freshness: None })
}

/// Makes sure that a key or a passphrase is what its owner wrote: a file that others can change, or replace in its
/// directory, decides for them which tokens are good. A group is often the user's own, so it is only warned about.
///
/// The superuser often reads keys that belong to the user whose work it does (a service, the checkout of a CI job), and
/// named this one: it is warned. Another user has no such reason.
///
/// # Errors
/// Others can change it.
fn trusted(context: &Context, input: &Input) -> Result<(), Failure> {
    let Input { name, exposure, .. } = input;
    if let Some(why) = exposure.changeable() {
        let hint = match exposure.writable {
            true => format!("chmod o-w {name}, after a look at what it holds"),
            false => "copy it into a directory of your own, or pass it on standard input (-)".to_owned(),
        };
        return Err(Failure::input(format!("{name} is not trusted as a key: {why}")).hint(hint));
    }
    if exposure.group_writable {
        context.warn(format!("the group of {name} or of its directory can change it (chmod g-w)"));
    }
    if exposure.of_other_user {
        context.warn(format!("{name} or its directory belongs to another user, who can change it"));
    }
    Ok(())
}

/// What was left out is said, and something must be left.
///
/// # Errors
/// Nothing is left.
pub fn usable(context: &Context, loaded: LoadedKeys) -> Result<LoadedKeys, Failure> {
    warn_of_skipped(context, &loaded);
    if loaded.set.keys.is_empty() {
        return Err(Failure::input(format!("{} holds no key that can be used", loaded.source)));
    }
    Ok(loaded)
}

/// Whether `spec` names a place in the network.
pub fn is_network(spec: &str) -> bool {
    let scheme = spec.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("https" | "http" | "oidc"))
}

fn from_network(context: &Context, spec: &str) -> Result<LoadedKeys, Failure> {
    let Some(settings) = context.network() else {
        return Err(Failure::usage(format!(
            "{}: what the network hands out is public, and a private key is needed here",
            shown_reference(spec)
        ))
        .hint("name a file, env:NAME or the key store"));
    };
    #[cfg(feature = "net")]
    return remote_keys::load(context, settings, spec);
    #[cfg(not(feature = "net"))]
    {
        let _ = settings;
        let shown = shown_reference(spec);
        Err(Failure::usage(format!("{shown}: this authkit was built without the network (feature net)"))
            .hint("download the JWKS and name the file"))
    }
}

/// The text of the key set that `spec` names in the network, as its host gives it out.
///
/// # Errors
/// No network, or no answer.
pub fn network_text(context: &Context, spec: &str) -> Result<String, Failure> {
    #[cfg(feature = "net")]
    if let Some(settings) = context.network() {
        return remote_keys::text(context, settings, spec);
    }
    // Without the network this says why.
    from_network(context, spec).and(Err(Failure::bug("there is no network")))
}

/// Whether a KEY argument is a SPEC, and no kid.
pub fn is_spec(name: &str) -> bool {
    name == "-" || name.contains(':') || name.contains('/') || input::is_path(name)
}

/// Members of a set that cannot be used are reported, a few by name.
pub fn warn_of_skipped(context: &Context, loaded: &LoadedKeys) {
    const SHOWN: usize = 5;
    let LoadedKeys { set, source: name, .. } = loaded;
    for skipped in set.skipped.iter().take(SHOWN) {
        let kid = skipped.kid.as_ref().map(|kid| format!(" (kid \"{kid}\")")).unwrap_or_default();
        context.warn(format!("{name}: member {}{kid} is left out: {}", skipped.index, skipped.reason));
    }
    match set.skipped.len().saturating_sub(SHOWN) {
        0 => {}
        1 => context.warn(format!("{name}: 1 more member is left out")),
        more => context.warn(format!("{name}: {more} more members are left out")),
    }
}

/// `ISS=SPEC`. Sources that may hold `=` themselves are not taken apart, nor is an existing path.
pub fn split_issuer_binding(spec: &str) -> Option<(&str, &str)> {
    const WHOLE: [&str; 8] = ["file:", "raw:", "env:", "text:", "hex:", "base64:", "prompt:", "oidc:"];
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

/// The path that `spec` is read from; `None` for what can be read only once, or does not change.
pub fn path_of(spec: &str) -> Option<&str> {
    if let Some((_, inner)) = split_issuer_binding(spec) {
        return path_of(inner);
    }
    match spec.split_once(':') {
        _ if spec == "-" || is_network(spec) => None,
        Some(("file" | "raw", path)) => Some(path),
        Some(("env" | "text", _) | ("prompt", "")) => None,
        Some(("hex" | "base64", rest)) => rest.strip_prefix("file:"),
        _ => Some(spec),
    }
}

pub fn read(context: &Context, spec: &str) -> Result<(SpecDecoding, Input), Failure> {
    let in_place = |reading, text: &str, scheme: &str| {
        context.warn(format!(
            "the secret after {scheme}: is in the shell history now; env:, file: or prompt: leave no trace"
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
        Some(("text", text)) => in_place(SpecDecoding::Secret, text, "text"),
        Some(("prompt", "")) => Ok((
            SpecDecoding::Secret,
            Input { bytes: input::prompt(context, "secret")?, ..named(Vec::new(), "prompt:") },
        )),
        Some((scheme @ ("hex" | "base64"), rest)) => {
            let reading = if scheme == "hex" { SpecDecoding::Hex } else { SpecDecoding::Base64 };
            let nested = rest == "-" || ["env:", "file:", "prompt:"].iter().any(|prefix| rest.starts_with(prefix));
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
        return Err(Failure::usage("the key has no name").hint("a file, env:NAME, prompt:, or - for standard input"));
    }
    key_file::read(path, key::MAX_SET_BYTES)
}

fn trusted_bytes(context: &Context, path: &str) -> Result<Secret<Vec<u8>>, Failure> {
    let input = file(path.as_ref())?;
    trusted(context, &input)?;
    Ok(input.bytes)
}

fn variable(name: &str) -> Result<Input, Failure> {
    let bytes =
        system::variable_bytes(name).ok_or_else(|| Failure::environment(format!("the variable {name} is not set")))?;
    Ok(named(bytes, &format!("env:{name}")))
}

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
    let parsed = match reading {
        SpecDecoding::Detect => with_passphrase(context, &input.name, |passphrase| detect::read(bytes, passphrase))?,
        SpecDecoding::Raw => detect::read_raw(bytes),
        SpecDecoding::Secret => secret(bytes),
        SpecDecoding::Hex => secret(decoded(&input.name, "hexadecimal", hex(bytes))?.expose()),
        SpecDecoding::Base64 => secret(decoded(&input.name, "base64", base64(bytes))?.expose()),
    };
    parsed.map_err(|error| Failure::key(&input.name, &error))
}

/// Tries without a passphrase first, and asks for one only when the key turns out to be encrypted.
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

/// The passphrase of `--passphrase`, or an answer from the terminal. One line break at its end does not
/// belong to it.
///
/// # Errors
/// An unreadable source, no terminal.
pub fn passphrase(context: &Context, question: &str) -> Result<Secret<Vec<u8>>, Failure> {
    passphrase_from(context, context.passphrase.as_deref(), question)
}

/// A passphrase from `spec`, or from the terminal when there is none.
///
/// # Errors
/// An unreadable source, no terminal, nothing in it.
pub fn passphrase_from(context: &Context, spec: Option<&str>, question: &str) -> Result<Secret<Vec<u8>>, Failure> {
    match spec {
        None => input::prompt(context, question),
        Some(spec) => words_from(context, spec, "the passphrase", question),
    }
}

/// A secret that people type, from `spec`. One line break at its end does not belong to it.
///
/// # Errors
/// An unreadable source, no terminal, nothing in it.
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
            context.warn(format!("{what} after text: is in the shell history now; env: or prompt: leave no trace"));
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
    let (pairs, rest) = text.trim_ascii().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?)).collect();
    rest.is_empty().then_some(bytes).flatten().map(Secret::new)
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

/// The readings of a raw secret that people mean when they name a file: without the line break at its
/// end, as hexadecimal, as base64.
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
    fn file_specs_have_a_path() {
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
    fn what_is_in_the_network() {
        for spec in ["https://a", "http://127.0.0.1", "oidc:https://a", "HTTPS://a", "https:a"] {
            assert!(is_network(spec), "{spec}");
        }
        for spec in ["https", "file:https://a", "env:oidc", "./https:", "key.pem", "oidc", "text:https://a"] {
            assert!(!is_network(spec), "{spec}");
        }
    }
}
