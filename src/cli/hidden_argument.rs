//! Errors do not repeat a secret that was given in place of its name: `-k SECRET`, `env:SECRET`, a pasted private key.
//! What cannot be a name is replaced by its length where errors leave the program, for every command.
#![allow(clippy::disallowed_methods, reason = "whether a path exists, without reading it")]

use authkit::encoding::escape;
use std::borrow::Cow;
use std::ffi::OsString;
use std::path::Path;

/// Shorter texts are shown: they are names, or no secrets worth the name.
const MIN_SECRET: usize = 16;
/// The longest name of a file.
const MAX_NAME: usize = 255;
/// Characters by which a truncated copy of an argument is recognised.
const MIN_COPY: usize = 12;
/// Options whose value is a SPEC, a path, or a secret by mistake. Both forms are recognised: `-k X`, `--key=X`.
const SOURCE_OPTIONS: [&str; 8] =
    ["-k", "--key", "--passphrase", "--new-passphrase", "--try-secrets", "--keystore", "--config", "--secret"];
/// Schemes of SPECs, before a name.
const SCHEMES: [&str; 7] = ["file:", "raw:", "env:", "dotenv:", "hex:", "base64:", "text:"];

/// The hint for an error from which a text was removed.
pub const HINT: &str =
    "a secret is not an argument: set a variable and pass env:NAME, or pass - and write it to standard input";

/// `text` without the `arguments` that cannot be names, and whether there were any.
pub fn hide_arguments(text: &str, arguments: &[OsString]) -> (String, bool) {
    let arguments: Vec<String> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let mut shown = text.to_owned();
    for secret in secrets(&arguments) {
        shown = without(&shown, &secret);
    }
    let is_hidden = shown != text;
    (shown, is_hidden)
}

/// The arguments, or their parts, that cannot be names. The longest come first, because one may contain another.
fn secrets(arguments: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let is_option = |argument: &str| SOURCE_OPTIONS.contains(&argument);
    let has_keys = arguments.get(1).is_some_and(|command| command == "keys");
    for (index, argument) in arguments.iter().enumerate().skip(1) {
        let before = index.checked_sub(1).and_then(|before| arguments.get(before));
        let (option, value) = option_and_value(argument).unwrap_or((before.map_or("", String::as_str), argument));
        let is_source = is_option(option) || has_keys && !argument.starts_with('-');
        let names = bare_names(value).filter(|name| !can_be_name(name, is_source));
        for name in names {
            found.push(name.to_owned());
            found.extend(name.split_whitespace().filter(|word| word.len() >= MIN_COPY).map(str::to_owned));
        }
    }
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found
}

