//! A URL to request, as the user wrote it.

use super::collected::parse_http_url;
use crate::cli::failure::Failure;
use crate::cli::fetch;
use crate::cli::fetch::Url;
use authkit::http::url::shown_reference;

/// Parses a URL to request; `place` is the prefix of an error, the file and line.
pub fn parse_url(text: &str, place: &str) -> Result<Url, Failure> {
    let parsed = fetch::url(text).map_err(|fault| Failure::usage(format!("{place}{fault}")));
    let url = parsed.map_err(|failure| match text.contains("://") {
        true => failure,
        false => failure.hint(format!("add the scheme: https://{}", shown_reference(text))),
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::usage(format!("{place}credentials in a URL are not sent"))
            .hint("pass them as a header with --header @FILE"));
    }
    // The cookie rules must accept the URL as well.
    parse_http_url(url.as_str())?;
    Ok(url)
}
