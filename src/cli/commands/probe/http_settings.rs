//! How requests are sent in this run: whom to trust, how much, how long.

use crate::cli::fetch::{ClientSettings, Limits};

/// How the network is used.
pub struct HttpSettings {
    pub trust: ClientSettings,
    pub limits: Limits,
    pub insecure: bool,
}
