//! Audit: a mergeable summary of many tokens, filled token by token in constant memory.
//!
//! Every part of a [`summary::AuditSummary`] is an exact commutative monoid: the result is byte-identical regardless of
//! how the tokens are split among threads or files, and of their order.
//! Counts saturate (which preserves that) and never wrap. Names and messages in it are untrusted text,
//! bounded in length and otherwise unchanged; escape them for output.
//!
//! The hash for the samples is fast and not secret: the author of the tokens can make two names
//! collide, or crowd others out of a full sample. That can distort the audit of their own tokens only.

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
