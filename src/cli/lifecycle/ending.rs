//! How a life cycle that ended early ends the run, live and replayed.

use crate::cli::failure::FailureKind;
use authkit::lifecycle::{AbortReason, TransportError};

/// `None`: the user stopped it, and the signal says how the run ends.
pub const fn ending(stop: &AbortReason) -> Option<FailureKind> {
    match stop {
        AbortReason::Unanswered(TransportError::Stopped) => None,
        AbortReason::Unanswered(TransportError::Failed(_)) | AbortReason::TooManyRequests => {
            Some(FailureKind::Environment)
        }
        // What was given is not what it should be: a password, a URL, a marker.
        AbortReason::LoginRefused(_)
        | AbortReason::LoginElsewhere(_)
        | AbortReason::Indistinguishable(_)
        | AbortReason::NoToken(_) => Some(FailureKind::Input),
    }
}
