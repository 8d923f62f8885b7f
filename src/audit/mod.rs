//! What many tokens have in common: a summary that is filled token by token in constant memory.
//!
//! Every part of a [`summary::Summary`] is an exact commutative monoid: how the tokens are split among
//! threads or files, and in which order they come, does not show in the result, not even in one byte.
//! Counts saturate (which keeps that true) and never wrap. Names and messages in it are untrusted text,
//! bounded in length and otherwise as they came; whoever shows them escapes them.
//!
//! The hash behind the samples is fast and not secret: whoever writes the tokens can make two names
//! collide, or crowd others out of a full sample. That can spoil his own audit and nothing else.

mod consistency;
pub mod counts;
pub mod counts_by_name;
pub mod duplicates;
pub mod finding_log;
pub mod headroom;
pub mod hmac_candidates;
pub mod measurements;
pub mod observation;
pub mod summary;
pub mod token_auditor;
