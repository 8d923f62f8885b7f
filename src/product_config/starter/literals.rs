//! Quoting of texts and durations for configuration languages.

use crate::time::Span;

/// A text in double quotes, with the same meaning in JSON, YAML, TOML and dotenv. The text is a name or a URL:
/// characters other than those of URLs (RFC 3986 §2), and `$`, quotes and parentheses, are dropped, so that none can
/// end the quotes or begin an expansion.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text))
}

/// As [`quoted`], without the quotes.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-._~:/?#[]@!&*+,;=%".contains(*c)).collect()
}

/// A Go duration in its largest units: `1h30m`.
pub(super) fn go(span: Span) -> String {
    let total = span.as_seconds();
    let (hours, rest) = (total.checked_div(3_600).unwrap_or(0), total.checked_rem(3_600).unwrap_or(0));
    let (minutes, seconds) = (rest.checked_div(60).unwrap_or(0), rest.checked_rem(60).unwrap_or(0));
    let parts = [(hours, 'h'), (minutes, 'm'), (seconds, 's')];
    let text: String = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}
