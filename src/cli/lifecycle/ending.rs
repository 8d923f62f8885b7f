//! Exit codes of aborted session lifecycles, the same for live runs and replayed recordings.

use crate::cli::failure::FailureKind;
use authkit::lifecycle::{AbortReason, TransportError};

/// The failure kind of an abort. `None`: a signal stopped the run and determines the exit code.
pub const fn ending(stop: &AbortReason) -> Option<FailureKind> {
    match stop {
        AbortReason::Unanswered(TransportError::Stopped) => None,
        AbortReason::Unanswered(TransportError::Failed(_)) | AbortReason::TooManyRequests => {
            Some(FailureKind::Environment)
        }
        // Wrong input: a password, a URL, a marker.
        AbortReason::LoginRefused(_)
        | AbortReason::LoginElsewhere(_)
        | AbortReason::Indistinguishable(_)
        | AbortReason::NoToken(_) => Some(FailureKind::Input),
    }
}
