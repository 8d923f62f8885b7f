//! Progress of long work: on standard error, on a terminal, and only when it lasts.

use super::ambient;
use super::context::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

/// A spinner with a message; silent off a terminal or with `-q`.
pub struct Progress(Option<ProgressBar>);

impl Progress {
    pub fn start(context: &Context, message: &str) -> Self {
        if context.quiet || !ambient::stderr_is_terminal() {
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

    /// Since it was started; nothing when it is silent.
    pub fn elapsed(&self) -> Duration {
        self.0.as_ref().map(ProgressBar::elapsed).unwrap_or_default()
    }

    pub fn say(&self, message: String) {
        if let Some(bar) = &self.0 {
            bar.set_message(message);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
