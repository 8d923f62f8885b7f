//! For how long what was withdrawn goes on working at worst, and why: a sum whose parts are named.

use super::SettingGroupView;
use crate::product_config::setting::{SettingOrigin, SettingRole};
use crate::rule::Reporter;
use crate::rule_config::limit::CLOCK_SKEW;
use crate::time::Span;
use std::fmt;

/// A sum of times, each with its name.
pub(super) struct RevocationDelay {
    parts: Vec<(String, Span)>,
}

impl RevocationDelay {
    pub(super) fn new(name: impl Into<String>, span: Span) -> Self {
        Self { parts: vec![(name.into(), span)] }
    }

    /// Adds what verifiers put on top of a lifetime: how far they let clocks differ, and how long a gateway keeps its
    /// answer. What no setting says of clocks is assumed.
    pub(super) fn verified(mut self, config: &SettingGroupView<'_>, report: &Reporter<'_>) -> Self {
        match config.skew().and_then(|(setting, product)| Some((setting, product, setting.lasts()?))) {
            Some((setting, _, skew)) if setting.origin == SettingOrigin::Explicit => {
                self.add(format!("clock skew ({})", setting.name), skew);
            }
            // What another product does with the tokens of this one is called by its name.
            Some((setting, _, skew)) if setting.name.starts_with("clock skew") => self.add(setting.name.clone(), skew),
            Some((_, product, skew)) => self.add(format!("clock skew of {product}"), skew),
            None => self.add("assumed clock skew".to_owned(), Span::seconds(report.limit(&CLOCK_SKEW))),
        }
        let kept = config.group.all(SettingRole::AnswerCache).filter_map(|setting| Some((setting.lasts()?, setting)));
        if let Some((span, setting)) = kept.max_by_key(|(span, _)| *span) {
            let why = if setting.origin == SettingOrigin::Explicit { &setting.name } else { "by default" };
            self.add(format!("answers kept ({why})"), span);
        }
        self
    }

    /// A part of nothing is none.
    pub(super) fn add(&mut self, name: String, span: Span) {
        if span.as_seconds() > 0 {
            self.parts.push((name, span));
        }
    }

    fn sum(&self) -> Span {
        Span::seconds(self.parts.iter().fold(0_u64, |sum, (_, span)| sum.saturating_add(span.as_seconds())))
    }

    /// ` (lifetime 24 h + assumed clock skew 1 min)`, to end a sentence with that has said the sum; nothing of one part.
    pub(super) fn because(&self) -> String {
        if self.parts.len() < 2 {
            return String::new();
        }
        let parts: Vec<String> = self.parts.iter().map(|(name, span)| format!("{name} {}", ExactSpan(*span))).collect();
        format!(" ({})", parts.join(" + "))
    }
}

/// The sum: `24 h 1 min`.
impl fmt::Display for RevocationDelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ExactSpan(self.sum()).fmt(f)
    }
}

/// A span with every unit that it has, so that a minute on top of a day is seen. Less than two days count in hours: a
/// lifetime of 24 h is written as such.
struct ExactSpan(Span);

impl fmt::Display for ExactSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
        let mut rest = self.0.as_seconds();
        let skip = usize::from(rest < 2 * 86_400);
        let mut separator = "";
        for (length, name) in UNITS.iter().skip(skip) {
            let count = rest.checked_div(*length).unwrap_or(0);
            rest = rest.checked_rem(*length).unwrap_or(0);
            if count > 0 {
                write!(f, "{separator}{count} {name}")?;
                separator = " ";
            }
        }
        if separator.is_empty() { f.write_str("0 s") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_unit_is_lost() {
        for (seconds, words) in [
            (0, "0 s"),
            (90, "1 min 30 s"),
            (86_400, "24 h"),
            (86_460, "24 h 1 min"),
            (216_060, "2 d 12 h 1 min"),
            (604_860, "7 d 1 min"),
            (31_536_361, "365 d 6 min 1 s"),
        ] {
            assert_eq!(ExactSpan(Span::seconds(seconds)).to_string(), words);
        }
    }

    #[test]
    fn the_parts_are_named() {
        let mut delay = RevocationDelay::new("lifetime", Span::seconds(86_400));
        assert_eq!((delay.to_string(), delay.because()), ("24 h".to_owned(), String::new()));
        delay.add("clock skew".to_owned(), Span::seconds(60));
        delay.add("nothing".to_owned(), Span::seconds(0));
        assert_eq!(delay.to_string(), "24 h 1 min");
        assert_eq!(delay.because(), " (lifetime 24 h + clock skew 1 min)");
        delay.add("for ever".to_owned(), Span::seconds(u64::MAX));
        assert_eq!(delay.sum(), Span::seconds(u64::MAX));
    }
}
