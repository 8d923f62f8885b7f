//! GitHub-flavoured Markdown renderer for pull request comments and job summaries: the verdict, a table of findings,
//! then the blocks.
//!
//! Untrusted text is always put into code spans. A backslash would prevent markup (CommonMark §2.4) but is not
//! sufficient: GitHub and GitLab search the rendered text for mentions, issue numbers, commits, emoji and bare URLs,
//! where `\@name` is `@name` again. They skip code, and so do Markdown (CommonMark §6.1) and HTML. The two characters
//! that end a code span or a cell are escaped like hidden characters.

use super::{Block, Field, ListItem, ProseSpan, Report, Verdict, human};
use crate::encoding::{escape, pretty::pretty};
use crate::finding::Finding;

/// The whole report.
pub fn render(report: &Report) -> String {
    let mut out = headline(report);
    out.push('\n');
    if !report.findings.is_empty() {
        let head = ["Severity", "Rule", "Place", "Message", "Fix"];
        table(&head, &[], report.findings.iter().map(cells), &mut out);
    }
    report.blocks.iter().for_each(|block| self::block(block, &mut out));
    out
}

/// The verdict, and the numbers that were counted.
fn headline(report: &Report) -> String {
    if let Some(line) = report.answer() {
        return format!("**{}: {}** — {}", report.title(), line.verdict.1, prose(&line.details()));
    }
    let mut out = format!("**{}: {}**", report.title(), report.verdict.name());
    // A table, or the result of a condition, is not about findings.
    let is_of_findings = report.records.is_none() && !matches!(report.verdict, Verdict::Met | Verdict::Missed);
    if is_of_findings || !report.findings.is_empty() {
        out.push_str(&format!(" ({})", report.counts().to_text("")));
    }
    out
}

fn cells(finding: &Finding) -> Vec<String> {
    let Finding { severity, rule, location, message, help, .. } = finding;
    vec![severity.name().to_owned(), code(rule), code(&location.to_text()), code(message), prose(help)]
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Status { word, rest, .. } => paragraph(&format!("**{}** {}", code(word), code(rest)), out),
        Block::FirstLine(spans) => {
            paragraph(&code(&spans.iter().map(|(_, text)| text.as_str()).collect::<String>()), out);
        }
        Block::Heading(text) => paragraph(&format!("### {}", code(text)), out),
        Block::Gap => {}
        Block::Fields(fields) => {
            let row = |Field { name, value, .. }: &Field| vec![prose(name), code(value)];
            table(&["Name", "Value"], &[], fields.iter().map(row), out);
        }
        Block::Points(points) => {
            out.push('\n');
            points.iter().for_each(|point| self::point(point, out));
        }
        Block::Table { head, numbers, rows } => {
            let cell = |(column, cell): (usize, &String)| {
                if numbers.contains(&column) && is_figure(cell) { cell.clone() } else { code(cell) }
            };
            let rows = rows.iter().map(|row| row.iter().enumerate().map(cell).collect());
            table(head, numbers, rows, out);
        }
        Block::Json(text) => fence(text, out),
        Block::Verbatim(text) | Block::Paragraph(text) => paragraph(&code(text), out),
        Block::Prose(words) => {
            let shown = |words: &ProseSpan| match words {
                ProseSpan::Ours(text) => prose(text),
                ProseSpan::Theirs(text) | ProseSpan::Quoted(text) => code(text),
            };
            paragraph(&words.iter().map(shown).collect::<String>(), out);
        }
        Block::Bar { share, rest, .. } => {
            // A list begins after an empty line.
            if !out.lines().next_back().is_some_and(|line| line.starts_with("- ")) {
                out.push('\n');
            }
            out.push_str(&format!("- {} {}\n", code(&human::bar(*share, true)), code(rest)));
        }
    }
}

fn paragraph(text: &str, out: &mut String) {
    out.push_str(&format!("\n{}\n", text.trim_end()));
}

fn point(point: &ListItem, out: &mut String) {
    out.push_str(&format!("- **{}** {}\n", code(&point.id), code(&point.message)));
    for detail in &point.details {
        out.push_str(&format!("  - {}\n", code(detail)));
    }
}

/// A table (GFM §4.10); the cells are already Markdown.
fn table(head: &[&str], numbers: &[usize], rows: impl Iterator<Item = Vec<String>>, out: &mut String) {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rule = |column| if numbers.contains(&column) { "--:" } else { "---" }.to_owned();
    out.push('\n');
    out.push_str(&line(head.iter().map(|name| prose(name)).collect()));
    out.push_str(&line((0..head.len()).map(rule).collect()));
    rows.for_each(|row| out.push_str(&line(row)));
}

