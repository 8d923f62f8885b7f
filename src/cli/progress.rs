//! Progress of long work: one line on standard error, on a terminal, and only when it lasts.

use super::ambient;
use super::context::Context;
use super::output;
use authkit::time::Span;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// From one drawing of the line to the next.
const TICK: Duration = Duration::from_millis(120);

const SPINNER: &[char] = &['|', '/', '-', '\\'];

/// A spinner with a message; silent off a terminal or with `-q`.
pub struct Progress(Option<Spinner>);

struct Spinner {
    message: Arc<Mutex<String>>,
    elapsed: Box<dyn Fn() -> Duration + Send + Sync>,
    /// Nothing is sent: when it goes, the line is cleared.
    end: Option<Sender<()>>,
    drawing: Option<JoinHandle<()>>,
}

impl Progress {
    pub fn start(context: &Context, message: &str) -> Self {
        if context.quiet || !ambient::stderr_is_terminal() {
            return Self(None);
        }
        let message = Arc::new(Mutex::new(message.to_owned()));
        let (said, elapsed, width) = (Arc::clone(&message), ambient::stopwatch(), context.error_look.width);
        let (end, ended) = mpsc::channel();
        // Without a thread the work goes on, unseen.
        let drawing = thread::Builder::new().spawn(move || draw(&said, elapsed, width, &ended)).ok();
        Self(Some(Spinner { message, elapsed: Box::new(elapsed), end: Some(end), drawing }))
    }

    /// The message is made only when somebody sees it.
    pub fn say(&self, message: impl FnOnce(Duration) -> String) {
        if let Some(spinner) = &self.0 {
            let message = message((spinner.elapsed)());
            *spinner.message.lock().unwrap_or_else(PoisonError::into_inner) = message;
        }
    }
}

/// Draws the line until the other end of `ended` goes.
fn draw(message: &Mutex<String>, elapsed: impl Fn() -> Duration, width: usize, ended: &Receiver<()>) {
    let mut drawn = false;
    for mark in SPINNER.iter().cycle() {
        if ended.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
            break;
        }
        let message = message.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = format!("{mark} {message} ({})", Span::seconds(elapsed().as_secs()));
        output::write_stderr(&line(&text, width));
        drawn = true;
    }
    if drawn {
        output::write_stderr(&format!("{}\r", line("", width)));
    }
}

/// A line in the place of the one before. The last column stays free: some terminals begin a new line behind it.
fn line(text: &str, width: usize) -> String {
    let width = width.saturating_sub(1);
    let text: String = text.chars().take(width).collect();
    format!("\r{text:<width$}")
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(spinner) = &mut self.0 {
            spinner.end = None;
            // What is written next finds the line cleared.
            let _ = spinner.drawing.take().map(JoinHandle::join);
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

#[cfg(test)]
#[test]
fn what_is_left_takes_as_long_as_what_was_done() {
    assert_eq!(time_left(10, 40, Duration::from_secs(2)), ", 6 s left");
    assert_eq!(time_left(1, 1_801, Duration::from_millis(1_000)), ", 30 min left");
    assert_eq!(time_left(0, 40, Duration::from_secs(2)), "");
    assert_eq!(time_left(10, 40, Duration::from_millis(100)), "");
}

#[cfg(test)]
#[test]
fn each_line_covers_the_one_before_and_leaves_a_column() {
    assert_eq!(line("| at work (1 s)", 20), "\r| at work (1 s)    ");
    assert_eq!(line("| at work (1 s)", 10), "\r| at work");
    assert_eq!(line("", 4), "\r   ");
}
