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
    Accepted,
    Rejected,
    /// A condition (`--valid-for`, `--get`) holds.
    Met,
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
    pub bytes: Secret<Vec<u8>>,
    /// True if other users must not read it: the file is created with mode 0600.
    pub private: bool,
}

impl Artefact {
    /// A value for scripts, on a single line.
    pub fn line(value: String) -> Self {
        let mut bytes = value.into_bytes();
        bytes.push(b'\n');
        Self { bytes: Secret::new(bytes), private: true }
    }
}

#[derive(Debug)]
pub struct Report {
    /// The name of the command in the schema: `keys-generate` gives `authkit/keys-generate/v1`.
    pub command: &'static str,
    pub verdict: Verdict,
    /// The result in numbers, of a command that checks many things. It is the first line for people.
    pub summary: Option<CheckSummary>,
    /// Human-readable part. All text is untrusted and is escaped by the renderer.
    pub blocks: Vec<Block>,
    /// Machine-readable part: the command's output struct, serialised once, in its field order.
    pub data: Box<RawValue>,
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
    #[default]
    Plain,
    Good,
    Warning,
    Bad,
    Quiet,
}

/// A block of a human-readable report.
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// The answer, the first line of a report, in spans by their meaning. An em dash separates the verdict.
    FirstLine(Vec<(Tone, String)>),
    /// The summary line.
    Status {
        tone: Tone,
        word: String,
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
    Table {
        head: Vec<&'static str>,
        numbers: Vec<usize>,
        rows: Vec<Vec<String>>,
    },
    /// JSON, formatted.
    Json(String),
    /// One line as it is, never wrapped: a value for a script.
    Verbatim(String),
    Paragraph(String),
    /// A paragraph of trusted and untrusted spans.
    Prose(Vec<ProseSpan>),
    /// A bar for `share` of a whole, 0 to 1, then text.
    Bar {
        share: f64,
        tone: Tone,
        rest: String,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    pub name: &'static str,
    pub value: String,
    pub tone: Tone,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListItem {
    pub tone: Tone,
    pub id: String,
    pub message: String,
    pub details: Vec<String>,
}

/// A span of a paragraph, by its trust.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProseSpan {
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
    pub color: bool,
    /// Whether bars may use block characters; ASCII otherwise.
    pub unicode: bool,
}
