//! Streaming search for format marks in a text that is too large to hold in memory. It decides whether the file is
//! surely a configuration file, which must not be skipped silently.

use super::detect::marks_of_large;
use super::formats::{FORMATS, Format};
use super::syntax::Syntax;
use memchr::memmem;

/// A search through a text that arrives in pieces.
pub struct MarkSearch {
    /// Formats of the file's syntax, each with the marks not found so far.
    wanted: Vec<(&'static Format, Vec<&'static str>)>,
    least: usize,
    /// The end of the searched text, which may be the beginning of a mark.
    tail: Vec<u8>,
}

impl MarkSearch {
    /// A search for a file with this name; `None`: the extension belongs to no configuration syntax.
    pub fn for_name(name: &str) -> Option<Self> {
        let syntax = Syntax::from_file_name(name)?;
        let wanted = FORMATS.iter().copied().filter(|format| format.syntaxes.contains(&syntax));
        Some(Self {
            wanted: wanted.map(|format| (format, format.marks.to_vec())).collect(),
            least: marks_of_large(syntax),
            tail: Vec::new(),
        })
    }

    /// Searches the next piece.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        for (_, marks) in &mut self.wanted {
            marks.retain(|mark| memmem::find(&self.tail, mark.as_bytes()).is_none());
        }
        let longest = self.wanted.iter().flat_map(|(_, marks)| marks).map(|mark| mark.len()).max().unwrap_or(0);
        let done = self.tail.len().saturating_sub(longest.saturating_sub(1));
        self.tail.drain(..done);
    }

    /// Whether enough marks of one format were found.
    pub fn is_meant(&self) -> bool {
        self.wanted.iter().any(|(format, left)| format.marks.len().saturating_sub(left.len()) >= self.least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product_config::detect;

    #[test]
    fn search_in_pieces_equals_search_of_whole_text() {
        let realm =
            format!("{{{}\"accessTokenLifespan\": 300, \"sslRequired\": \"none\", \"realm\": \"a\"}}", " ".repeat(999));
        for (text, name) in [(realm.as_str(), "realm.json"), (realm.as_str(), "realm.toml"), ("{}", "a.json")] {
            for step in [1, 7, 1_000, usize::MAX] {
                let mut search = MarkSearch::for_name(name).unwrap();
                text.as_bytes().chunks(step).for_each(|chunk| search.feed(chunk));
                assert_eq!(search.is_meant(), detect::is_meant(text, name), "{name} in steps of {step}");
            }
        }
        assert!(MarkSearch::for_name("a.png").is_none());
    }
}
