//! The findings of one rule for people: the message once, the locations below it, then the common fix and source.

use super::{labelled, paint};
use crate::encoding::escape;
use crate::finding::{CountsByRule, Excerpt, Finding, Location, Severity, group_digits};
use crate::report::{RenderStyle, Tone};

/// Up to this many findings of one rule in one file are printed with their excerpts. Of more, as in a realm with forty
/// clients, only the first few are, and the lines of the others.
const MAX_IN_FULL: usize = 6;
const FIRST_OF_MANY: usize = 3;
/// The maximum number of lines that are listed.
const NAMED_LINES: usize = 10;

/// Renders findings of one rule and severity, of which `counts` knows the total, with at most `places` locations. Of
/// info findings, the first represents all.
pub(super) fn render(group: &[Finding], counts: &CountsByRule, places: usize, look: &RenderStyle, out: &mut String) {
    let Some(first) = group.first() else { return };
    let count = counts.get(first.rule, first.severity);
    if first.severity == Severity::Info {
        let others = more(count, 1);
        match (&first.excerpt, others) {
            (None, Some(others)) => headline(first, &format!("{} {others}", in_brackets(&first.location)), look, out),
            (_, others) => {
                finding(first, look, out);
                others.iter().for_each(|others| labelled("  ", 2, others, look, out));
            }
        }
        return;
    }
    if group.iter().any(|one| one.excerpt.is_some()) {
        with_excerpts(group, look, out);
    } else {
        by_message(group, count, places.max(1), look, out);
    }
    labelled("  fix: ", 7, first.help, look, out);
    labelled("  source: ", 10, first.source, look, out);
}

/// `and 995 more like it`, if `printed` are not all.
fn more(count: u64, printed: usize) -> Option<String> {
    let others = count.saturating_sub(u64::try_from(printed).unwrap_or(u64::MAX));
    (others > 0).then(|| format!("and {} more like it", group_digits(&others.to_string())))
}

/// Each message once, with its locations: at most `places` over all messages.
fn by_message(group: &[Finding], count: u64, places: usize, look: &RenderStyle, out: &mut String) {
    let mut messages: Vec<Vec<&Finding>> = Vec::new();
    for one in group {
        let same = |alike: &Vec<&Finding>| alike.first().is_some_and(|first| first.message == one.message);
        let known = messages.iter().position(same);
        if let Some(alike) = known.and_then(|at| messages.get_mut(at)) {
            alike.push(one);
        } else if messages.len() < places {
            messages.push(vec![one]);
        }
    }
    let is_only = messages.len() == 1;
    let mut printed = 0_usize;
    for mut alike in messages {
        alike.truncate(places.saturating_sub(printed));
        printed = printed.saturating_add(alike.len());
        located(&alike, more(count, printed).filter(|_| is_only), look, out);
    }
    more(count, printed).iter().filter(|_| !is_only).for_each(|others| labelled("  ", 2, others, look, out));
}

/// One message with its locations, and the number of the others. What the locations have in common stands once, after
/// the message.
fn located(alike: &[&Finding], mut others: Option<String>, look: &RenderStyle, out: &mut String) {
    let Some((first, rest)) = alike.split_first() else { return };
    if rest.is_empty() {
        finding(first, look, out);
        return others.iter().for_each(|others| labelled("  ", 2, others, look, out));
    }
    let url = rest.iter().all(|one| one.location.url == first.location.url);
    let pointer = rest.iter().all(|one| one.location.pointer == first.location.pointer);
    let common = Location {
        url: first.location.url.clone().filter(|_| url),
        pointer: first.location.pointer.clone().filter(|_| pointer),
        ..Location::default()
    };
    headline(first, &in_brackets(&common), look, out);
    let own = |one: &&Finding| Location {
        url: one.location.url.clone().filter(|_| !url),
        pointer: one.location.pointer.clone().filter(|_| !pointer),
        ..one.location.clone()
    };
    let places: Vec<Location> = alike.iter().map(own).filter(|place| !place.is_nowhere()).collect();
    let mut lines: Vec<String> = places.chunk_by(|a, b| a == b).map(repeated).collect();
    // Positions alone are short; a file is named once.
    if url && pointer {
        let in_file = |places: &[Location]| {
            let mut texts: Vec<String> = places.chunk_by(|a, b| a == b).map(repeated).collect();
            let file = places.first().and_then(|place| place.file.as_deref()).unwrap_or_default();
            texts.iter_mut().skip(1).for_each(|text| {
                *text = text.strip_prefix(file).map_or(text.as_str(), |rest| rest.trim_start_matches(':')).to_owned();
            });
            texts.join(", ")
        };
        lines = vec![places.chunk_by(|a, b| a.file == b.file).map(in_file).collect::<Vec<_>>().join(", ")];
    }
    lines.retain(|line| !line.is_empty());
    if let [line] = lines.as_mut_slice() {
        line.extend(others.take().map(|others| format!(" {others}")));
    }
    lines.iter().for_each(|line| labelled("  at ", 5, line, look, out));
    others.iter().for_each(|others| labelled("  ", 2, others, look, out));
}

/// A location, and how often it is in `same`.
fn repeated(same: &[Location]) -> String {
    let text = same.first().map(Location::to_text).unwrap_or_default();
    if same.len() > 1 { format!("{text} ({} times)", same.len()) } else { text }
}

