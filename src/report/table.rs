//! Layout of tables: text is wrapped between words, long ids are shortened, and no line is wider than the terminal.
//! Why not a table crate: they break words, and an id on two lines can be neither read nor copied.

use super::terminal::{bold, paint, wrap_options};
use super::{RenderStyle, Tone};
use crate::encoding::escape;
use std::borrow::Cow;
use textwrap::core::display_width;

/// Columns between two columns.
const GAP: usize = 2;
/// Columns in which a long word is an id or a value: it is shortened, never broken.
const OF_IDS: [&str; 3] = ["KID", "KEY", "VALUE"];
/// The shortest form of an id: twelve characters and an ellipsis.
const SHORT_ID: usize = 13;
/// Words up to this width are not broken while another column can shrink.
const LONGEST_WORD: usize = 24;
/// No column becomes narrower than this.
const NARROWEST: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnKind {
    Text,
    /// Has words that are shortened instead of broken.
    Ids,
    /// Aligned to the right, and never broken.
    Number,
}

/// A column of a table, in columns of the terminal.
struct ColumnShape {
    kind: ColumnKind,
    /// Width of the longest cell.
    natural: usize,
    /// Width at which no short word is broken.
    least: usize,
}

/// Renders a table. The cells are untrusted.
pub(super) fn render(
    head: &[&'static str],
    numbers: &[usize],
    rows: &[Vec<String>],
    look: &RenderStyle,
    out: &mut String,
) {
    let rows: Vec<Vec<Cow<'_, str>>> =
        rows.iter().map(|row| row.iter().map(|cell| escape::line(cell)).collect()).collect();
    let shape = |(column, head): (usize, &&str)| {
        let cells: Vec<&str> = rows.iter().filter_map(|row| row.get(column)).map(|cell| &**cell).collect();
        ColumnShape::new(head, &cells, numbers.contains(&column))
    };
    let columns: Vec<ColumnShape> = head.iter().enumerate().map(shape).collect();
    let gaps = GAP.saturating_mul(columns.len().saturating_sub(1));
    let widths = widths(&columns, look.width.saturating_sub(gaps));
    let mut line = |cells: Vec<&str>, style: &dyn Fn(&str, &str, &str) -> String| {
        let shapes = columns.iter().zip(&widths);
        let wrapped: Vec<Vec<String>> =
            cells.iter().zip(shapes).map(|(cell, (column, width))| column.wrap(cell, *width)).collect();
        for number in 0..wrapped.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = String::new();
            for (((lines, head), (column, width)), cell) in
                wrapped.iter().zip(head).zip(columns.iter().zip(&widths)).zip(&cells)
            {
                let text = lines.get(number).map_or("", String::as_str);
                let padding = " ".repeat(width.saturating_sub(display_width(text)));
                let text = if text.is_empty() { String::new() } else { style(head, cell, text) };
                match column.kind {
                    ColumnKind::Number => line.extend([padding, text]),
                    _ => line.extend([text, padding]),
                }
                line.push_str(&" ".repeat(GAP));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    };
    line(head.to_vec(), &|_, _, text| bold(look, text));
    for row in &rows {
        line(row.iter().map(|cell| &**cell).collect(), &|head, cell, text| paint(look, tone(head, cell), text));
    }
}

impl ColumnShape {
    fn new(head: &str, cells: &[&str], is_number: bool) -> Self {
        let longest = |texts: &mut dyn Iterator<Item = &str>| texts.map(display_width).max().unwrap_or(0);
        let head_word = longest(&mut head.split(' '));
        let cell = longest(&mut cells.iter().copied());
        let words = || cells.iter().flat_map(|cell| cell.split(' ')).map(display_width);
        let has_ids = OF_IDS.contains(&head) && words().any(|width| width > LONGEST_WORD);
        let kind = match (is_number, has_ids) {
            (true, _) => ColumnKind::Number,
            (_, true) => ColumnKind::Ids,
            _ => ColumnKind::Text,
        };
        let at_least = |width: usize| match kind {
            ColumnKind::Ids if width > LONGEST_WORD => SHORT_ID,
            _ => width.min(LONGEST_WORD),
        };
        let least = if is_number { cell } else { words().map(at_least).max().unwrap_or(0) };
        Self { kind, natural: cell.max(display_width(head)), least: least.max(head_word) }
    }

    /// The lines of a cell.
    fn wrap(&self, cell: &str, width: usize) -> Vec<String> {
        let word = |word: &str| match self.kind {
            ColumnKind::Ids if display_width(word) > width => escape::cut(word, width.saturating_sub(1)).into_owned(),
            _ => word.to_owned(),
        };
        let text = cell.split(' ').map(word).collect::<Vec<_>>().join(" ");
        let lines = textwrap::wrap(&text, wrap_options(width.max(1)).break_words(true));
        lines.into_iter().map(Cow::into_owned).collect()
    }
}

/// The width of each column within `room`. Text shrinks before ids are shortened, and only then are words broken.
fn widths(columns: &[ColumnShape], room: usize) -> Vec<usize> {
    let sum = |widths: &[usize]| widths.iter().fold(0, |sum: usize, width| sum.saturating_add(*width));
    let natural: Vec<usize> = columns.iter().map(|column| column.natural).collect();
    if sum(&natural) <= room {
        return natural;
    }
    let whole_ids = |column: &ColumnShape| match column.kind {
        ColumnKind::Ids => column.natural,
        _ => column.least,
    };
    let mut widths: Vec<usize> = columns.iter().map(whole_ids).collect();
    if sum(&widths) > room {
        widths = columns.iter().map(|column| column.least).collect();
    }
    let excess = sum(&widths).saturating_sub(room);
    break_words(columns, &mut widths, excess);
    for kind in [ColumnKind::Text, ColumnKind::Ids] {
        while sum(&widths) < room {
            let can_grow =
                |(column, width): &(&ColumnShape, &mut usize)| column.kind == kind && **width < column.natural;
            let narrowest = columns.iter().zip(&mut widths).filter(can_grow).min_by_key(|(_, width)| **width);
            let Some((_, width)) = narrowest else { break };
            *width = width.saturating_add(1);
        }
    }
    // The words of a heading are joined where there is room for all of them.
    for (place, column) in columns.iter().enumerate() {
        let left = room.saturating_sub(sum(&widths));
        if let Some(width) = widths.get_mut(place).filter(|width| column.natural.saturating_sub(**width) <= left) {
            *width = column.natural;
        }
    }
    widths
}

/// Makes the columns narrower by `excess` in all, the widest first, so that words break; not if that is not enough.
fn break_words(columns: &[ColumnShape], widths: &mut [usize], excess: usize) {
    let mut narrower = widths.to_vec();
    for _ in 0..excess {
        let can_shrink =
            |(column, width): &(&ColumnShape, &mut usize)| column.kind == ColumnKind::Text && **width > NARROWEST;
        let widest = columns.iter().zip(&mut narrower).filter(can_shrink).max_by_key(|(_, width)| **width);
        let Some((_, width)) = widest else { return };
        *width = width.saturating_sub(1);
    }
    widths.copy_from_slice(&narrower);
}

/// The tone of a cell whose words are states or severities.
fn tone(head: &str, cell: &str) -> Tone {
    match (head, cell) {
        ("SEVERITY", "error") | ("STATE", "expired" | "revoked") | ("RESULT", "mismatch") => Tone::Bad,
        ("SEVERITY", "warning") | ("STATE", "retiring") => Tone::Warning,
        ("STATE", "active") | ("RESULT", "match") => Tone::Good,
        ("SEVERITY", "info") | ("STATE", "removed") => Tone::Quiet,
        _ => Tone::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KID: &str = "YvXjMJs6s5UhztH68OO7A0TLx74smYin1sXA-OJ0UWQ";

    fn lines(head: &[&'static str], row: &[&str], width: usize) -> Vec<String> {
        let mut out = String::new();
        let row = row.iter().map(|cell| (*cell).to_owned()).collect();
        render(head, &[], &[row], &RenderStyle { width, color: false, unicode: true }, &mut out);
        out.lines().map(str::to_owned).collect()
    }

    #[test]
    fn kid_in_a_narrow_table_is_shortened_and_never_broken() {
        for width in 40..120 {
            let lines = lines(&["KID", "ALG", "EVENT"], &[KID, "ES256", "is known to every verifier"], width);
            assert!(lines.iter().all(|line| line.len() <= width + 2), "{lines:?}");
            let kid = lines[1].split(' ').next().unwrap();
            let prefix = kid.trim_end_matches('…');
            assert!(KID.starts_with(prefix) && prefix.len() >= 12, "{lines:?}");
            assert!(lines[2..].iter().all(|line| line.starts_with(' ')), "{lines:?}");
        }
    }

    #[test]
    fn prose_shrinks_before_a_kid_is_shortened() {
        let lines = lines(&["KID", "EVENT"], &[KID, "is withdrawn: its last token has expired"], 60);
        assert_eq!(lines[1], format!("{KID}  is withdrawn:"));
        assert_eq!(lines[2].trim_start(), "its last token");
    }

    #[test]
    fn short_word_is_whole_beside_wider_columns() {
        for width in 40..100 {
            let text = lines(&["STRATEGY", "MEANING"], &["JWT + central denylist", &"word ".repeat(20)], width);
            assert!(text.iter().any(|line| line.contains("denylist")), "{text:?}");
        }
    }

    #[test]
    fn state_is_coloured_only_in_its_column() {
        let rows = [vec!["active".to_owned(), "active".to_owned()]];
        let mut out = String::new();
        let look = RenderStyle { width: 80, color: true, unicode: true };
        render(&["KID", "STATE"], &[], &rows, &look, &mut out);
        assert!(out.contains("active  \u{1b}[32mactive\u{1b}[0m"), "{out:?}");
        assert!(out.starts_with("\u{1b}[1mKID\u{1b}[0m"), "{out:?}");
    }
}
