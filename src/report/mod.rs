//! The report of a command, independent of its format. It has two parts, built once: human-readable
//! `blocks` and machine-readable `data`. Renderers are pure functions of a report, a width and colours.

use crate::finding::{CountsByRule, Finding};
use crate::secret::Secret;
use answer::{AnswerLine, CheckSummary};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

pub mod answer;
pub mod csv;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod sarif;
mod table;
mod terminal;

#[cfg(test)]
mod test_fixtures;

/// The verdict, which alone determines the exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing to evaluate: the command succeeded.
    Done,
    /// The token meets every requirement and its signature verifies.
    Accepted,
    /// The token has at least one reject reason.
    Rejected,
    /// A condition (`--valid-for`, `--get`) holds.
    Met,
    /// A condition does not hold, such as `--valid-for`, `--get` or an SLO.
    Missed,
    /// Many items were checked, and no finding fails the run.
    Passed,
    /// Many items were checked, and findings fail the run.
    Failed,
}

impl Verdict {
    /// True if the verdict is negative (exit code 1).
    pub const fn is_negative(self) -> bool {
        matches!(self, Self::Rejected | Self::Missed | Self::Failed)
    }

    /// The JSON value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }
}

/// The product of a command: a token, a key. It is written unchanged to standard output, or to the file of `-o`.
#[derive(Debug)]
pub struct Artefact {
    /// The exact output; secret, because it may be a token or a private key.
    pub bytes: Secret<Vec<u8>>,
    /// True if other users must not read it: the file is created with mode 0600.
    pub private: bool,
}

impl Artefact {
    /// Values for scripts, one per line, each with its line break.
    pub fn lines(text: Vec<u8>) -> Self {
        Self { bytes: Secret::new(text), private: true }
    }

    /// A value for scripts, on a single line.
    pub fn line(value: String) -> Self {
        let mut bytes = value.into_bytes();
        bytes.push(b'\n');
        Self::lines(bytes)
    }
}

/// The result of a command, ready for any renderer.
#[derive(Debug)]
pub struct Report {
    /// The name of the command in the schema: `keys-generate` gives `authkit/keys-generate/v1`.
    pub command: &'static str,
    /// The verdict, which determines the exit code.
    pub verdict: Verdict,
    /// The result in numbers, of a command that checks many things. It is the first line for people.
    pub summary: Option<CheckSummary>,
    /// Human-readable part. All text is untrusted and is escaped by the renderer.
    pub blocks: Vec<Block>,
    /// Machine-readable part: the command's output struct, serialised once, in its field order.
    pub data: Box<RawValue>,
    /// The findings that were kept; may be fewer than [`Report::counts`] states.
    pub findings: Vec<Finding>,
    /// The output as a table, if it is one.
    pub records: Option<csv::DataTable>,
    /// Hints, in human output only.
    pub hints: Vec<String>,
    /// The output was already written line by line; nothing is left to print.
    pub streamed: bool,
}

impl Report {
    /// A report with `data` and without blocks.
    ///
    /// # Errors
    /// `data` cannot be serialised, which is a bug.
    pub fn new(command: &'static str, verdict: Verdict, data: &impl Serialize) -> Result<Self, serde_json::Error> {
        let data = serde_json::value::to_raw_value(data)?;
        Ok(Self {
            command,
            verdict,
            summary: None,
            blocks: Vec::new(),
            data,
            findings: Vec::new(),
            records: None,
            hints: Vec::new(),
            streamed: false,
        })
    }

    /// Appends `block` to the human-readable part.
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// A report whose verdict follows from `summary`.
    ///
    /// # Errors
    /// As [`Report::new`].
    pub fn for_checks(
        command: &'static str,
        summary: CheckSummary,
        data: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        let report = Self::new(command, summary.verdict(), data)?;
        Ok(Self { summary: Some(summary), ..report })
    }

    /// The command as typed: `authkit keys check`.
    pub fn title(&self) -> String {
        format!("authkit {}", self.command.replace('-', " "))
    }