/// Findings with excerpts of their files, folded for each file.
fn with_excerpts(group: &[Finding], look: &RenderStyle, out: &mut String) {
    for alike in group.chunk_by(|a, b| a.location.file == b.location.file) {
        let (in_full, others) = folded(alike);
        in_full.iter().for_each(|one| finding(one, look, out));
        if !others.is_empty() {
            let lines = others.iter().filter_map(|one| one.location.line).map(|line| line.to_string());
            let mut lines: Vec<String> = lines.take(NAMED_LINES.saturating_add(1)).collect();
            if lines.len() > NAMED_LINES {
                lines.truncate(NAMED_LINES);
                lines.push("...".to_owned());
            }
            let file = others.first().and_then(|one| one.location.file.as_deref()).unwrap_or_default();
            let text = format!("and {} more like it in {file}, lines {}", others.len(), lines.join(", "));
            labelled("  ", 2, &text, look, out);
        }
    }
}

/// Splits findings into those printed in full and those printed by line; without lines in a file all are printed in
/// full.
fn folded(alike: &[Finding]) -> (&[Finding], &[Finding]) {
    let placed = alike.iter().all(|one| one.location.file.is_some() && one.location.line.is_some());
    let in_full = if placed && alike.len() > MAX_IN_FULL { FIRST_OF_MANY } else { alike.len() };
    alike.split_at_checked(in_full).unwrap_or((alike, &[]))
}

/// ` (app.log:3:17, /claims/exp)`; empty without a location.
fn in_brackets(location: &Location) -> String {
    Some(location.to_text()).filter(|words| !words.is_empty()).map(|words| format!(" ({words})")).unwrap_or_default()
}

fn finding(finding: &Finding, look: &RenderStyle, out: &mut String) {
    headline(finding, &in_brackets(&finding.location), look, out);
    if let Some(excerpt) = &finding.excerpt {
        self::excerpt(excerpt, tone(finding.severity), look, out);
    }
}

/// `error[RULE]: MESSAGE`, then `rest`.
fn headline(finding: &Finding, rest: &str, look: &RenderStyle, out: &mut String) {
    let name = paint(look, tone(finding.severity), finding.severity.name());
    labelled(&format!("{name}[{}]: ", finding.rule), 2, &format!("{}{rest}", finding.message), look, out);
}

const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Quiet,
    }
}

/// An excerpt of the file, with a caret under the value. Escapes make a text longer, so the caret follows them.
fn excerpt(excerpt: &Excerpt, tone: Tone, look: &RenderStyle, out: &mut String) {
    let number = excerpt.line.to_string();
    let (before, meant) = match excerpt.text.char_indices().nth(excerpt.column) {
        Some((at, _)) => excerpt.text.split_at(at),
        None => (excerpt.text.as_str(), ""),
    };
    let meant: String = meant.chars().take(excerpt.length).collect();
    let width = |text: &str| escape::line(text).chars().count();
    let caret = format!("{}{}", " ".repeat(width(before)), "^".repeat(width(&meant).max(1)));
    let margin = " ".repeat(number.len());
    out.push_str(&format!("  {}{}\n", paint(look, Tone::Quiet, &format!("{number} | ")), escape::line(&excerpt.text)));
    out.push_str(&format!("  {}{}\n", paint(look, Tone::Quiet, &format!("{margin} | ")), paint(look, tone, &caret)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: RenderStyle = RenderStyle { width: 80, color: false, unicode: true };

    fn finding_at(message: &str, line: u64, pointer: &str, url: &str) -> Finding {
        let location = Location {
            file: Some("app.log".to_owned()),
            line: Some(line),
            column: Some(7),
            url: Some(url.to_owned()).filter(|url| !url.is_empty()),
            ..Location::pointer(pointer)
        };
        let (rule, severity, message) = ("exp-missing", Severity::Error, message.to_owned());
        Finding { rule, severity, message, help: "add it", source: "RFC 7519", location, excerpt: None }
    }

    fn rendered(group: &[Finding], count: u64, places: usize) -> String {
        let counts = group.iter().take(1).map(|one| ((one.rule, one.severity), count)).collect();
        let mut out = String::new();
        render(group, &counts, places, &LOOK, &mut out);
        out.replace("  fix: add it\n  source: RFC 7519\n", "")
    }

    #[test]
    fn equal_messages_are_printed_once_with_their_positions() {
        let group: Vec<Finding> = (1..=5).map(|line| finding_at("no exp", line, "/claims", "")).collect();
        let expected = "error[exp-missing]: no exp (/claims)\n  at app.log:1:7, 2:7, 3:7, 4:7, 5:7 \
                        and 995 more like it\n";
        assert_eq!(rendered(&group, 1_000, 5), expected);
        assert!(rendered(&group, 5, 2).ends_with("  at app.log:1:7, 2:7 and 3 more like it\n"));
    }

    #[test]
    fn locations_that_differ_in_more_than_position_take_a_line_each() {
        let urls = ["https://a.test/", "https://b.test/", "https://b.test/"];
        let group: Vec<Finding> = urls.iter().map(|url| finding_at("no exp", 3, "/claims", url)).collect();
        let expected = "error[exp-missing]: no exp (/claims)\n  at app.log:3:7, https://a.test/\n  at app.log:3:7, \
                        https://b.test/ (2 times)\n";
        assert_eq!(rendered(&group, 3, 5), expected);
    }

    #[test]
    fn different_messages_are_printed_with_their_own_locations() {
        let group = [finding_at("30 d", 1, "", ""), finding_at("7 d", 2, "", ""), finding_at("30 d", 3, "", "")];
        let group = group.map(|one| Finding { location: Location { pointer: None, ..one.location }, ..one });
        let expected = "error[exp-missing]: 30 d\n  at app.log:1:7, 3:7\nerror[exp-missing]: 7 d (app.log:2:7)\n";
        assert_eq!(rendered(&group, 3, 5), expected);
        assert_eq!(rendered(&[], 0, 5), "");
    }
}
