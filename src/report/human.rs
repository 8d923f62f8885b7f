//! Renderer of human-readable reports. It escapes every text.

use super::answer::{AnswerLine, CheckSummary};
use super::terminal::{bold, paint, wrap_options};
use super::{Block, Field, ListItem, ProseSpan, RenderStyle, Report, Tone, table};
use crate::encoding::{escape, pretty::pretty};
use crate::finding::{Finding, Severity};
use textwrap::core::display_width;

mod finding_group;

/// Width of a bar, in columns.
const BAR: usize = 24;

/// A report longer than this many lines ends with its first line again.
const SCREEN: usize = 40;

/// Renders a report: the first line, blocks, then findings. Hints are rendered separately, see [`hints`].
pub fn render(report: &Report, look: &RenderStyle) -> String {
    let first = report.answer().map(|line| answer(&line, look));
    let mut out = first.clone().unwrap_or_default();
    let mut follows_table = false;
    for block in &report.blocks {
        let is_table = matches!(block, Block::Table { .. });
        if follows_table && is_table {
            out.push('\n');
        }
        self::block(block, look, &mut out);
        follows_table = is_table;
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
        Block::FirstLine(spans) => first_line(spans, look, out),
        Block::Points(points) => self::points(points, look, out),
        Block::Table { head, numbers, rows } => table::render(head, numbers, rows, look, out),
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
            let bar = paint(look, *tone, &bar(*share, look.unicode));
            labelled(&format!("{bar}  "), BAR.saturating_add(2), rest, look, out);
        }
    }
}

/// The dash is ASCII where bars are.
fn first_line(spans: &[(Tone, String)], look: &RenderStyle, out: &mut String) {
    let shown = |(tone, text): &(Tone, String)| {
        let text = if look.unicode { text.clone() } else { text.replace('—', "-") };
        paint(look, *tone, &text)
    };
    wrapped("", 2, &spans.iter().map(shown).collect::<String>(), look, out);
}

fn fields(fields: &[Field], look: &RenderStyle, out: &mut String) {
    let width = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for Field { name, value, tone } in fields {
        let label = paint(look, Tone::Quiet, &format!("  {name:width$}  "));
        wrapped(&label, width.saturating_add(4), &paint(look, *tone, value), look, out);
    }
}

/// Points with messages in one column, unless the ids would take more than a third of the width.
fn points(points: &[ListItem], look: &RenderStyle, out: &mut String) {
    let longest = points.iter().map(|point| point.id.chars().count()).max().unwrap_or(0);
    let width = if longest > look.width.div_euclid(3) { 0 } else { longest };
    let indent = if width == 0 { 6 } else { width.saturating_add(4) };
    for point in points {
        let padding = " ".repeat(width.saturating_sub(point.id.chars().count()));
        let label = format!("  {}{padding}  ", paint(look, point.tone, &point.id));
        labelled(&label, indent, &point.message, look, out);
        for detail in &point.details {
            labelled(&" ".repeat(indent), indent, detail, look, out);
        }
    }
}

/// A label, then text that is escaped and wrapped; later lines are indented by `indent` columns.
fn labelled(label: &str, indent: usize, text: &str, look: &RenderStyle, out: &mut String) {
    wrapped(label, indent, &escape::line(text), look, out);
}

/// [`labelled`] for text that is already escaped, and perhaps painted.
fn wrapped(label: &str, indent: usize, text: &str, look: &RenderStyle, out: &mut String) {
    let label_width = display_width(label);
    let room = look.width.saturating_sub(indent).max(20);
    let first = look.width.saturating_sub(label_width).max(20);
    let options = wrap_options(room);
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

/// A bar for `share` of a whole, 0 to 1.
pub(super) fn bar(share: f64, unicode: bool) -> String {
    let (full, empty) = if unicode { ("█", "░") } else { ("#", ".") };
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to BAR by the clamp above")]
    let filled = (share * BAR as f64).round() as usize;
    format!("{}{}", full.repeat(filled.min(BAR)), empty.repeat(BAR.saturating_sub(filled)))
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
            Block::FirstLine(vec![(Tone::Bad, hostile.clone()), (Tone::Plain, hostile.clone())]),
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
    fn messages_of_points_begin_in_one_column() {
        let point = |id: &str, message: &str| ListItem {
            tone: Tone::Bad,
            id: id.into(),
            message: message.into(),
            details: vec!["why".into()],
        };
        let text =
            shown(Block::Points(vec![point("expired", "expired 45 min ago"), point("kid-unknown", "no key has it")]));
        let lines =
            "  expired      expired 45 min ago\n               why\n  kid-unknown  no key has it\n               why\n";
        assert_eq!(text, lines);
        let long = shown(Block::Points(vec![point("an id of more than a third", "of the width of forty")]));
        assert_eq!(long.lines().nth(1), Some("      forty"));
    }

    #[test]
    fn values_and_labels_of_bars_are_wrapped_under_themselves() {
        let text = shown(Block::Fields(vec![super::super::field("why", "one two three four five six seven eight")]));
        assert_eq!(text, "  why  one two three four five six seven\n       eight\n");
        let text = shown(Block::Bar { share: 0.0, tone: Tone::Good, rest: "15.0 min  JWT and a refresh token".into() });
        assert_eq!(text.lines().nth(1), Some("                          refresh token"));
    }

    #[test]
    fn first_line_has_a_dash_of_the_locale_and_tones() {
        let block = Block::FirstLine(vec![(Tone::Plain, "1 of 2 met — ".into()), (Tone::Bad, "failed".into())]);
        assert_eq!(shown(block.clone()), "1 of 2 met - failed\n");
        let report = Report::new("test", Verdict::Done, &()).unwrap().with(block);
        let look = RenderStyle { color: true, unicode: true, ..PLAIN };
        assert_eq!(render(&report, &look), "1 of 2 met — \u{1b}[31mfailed\u{1b}[0m\n");
    }

    #[test]
    fn table_after_a_table_follows_an_empty_line() {
        let table = || Block::Table { head: vec!["A"], numbers: vec![], rows: vec![vec!["1".into()]] };
        let report = Report::new("test", Verdict::Done, &()).unwrap().with(table()).with(table());
        assert_eq!(render(&report, &PLAIN), "A\n1\n\nA\n1\n");
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
