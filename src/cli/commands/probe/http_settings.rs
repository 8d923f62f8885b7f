//! HTTP settings of a run: trust, limits, timeouts.

use crate::cli::fetch::{ClientSettings, Limits};

/// HTTP settings of session checks.
pub struct HttpSettings {
    pub trust: ClientSettings,
    pub limits: Limits,
    pub insecure: bool,
}
