//! One mechanism for all judging: a rule is data plus one function, and a list of rules is a slice.
//!
//! To add a rule: a `const` in a topic file and its entry in the list beside it. A rule that is not
//! listed does not compile without a warning, and the laws of this module try both of its examples.

use crate::encoding::escape;
use crate::finding::{Finding, Location, Severity};
use crate::rule_config::limit::Limit;
use crate::rule_config::{RuleConfig, SeverityOverride};

pub mod endpoint;
pub mod jwe;
pub mod key;
pub mod key_set;
pub mod lifecycle;
pub mod malformed;
pub mod product_config;
pub mod session_ids;
pub mod token;
pub mod verification;
pub mod weak_secret;

#[cfg(test)]
mod tests;

/// What a rule rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// A standard demands it.
    Normative,
    /// A standards body or authority advises it.
    Guidance,
    /// People who run such systems do it, or a product has that limit.
    Practice,
}

impl Basis {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normative => "normative",
            Self::Guidance => "guidance",
            Self::Practice => "practice",
        }
    }
}

/// What the rules of one list look at. `View` borrows, so that many subjects cost no copies.
pub trait RuleSubject: 'static {
    type View<'a>;

    /// What the rules are about, in a word or two.
    const ABOUT: &'static str;

    /// What a view shows at a glance, a bit for each thing: a list for millions of subjects spares them most of its
    /// rules so.
    fn facts(_: &Self::View<'_>) -> u32 {
        ALWAYS_PRESENT
    }

    /// The bits one of which a view must show for the rule to find anything.
    fn required_facts(_rule: &str) -> u32 {
        ALWAYS_PRESENT
    }

    /// Reads an example of a rule's metadata, as the laws do.
    fn with_example<R>(text: &str, then: impl FnOnce(&Self::View<'_>) -> R) -> R;
}

/// What every subject shows, and what rules need that are run for every subject.
pub const ALWAYS_PRESENT: u32 = 1 << 31;

/// A rule: what people read about it, and what it does.
pub struct Rule<S: RuleSubject> {
    /// Kebab-case; it says the fault.
    pub id: &'static str,
    /// Of most of its findings; a rule may weigh one less or more.
    pub severity: Severity,
    pub basis: Basis,
    /// RFC and section, or whose practice it is.
    pub source: &'static str,
    pub why: &'static str,
    pub fix: &'static str,
    /// An example that is found, and one that is not.
    pub bad: &'static str,
    pub good: &'static str,
    pub check: RuleCheckFn<S>,
}

/// Looks at a subject and reports what is wrong. It must not keep state.
pub type RuleCheckFn<S> = for<'v, 's, 'f> fn(&'s <S as RuleSubject>::View<'v>, &'s mut Reporter<'f>);

/// What people read about a rule, whatever its subject.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    pub id: &'static str,
    pub subject: &'static str,
    pub severity: Severity,
    pub basis: Basis,
    pub source: &'static str,
    pub why: &'static str,
    pub fix: &'static str,
    pub bad: &'static str,
    pub good: &'static str,
}

/// Every rule of every list, sorted by id.
pub fn all_rules() -> Vec<RuleInfo> {
    let mut all = Vec::new();
    all.extend(about(product_config::RULES));
    all.extend(about(product_config::text::RULES));
    all.extend(about(jwe::RULES));
    all.extend(about(endpoint::cookie::RULES));
    all.extend(about(endpoint::http_fault::RULES));
    all.extend(about(endpoint::response::RULES));
    all.extend(about(weak_secret::RULES));
    all.extend(about(key::RULES));
    all.extend(about(key_set::RULES));
    all.extend(about(lifecycle::RULES));
    all.extend(about(malformed::RULES));
    all.extend(about(session_ids::RULES));
    all.extend(about(token::RULES));
    all.extend(about(verification::RULES));
    all.sort_by_key(|rule| rule.id);
    all
}

fn about<S: RuleSubject>(rules: &'static [Rule<S>]) -> impl Iterator<Item = RuleInfo> {
    rules.iter().map(|rule| {
        let Rule { id, severity, basis, source, why, fix, bad, good, .. } = rule;
        let (severity, basis) = (*severity, *basis);
        RuleInfo { id, subject: S::ABOUT, severity, basis, source, why, fix, bad, good }
    })
}

/// Takes what rules report.
pub trait Sink {
    /// A rule reports something at a JSON pointer, or about the whole subject when that is empty. True when
    /// the finding is to be written out; over millions of subjects few are.
    fn count(&mut self, rule: &'static str, severity: Severity, pointer: &str) -> bool;

    /// The finding, when it was wanted.
    fn keep(&mut self, finding: Finding);
}

/// Keeps everything.
impl Sink for Vec<Finding> {
    fn count(&mut self, _: &'static str, _: Severity, _: &str) -> bool {
        true
    }

