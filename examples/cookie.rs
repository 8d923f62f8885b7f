//! Decides whether a browser stores each of some cookies, and why not, by the storage model of 6265bis §5.7.
//!
//!     cargo run --example cookie
#![allow(clippy::print_stdout, reason = "an example prints")]

use authkit::cookie::set_cookie::SetCookie;
use authkit::cookie::storage::{StorageContext, StorageOutcome, decide};
use authkit::time::UnixTime;

/// Values of `Set-Cookie`, and whether the response came over HTTPS.
const LINES: &[(&str, bool)] = &[
    ("__Host-sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax", true),
    ("__Host-sid=31d4d96e407aad42; Path=/; Secure; Domain=example.org", true),
    ("sid=31d4d96e407aad42; Secure", false),
    ("theme=dark; Domain=org", true),
    ("sid=31d4d96e407aad42; SameSite=None", true),
];

/// One line for each cookie.
pub fn report() -> String {
    let mut lines = String::new();
    for (value, secure) in LINES {
        // Parsing never fails: browsers make a cookie out of almost everything. Bytes need not be UTF-8.
        let cookie = SetCookie::parse(value.as_bytes());
        let context =
            StorageContext { secure: *secure, host: "www.example.org", path: "/account", now: UnixTime(1_800_000_000) };
        let decision = decide(&cookie, &context);
        lines.push_str(&format!("{}: {}", cookie.name.shown(), decision.outcome.word()));
        match decision.outcome {
            StorageOutcome::Stored => {
                let stored = decision.effective;
                lines.push_str(&format!(" for {}{}", stored.domain, stored.path));
            }
            StorageOutcome::Dropped | StorageOutcome::Differs => {
                // A browser stops at the first reason; the decision has all of them.
                let reasons: Vec<String> = decision.reasons.iter().map(ToString::to_string).collect();
                lines.push_str(&format!(", {}", reasons.join("; ")));
            }
        }
        lines.push('\n');
    }
    lines
}

fn main() {
    print!("{}", report());
}
