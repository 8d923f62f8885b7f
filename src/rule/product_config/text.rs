//! Rules about the text of a product configuration file, before its settings are interpreted.

use crate::finding::Severity;
use crate::product_config::syntax::{Syntax, SyntaxError};
use crate::rule::{Basis, Rule, RuleSubject};
use std::ops::Range;

/// Rules about the text of a configuration file, sorted by id.
pub static RULES: &[Rule<ConfigTextSubject>] =
    &[CONFIG_DUPLICATE_KEY, CONFIG_KEY_MISSING, CONFIG_SYNTAX, CONFIG_TOO_LARGE];

/// The subject: the text of a file.
pub enum ConfigTextSubject {}

/// The result of parsing a configuration file.
pub struct ConfigTextView<'a> {
    /// `None` when neither the file name nor the content determines it.
    pub syntax: Option<Syntax>,
    /// The syntax error; `None` when the text was parsed.
    pub error: Option<&'a SyntaxError>,
    /// Duplicate keys, with the byte ranges of the later ones.
    pub duplicates: &'a [(String, Range<usize>)],
    /// Keys that a `[[map]]` entry names but the file does not have.
    pub missing: &'a [MissingKey],
    /// The limit in bytes that the file exceeds; `None` when it was read.
    pub too_large: Option<usize>,
}

impl ConfigTextView<'_> {
    /// A text without faults.
    pub const fn nothing(syntax: Option<Syntax>) -> Self {
        Self { syntax, error: None, duplicates: &[], missing: &[], too_large: None }
    }

    /// A text above the size limit of `bytes`, which was not read.
    pub const fn too_large(syntax: Syntax, bytes: usize) -> Self {
        Self { too_large: Some(bytes), ..Self::nothing(Some(syntax)) }
    }
}

/// A key that a `[[map]]` entry names but the file does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingKey {
    /// The key path, as the mapping names it.
    pub key: String,
    /// The position of the mapping: `authkit.toml:3:7`.
    pub place: String,
    /// A similar key of the file, as a suggestion.
    pub near: Option<String>,
}

const CONFIG_DUPLICATE_KEY: Rule<ConfigTextSubject> = Rule {
    id: "config-duplicate-key",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 8259 §4: names should be unique; YAML 1.2 §3.2.1.3: keys are unique",
    why: "Parsers disagree about which duplicate key takes effect, so the value in the file may differ from the one in \
          use.",
    fix: "remove the duplicate that has no effect",
    bad: r#"{"accessTokenLifespan": 300, "accessTokenLifespan": 86400}"#,
    good: r#"{"accessTokenLifespan": 300}"#,
    check: |text, report| {
        for (key, bytes) in text.duplicates {
            report.report_at_offset("", bytes.start, || format!("duplicate key \"{key}\", using the last one"));
        }
    },
};

const CONFIG_KEY_MISSING: Rule<ConfigTextSubject> = Rule {
    id: "config-key-missing",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: a missing setting is not checked",
    why: "A mapping names a key that is not in the file, so an intended check does not happen: the key was renamed or \
          misspelt.",
    fix: "correct the key in [[map]], or narrow its path to the files that have it",
    bad: r#"{"jwt": {"expires_in": "30d"}}"#,
    good: r#"{"jwt": {"expiresIn": "30d"}}"#,
    check: |text, report| {
        for MissingKey { key, place, near } in text.missing {
            let near = near.as_ref().map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            report.report(|| format!("key \"{key}\" not found, required by [[map]] ({place}){near}"));
        }
    },
};

const CONFIG_SYNTAX: Rule<ConfigTextSubject> = Rule {
    id: "config-syntax",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: a file that does not parse cannot be checked, and the product may not start",
    why: "The file was recognised but does not parse; none of its settings were checked.",
    fix: "correct the syntax",
    bad: r#"{"accessTokenLifespan": 300,}"#,
    good: r#"{"accessTokenLifespan": 300}"#,
    check: |text, report| {
        if let Some(error) = text.error {
            let syntax = text.syntax.map_or("text", Syntax::name);
            report.report_at_offset("", error.bytes.start, || match error.too_large {
                true => format!("too large to check as {syntax}: {}", error.problem),
                false => format!("invalid {syntax}: {}", error.problem),
            });
        }
    },
};

const CONFIG_TOO_LARGE: Rule<ConfigTextSubject> = Rule {
    id: "config-too-large",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: padding a file must not bypass a check",
    why: "The file has keys of a known product and exceeds the size limit; none of its settings were checked.",
    fix: "split the file, or remove the padding",
    bad: r#"16 MiB"#,
    good: r#"{"accessTokenLifespan": 300}"#,
    check: |text, report| {
        if let Some(bytes) = text.too_large {
            report.report(|| format!("the file exceeds the limit of {bytes} bytes and was not checked"));
        }
    },
};

impl RuleSubject for ConfigTextSubject {
    type View<'a> = ConfigTextView<'a>;

    const ABOUT: &'static str = "configuration file";
}