/// Whether this is a number with its unit, which has no meaning in Markdown: `1,234`, `26.7 s`, `50.0 % always`.
/// Anything else may be untrusted text.
fn is_figure(cell: &str) -> bool {
    let is_unit = |word: &str| word.len() <= 6 && word.chars().all(|c| c.is_ascii_lowercase() || c == 'µ');
    let is_number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | 'e'))
    };
    !cell.is_empty() && cell.split(' ').all(|word| word == "%" || is_unit(word) || is_number(word))
}

/// Formatted JSON between fences that are longer than any run of backticks in it (CommonMark §4.5).
fn fence(text: &str, out: &mut String) {
    let text = pretty(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.saturating_add(1).max(3));
    out.push_str(&format!("\n{fence}json\n"));
    for line in text.lines() {
        out.push_str(&escape::json(line));
        out.push('\n');
    }
    out.push_str(&format!("{fence}\n"));
}

/// Untrusted text in a code span. A pipe would end the cell of a table even there (GFM §4.10), and `\|` helps only
/// without a preceding backslash.
fn code(text: &str) -> String {
    let text = escape::line(text).replace('`', "\\u{60}").replace('|', "\\u{7c}");
    if text.is_empty() { text } else { format!("`{text}`") }
}

/// Trusted text, which may contain Markdown characters. A URL or a text with `@` must be code, or it becomes a link or
/// a mention.
fn prose(text: &str) -> String {
    if ["@", "://", "www."].iter().any(|mark| text.contains(mark)) {
        return code(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in escape::line(text).chars() {
        match c {
            '|' => out.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '~' | '$' => {
                out.extend(['\\', c]);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::test_fixtures;
    use super::*;
    use crate::finding::{Location, Severity};
    use crate::report::{Tone, Verdict, field};
    use proptest::prelude::*;

    #[test]
    fn report_is_rendered_as_markdown() {
        let mut report = Report::new("inspect", Verdict::Failed, &()).unwrap();
        let location = Location { file: Some("app.log".into()), line: Some(3), ..Location::pointer("/claims/exp") };
        report.findings.push(test_fixtures::finding(Severity::Error, "no exp", location));
        report.blocks = vec![
            Block::Heading("Size".into()),
            Block::Fields(vec![field("kid", "a_b")]),
            Block::Table {
                head: vec!["PART", "BYTES"],
                numbers: vec![1],
                rows: vec![vec!["header".into(), "36".into()], vec!["x".into(), "@me".into()]],
            },
            Block::Json("{\"a\":\"```\"}".into()),
            Block::Prose(vec![
                ProseSpan::Ours("After a_b ".into()),
                ProseSpan::Quoted("#1".into()),
                ProseSpan::Ours(" lets go.".into()),
            ]),
            Block::Bar { share: 0.5, tone: Tone::Good, rest: "half".into() },
        ];
        let expected = "\
**authkit inspect: failed** (1 error)

| Severity | Rule | Place | Message | Fix |
| --- | --- | --- | --- | --- |
| error | `exp-missing` | `app.log:3, /claims/exp` | `no exp` | add it |

### `Size`

| Name | Value |
| --- | --- |
| kid | `a_b` |

| PART | BYTES |
| --- | --: |
| `header` | 36 |
| `x` | `@me` |

````json
{
  \"a\": \"```\"
}
````

After a\\_b `#1` lets go.

- `████████████░░░░░░░░░░░░` `half`
";
        assert_eq!(render(&report), expected);
    }

    /// The rest of a line without its code spans.
    fn without_code(line: &str) -> String {
        line.split('`').step_by(2).collect()
    }

    #[test]
    fn hostile_text_stays_in_code_spans() {
        let text = render(&test_fixtures::report());
        test_fixtures::assert_nothing_hidden(&text);
        let mut fence: Option<&str> = None;
        for line in text.lines() {
            match fence {
                Some(open) if line == open => fence = None,
                Some(open) => assert!(!line.contains(open), "{line}"),
                None if line.starts_with("```") => fence = Some(line.trim_end_matches("json")),
                None => {
                    let ours = without_code(line);
                    assert!(line.matches('`').count() % 2 == 0, "{line}");
                    assert!(!ours.contains(['<', '@', '[', '&', '!', '~', '\\']), "{line}");
                    assert!(!ours.contains("evil") && !ours.contains("::"), "{line}");
                    if line.starts_with('|') {
                        assert!([3, 4, 6].contains(&line.matches('|').count()), "{line}");
                    }
                }
            }
        }
        assert!(fence.is_none());
    }

    #[test]
    fn trusted_text_is_not_markup() {
        assert_eq!(prose("a_b | <c> [d](e)"), "a\\_b &#124; \\<c\\> \\[d\\](e)");
        assert_eq!(prose("say @file"), "`say @file`");
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn code_span_contains_arbitrary_text(text in any::<String>()) {
            let code = code(&text);
            prop_assert!(!code.contains(['|', '\n', '\r']));
            prop_assert_eq!(code.matches('`').count(), if text.is_empty() { 0 } else { 2 });
        }
    }
}
