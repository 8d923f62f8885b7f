//! Rules about the text of a configuration file, before anything in it is understood.

use crate::finding::Severity;
use crate::product_config::syntax::{MAX_BYTES, Syntax, SyntaxError, duplicates};
use crate::product_config::tree::Node;
use crate::rule::{Basis, Rule, RuleSubject};
use std::ops::Range;

/// Rules about the text, sorted by id.
pub static RULES: &[Rule<ConfigTextSubject>] =
    &[CONFIG_DUPLICATE_KEY, CONFIG_KEY_MISSING, CONFIG_SYNTAX, CONFIG_TOO_LARGE];

/// The subject: the text of a file.
pub enum ConfigTextSubject {}

pub struct ConfigTextView<'a> {
    /// `None`: neither its name nor its content says one.
    pub syntax: Option<Syntax>,
    pub error: Option<&'a SyntaxError>,
    /// Keys that stand twice, and where the later ones stand.
    pub duplicates: &'a [(String, Range<usize>)],
    /// Keys that a mapping names and that are not there.
    pub missing: &'a [MissingKey],
    /// It is larger than this many bytes, and nothing of it was read.
    pub too_large: Option<usize>,
}

impl ConfigTextView<'_> {
    /// A text about which there is nothing to say.
    pub const fn nothing(syntax: Option<Syntax>) -> Self {
        Self { syntax, error: None, duplicates: &[], missing: &[], too_large: None }
    }

    /// A text that was not read.
    pub const fn too_large(syntax: Syntax, bytes: usize) -> Self {
        Self { too_large: Some(bytes), ..Self::nothing(Some(syntax)) }
    }
}

/// A key that a mapping names and that is not in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingKey {
    pub key: String,
    /// Where the mapping names it: `authkit.toml:3:7`.
    pub place: String,
    /// The key of the file that was perhaps meant.
    pub near: Option<String>,
}

const CONFIG_DUPLICATE_KEY: Rule<ConfigTextSubject> = Rule {
    id: "config-duplicate-key",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 8259 §4: names should be unique; YAML 1.2 §3.2.1.3: keys are unique",
    why: "Readers differ in which of the two counts, so what one reads here is not what runs.",
    fix: "remove the one that does not count",
    bad: r#"{"accessTokenLifespan": 300, "accessTokenLifespan": 86400}"#,
    good: r#"{"accessTokenLifespan": 300}"#,
    check: |text, report| {
        for (key, bytes) in text.duplicates {
            report.report_at_offset("", bytes.start, || {
                format!("the key \"{key}\" stands twice; the last is taken here")
            });
        }
    },
};

const CONFIG_KEY_MISSING: Rule<ConfigTextSubject> = Rule {
    id: "config-key-missing",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: a setting that is not found is not judged",
    why: "A mapping names a key that is not in the file, so that nothing is judged where something was meant to be: the \
          key was renamed, or never spelled like this.",
    fix: "correct the key in [[map]], or narrow its path to the files that have it",
    bad: r#"{"jwt": {"expires_in": "30d"}}"#,
    good: r#"{"jwt": {"expiresIn": "30d"}}"#,
    check: |text, report| {
        for MissingKey { key, place, near } in text.missing {
            let near = near.as_ref().map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
            report.report(|| format!("there is no \"{key}\", which [[map]] names ({place}){near}"));
        }
    },
};

const CONFIG_SYNTAX: Rule<ConfigTextSubject> = Rule {
    id: "config-syntax",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: what cannot be read cannot be judged, and the product may not start",
    why: "The file was recognised and does not parse; nothing in it was judged.",
    fix: "correct the syntax",
    bad: r#"{"accessTokenLifespan": 300,}"#,
    good: r#"{"accessTokenLifespan": 300}"#,
    check: |text, report| {
        if let Some(error) = text.error {
            let syntax = text.syntax.map_or("text", Syntax::name);
            report.report_at_offset("", error.bytes.start, || match error.too_large {
                true => format!("too large to be checked as {syntax}: {}", error.problem),
                false => format!("this is no {syntax}: {}", error.problem),
            });
        }
    },
};

const CONFIG_TOO_LARGE: Rule<ConfigTextSubject> = Rule {
    id: "config-too-large",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "practice: what is not read is not judged, and padding must not pass a check",
    why: "The file has keys of a known product and is larger than is read; nothing in it was judged.",
    fix: "split the file, or remove what pads it",
    bad: r#"16 MiB"#,
    good: r#"{"accessTokenLifespan": 300}"#,
    check: |text, report| {
        if let Some(bytes) = text.too_large {
            report.report(|| format!("the file is larger than {bytes} bytes, and nothing in it was checked"));
        }
    },
};

impl RuleSubject for ConfigTextSubject {
    type View<'a> = ConfigTextView<'a>;

    const ABOUT: &'static str = "configuration file";

    /// JSON, or the size that is too large. Where it has a member `jwt`, a mapping names `jwt.expiresIn`.
    fn with_example<R>(text: &str, then: impl FnOnce(&ConfigTextView<'_>) -> R) -> R {
        let syntax = Syntax::Json;
        if text == CONFIG_TOO_LARGE.bad {
            return then(&ConfigTextView::too_large(syntax, MAX_BYTES));
        }
        match syntax.read(text) {
            Ok(roots) => {
                let duplicates: Vec<_> = roots.iter().flat_map(duplicates).collect();
                let lacks = |root: &Node| root.has("jwt") && !root.has("jwt/expiresIn");
                let (key, place) = ("jwt.expiresIn".to_owned(), "authkit.toml:3:7".to_owned());
                let missing = [MissingKey { key, place, near: Some("jwt.expires_in".to_owned()) }];
                let missing = if roots.iter().any(lacks) { &missing[..] } else { &[] };
                then(&ConfigTextView {
                    syntax: Some(syntax),
                    error: None,
                    duplicates: &duplicates,
                    missing,
                    too_large: None,
                })
            }
            Err(error) => then(&ConfigTextView { error: Some(&error), ..ConfigTextView::nothing(Some(syntax)) }),
        }
    }
}
