//! How keys are fetched in this run: what the flags and the environment come to.

use authkit::time::Span;
use std::path::PathBuf;

/// How keys are fetched.
#[cfg_attr(not(feature = "net"), allow(dead_code, reason = "nothing is fetched"))]
pub struct FetchSettings {
    pub cacert: Option<PathBuf>,
    pub timeout: Span,
    /// What forbids the network, when something does.
    pub offline: Option<&'static str>,
    pub cache: Option<PathBuf>,
}
