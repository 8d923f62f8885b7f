//! How keys are fetched in this run, from flags and environment.

use authkit::time::Span;
use std::path::PathBuf;

/// How keys are fetched.
#[cfg_attr(not(feature = "net"), allow(dead_code, reason = "nothing is fetched"))]
pub struct FetchSettings {
    pub cacert: Option<PathBuf>,
    pub timeout: Span,
    /// The flag or variable that forbids network access, if any.
    pub offline: Option<&'static str>,
    pub cache: Option<PathBuf>,
}
