//! Exchanges that were collected, from wherever they came.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use authkit::http::url::{HttpUrl, shown_reference};
use authkit::probe::ProbeInput;

/// What was got.
#[derive(Default)]
pub struct CollectedExchanges {
    pub seen: ProbeInput,
    /// The file, as the user named it.
    pub file: Option<String>,
    pub assumed: Option<&'static str>,
    pub insecure: bool,
    /// There is more that was not got.
    pub partial: bool,
    /// What might help who got nothing.
    pub hints: Vec<String>,
}

/// A URL as the user wrote it.
pub fn parse_url(text: &str) -> Result<HttpUrl, Failure> {
    HttpUrl::parse(text).map_err(|error| Failure::usage(format!("\"{}\" is not a URL: {error}", shown_reference(text))))
}

/// There is no response to judge: why.
pub fn no_response_failure(got: &CollectedExchanges, context: &Context) -> Failure {
    let kind = context.ending().unwrap_or(FailureKind::Input);
    let mut failure = match got.seen.failures.as_slice() {
        [] => Failure::new(kind, "there is no response to judge"),
        [only] => Failure::environment(format!("{}: {}", only.url.redacted(), only.message)),
        [first, rest @ ..] => {
            let first = format!("{}: {}", first.url.redacted(), first.message);
            Failure::environment(format!("no answer from {} URLs; {first}", rest.len().saturating_add(1)))
        }
    };
    failure.hints.extend(got.hints.iter().cloned());
    failure
}
