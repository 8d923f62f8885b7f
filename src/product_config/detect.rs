//! Format detection: turns a text into setting groups, by its syntax and the formats that recognise it, or explains why
//! it yields none.

use super::document::{Document, documents};
use super::formats::{FORMATS, Format};
use super::redact::is_harmless;
use super::setting::{SettingGroup, SettingValue};
use super::syntax::{Syntax, SyntaxError, duplicates, is_no_configuration};
use super::tree::{Node, NodeValue};
use memchr::memmem;
use std::ops::Range;

/// A recognised file.
#[derive(Debug)]
pub struct DetectedConfig {
    /// The syntax in which it was parsed.
    pub syntax: Syntax,
    /// One part per document and matching format.
    pub parts: Vec<ConfigPart>,
    /// Duplicate keys within one map, with their bytes.
    pub duplicates: Vec<(String, Range<usize>)>,
    /// Byte ranges of secrets, as far as key names show them. In order, without overlaps.
    pub secrets: Vec<Range<usize>>,
}

/// Sorts ranges and merges those that overlap, for binary search.
pub fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// The settings that one format reads from one document of a file.
pub struct ConfigPart {
    /// The format that recognises the document, or that of `--as`.
    pub format: &'static Format,
    /// The content by which it was recognised.
    pub why: &'static str,
    /// In the order in which the format reads them.
    pub groups: Vec<SettingGroup>,
}

impl std::fmt::Debug for ConfigPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").field("format", &self.format.name).field("groups", &self.groups).finish_non_exhaustive()
    }
}

/// Why a text yields no settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DetectError {
    /// No format recognises it.
    Unknown,
    /// A template that must be rendered before a product reads it.
    Template,
    /// More values than the limit, and no sign that it is one of the formats. Names what exceeds the limit.
    TooLarge(String),
    /// A file with a syntax error, or a configuration file with more values than the limit.
    Broken {
        /// The syntax of the file name, or the most likely one of its content.
        syntax: Syntax,
        /// The fault and its position.
        error: SyntaxError,
    },
}

/// Parses `text`. `name` is its path, whose extension selects the syntax if it is known; `as_format` sets the format
/// and skips detection by content.
///
/// # Errors
/// See [`DetectError`].
pub fn read(text: &str, name: &str, as_format: Option<&'static Format>) -> Result<DetectedConfig, DetectError> {
    if as_format.is_none() && is_no_configuration(name) {
        return Err(DetectError::Unknown);
    }
    let named = Syntax::from_file_name(name);
    let possible = |format: &Format| named.is_none_or(|syntax| format.syntaxes.contains(&syntax));
    let wanted: Vec<&'static Format> = match as_format {
        Some(format) => vec![format],
        None => FORMATS.iter().copied().filter(|format| possible(format) && is_marked(text, format)).collect(),
    };
    let syntaxes = syntaxes(text, name, &wanted);
    let mut broken = None;
    for syntax in syntaxes {
        match syntax.read(text) {
            Ok(roots) => {
                let reading = recognise(roots, text, syntax, &wanted, as_format.is_some());
                if !reading.parts.is_empty() {
                    return Ok(reading);
                }
            }
            // The first is the most likely.
            Err(error) => broken = broken.or(Some(DetectError::Broken { syntax, error })),
        }
    }
    let too_large = matches!(&broken, Some(DetectError::Broken { error, .. }) if error.too_large);
    let is_enough = |syntax: Syntax| match too_large {
        true => has_marks(text, &wanted, marks_of_large(syntax)),
        false => looks_meant(text, &wanted),
    };
    match broken {
        Some(DetectError::Broken { .. }) if !too_large && is_template_file(text) => Err(DetectError::Template),
        Some(DetectError::Broken { syntax, error }) if as_format.is_some() || is_enough(syntax) => {
            Err(DetectError::Broken { syntax, error })
        }
        Some(DetectError::Broken { error, .. }) if too_large => Err(DetectError::TooLarge(error.problem)),
        _ => Err(DetectError::Unknown),
    }
}

/// Parses a file whose format need not be known into documents.
///
/// # Errors
/// Returns an error if the text parses in none of the syntaxes that its name or content suggests.
pub fn parse(text: &str, name: &str) -> Result<(Syntax, Vec<Document>), DetectError> {
    let named = Syntax::from_file_name(name);
    let order = named.map_or_else(|| vec![Syntax::Json, Syntax::Toml, Syntax::Yaml], |syntax| vec![syntax]);
    let mut broken = None;
    for syntax in order {
        match syntax.read(text) {
            Ok(roots) => return Ok((syntax, documents(roots, text, syntax == Syntax::Dotenv))),
            Err(error) => broken = broken.or(Some(DetectError::Broken { syntax, error })),
        }
    }
    Err(broken.filter(|_| !is_template_file(text)).unwrap_or(DetectError::Template))
}

