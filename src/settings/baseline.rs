//! Baseline of accepted findings: a file of counts, so only new findings fail the run.
//!
//! Lines move and tokens change, so a finding is identified by rule, file and pointer, and counted. Nothing in the file
//! is derived from a token or a secret.

use super::ignore_filter::FindingCounts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema id of a baseline.
pub const SCHEMA: &str = "authkit/baseline/v1";

/// A baseline file.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// `authkit/baseline/v1`; a file with another schema id is rejected.
    pub schema: String,
    /// Accepted findings with their counts.
    pub findings: Vec<BaselineEntry>,
}

/// One kind of finding in one file. Sorted by file, rule and pointer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// File name of the findings, or the URL of a probed endpoint.
    pub file: String,
    /// Rule id, such as `exp-missing`.
    pub rule: String,
    /// Empty: about the token as a whole.
    pub pointer: String,
    /// Number of accepted findings; further ones are new.
    pub count: u64,
}

impl Baseline {
    /// A baseline of the current findings: files with their counts.
    pub fn from_counts<'t>(files: impl IntoIterator<Item = (&'t str, &'t FindingCounts)>) -> Self {
        let mut findings = Vec::new();
        for (file, tally) in files {
            for ((rule, pointer), count) in tally {
                let (rule, pointer) = ((*rule).to_owned(), pointer.clone());
                findings.push(BaselineEntry { file: file.to_owned(), rule, pointer, count: *count });
            }
        }
        findings.sort();
        Self { schema: SCHEMA.to_owned(), findings }
    }

    /// Parses a baseline.
    ///
    /// # Errors
    /// Returns the fault, with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.schema == SCHEMA { Ok(baseline) } else { Err(format!("schema is not {SCHEMA}")) }
    }

    /// The counts of known findings, to be consumed by [`BaselineAllowance::consume`].
    pub fn allowance(self) -> BaselineAllowance {
        let mut left = BTreeMap::new();
        for BaselineEntry { file, rule, pointer, count } in self.findings {
            let own: &mut u64 = left.entry((file, rule, pointer)).or_default();
            *own = own.saturating_add(count);
        }
        BaselineAllowance { left }
    }
}

/// The remaining counts of a baseline.
pub struct BaselineAllowance {
    /// By file, rule and pointer.
    left: BTreeMap<(String, String, String), u64>,
}

impl BaselineAllowance {
    /// Consumes one finding. True if it was in the baseline.
    pub fn consume(&mut self, file: &str, rule: &str, pointer: &str) -> bool {
        self.take(file, rule, pointer, 1) == 1
    }

    /// Consumes up to `count` findings of a kind; returns how many were in the baseline.
    pub fn take(&mut self, file: &str, rule: &str, pointer: &str, count: u64) -> u64 {
        let Some(left) = self.left.get_mut(&(file.to_owned(), rule.to_owned(), pointer.to_owned())) else { return 0 };
        let known = count.min(*left);
        *left = left.saturating_sub(known);
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn baseline_covers_each_finding_as_often_as_counted() {
        let tally = FindingCounts::from([(("exp-missing", "/claims/exp".to_owned()), 2)]);
        let baseline = Baseline::from_counts([("a.txt", &tally)]);
        let again = Baseline::parse(&serde_json::to_string(&baseline).unwrap()).unwrap();
        assert_eq!(again, baseline);
        let mut allowance = again.allowance();
        assert!(!allowance.consume("b.txt", "exp-missing", "/claims/exp"));
        assert_eq!(allowance.take("a.txt", "exp-missing", "/claims/exp", 5), 2);
        assert!(!allowance.consume("a.txt", "exp-missing", "/claims/exp"));
        assert!(Baseline::parse("{\"schema\":\"other\",\"findings\":[]}").is_err());
    }
}
