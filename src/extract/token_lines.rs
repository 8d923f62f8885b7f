//! One token a line: white space and a leading `Bearer ` are left out, empty lines are skipped. A line that
//! is no token is handed on as it is, because whoever judges tokens says best what is wrong with it.

use super::{Place, Sighting, Text, column};
use crate::rule::token::TokenLocation;
use crate::token::compact;
use std::borrow::Cow;

/// The lines of `text`. Of a line in several pieces, the first piece.
pub fn tokens(text: Text<'_>) -> impl Iterator<Item = Sighting<'_>> {
    text.lines().filter_map(|(number, line)| {
        let token = compact::trim(line);
        let place = || Place::at(number, column(line, token));
        (!token.is_empty()).then(|| Sighting {
            token: Cow::Borrowed(token),
            carrier: TokenLocation::Unknown,
            place: place(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: Text<'_>) -> Vec<(String, u64, u64)> {
        tokens(text)
            .map(|seen| (String::from_utf8_lossy(&seen.token).into_owned(), seen.place.line, seen.place.column))
            .collect()
    }

    #[test]
    fn each_line_is_a_token_or_handed_on() {
        let text = Text::whole(b"a.b.c\r\n\n  Bearer d.e.f \nno token\n \n..");
        let expected = [("a.b.c", 1, 1), ("d.e.f", 3, 10), ("no token", 4, 1), ("..", 6, 1)];
        assert_eq!(seen(text), expected.map(|(token, line, column)| (token.to_owned(), line, column)));
        assert!(seen(Text::whole(b"")).is_empty());
    }

    #[test]
    fn the_rest_of_a_torn_line_is_not_a_line() {
        let torn = Text { bytes: b"....rest\na.b.c\n", context: 4, line: 7, column: 5 };
        assert_eq!(seen(torn), [("a.b.c".to_owned(), 8, 1)]);
        assert!(seen(Text { bytes: b"rest", ..torn }).is_empty());
    }
}