/// Whether an unreadable file is surely a configuration file: its name has the extension of a syntax, and it contains
/// enough marks of a format.
pub fn is_meant(text: &str, name: &str) -> bool {
    let named = |syntax: Syntax| FORMATS.iter().copied().filter(move |format| format.syntaxes.contains(&syntax));
    Syntax::from_file_name(name).is_some_and(|syntax| looks_meant(text, &named(syntax).collect::<Vec<_>>()))
}

/// Whether the text contains a mark of the format. For most files this is the only check.
fn is_marked(text: &str, format: &Format) -> bool {
    format.marks.iter().any(|mark| memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

/// Whether the text contains enough marks to be an invalid file of one of these formats.
fn looks_meant(text: &str, wanted: &[&'static Format]) -> bool {
    has_marks(text, wanted, 2)
}

fn has_marks(text: &str, wanted: &[&'static Format], least: usize) -> bool {
    wanted.iter().any(|format| format.marks.iter().filter(|mark| text.contains(**mark)).count() >= least)
}

/// The number of marks that make an oversized file a configuration file. Large files are mostly JSON data, which needs
/// more; in the other syntaxes one mark is enough, because padding must not exempt a file from the check.
pub const fn marks_of_large(syntax: Syntax) -> usize {
    match syntax {
        Syntax::Json => 2,
        Syntax::Dotenv | Syntax::Hcl | Syntax::Toml | Syntax::Yaml => 1,
    }
}

/// Helm, Go, Jinja and ERB use braces that are invalid in plain YAML and JSON.
fn is_template_file(text: &str) -> bool {
    ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark))
}

/// The syntax of the extension, or those of the formats in which the text may be written.
fn syntaxes(text: &str, name: &str, wanted: &[&'static Format]) -> Vec<Syntax> {
    let possible = |syntax: &Syntax| wanted.iter().any(|format| format.syntaxes.contains(syntax));
    if let Some(syntax) = Syntax::from_file_name(name) {
        return Some(syntax).filter(possible).into_iter().collect();
    }
    let first = text.trim_start().chars().next();
    let order = match first {
        // A TOML file may begin with a table; a JSON list looks the same.
        Some('{') => &[Syntax::Json, Syntax::Yaml][..],
        Some('[') => &[Syntax::Toml, Syntax::Json, Syntax::Yaml],
        // No other syntax has blocks with labels.
        _ if text.contains("resource \"") => &[Syntax::Hcl, Syntax::Yaml],
        _ => &[Syntax::Toml, Syntax::Yaml, Syntax::Hcl, Syntax::Dotenv],
    };
    order.iter().copied().filter(possible).collect()
}

fn recognise(roots: Vec<Node>, text: &str, syntax: Syntax, wanted: &[&'static Format], given: bool) -> DetectedConfig {
    let (mut twice, mut secrets) = (Vec::new(), Vec::new());
    for root in &roots {
        twice.extend(duplicates(root));
        hidden(root, &mut secrets);
    }
    let mut parts = Vec::new();
    for document in documents(roots, text, syntax == Syntax::Dotenv) {
        for format in wanted.iter().copied().filter(|format| format.syntaxes.contains(&syntax)) {
            let why = (format.detect)(&document).or(given.then_some("--as"));
            if let Some(why) = why {
                let groups = (format.read)(&document);
                parts.push(ConfigPart { format, why, groups });
            }
        }
    }
    secrets.extend(
        parts
            .iter()
            .flat_map(|part| &part.groups)
            .flat_map(|group| &group.settings)
            .filter(|setting| match setting.value {
                SettingValue::Secret(_) => true,
                // A secret may be on the wrong line.
                SettingValue::Invalid(_) => !text
                    .get(setting.place.bytes.clone())
                    .is_some_and(|value| is_harmless(value.trim_matches(['"', '\'']))),
                _ => false,
            })
            .map(|setting| setting.place.bytes.clone()),
    );
    DetectedConfig { syntax, parts, duplicates: twice, secrets: joined(secrets) }
}

/// Texts under keys with the name of a secret.
fn hidden(root: &Node, found: &mut Vec<Range<usize>>) {
    const WORDS: [&str; 8] = ["secret", "password", "passwd", "private", "credential", "token", "key", "salt"];
    let mut waiting = vec![(root, false)];
    while let Some((node, secret)) = waiting.pop() {
        for entry in node.entries() {
            let name = entry.key.to_ascii_lowercase();
            waiting.push((&entry.node, secret || WORDS.iter().any(|word| name.contains(word))));
        }
        waiting.extend(node.items().iter().map(|item| (item, secret)));
        if secret && matches!(node.value, NodeValue::Text(_)) && !is_short_word(node) {
            found.push(node.bytes.clone());
            found.extend(node.defined.clone());
        }
    }
}

/// `15m` under `access_token`, `true`, `RS256` are settings, not secrets.
fn is_short_word(node: &Node) -> bool {
    node.text().is_some_and(|text| text.len() < 8)
}

impl DetectedConfig {
    /// The groups of all parts, each with the format that reads it.
    pub fn groups(&self) -> impl Iterator<Item = (&'static Format, &SettingGroup)> {
        self.parts.iter().flat_map(|part| part.groups.iter().map(|group| (part.format, group)))
    }
}
