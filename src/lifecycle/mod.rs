//! The life cycle of a session: what becomes of it at login, when its cookie was planted, and after logout.
//!
//! Whether a session is the same is never told from values: some frameworks write a new value with every response,
//! and others keep one that has become worthless. It is told by *replay*: cookies as they were are sent again, and
//! the answer is compared with what a visitor gets and with what the signed-in user gets. Each replay has its
//! controls, and where a control fails the answer is "unclear", with the reason.
//!
//! The network is outside, behind [`Web`]; what is asked next depends on the answers so far.

mod ablation;
mod ask;
mod browser;
mod fixation;
mod form;
mod login;
mod logout;
mod plan;
mod question;
pub mod report;
mod run;
mod story;
mod telling;
#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers of tests")]
mod tests;
mod tokens;

pub use ask::{Ask, Unanswered, Web};
pub use browser::Stop;
pub use plan::{Bearer, Field, Leaving, MAX_LOGINS, Plan, PlanError, Planned, Refresh};
pub use question::{Answer, Question};
pub use run::run;
pub use story::{Credential, Done, Left, Story, Tokens};
pub use telling::Standing;