    /// The first line of a command that checks many things.
    pub fn answer(&self) -> Option<AnswerLine> {
        self.summary.as_ref().map(|summary| summary.line(self.command.replace('-', " ")))
    }

    /// How many findings there are of each rule: more than [`Report::findings`] where only the first were kept.
    pub fn counts(&self) -> CountsByRule {
        let kept = || CountsByRule::from_findings(&self.findings);
        self.summary.as_ref().map_or_else(kept, |summary| summary.found.clone())
    }
}

/// The meaning of a piece of text, not its appearance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// No emphasis.
    #[default]
    Plain,
    /// A positive result; green on a terminal.
    Good,
    /// A warning; yellow on a terminal.
    Warning,
    /// A negative result or an error; red on a terminal.
    Bad,
    /// Secondary text, such as labels; dimmed on a terminal.
    Quiet,
}

/// A block of a human-readable report.
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// The answer, the first line of a report, in spans by their meaning. An em dash separates the verdict.
    FirstLine(Vec<(Tone, String)>),
    /// The summary line.
    Status {
        /// The tone of `word`.
        tone: Tone,
        /// The verdict or state, such as `rejected`.
        word: String,
        /// The text after `word`; wrapped.
        rest: String,
    },
    /// A heading.
    Heading(String),
    /// An empty line.
    Gap,
    /// Names and values, aligned.
    Fields(Vec<Field>),
    /// A list of items: an id, a message, and detail lines below it.
    Points(Vec<ListItem>),
    /// A table. All cells are untrusted.
    Table {
        /// The column names.
        head: Vec<&'static str>,
        /// The indices (from 0) of the columns of numbers, which are aligned to the right.
        numbers: Vec<usize>,
        /// The rows, each with one cell per column.
        rows: Vec<Vec<String>>,
    },
    /// JSON, formatted.
    Json(String),
    /// One line as it is, never wrapped: a value for a script.
    Verbatim(String),
    /// Text that is wrapped to the width.
    Paragraph(String),
    /// A paragraph of trusted and untrusted spans.
    Prose(Vec<ProseSpan>),
    /// A bar for `share` of a whole, 0 to 1, then text.
    Bar {
        /// The filled share, 0 to 1; clamped to that range, and empty if not finite.
        share: f64,
        /// The tone of the bar.
        tone: Tone,
        /// The text after the bar; wrapped.
        rest: String,
    },
}

/// A name and its value, one entry of [`Block::Fields`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The label; the renderer aligns the values of a block.
    pub name: &'static str,
    /// The value; untrusted.
    pub value: String,
    /// The tone of `value`.
    pub tone: Tone,
}

/// An item of [`Block::Points`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListItem {
    /// The tone of `id`.
    pub tone: Tone,
    /// The id, such as that of a reject reason; may be empty.
    pub id: String,
    /// The text after `id`; untrusted.
    pub message: String,
    /// Further lines below the message; untrusted.
    pub details: Vec<String>,
}

/// A span of a paragraph, by its trust.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProseSpan {
    /// Trusted text, written by authkit.
    Ours(String),
    /// Untrusted.
    Theirs(String),
    /// Untrusted, in quotation marks unless it is set off otherwise.
    Quoted(String),
}

/// A plain field.
pub fn field(name: &'static str, value: impl Into<String>) -> Field {
    Field { name, value: value.into(), tone: Tone::Plain }
}

/// Names and values as a block.
pub fn fields(pairs: Vec<(&'static str, String)>) -> Block {
    Block::Fields(pairs.into_iter().map(|(name, value)| field(name, value)).collect())
}

/// The style of a human-readable report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RenderStyle {
    /// Available width, in columns.
    pub width: usize,
    /// Whether to write ANSI escape sequences for colours and bold text.
    pub color: bool,
    /// Whether bars may use block characters; ASCII otherwise.
    pub unicode: bool,
}
