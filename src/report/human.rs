//! Renderer of human-readable reports. It is the only module that knows colours, and escapes every text.

use super::answer::{AnswerLine, CheckSummary};
use super::{Block, Field, ListItem, ProseSpan, RenderStyle, Report, Tone};
use crate::encoding::{escape, pretty::pretty};
use crate::finding::{Finding, Severity};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

mod finding_group;

/// Width of a bar, in columns.
const BAR: usize = 24;

/// A report longer than this many lines ends with its first line again.
const SCREEN: usize = 40;

/// Renders a report: the first line, blocks, then findings. Hints are rendered separately, see [`hints`].
pub fn render(report: &Report, look: &RenderStyle) -> String {
    let first = report.answer().map(|line| answer(&line, look));
    let mut out = first.clone().unwrap_or_default();
    for block in &report.blocks {
        self::block(block, look, &mut out);
    }
    let findings = findings(report, look);
    if first.is_some() && !findings.is_empty() {
        out.push('\n');
    }
    out.push_str(&findings);
    if let Some(first) = first.filter(|_| out.lines().count() > SCREEN) {
        out.push_str(&format!("\n{first}"));
    }
    without_commands(out)
}

/// The first line of a command that checks many things.
pub fn answer(line: &AnswerLine, look: &RenderStyle) -> String {
    let mut out = String::new();
    let mut text: String = line.pieces(look.unicode).iter().map(|(tone, piece)| paint(look, *tone, piece)).collect();
    // The reason is not broken: `--fail-on` and its value belong together.
    if let Some(at) = text.rfind(" (") {
        let reason = text.split_off(at.saturating_add(1)).replace(' ', "\u{a0}");
        text.push_str(&reason);
    }
    wrapped("", 2, &text, look, &mut out);
    out.replace('\u{a0}', " ")
}

/// Renders only the findings, for use when standard output contains an artefact.
pub fn findings(report: &Report, look: &RenderStyle) -> String {
    let mut out = String::new();
    let same = |a: &Finding, b: &Finding| a.rule == b.rule && a.severity == b.severity;
    let counts = report.counts();
    let places = report.summary.as_ref().map_or(CheckSummary::PLACES, |summary| summary.places);
    for group in report.findings.chunk_by(same) {
        finding_group::render(group, &counts, places, look, &mut out);
    }
    // Info findings take one line; details are available from `explain`.
    if report.findings.iter().any(|finding| finding.severity == Severity::Info) {
        out.push_str(&paint(look, Tone::Quiet, "run: authkit explain RULE"));
        out.push('\n');
    }
    without_commands(out)
}

/// Hints, which go to standard error in any case.
pub fn hints(report: &Report, look: &RenderStyle) -> String {
    let mut out = String::new();
    report.hints.iter().for_each(|text| hint(text, look, &mut out));
    without_commands(out)
}

/// `hint: …`
pub fn hint(text: &str, look: &RenderStyle, out: &mut String) {
    labelled(&format!("{} ", paint(look, Tone::Quiet, "hint:")), 6, text, look, out);
}

/// A note of the run: `warning: …` or `name: origin`.
pub fn note(text: &str, look: &RenderStyle, out: &mut String) {
    let mut own = String::new();
    match text.split_once(": ") {
        Some(("warning", rest)) => {
            labelled(&format!("{} ", paint(look, Tone::Warning, "warning:")), 9, rest, look, &mut own)
        }
        _ => labelled("", 2, text, look, &mut own),
    }
    out.push_str(&without_commands(own));
}

/// `error: …` and its hints.
pub fn error(message: &str, hints: &[String], look: &RenderStyle) -> String {
    let mut out = String::new();
    labelled(&format!("{} ", paint(look, Tone::Bad, "error:")), 7, message, look, &mut out);
    hints.iter().for_each(|text| hint(text, look, &mut out));
    without_commands(out)
}

/// The GitHub runner treats a line that begins with `::`, after optional white space, as a command
/// (`ActionCommand.TryParseV2` of actions/runner), and this report is printed to such logs. A cell or a wrapped word
/// may start a line.
fn without_commands(text: String) -> String {
    if !text.contains("::") {
        return text;
    }
    let safe = |line: &str| match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("{}\\u{{3a}}:{rest}\n", " ".repeat(line.len().saturating_sub(line.trim_start().len()))),
        None => format!("{line}\n"),
    };
    text.lines().map(safe).collect()
}

