//! The outcome of a command: everything that is written, and everything that determines the exit code.

use super::failure::FailureKind;
use authkit::report::{Artefact, Report};

/// What a command returns.
#[derive(Debug)]
pub struct Outcome {
    pub artefact: Option<Artefact>,
    pub report: Report,
    /// What the exit code reports besides the verdict: a failure that left the result partial, or a change.
    pub ending: Option<FailureKind>,
}

impl Outcome {
    /// The outcome of a complete run without an artefact.
    pub const fn new(report: Report) -> Self {
        Self { artefact: None, report, ending: None }
    }
}
