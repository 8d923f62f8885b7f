//! Rules about the text of a configuration file, before anything in it is understood.

use crate::config::syntax::{Syntax, SyntaxError, duplicates};
use crate::finding::Severity;
use crate::rule::{Basis, Rule, Subject};
use std::ops::Range;

/// Rules about the text, sorted by id.
pub static RULES: &[Rule<Text>] = &[CONFIG_DUPLICATE_KEY, CONFIG_SYNTAX];

/// The subject: the text of a file.
pub enum Text {}

pub struct View<'a> {
    /// `None`: neither its name nor its content says one.
    pub syntax: Option<Syntax>,
    pub error: Option<&'a SyntaxError>,
    /// Keys that stand twice, and where the later ones stand.
    pub duplicates: &'a [(String, Range<usize>)],
}

const CONFIG_DUPLICATE_KEY: Rule<Text> = Rule {
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
            report.spot("", bytes.start, || format!("the key \"{key}\" stands twice; the last is taken here"));
        }
    },
};

const CONFIG_SYNTAX: Rule<Text> = Rule {
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
            report.spot("", error.bytes.start, || format!("this is no {syntax}: {}", error.problem));
        }
    },
};

impl Subject for Text {
    type View<'a> = View<'a>;

    const ABOUT: &'static str = "configuration file";

    /// JSON.
    fn with_example<R>(text: &str, then: impl FnOnce(&View<'_>) -> R) -> R {
        let syntax = Syntax::Json;
        match syntax.read(text) {
            Ok(roots) => {
                let duplicates: Vec<_> = roots.iter().flat_map(duplicates).collect();
                then(&View { syntax: Some(syntax), error: None, duplicates: &duplicates })
            }
            Err(error) => then(&View { syntax: Some(syntax), error: Some(&error), duplicates: &[] }),
        }
    }
}
