//! Configuration of products that issue, store or verify tokens and sessions, as one normalised model.
//!
//! [`detect::read`] detects the [`formats::Format`] of a text by its content and fills [`setting::SettingGroup`]s, the
//! only input of the rules. To add a format see [`formats`].

pub mod detect;
pub mod document;
pub mod field;
pub mod formats;
pub mod grammar;
pub mod marks;
mod redact;
pub mod setting;
pub mod starter;
pub mod syntax;
pub mod tree;
