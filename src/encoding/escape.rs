//! Escaping of untrusted text for output. A claim can contain terminal escapes, right-to-left overrides or invisible
//! characters; none of them may reach a terminal, a log or a file unescaped.

use std::borrow::Cow;

/// Starts a workflow command of a GitHub runner at any position of a line (`ActionCommand.TryParse` of actions/runner).
/// Untrusted text that contains it is split: any output may end up in such a log.
const COMMAND: &str = "##[";

/// Characters that change the appearance of text without being visible: C0, DEL, C1, line and paragraph separators, all
/// with the property Default_Ignorable_Code_Point (Unicode 17, DerivedCoreProperties.txt: bidirectional and zero-width
/// controls, fillers, variation selectors, tags, the byte order mark), the blank braille pattern, which looks like a
/// space, interlinear annotations, and the two noncharacters that XML forbids (XML 1.0 §2.2).
///
/// A variation selector after an emoji is harmless and escaped nevertheless: a simple rule can be verified.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}'
        | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{FFFE}'..='\u{FFFF}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// For a terminal: hidden characters become `\u{1b}`, including newlines, so that untrusted text never starts a line.
pub fn line(text: &str) -> Cow<'_, str> {
    let text = replace(text, is_hidden, |c, out| match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
    });
    without_commands(text, "#\\u{23}[")
}

/// For a JSON document: hidden non-ASCII characters and DEL become `\uXXXX`. They occur only in strings, where the
/// escape is equivalent (RFC 8259 §7); white space is left unchanged.
pub fn json(document: &str) -> Cow<'_, str> {
    let text = if hides_beyond_ascii(document) { unhidden(document) } else { Cow::Borrowed(document) };
    without_commands(text, "#\\u0023[")
}

fn unhidden(document: &str) -> Cow<'_, str> {
    replace(
        document,
        |c| c > '\u{7E}' && is_hidden(c),
        |c, out| {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        },
    )
}

/// At most `length` characters of `text`, with an ellipsis if truncated: the author of a token or a key set must not
/// control how much of a terminal or a log it fills.
pub fn cut(text: &str, length: usize) -> Cow<'_, str> {
    match text.char_indices().nth(length) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", text.split_at(end).0)),
    }
}

/// A name within a sentence, [`cut`], and in quotation marks unless it is a plain word: an untrusted name must not read
/// as part of the sentence.
pub fn name(text: &str, length: usize) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~+/=:@".contains(c);
    let short = cut(text, length);
    if !text.is_empty() && text.chars().all(is_plain) { short.into_owned() } else { format!("\"{short}\"") }
}

fn without_commands<'a>(text: Cow<'a, str>, instead: &str) -> Cow<'a, str> {
    if text.contains(COMMAND) { Cow::Owned(text.replace(COMMAND, instead)) } else { text }
}

/// Whether DEL or a hidden non-ASCII character is in `text`. Most pieces of most texts are ASCII, and the highest byte
/// of a piece is found quickly; a position inside a character is skipped.
fn hides_beyond_ascii(text: &str) -> bool {
    const PIECE: usize = 64;
    let hides = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_hidden);
    (0..).step_by(PIECE).zip(text.as_bytes().chunks(PIECE)).any(|(begin, piece)| {
        let highest = piece.iter().copied().fold(0, u8::max);
        highest > b'~' && (begin..).zip(piece).any(|(at, byte)| *byte > b'~' && hides(at))
    })
}

fn replace<'a>(text: &'a str, hidden: impl Fn(char) -> bool, write: impl Fn(char, &mut String)) -> Cow<'a, str> {
    if !text.chars().any(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    for c in text.chars() {
        if hidden(c) { write(c, &mut out) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped() {
        for c in ('\u{0}'..='\u{10FFFF}').filter(|c| is_hidden(*c)) {
            let text = format!("a{c}b");
            assert!(line(&text).chars().all(|c| !is_hidden(c)), "{:x}", u32::from(c));
            assert!(json(&text).chars().all(|c| c < '\u{7F}' || !is_hidden(c)), "{:x}", u32::from(c));
            let text = format!("§{}{c}", "x".repeat(60));
            assert!(json(&text).chars().all(|c| c < '\u{7F}' || !is_hidden(c)), "{:x}", u32::from(c));
        }
    }

    /// The ranges of the property in Unicode 17, as listed in the file.
    #[test]
    fn default_ignorable_characters_are_hidden() {
        let listed = [
            (0xAD, 0xAD),
            (0x34F, 0x34F),
            (0x61C, 0x61C),
            (0x115F, 0x1160),
            (0x17B4, 0x17B5),
            (0x180B, 0x180F),
            (0x200B, 0x200F),
            (0x202A, 0x202E),
            (0x2060, 0x206F),
            (0x3164, 0x3164),
            (0xFE00, 0xFE0F),
            (0xFEFF, 0xFEFF),
            (0xFFA0, 0xFFA0),
            (0xFFF0, 0xFFF8),
            (0x1BCA0, 0x1BCA3),
            (0x1D173, 0x1D17A),
            (0xE0000, 0xE0FFF),
        ];
        for code in listed.into_iter().flat_map(|(first, last)| first..=last) {
            let c = char::from_u32(code).unwrap();
            assert_eq!(line(&c.to_string()), format!("\\u{{{code:x}}}"));
        }
        assert_eq!(line("\u{2800}"), "\\u{2800}");
        assert_eq!(json("\"\u{FE0F}\u{E0100}\""), "\"\\ufe0f\\udb40\\udd00\"");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert!(matches!(cut("ab§", 3), Cow::Borrowed("ab§")));
        assert_eq!(cut("§§§§", 3), "§§§…");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn name_that_is_not_a_plain_word_is_quoted() {
        assert_eq!(name("2026-01", 12), "2026-01");
        assert_eq!(name("YvXjMJs6s5UhztH68OO7", 12), "YvXjMJs6s5Uh…");
        assert_eq!(name("a, expires in 9 y", 12), "\"a, expires i…\"");
        assert_eq!(name("", 12), "\"\"");
    }

    #[test]
    fn plain_text_is_left_alone() {
        assert!(matches!(json("Grüße, 世界 \u{1f600} \\u{1b}\n"), Cow::Borrowed(_)));
        assert!(matches!(line("Grüße, 世界 \\u{1b}"), Cow::Borrowed(_)));
        assert_eq!(line("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
    }

    #[test]
    fn runner_commands_are_escaped() {
        assert_eq!(line("###[add-mask]x"), "##\\u{23}[add-mask]x");
        assert_eq!(json(r###"{"##[a]":1}"###), r###"{"#\u0023[a]":1}"###);
    }

    #[test]
    fn escaped_json_is_equivalent() {
        let document = "{\"a\": \"\u{202e}\u{e0041}\u{7f}é##[\"}\n";
        let escaped = json(document);
        assert_eq!(escaped, "{\"a\": \"\\u202e\\udb40\\udc41\\u007fé#\\u0023[\"}\n");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(document), read(&escaped));
    }
}
