//! Token extraction with one token per line: white space and a leading `Bearer ` are dropped, empty lines are skipped.
//! Invalid lines are returned unchanged, because the token parser reports the most precise error.

use super::{TextChunk, TokenMatch, column};
use crate::token::compact;
use std::borrow::Cow;

/// The lines of `text`. Of a line in several pieces, the first piece.
pub fn extract_tokens(text: TextChunk<'_>) -> impl Iterator<Item = TokenMatch<'_>> {
    text.lines().filter_map(|(number, line)| {
        let token = compact::trim(line);
        (!token.is_empty()).then(|| TokenMatch::new(Cow::Borrowed(token), number, column(line, token)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: TextChunk<'_>) -> Vec<(String, u64, u64)> {
        extract_tokens(text)
            .map(|seen| (String::from_utf8_lossy(&seen.token).into_owned(), seen.place.line, seen.place.column))
            .collect()
    }

    #[test]
    fn each_line_is_returned_as_a_token() {
        let text = TextChunk::whole(b"a.b.c\r\n\n  Bearer d.e.f \nno token\n \n..");
        let expected = [("a.b.c", 1, 1), ("d.e.f", 3, 10), ("no token", 4, 1), ("..", 6, 1)];
        assert_eq!(seen(text), expected.map(|(token, line, column)| (token.to_owned(), line, column)));
        assert!(seen(TextChunk::whole(b"")).is_empty());
    }

    #[test]
    fn rest_of_split_line_is_skipped() {
        let torn = TextChunk { bytes: b"....rest\na.b.c\n", context: 4, line: 7, column: 5 };
        assert_eq!(seen(torn), [("a.b.c".to_owned(), 8, 1)]);
        assert!(seen(TextChunk { bytes: b"rest", ..torn }).is_empty());
    }
}
