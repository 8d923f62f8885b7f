//! The exchanges that a run collected, from any source.

use crate::cli::failure::{Failure, FailureKind};
use authkit::http::url::{HttpUrl, shown_reference};
use authkit::probe::ProbeInput;

/// The exchanges of one run, and where they came from.
#[derive(Default)]
pub struct CollectedExchanges {
    pub seen: ProbeInput,
    /// The file, as the user named it.
    pub file: Option<String>,
    /// The assumption that a saved source required, for the report.
    pub assumed: Option<&'static str>,
    /// Certificates were not verified.
    pub insecure: bool,
    /// Some exchanges are missing.
    pub partial: bool,
    /// What kept the collection from its end, for the exit code.
    pub ending: Option<FailureKind>,
    /// Hints to print if no response is found.
    pub hints: Vec<String>,
}

impl CollectedExchanges {
    /// Records how a part of the collection ended; the last failure determines the exit code.
    pub fn end_with(&mut self, ending: Option<FailureKind>) {
        self.ending = ending.or(self.ending);
    }
}

/// Parses a URL argument.
///
/// # Errors
/// It is not a URL.
pub fn parse_http_url(text: &str) -> Result<HttpUrl, Failure> {
    HttpUrl::parse(text).map_err(|error| Failure::usage(format!("\"{}\" is not a URL: {error}", shown_reference(text))))
}

/// The failure when no response is found.
pub fn no_response_failure(collected: &CollectedExchanges) -> Failure {
    let kind = collected.ending.unwrap_or(FailureKind::Input);
    let mut failure = match collected.seen.failures.as_slice() {
        [] => Failure::new(kind, "no responses to check"),
        [only] => Failure::environment(format!("{}: {}", only.url.redacted(), only.message)),
        [first, rest @ ..] => {
            let first = format!("{}: {}", first.url.redacted(), first.message);
            Failure::environment(format!("no response from {} URLs; {first}", rest.len().saturating_add(1)))
        }
    };
    failure.hints.extend(collected.hints.iter().cloned());
    failure
}