    fn keep(&mut self, finding: Finding) {
        self.push(finding);
    }
}

/// Where a rule reports. It knows the rule, so a rule cannot sign a finding with another's name.
pub struct Reporter<'f> {
    signature: &'f RuleIdentity,
    /// What the findings that follow weigh.
    severity: Severity,
    policy: &'f RuleConfig,
    sink: &'f mut dyn Sink,
}

/// What a finding of one rule is signed with.
struct RuleIdentity {
    id: &'static str,
    /// What the rule says of itself.
    usual: Severity,
    weight: Option<SeverityOverride>,
    help: &'static str,
    source: &'static str,
}

impl RuleIdentity {
    /// What a finding of this severity weighs for the policy.
    fn weighed(&self, severity: Severity) -> Severity {
        match self.weight {
            Some(SeverityOverride::Always(fixed)) => fixed,
            Some(SeverityOverride::Default(mostly)) if severity == self.usual => mostly,
            Some(SeverityOverride::Default(_) | SeverityOverride::Off) | None => severity,
        }
    }
}

impl Reporter<'_> {
    /// The limit that counts here, in the unit of `threshold`.
    pub fn limit(&self, threshold: &Limit) -> u64 {
        self.policy.limit(threshold)
    }

    /// The findings that follow weigh `severity`, unless the policy says otherwise.
    pub fn with_severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = self.signature.weighed(severity);
        self
    }

    /// A finding at a JSON pointer such as `/claims/exp`. The message is made only when it is wanted.
    pub fn at(&mut self, pointer: &str, message: impl FnOnce() -> String) {
        if self.sink.count(self.signature.id, self.severity, pointer) {
            self.keep(Location::pointer(pointer), message());
        }
    }

    /// A finding at a byte of a line, counted from 0, and at a pointer. Its column counts from the line's beginning;
    /// whoever knows where the line stands moves it there.
    pub fn report_at_offset(&mut self, pointer: &str, offset: usize, message: impl FnOnce() -> String) {
        if self.sink.count(self.signature.id, self.severity, pointer) {
            let column = u64::try_from(offset).ok().and_then(|offset| offset.checked_add(1));
            self.keep(Location { column, ..Location::pointer(pointer) }, message());
        }
    }

    /// A finding about the whole subject.
    pub fn report(&mut self, message: impl FnOnce() -> String) {
        if self.sink.count(self.signature.id, self.severity, "") {
            self.keep(Location::default(), message());
        }
    }

    fn keep(&mut self, location: Location, message: String) {
        // Characters. What rules say themselves is far shorter; names and values of a token may be as long as it is.
        const MESSAGE: usize = 800;
        let message = escape::cut(&message, MESSAGE).into_owned();
        let (severity, &RuleIdentity { id, help, source, .. }) = (self.severity, self.signature);
        self.sink.keep(Finding { rule: id, severity, message, help, source, location, excerpt: None });
    }
}

/// A rule as a policy wants it.
struct ConfiguredRule<S: RuleSubject> {
    /// See [`Subject::needs`].
    needs: u32,
    signature: RuleIdentity,
    check: RuleCheckFn<S>,
}

/// Rules and a policy, made ready once for many subjects.
pub struct RuleRunner<'p, S: RuleSubject> {
    rules: Vec<ConfiguredRule<S>>,
    policy: &'p RuleConfig,
}

impl<'p, S: RuleSubject> RuleRunner<'p, S> {
    pub fn new(rules: &'static [Rule<S>], policy: &'p RuleConfig) -> Self {
        let weighed = rules.iter().filter_map(|rule| {
            let Rule { id, severity: usual, fix: help, source, check, .. } = *rule;
            let weight = policy.severity(id);
            let signature = RuleIdentity { id, usual, weight, help, source };
            (weight != Some(SeverityOverride::Off)).then(|| ConfiguredRule {
                needs: S::required_facts(id),
                signature,
                check,
            })
        });
        Self { rules: weighed.collect(), policy }
    }

    /// Runs every rule that can find something in one subject, in the order of the list.
    pub fn run(&self, subject: &S::View<'_>, sink: &mut dyn Sink) {
        let shown = S::facts(subject) | ALWAYS_PRESENT;
        for ConfiguredRule { signature, check, .. } in self.rules.iter().filter(|rule| rule.needs & shown != 0) {
            check(
                subject,
                &mut Reporter { signature, severity: signature.weighed(signature.usual), policy: self.policy, sink },
            );
        }
    }

    /// The findings about one subject, the heaviest first.
    pub fn findings(&self, subject: &S::View<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.run(subject, &mut findings);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }
}

/// Runs every rule over one subject: the findings, the heaviest first.
pub fn run_rules<S: RuleSubject>(
    rules: &'static [Rule<S>],
    subject: &S::View<'_>,
    policy: &RuleConfig,
) -> Vec<Finding> {
    RuleRunner::new(rules, policy).findings(subject)
}