/// Splits `--option=value` and `-kVALUE`.
fn option_and_value(argument: &str) -> Option<(&str, &str)> {
    let is_long = |option: &str| {
        let name = option.strip_prefix("--").unwrap_or_default();
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let long = argument.split_once('=').filter(|(option, _)| is_long(option));
    long.or_else(|| argument.strip_prefix("-k").filter(|value| !value.is_empty()).map(|value| ("-k", value)))
}

/// The innermost names of a SPEC: without `ISS=`, without schemes, without `@`, on both sides of `dotenv:FILE#NAME`.
fn bare_names(value: &str) -> impl Iterator<Item = &str> {
    let mut name = value.strip_prefix('@').unwrap_or(value);
    let is_issuer = |text: &str| text.contains("://") && !text.contains(char::is_whitespace);
    if let Some((_, inner)) = name.split_once('=').filter(|(issuer, inner)| is_issuer(issuer) && !inner.is_empty()) {
        name = inner;
    }
    let mut separator = '\0';
    while let Some((scheme, inner)) = SCHEMES.iter().find_map(|scheme| Some((*scheme, name.strip_prefix(scheme)?))) {
        separator = if scheme == "dotenv:" { '#' } else { separator };
        name = inner;
    }
    name.split(separator)
}

/// Whether a text may be the name of a file, a variable, a key or a command. `is_source`: it stands where a secret is
/// easily given by mistake; there, words alone are no name, because a passphrase consists of them.
fn can_be_name(text: &str, is_source: bool) -> bool {
    if text.len() > MAX_NAME || text.contains(['{', '\n', '\r']) || text.contains("BEGIN") {
        return false;
    }
    let is_name = |text: &str| text.len() < MIN_SECRET || is_url(text) || is_path(text) || is_variable(text);
    is_name(text) || !is_source && text.split(['=', ',']).all(|part| is_name(part) || is_words(part))
}

/// URLs have their own redaction, which keeps the host.
fn is_url(text: &str) -> bool {
    text.contains("://")
}

/// Whether a text is an existing path, is in an existing directory, ends like the name of a file, or is a path of
/// words.
fn is_path(text: &str) -> bool {
    let is_extension = |text: &str| {
        (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let path = Path::new(text);
    let has_extension = path.extension().and_then(|extension| extension.to_str()).is_some_and(is_extension);
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let is_rooted = ["/", "./", "../", "~"].iter().any(|start| text.starts_with(start));
    has_extension
        || path.symlink_metadata().is_ok()
        || directory.is_some_and(|parent| parent.components().count() > 1 && parent.symlink_metadata().is_ok())
        || is_rooted && is_words(text.trim_start_matches('~'))
}

/// `JWT_SIGNING_SECRET`
fn is_variable(text: &str) -> bool {
    text.contains('_')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && has_few_digits(text)
}

/// Words in lower case with separators, such as the id of a rule, a host, a date.
fn is_words(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_./: ".contains(&byte);
    text.contains(['-', '_', '.', '/', ' ']) && text.bytes().all(is_part) && has_few_digits(text)
}

fn has_few_digits(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits.saturating_mul(3) <= text.len()
}

/// Replaces the copies of `secret` in `text`, also escaped ones and those that were truncated.
fn without(text: &str, secret: &str) -> String {
    let length = secret.chars().count();
    let note = format!("[{length} characters, not shown]");
    let copies = [Cow::Borrowed(secret), escape::line(secret), Cow::Owned(folded(secret))];
    let mut shown = copies.iter().fold(text.to_owned(), |shown, copy| shown.replace(&**copy, &note));
    for copy in &copies {
        let Some(start) = copy.get(..MIN_COPY).filter(|start| !note.contains(start)) else { continue };
        let (mut out, mut rest) = (String::new(), shown.as_str());
        while let Some((before, after)) = rest.split_once(start) {
            let same = after.chars().zip(copy.split_at(MIN_COPY).1.chars()).take_while(|(a, b)| a == b);
            let end: usize = same.map(|(character, _)| character.len_utf8()).sum();
            out.extend([before, &note]);
            rest = after.split_at(end).1.trim_start_matches('…');
        }
        shown = out + rest;
    }
    shown
}

/// White space as one space, as errors in JSON have it.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, arguments: &[&str]) -> String {
        let arguments: Vec<OsString> = ["authkit"].iter().chain(arguments).map(OsString::from).collect();
        hide_arguments(text, &arguments).0
    }

    #[test]
    fn secret_in_place_of_its_name_is_hidden_in_any_copy() {
        const SECRET: &str = "Wm9vIHNlY3JldCBvZiBhIHRlc3Q+";
        for option in ["-k", "--passphrase", "--try-secrets"] {
            let text = shown(&format!("cannot read {SECRET}: not found"), &["verify", option, SECRET]);
            assert_eq!(text, "cannot read [28 characters, not shown]: not found");
        }
        assert!(!shown(&format!("no {SECRET}"), &["verify", &format!("-k{SECRET}")]).contains("Wm9v"));
        for argument in [format!("env:{SECRET}"), format!("hex:file:{SECRET}"), format!("https://i.example={SECRET}")] {
            assert!(!shown(&format!("no {SECRET}"), &["verify", "-k", &argument]).contains("Wm9v"), "{argument}");
        }
        let text = shown("no key Wm9vIHNlY3JldCBv… here", &["keys", "show", SECRET]);
        assert_eq!(text, "no key [28 characters, not shown] here");
        let lines = "-----BEGIN X-----\nTWFueSBieXRlcw==\n-----END X-----";
        for text in [lines.to_owned(), lines.replace('\n', "\\n"), lines.replace('\n', " ")] {
            assert!(!shown(&text, &["issue", "-k", lines]).contains("TWFu"), "{text}");
        }
        assert!(!shown("--secret=Wm9vIHNlY3JldCBvZiBh", &["issue", "--secret=Wm9vIHNlY3JldCBvZiBh"]).contains("Wm9v"));
    }

    #[test]
    fn name_of_a_file_a_variable_or_a_command_is_shown() {
        for (name, before) in [
            ("production-signing.pem", "-k"),
            ("/run/secrets/jwt-signing-key", "-k"),
            ("./keys/of/the/service", "-k"),
            ("env:JWT_SIGNING_SECRET_2026", "-k"),
            ("https://issuer.example/.well-known/jwks.json", "-k"),
            ("short", "-k"),
            ("access-token-lifetime-limit", "explain"),
            ("access_token_lifetime_maximum", "--limit"),
        ] {
            assert!(shown(&format!("unknown {name}"), &["x", before, name]).contains(name), "{name}");
        }
    }

    #[test]
    fn random_text_cannot_be_a_name_in_place_of_a_source() {
        for text in [
            "correct-horse-battery-staple",
            "correct horse battery staple",
            "0123456789abcdef0123456789abcdef",
            "JBSWY3DPEHPK3PXPJBSWY3DP",
            "/9vIHNlY3JldCBvZiBhIHRlc3Q=",
            "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
            "-----BEGIN PRIVATE KEY-----",
        ] {
            assert!(!can_be_name(text, true), "{text}");
        }
    }
}