fn block(block: &Block, look: &RenderStyle, out: &mut String) {
    match block {
        Block::Status { tone, word, rest } => {
            let width = word.chars().count().saturating_add(2);
            labelled(&format!("{} ", paint(look, *tone, word)), width, rest, look, out);
        }
        Block::Heading(text) => {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&bold(look, &escape::line(text)));
            out.push('\n');
        }
        Block::Gap => out.push('\n'),
        Block::Fields(fields) => self::fields(fields, look, out),
        Block::Points(points) => points.iter().for_each(|point| self::point(point, look, out)),
        Block::Table { head, numbers, rows } => table(head, numbers, rows, look, out),
        Block::Json(text) => {
            // Formatted first: these line breaks are intended, those of the input are escaped.
            for line in pretty(text).lines() {
                out.push_str(&escape::json(line));
                out.push('\n');
            }
        }
        Block::Verbatim(text) => {
            out.push_str(&escape::line(text));
            out.push('\n');
        }
        Block::Paragraph(text) => labelled("", 0, text, look, out),
        Block::Prose(words) => {
            let shown = |words: &ProseSpan| match words {
                ProseSpan::Ours(text) | ProseSpan::Theirs(text) => text.clone(),
                ProseSpan::Quoted(text) => format!("\"{text}\""),
            };
            labelled("", 0, &words.iter().map(shown).collect::<String>(), look, out);
        }
        Block::Bar { share, tone, rest } => {
            out.push_str(&format!("{}  {}\n", paint(look, *tone, &bar(*share, look.unicode)), escape::line(rest)));
        }
    }
}

fn fields(fields: &[Field], look: &RenderStyle, out: &mut String) {
    let width = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for Field { name, value, tone } in fields {
        let label = format!("  {name:width$}  ");
        let shown = paint(look, *tone, value);
        out.push_str(&format!("{}{shown}\n", paint(look, Tone::Quiet, &label)));
    }
}

fn point(point: &ListItem, look: &RenderStyle, out: &mut String) {
    let width = point.id.chars().count().saturating_add(4);
    labelled(&format!("  {}  ", paint(look, point.tone, &point.id)), width.min(8), &point.message, look, out);
    for detail in &point.details {
        labelled("      ", 6, detail, look, out);
    }
}

/// A label, then text that is escaped and wrapped; later lines are indented by `indent` columns.
fn labelled(label: &str, indent: usize, text: &str, look: &RenderStyle, out: &mut String) {
    wrapped(label, indent, &escape::line(text), look, out);
}

/// A label, then text that is safe to print and may contain colour codes, which have no width.
fn wrapped(label: &str, indent: usize, text: &str, look: &RenderStyle, out: &mut String) {
    let label_width = visible_width(label);
    let room = look.width.saturating_sub(indent).max(20);
    let first = look.width.saturating_sub(label_width).max(20);
    let options = textwrap::Options::new(room)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    // The first line has another width than the rest: an invisible indent of that size accounts for it.
    let lead = " ".repeat(room.saturating_sub(first));
    let options = options.initial_indent(&lead);
    out.push_str(label);
    for (n, line) in textwrap::wrap(text, options).iter().enumerate() {
        if n > 0 {
            out.push_str(&" ".repeat(indent));
            out.push_str(line.trim_end());
        } else {
            out.push_str(line.get(lead.len()..).unwrap_or(line).trim_end());
        }
        out.push('\n');
    }
    if text.is_empty() {
        let trimmed = out.trim_end_matches(' ').len();
        out.truncate(trimmed);
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
}

/// Width of `text` in columns, without colour codes.
fn visible_width(text: &str) -> usize {
    let mut width = 0_usize;
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => in_code = true,
            'm' if in_code => in_code = false,
            _ if !in_code => width = width.saturating_add(1),
            _ => {}
        }
    }
    width
}

