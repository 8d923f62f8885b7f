//! Progress of long work: on standard error, on a terminal, and only when it lasts.

use super::context::Context;
use super::system;
use authkit::time::Span;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// A spinner with a message; silent off a terminal or with `-q`.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    pub fn start(context: &Context, message: &str) -> Self {
        if context.quiet || !system::stderr_is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.set_message(message.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(Some(bar))
    }

    /// The message is made only when somebody sees it.
    pub fn say(&self, message: impl FnOnce(Duration) -> String) {
        if let Some(bar) = &self.0 {
            bar.set_message(message(bar.elapsed()));
        }
    }
}

/// How long what is left of `all` takes at the speed so far, in words; empty while that cannot be said.
pub fn time_left(done: u64, all: u64, elapsed: Duration) -> String {
    let milliseconds = elapsed.as_millis();
    let left = u128::from(all.saturating_sub(done)).saturating_mul(milliseconds).checked_div(u128::from(done));
    match left {
        // A guess from its first moments is no help.
        Some(left) if milliseconds >= 500 => {
            let seconds = u64::try_from(left.div_ceil(1_000)).unwrap_or(u64::MAX);
            format!(", {} left", Span::seconds(seconds))
        }
        _ => String::new(),
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
#[test]
fn what_is_left_takes_as_long_as_what_was_done() {
    assert_eq!(time_left(10, 40, Duration::from_secs(2)), ", 6 s left");
    assert_eq!(time_left(1, 1_801, Duration::from_millis(1_000)), ", 30 min left");
    assert_eq!(time_left(0, 40, Duration::from_secs(2)), "");
    assert_eq!(time_left(10, 40, Duration::from_millis(100)), "");
}
