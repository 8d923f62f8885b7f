//! Colours of a terminal, and how prose is wrapped to its width. It is the only module that knows colours.

use super::{RenderStyle, Tone};
use crate::encoding::escape;

/// How prose is wrapped: between words only.
pub(super) fn wrap_options<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
}

pub(super) fn bold(look: &RenderStyle, text: &str) -> String {
    if look.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

pub(super) fn paint(look: &RenderStyle, tone: Tone, text: &str) -> String {
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