fn table(head: &[&'static str], numbers: &[usize], rows: &[Vec<String>], look: &RenderStyle, out: &mut String) {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(look.width).unwrap_or(u16::MAX));
    table.set_header(head.to_vec());
    for row in rows {
        table.add_row(row.iter().map(|cell| escape::line(cell).into_owned()));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let needs = widths(head, rows);
    let is_too_wide = needs.iter().fold(0, |sum: usize, (whole, _)| sum.saturating_add(*whole)) > look.width;
    for number in numbers {
        if let Some(column) = table.column_mut(*number) {
            column.set_cell_alignment(CellAlignment::Right);
            // Numbers are short and must not be broken; the remaining width goes to the text columns.
            if let Some((_, least)) = needs.get(*number).filter(|_| is_too_wide) {
                let width = Width::Fixed(u16::try_from(*least).unwrap_or(u16::MAX));
                column.set_constraint(ColumnConstraint::UpperBoundary(width));
            }
        }
    }
    for line in table.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// The width of each column including its gap: for a single line, and with the header broken between words.
fn widths(head: &[&'static str], rows: &[Vec<String>]) -> Vec<(usize, usize)> {
    const GAP: usize = 2;
    let width = |text: &str| escape::line(text).chars().count();
    let of = |(column, head): (usize, &&str)| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0);
        let word = head.split(' ').map(width).max().unwrap_or(0);
        (cells.max(width(head)).saturating_add(GAP), cells.max(word).saturating_add(GAP))
    };
    head.iter().enumerate().map(of).collect()
}

/// A bar for `share` of a whole, 0 to 1.
pub(super) fn bar(share: f64, unicode: bool) -> String {
    let (full, empty) = if unicode { ("█", "░") } else { ("#", ".") };
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to BAR by the clamp above")]
    let filled = (share * BAR as f64).round() as usize;
    format!("{}{}", full.repeat(filled.min(BAR)), empty.repeat(BAR.saturating_sub(filled)))
}

fn bold(look: &RenderStyle, text: &str) -> String {
    if look.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn paint(look: &RenderStyle, tone: Tone, text: &str) -> String {
    let text = escape::line(text);
    let code = match tone {
        _ if !look.color => return text.into_owned(),
        Tone::Plain => return text.into_owned(),
        Tone::Good => "32",
        Tone::Warning => "33",
        Tone::Bad => "31",
        Tone::Quiet => "2",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::super::test_fixtures;
    use super::*;
    use crate::finding::{CountsByRule, Location};
    use crate::report::Verdict;
    use crate::settings::FailOn;

    const PLAIN: RenderStyle = RenderStyle { width: 40, color: false, unicode: false };

    fn shown(block: Block) -> String {
        let report = Report::new("test", Verdict::Done, &()).unwrap().with(block);
        render(&report, &PLAIN)
    }

    #[test]
    fn untrusted_text_never_begins_a_line_or_adds_escapes() {
        let hostile = "a\nerror: b\u{1b}[31m\u{202e}".to_owned();
        let blocks = [
            Block::Status { tone: Tone::Bad, word: "rejected".into(), rest: hostile.clone() },
            Block::Heading(hostile.clone()),
            Block::Fields(vec![super::super::field("sub", hostile.clone())]),
            Block::Points(vec![ListItem {
                tone: Tone::Bad,
                id: "x".into(),
                message: hostile.clone(),
                details: vec![hostile.clone()],
            }]),
            Block::Table { head: vec!["a"], numbers: vec![], rows: vec![vec![hostile.clone()]] },
            Block::Paragraph(hostile.clone()),
            Block::Prose(vec![ProseSpan::Theirs(hostile.clone()), ProseSpan::Quoted(hostile.clone())]),
            Block::Bar { share: 0.5, tone: Tone::Good, rest: hostile },
        ];
        for block in blocks {
            let text = shown(block);
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
            assert!(text.lines().all(|line| !line.starts_with("error:")), "{text:?}");
        }
    }

    #[test]
    fn no_line_is_a_runner_command() {
        let report = test_fixtures::report();
        for width in 20..100 {
            let text = render(&report, &RenderStyle { width, ..PLAIN });
            let is_command = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
            assert!(!text.lines().any(is_command), "{text}");
        }
        assert_eq!(shown(Block::Paragraph("::add-mask::x".into())), "\\u{3a}:add-mask::x\n");
    }

    #[test]
    fn info_finding_is_one_line_with_pointer_to_explain() {
        let location =
            Location { file: Some("app.log".into()), line: Some(3), column: Some(7), ..Location::pointer("/exp") };
        let findings = vec![
            test_fixtures::finding(Severity::Warning, "late", location),
            test_fixtures::finding(Severity::Info, "old", Location::default()),
        ];
        let mut report = Report { findings, ..Report::new("test", Verdict::Done, &()).unwrap() };
        let look = RenderStyle { width: 100, ..PLAIN };
        let warning = "warning[exp-missing]: late (app.log:3:7, /exp)\n  fix: add it\n  source: RFC 7519 §4.1.4\n";
        let info = "info[exp-missing]: old\nrun: authkit explain RULE\n";
        assert_eq!(render(&report, &look), format!("{warning}{info}"));
        report.findings.pop();
        assert_eq!(render(&report, &look), warning);
    }

    #[test]
    fn first_line_is_coloured_and_repeated_after_a_long_report() {
        let found = CountsByRule::from_findings(&[]);
        let summary = CheckSummary::new(found, FailOn::Error, "1,000 tokens from 1 source".to_owned());
        let short = Report::for_checks("audit", summary, &()).unwrap();
        let look = RenderStyle { width: 80, color: true, unicode: true };
        let first = "audit: \u{1b}[32mno findings\u{1b}[0m in 1,000 tokens from 1 source — \u{1b}[32mpassed\u{1b}[0m\n";
        assert_eq!(render(&short, &look), first);
        let long = Report { blocks: vec![Block::Gap; SCREEN], ..short };
        assert!(render(&long, &look).ends_with(&format!("\n\n{first}")));
    }

    #[test]
    fn reason_in_the_first_line_is_not_broken() {
        let found = [(("a", Severity::Error), 1_000)].into_iter().collect();
        let summary = CheckSummary::new(found, FailOn::Warning, "5 of 9 files".to_owned());
        let report = Report::for_checks("lint", summary, &()).unwrap();
        let text = "lint: 1,000 errors in 5 of 9 files -\n  failed (--fail-on warning)\n";
        assert_eq!(render(&report, &PLAIN), text);
    }

    #[test]
    fn long_text_is_wrapped_to_width() {
        let text = shown(Block::Paragraph("word ".repeat(40)));
        assert!(text.lines().count() > 4);
        assert!(text.lines().all(|line| line.len() <= 40), "{text}");
    }

    #[test]
    fn bars_are_ascii_unless_unicode_is_enabled() {
        assert!(
            shown(Block::Bar { share: 0.5, tone: Tone::Good, rest: "half".into() })
                .starts_with("############............  half")
        );
        assert!(shown(Block::Bar { share: f64::NAN, tone: Tone::Good, rest: String::new() }).starts_with('.'));
    }
}
