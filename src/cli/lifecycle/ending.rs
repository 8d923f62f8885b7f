//! How a life cycle that ended early ends the run, live and replayed.

use crate::cli::failure::Kind;
use authkit::lifecycle::{Stop, Unanswered};

/// `None`: the user stopped it, and the signal says how the run ends.
pub const fn ending(stop: &Stop) -> Option<Kind> {
    match stop {
        Stop::Unanswered(Unanswered::Stopped) => None,
        Stop::Unanswered(Unanswered::Failed(_)) | Stop::TooManyRequests => Some(Kind::Surroundings),
        // What was given is not what it should be: a password, a URL, a marker.
        Stop::LoginRefused(_) | Stop::LoginElsewhere(_) | Stop::NotTelling(_) | Stop::NoToken(_) => Some(Kind::Input),
    }
}
