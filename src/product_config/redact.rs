//! Redaction of invalid values in messages: the value may be a secret on the wrong line.

use crate::finding::format_count;

/// The maximum length of a printed value, in characters.
const LONGEST: usize = 24;

/// Words that occur in durations and switches, in any product.
const WORDS: &[&str] = &[
    "",
    "ns",
    "us",
    "ms",
    "s",
    "m",
    "h",
    "d",
    "w",
    "y",
    "mo",
    "p",
    "pt",
    "t",
    "sec",
    "min",
    "hr",
    "day",
    "wk",
    "week",
    "month",
    "yr",
    "year",
    "second",
    "minute",
    "hour",
    "msec",
    "millisecond",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "none",
    "null",
    "never",
    "always",
    "enabled",
    "disabled",
    "inf",
    "infinite",
    "infinity",
    "unlimited",
    "forever",
    "default",
];

/// The value in quotes if it cannot be a secret, otherwise its kind.
pub(super) fn quote_or_redact(value: &str) -> String {
    if is_harmless(value) {
        return format!("\"{value}\"");
    }
    format!("a text of {}", format_count(value.chars().count(), "character"))
}

/// Whether a value is short and looks like a number, a duration or a switch, valid or not.
pub(super) fn is_harmless(value: &str) -> bool {
    let known = |word: &str| {
        let word = word.to_ascii_lowercase();
        WORDS.contains(&word.as_str()) || word.strip_suffix('s').is_some_and(|one| WORDS.contains(&one))
    };
    value.len() <= LONGEST
        && value.is_ascii()
        && value.split(|c: char| c.is_ascii_digit() || " +-.,:_/".contains(c)).all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn possible_secret_is_redacted() {
        for value in ["", "15m", "-1", "3600.5", "7 weeks", "PT15M", "2 Days", "yes", "1h30m", "00:15:00"] {
            assert_eq!(quote_or_redact(value), format!("\"{value}\""));
        }
        for (value, expected) in [
            ("hunter2", "a text of 7 characters"),
            ("x", "a text of 1 character"),
            ("yes please", "a text of 10 characters"),
            ("u7ZqK2m9Xw4Vb1Rt8Yp3Ns6Lc0Dh5Gf2", "a text of 32 characters"),
            ("3f9a8c", "a text of 6 characters"),
            ("1234567890123456789012345", "a text of 25 characters"),
            ("päss", "a text of 4 characters"),
        ] {
            assert_eq!(quote_or_redact(value), expected);
        }
    }
}
