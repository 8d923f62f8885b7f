//! Parts of the first line of an answer that commands share.

use authkit::encoding::escape;
use authkit::key::SHORT_KID;
use authkit::report::{Block, Tone};
use authkit::time::UnixTime;

/// The verdict, in the tone of its meaning, and the rest of the line.
pub fn first_line(tone: Tone, verdict: &str, rest: impl Into<String>) -> Block {
    Block::FirstLine(vec![(tone, verdict.to_owned()), plain(format!(": {}", rest.into()))])
}

/// A span without a tone.
pub fn plain(text: impl Into<String>) -> (Tone, String) {
    (Tone::Plain, text.into())
}

/// `expires in 15 min`, `expired 3 d ago` or `never expires`.
pub fn expiry(exp: Option<UnixTime>, now: UnixTime) -> (Tone, String) {
    match exp {
        None => plain("never expires"),
        Some(exp) if exp > now => plain(format!("expires {}", exp.relative_to(now))),
        Some(exp) => (Tone::Bad, format!("expired {}", exp.relative_to(now))),
    }
}

/// `YvD6f_DlTmt9…`: the prefix of a kid that a line has room for.
pub fn short_kid(kid: &str) -> String {
    escape::name(kid, SHORT_KID)
}

/// `key YvD6f_DlTmt9…`, or `no kid`.
pub fn key_name(kid: Option<&str>) -> String {
    kid.map_or_else(|| "no kid".to_owned(), |kid| format!("key {}", short_kid(kid)))
}
