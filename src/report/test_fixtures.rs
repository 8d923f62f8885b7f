//! A report full of hostile text, for the tests of all renderers.

use super::{Block, Field, ListItem, ProseSpan, Report, Tone, Verdict};
use crate::finding::{Finding, Location, Severity};

/// Attempts to break out of lines, cells, code spans, attributes, CDATA, comments, workflow commands and terminals.
pub const TEXT: &str = "a|b \\| `c` ``` <img src=x onerror=alert(1)> &lt; <!-- --> [x](https://evil.example) ![i](//e) \
     *_~ #1 @admin www.evil.example ]]> '\" %0A %2C ::error file=x,line=1::m\n::add-mask::m\r\n##[group]g\r| x | y |\n\
     # h\n\u{1b}[31m\u{202e}\u{200b}\u{0}\u{85}\u{2028}\u{fffe}\u{e0041} `";

pub fn finding(severity: Severity, message: &str, location: Location) -> Finding {
    let message = message.to_owned();
    Finding {
        rule: "exp-missing",
        severity,
        message,
        help: "add it",
        source: "RFC 7519 §4.1.4",
        location,
        excerpt: None,
    }
}

pub fn location() -> Location {
    let text = || Some(TEXT.to_owned());
    Location { file: text(), line: Some(3), column: Some(7), pointer: text(), url: text() }
}

pub fn blocks() -> Vec<Block> {
    let text = || TEXT.to_owned();
    vec![
        Block::Status { tone: Tone::Bad, word: text(), rest: text() },
        Block::Heading(text()),
        Block::Gap,
        Block::Fields(vec![Field { name: "sub", value: text(), tone: Tone::Bad }]),
        Block::Points(vec![ListItem { tone: Tone::Bad, id: text(), message: text(), details: vec![text()] }]),
        Block::Table { head: vec!["A", "B"], numbers: vec![1], rows: vec![vec![text(), text()]] },
        Block::Json(serde_json::to_string(&[TEXT]).unwrap()),
        Block::Verbatim(text()),
        Block::Paragraph(text()),
        Block::Prose(vec![
            ProseSpan::Ours("said by ".to_owned()),
            ProseSpan::Theirs(text()),
            ProseSpan::Quoted(text()),
        ]),
        Block::Bar { share: 0.5, tone: Tone::Good, rest: text() },
    ]
}

pub fn report() -> Report {
    let report = Report::new("inspect", Verdict::Failed, &()).unwrap();
    Report { blocks: blocks(), findings: vec![finding(Severity::Error, TEXT, location())], ..report }
}

/// No hidden characters, except the line breaks of the renderer; no workflow commands.
#[track_caller]
pub fn assert_nothing_hidden(text: &str) {
    for line in text.lines() {
        assert_eq!(crate::encoding::escape::line(line), line);
        assert!(!line.contains("##["), "{line}");
    }
}
