//! Worst-case revocation latency of a configuration, as a sum of named parts that messages can show.

use super::SettingGroupView;
use crate::product_config::setting::{SettingOrigin, SettingRole};
use crate::rule::Reporter;
use crate::rule_config::limit::CLOCK_SKEW;
use crate::time::Span;
use std::fmt;

/// A sum of named time spans.
pub(super) struct RevocationDelay {
    parts: Vec<(String, Span)>,
}

impl RevocationDelay {
    pub(super) fn new(name: impl Into<String>, span: Span) -> Self {
        Self { parts: vec![(name.into(), span)] }
    }

    /// Adds the delays of verifiers to a lifetime: their leeway, and the time a gateway caches a verification result.
    /// Without a setting, the leeway is assumed to be the limit clock-skew.
    pub(super) fn verified(mut self, config: &SettingGroupView<'_>, report: &Reporter<'_>) -> Self {
        match config.skew().and_then(|(setting, product)| Some((setting, product, setting.lasts()?))) {
            Some((setting, _, skew)) if setting.origin == SettingOrigin::Explicit => {
                self.add(format!("clock skew ({})", setting.name), skew);
            }
            // The default of another product, which verifies these tokens, is named after that product.
            Some((setting, _, skew)) if setting.name.starts_with("clock skew") => self.add(setting.name.clone(), skew),
            Some((_, product, skew)) => self.add(format!("clock skew of {product}"), skew),
            None => self.add("assumed clock skew".to_owned(), Span::seconds(report.limit(&CLOCK_SKEW))),
        }
        let cached = config.group.all(SettingRole::AnswerCache).filter_map(|setting| Some((setting.lasts()?, setting)));
        if let Some((span, setting)) = cached.max_by_key(|(span, _)| *span) {
            let origin = if setting.origin == SettingOrigin::Explicit { &setting.name } else { "by default" };
            self.add(format!("cached result ({origin})"), span);
        }
        self
    }

    /// Adds a part; ignores one of zero length.
    pub(super) fn add(&mut self, name: String, span: Span) {
        if span.as_seconds() > 0 {
            self.parts.push((name, span));
        }
    }

    fn sum(&self) -> Span {
        Span::seconds(self.parts.iter().fold(0_u64, |sum, (_, span)| sum.saturating_add(span.as_seconds())))
    }

    /// ` (lifetime 24 h + assumed clock skew 1 min)`, the suffix of a sentence that states the sum; empty for a single
    /// part.
    pub(super) fn breakdown(&self) -> String {
        if self.parts.len() < 2 {
            return String::new();
        }
        let parts: Vec<String> = self.parts.iter().map(|(name, span)| format!("{name} {}", ExactSpan(*span))).collect();
        format!(" ({})", parts.join(" + "))
    }
}

/// Formats the sum: `24 h 1 min`.
impl fmt::Display for RevocationDelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ExactSpan(self.sum()).fmt(f)
    }
}

/// A span with all its units, so that a minute on top of a day stays visible. Spans below two
/// days start with hours, as lifetimes are usually written.
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
    fn exact_span_prints_every_unit() {
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
    fn revocation_delay_of_several_parts_names_them() {
        let mut delay = RevocationDelay::new("lifetime", Span::seconds(86_400));
        assert_eq!((delay.to_string(), delay.breakdown()), ("24 h".to_owned(), String::new()));
        delay.add("clock skew".to_owned(), Span::seconds(60));
        delay.add("nothing".to_owned(), Span::seconds(0));
        assert_eq!(delay.to_string(), "24 h 1 min");
        assert_eq!(delay.breakdown(), " (lifetime 24 h + clock skew 1 min)");
        delay.add("unlimited".to_owned(), Span::seconds(u64::MAX));
        assert_eq!(delay.sum(), Span::seconds(u64::MAX));
    }
}
