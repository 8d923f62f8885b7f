//! Progress of long-running commands, on standard error, and only if that is a terminal.

use super::context::Context;
use super::system;
use authkit::time::Span;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// A run that is shorter than this has no spinner.
const DELAY: Duration = Duration::from_secs(1);

/// A spinner with a message, from the first second on; silent off a terminal or with `-q`.
pub struct Progress(Option<VisibleProgress>);

/// The spinner, and the thread that makes it visible unless `done` is dropped before.
struct VisibleProgress {
    bar: ProgressBar,
    done: Option<Sender<()>>,
    starter: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts the spinner.
    pub fn start(context: &Context, message: &str) -> Self {
        if context.quiet || !system::stderr_is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.set_message(message.to_owned());
        let (done, is_done) = mpsc::channel::<()>();
        let own = bar.clone();
        let starter = std::thread::spawn(move || {
            if is_done.recv_timeout(DELAY) == Err(RecvTimeoutError::Timeout) {
                own.set_draw_target(ProgressDrawTarget::stderr());
                own.enable_steady_tick(Duration::from_millis(120));
            }
        });
        Self(Some(VisibleProgress { bar, done: Some(done), starter: Some(starter) }))
    }

    /// [`Progress::start`] for a command that writes `lines` while it works: on a terminal they are the progress, and a
    /// spinner between them would stay.
    pub fn start_with_lines(context: &Context, message: &str) -> Self {
        let shows_lines = context.main_output().is_none() && system::stdout_is_terminal();
        if shows_lines { Self(None) } else { Self::start(context, message) }
    }

    /// Sets the message, which is computed only if there is a spinner.
    pub fn say(&self, message: impl FnOnce(Duration) -> String) {
        if let Some(VisibleProgress { bar, .. }) = &self.0 {
            bar.set_message(message(bar.elapsed()));
        }
    }
}

/// The estimated time for the rest of `all` at the rate so far, as text; empty while there is no estimate.
pub fn time_left(done: u64, all: u64, elapsed: Duration) -> String {
    let milliseconds = elapsed.as_millis();
    let left = u128::from(all.saturating_sub(done)).saturating_mul(milliseconds).checked_div(u128::from(done));
    match left {
        // An estimate from the first half second is too unreliable.
        Some(left) if milliseconds >= 500 => {
            let seconds = u64::try_from(left.div_ceil(1_000)).unwrap_or(u64::MAX);
            format!(", {} left", Span::seconds(seconds))
        }
        _ => String::new(),
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(VisibleProgress { bar, done, starter }) = &mut self.0 {
            drop(done.take());
            // A thread that panicked has no spinner to clear.
            let _ = starter.take().map(JoinHandle::join);
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
#[test]
fn time_left_is_extrapolated_from_the_rate_so_far() {
    assert_eq!(time_left(10, 40, Duration::from_secs(2)), ", 6 s left");
    assert_eq!(time_left(1, 1_801, Duration::from_millis(1_000)), ", 30 min left");
    assert_eq!(time_left(0, 40, Duration::from_secs(2)), "");
    assert_eq!(time_left(10, 40, Duration::from_millis(100)), "");
}
