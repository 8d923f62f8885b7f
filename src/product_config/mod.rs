//! Configuration of products that make, keep or check tokens and sessions, as one normalised model.
//!
//! [`reading::read`] takes a text, finds out which [`formats::Format`] it is by its content, and fills
//! [`setting::Group`]s, and rules see nothing else. To add a format see [`formats`].

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
