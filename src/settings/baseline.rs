//! Findings that were there when one began to look: a file of counts, so that only what is new is a no.
//!
//! Lines move and tokens change, so a finding is known by its rule, file and pointer, and by how often it
//! was there. Nothing in the file is derived from a token or a secret.

use super::ignore_filter::FindingCounts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a baseline calls itself.
pub const SCHEMA: &str = "authkit/baseline/v1";

/// A baseline, as it is in a file.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    pub schema: String,
    pub findings: Vec<BaselineEntry>,
}

/// One kind of finding in one file. Sorted by file, rule and pointer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    pub file: String,
    pub rule: String,
    /// Empty: about the token as a whole.
    pub pointer: String,
    pub count: u64,
}

impl Baseline {
    /// A baseline of what was found now: files and their tallies.
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

    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it, with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.schema == SCHEMA { Ok(baseline) } else { Err(format!("its schema is not {SCHEMA}")) }
    }

    /// The counts that are known, to be used up by [`Allowance::takes`].
    pub fn allowance(self) -> BaselineAllowance {
        let mut left = BTreeMap::new();
        for BaselineEntry { file, rule, pointer, count } in self.findings {
            let own: &mut u64 = left.entry((file, rule, pointer)).or_default();
            *own = own.saturating_add(count);
        }
        BaselineAllowance { left }
    }
}

/// What a baseline still allows.
pub struct BaselineAllowance {
    /// By file, rule and pointer.
    left: BTreeMap<(String, String, String), u64>,
}

impl BaselineAllowance {
    /// Uses up one finding. True when it was known.
    pub fn consume(&mut self, file: &str, rule: &str, pointer: &str) -> bool {
        self.take(file, rule, pointer, 1) == 1
    }

    /// Uses up to `count` findings of a kind; the answer is how many were known.
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
    fn what_was_there_is_known_as_often_as_it_was_there() {
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
