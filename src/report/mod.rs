//! What a command has to say, before anybody decides how it looks. Two projections, built once:
//! `blocks` for eyes, `data` for machines. Renderers are pure: a report, a width, a colour → text.

use crate::finding::{self, Finding};
use crate::secret::Secret;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

pub mod csv;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod sarif;

#[cfg(test)]
mod test_fixtures;

/// The answer, from which alone the exit code follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// There was nothing to judge: the work is done.
    Done,
    Accepted,
    Rejected,
    /// A condition that was asked for (`--valid-for`, `--get`) holds.
    Met,
    Missed,
    /// Many things were judged, and no finding counts against them.
    Clean,
    /// Many things were judged, and findings count against them.
    Findings,
}

impl Verdict {
    /// True when the answer is no (exit code 1).
    pub const fn is_negative(self) -> bool {
        matches!(self, Self::Rejected | Self::Missed | Self::Findings)
    }

    /// As JSON says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Clean => "clean",
            Self::Findings => "findings",
        }
    }
}

/// What the command made: a token, a key. It goes to standard output as it is, or to the file of `-o`.
#[derive(Debug)]
pub struct Artefact {
    pub bytes: Secret<Vec<u8>>,
    /// True when others must not read it: the file is made 0600.
    pub private: bool,
}

impl Artefact {
    /// One value for a script, on a line of its own.
    pub fn line(value: String) -> Self {
        let mut bytes = value.into_bytes();
        bytes.push(b'\n');
        Self { bytes: Secret::new(bytes), private: true }
    }
}

/// What a command leaves behind.
#[derive(Debug)]
pub struct Outcome {
    pub artefact: Option<Artefact>,
    pub report: Report,
}

#[derive(Debug)]
pub struct Report {
    /// The command's name in the schema: `keys-generate` gives `authkit/keys-generate/v1`.
    pub command: &'static str,
    pub verdict: Verdict,
    /// For eyes. All text in it counts as untrusted and is escaped by the renderer.
    pub blocks: Vec<Block>,
    /// For machines: the command's own struct, serialised once, in its field order.
    pub data: Box<RawValue>,
    pub findings: Vec<Finding>,
    /// What the answer is as a table, when it is one.
    pub records: Option<csv::DataTable>,
    /// What might help, for eyes only.
    pub hints: Vec<String>,
    /// The answer went out line by line already; nothing is left to print.
    pub streamed: bool,
}

impl Report {
    /// A report that says `data` to machines and nothing yet to eyes.
    ///
    /// # Errors
    /// When `data` cannot be written as JSON, which is a bug of ours.
    pub fn new(command: &'static str, verdict: Verdict, data: &impl Serialize) -> Result<Self, serde_json::Error> {
        let data = serde_json::value::to_raw_value(data)?;
        Ok(Self {
            command,
            verdict,
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

    /// The command as it is typed.
    pub fn title(&self) -> String {
        format!("authkit {}", self.command.replace('-', " "))
    }

    /// How much was found, in words, and the verdict when it is no: `1 error, 2 warnings`.
    pub fn findings_summary(&self) -> String {
        let found = finding::severity_summary(&self.findings);
        if self.verdict.is_negative() && self.verdict != Verdict::Findings {
            format!("{}; {found}", self.verdict.name())
        } else {
            found
        }
    }
}

/// How a piece of text is meant, not how it looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Warning,
    Bad,
    Quiet,
}

/// A piece of a report for eyes.
#[derive(Clone, PartialEq, Debug)]
pub enum Block {
    /// The one line that says it all.
    Status {
        tone: Tone,
        word: String,
        rest: String,
    },
    /// A heading over what follows.
    Heading(String),
    /// An empty line.
    Gap,
    /// Names and values, aligned.
    Fields(Vec<Field>),
    /// A list of points: an id, a message, and lines of detail under it.
    Points(Vec<ListItem>),
    Table {
        head: Vec<&'static str>,
        numbers: Vec<usize>,
        rows: Vec<Vec<String>>,
    },
    /// JSON, laid out.
    Json(String),
    /// One line as it is, never wrapped: a value for a script.
    Verbatim(String),
    Paragraph(String),
    /// A paragraph that says whose its words are.
    Prose(Vec<ProseSpan>),
    /// `share` of a whole, 0 to 1, drawn; then words.
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

/// Words of a paragraph, by whose they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProseSpan {
    Ours(String),
    /// May come from anybody.
    Theirs(String),
    /// The same, in quotation marks where nothing else sets it off.
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

/// How a report for eyes is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RenderStyle {
    /// Columns that may be used.
    pub width: usize,
    pub color: bool,
    /// Whether bars may use block characters; ASCII otherwise.
    pub unicode: bool,
}
