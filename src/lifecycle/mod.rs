//! The life cycle of a session: what becomes of it at login, when its cookie was planted, and after logout.
//!
//! Whether a session is the same is never told from values: some frameworks write a new value with every response,
//! and others keep one that has become worthless. It is told by *replay*: cookies as they were are sent again, and
//! the answer is compared with what a visitor gets and with what the signed-in user gets. Each replay has its
//! controls, and where a control fails the answer is "unclear", with the reason.
//!
//! The network is outside, behind [`Web`]; what is asked next depends on the answers so far.

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
