//! Session lifecycle checks: session fixation at login, unknown session ids, and revocation at logout.
//!
//! Cookie values never decide whether a session is the same: some frameworks write a new value with every response, and
//! others keep a value that is no longer accepted. The checks *replay* earlier cookies and compare the response with an
//! anonymous and an authenticated one. Each replay has its controls; if a control fails, the result is "unclear", with
//! the reason.
//!
//! All requests go through [`HttpTransport`]; the next request depends on the responses so
//! far.

mod abort_reason;
mod auth_classifier;
mod check;
mod html_form;
mod login;
mod logout;
pub mod output;
mod plan;
mod run;
mod session_cookie;
mod session_driver;
mod session_fixation;
#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests;
mod token_checks;
mod trace;
mod transport;

pub use abort_reason::AbortReason;
pub use auth_classifier::AuthState;
pub use check::{CheckResult, LifecycleCheck};
pub use plan::{
    BearerPlan, FormField, LifecyclePlan, LifecyclePlanError, LogoutPlan, MAX_LOGINS, PlanStep, RefreshPlan,
};
pub use run::run;
pub use trace::{LoginCookie, LoginTokens, LogoutResponse, SessionTrace, TraceStep};
pub use transport::{HttpTransport, LifecycleRequest, TransportError};
