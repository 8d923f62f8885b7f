//! The first line of a command that checks many things: `COMMAND: COUNTS in SCOPE — VERDICT (REASON)`. It is made here
//! only, so that every format prints the same numbers, and a verdict that agrees with the exit code.

use super::{Tone, Verdict};
use crate::finding::{CountsByRule, Severity};
use crate::settings::FailOn;

/// The parts of the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerLine {
    /// The command as typed: `keys check`.
    pub command: String,
    /// `9 errors, 14 warnings`
    pub counts: (Tone, String),
    /// `5 of 9 files`; may be empty.
    pub scope: String,
    /// `passed`, `failed` or `partial`, with its tone.
    pub verdict: (Tone, &'static str),
    /// What decided: `--fail-on error`; may be empty.
    pub reason: String,
}

impl AnswerLine {
    /// The pieces of the line in order, each with its tone. `unicode`: a dash may be printed, not a hyphen only.
    pub fn pieces(&self, unicode: bool) -> Vec<(Tone, String)> {
        let Self { command, counts, verdict, .. } = self;
        let dash = if unicode { "—" } else { "-" };
        vec![
            (Tone::Plain, format!("{command}: ")),
            counts.clone(),
            (Tone::Plain, format!("{} {dash} ", self.in_scope())),
            (verdict.0, verdict.1.to_owned()),
            (Tone::Plain, self.because()),
        ]
    }

    /// `9 errors, 14 warnings in 5 of 9 files (--fail-on error)`: the line without command and verdict.
    pub fn details(&self) -> String {
        format!("{}{}{}", self.counts.1, self.in_scope(), self.because())
    }

    fn in_scope(&self) -> String {
        if self.scope.is_empty() { String::new() } else { format!(" in {}", self.scope) }
    }

    fn because(&self) -> String {
        if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) }
    }
}

/// How a baseline takes part in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BaselineUse {
    /// No baseline was given: every finding is counted.
    Unused,
    /// Only findings that are not in it are counted.
    Compared,
    /// It was just written and contains every finding, so none fails the run.
    Written,
}

/// The result of a command that checks many things, in numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckSummary {
    /// All findings that were found, after ignores and the baseline; a report may keep fewer.
    pub found: CountsByRule,
    /// Where: `5 of 9 files`.
    pub scope: String,
    /// The severity from which a finding fails the run (`--fail-on`).
    pub fail_on: FailOn,
    /// Whether findings were compared with a baseline, or written to one.
    pub baseline: BaselineUse,
    /// Some input could not be read, which alone makes the exit code neither 0 nor 1.
    pub partial: bool,
    /// Results of checks that the line counts in place of findings: `9 pass, 2 fail`.
    pub checks: Option<String>,
    /// How many locations of one rule are printed.
    pub places: usize,
}

impl CheckSummary {
    /// How many locations of one rule are printed unless a flag says otherwise.
    pub const PLACES: usize = 5;

    /// A summary without baseline and checks, of input that was read completely; [`Self::PLACES`] locations per rule.
    pub fn new(found: CountsByRule, fail_on: FailOn, scope: String) -> Self {
        let (baseline, places) = (BaselineUse::Unused, Self::PLACES);
        Self { found, scope, fail_on, baseline, partial: false, checks: None, places }
    }

    /// Whether a finding of this severity fails the run.
    pub fn fails_on(&self, severity: Severity) -> bool {
        self.baseline != BaselineUse::Written && self.fail_on.includes(severity)
    }

    /// Failed if any finding fails the run; unread input does not change it.
    pub fn verdict(&self) -> Verdict {
        if self.found.total(|severity| self.fails_on(severity)) > 0 { Verdict::Failed } else { Verdict::Passed }
    }

    /// The line of `command`.
    pub fn line(&self, command: String) -> AnswerLine {
        let clean = self.found == CountsByRule::default();
        let adjective = if self.baseline == BaselineUse::Compared { "new" } else { "" };
        let counts = match &self.checks {
            Some(checks) => (Tone::Plain, checks.clone()),
            None => (if clean { Tone::Good } else { Tone::Plain }, self.found.to_text(adjective)),
        };
        let verdict = match (self.verdict(), self.partial) {
            (Verdict::Failed, _) => (Tone::Bad, "failed"),
            (_, true) => (Tone::Warning, "partial"),
            _ => (Tone::Good, "passed"),
        };
        AnswerLine {
            command,
            counts,
            scope: self.checks.as_ref().map_or_else(|| self.scope.clone(), |_| String::new()),
            verdict,
            reason: self.reasons(clean).join(", "),
        }
    }

    fn reasons(&self, clean: bool) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.checks.is_some() && !clean {
            reasons.push(self.found.to_text(""));
        }
        match self.baseline {
            _ if clean => {}
            BaselineUse::Written => reasons.push("--write-baseline".to_owned()),
            _ => reasons.push(format!("--fail-on {}", self.fail_on.name())),
        }
        if self.partial {
            reasons.push("some input was not read".to_owned());
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(summary: &CheckSummary) -> String {
        summary.line("lint".to_owned()).pieces(true).into_iter().map(|(_, piece)| piece).collect()
    }

    #[test]
    fn verdict_in_the_line_agrees_with_the_findings() {
        let found: CountsByRule = [(("a", Severity::Error), 2), (("b", Severity::Info), 1_000)].into_iter().collect();
        let all = CheckSummary::new(found, FailOn::Error, "5 of 9 files".to_owned());
        assert_eq!(text(&all), "lint: 2 errors, 1,000 info in 5 of 9 files — failed (--fail-on error)");
        let never = CheckSummary { fail_on: FailOn::Never, ..all.clone() };
        assert_eq!(text(&never), "lint: 2 errors, 1,000 info in 5 of 9 files — passed (--fail-on never)");
        let written = CheckSummary { baseline: BaselineUse::Written, ..all.clone() };
        assert_eq!(written.verdict(), Verdict::Passed);
        assert_eq!(text(&written), "lint: 2 errors, 1,000 info in 5 of 9 files — passed (--write-baseline)");
        let new = CheckSummary { baseline: BaselineUse::Compared, ..all.clone() };
        assert_eq!(text(&new), "lint: 2 new errors, 1,000 new info in 5 of 9 files — failed (--fail-on error)");
        let partial = CheckSummary { partial: true, ..all };
        assert!(text(&partial).ends_with("— failed (--fail-on error, some input was not read)"));
    }

    #[test]
    fn run_without_findings_passes_unless_input_is_missing() {
        let clean = CheckSummary::new(CountsByRule::default(), FailOn::Error, "1 file".to_owned());
        assert_eq!(text(&clean), "lint: no findings in 1 file — passed");
        assert_eq!(clean.line(String::new()).counts.0, Tone::Good);
        let partial = CheckSummary { partial: true, ..clean.clone() };
        assert_eq!(text(&partial), "lint: no findings in 1 file — partial (some input was not read)");
        let checks = CheckSummary { checks: Some("session lifecycle: 9 pass".to_owned()), ..clean };
        assert_eq!(text(&checks), "lint: session lifecycle: 9 pass — passed");
    }
}
