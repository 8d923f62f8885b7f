//! The rule mechanism: a rule is data plus one function, and a rule list is a slice.
//!
//! To add a rule, write a `const` in a topic file and add it to the list next to it. An unlisted rule is dead code and
//! causes a compiler warning; the tests of this module run both examples of every rule.

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

/// The authority that a rule is based on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Required by a standard.
    Normative,
    /// Recommended by a standards body or an authority.
    Guidance,
    /// Operational practice, or the limit of a product.
    Practice,
}

impl Basis {
    /// The name in JSON and in manual pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normative => "normative",
            Self::Guidance => "guidance",
            Self::Practice => "practice",
        }
    }
}

/// The subject that the rules of one list check. `View` borrows, so many subjects need no copies.
pub trait RuleSubject: 'static {
    /// The value that checks receive.
    type View<'a>;

    /// The name of the subject in one to three words, for manual pages and `explain`.
    const ABOUT: &'static str;

    /// The facts that hold for a view, one bit each. A list that runs over millions of subjects uses them to skip most
    /// of its rules.
    fn facts(_: &Self::View<'_>) -> u32 {
        ALWAYS_PRESENT
    }

    /// The facts of which at least one must hold for the rule to report anything.
    fn required_facts(_rule: &str) -> u32 {
        ALWAYS_PRESENT
    }
}

/// The fact that holds for every subject. Rules that run for every subject require it.
pub const ALWAYS_PRESENT: u32 = 1 << 31;

/// A rule: its documentation and its check.
pub struct Rule<S: RuleSubject> {
    /// Kebab-case; names the fault, not the check.
    pub id: &'static str,
    /// The severity of most of its findings; the check can set another one for single findings.
    pub severity: Severity,
    /// The authority that it is based on.
    pub basis: Basis,
    /// RFC and section, or the source of the practice.
    pub source: &'static str,
    /// Why the fault matters, in sentences.
    pub why: &'static str,
    /// How to fix it: an imperative without a full stop.
    pub fix: &'static str,
    /// An example with a finding.
    pub bad: &'static str,
    /// An example without one.
    pub good: &'static str,
    /// The check function.
    pub check: RuleCheckFn<S>,
}

/// Checks a subject and reports its faults. Must be stateless.
pub type RuleCheckFn<S> = for<'v, 's, 'f> fn(&'s <S as RuleSubject>::View<'v>, &'s mut Reporter<'f>);

/// The documentation of a rule, independent of its subject.
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// See [`Rule::id`].
    pub id: &'static str,
    /// See [`RuleSubject::ABOUT`].
    pub subject: &'static str,
    /// See [`Rule::severity`].
    pub severity: Severity,
    /// See [`Rule::basis`].
    pub basis: Basis,
    /// See [`Rule::source`].
    pub source: &'static str,
    /// See [`Rule::why`].
    pub why: &'static str,
    /// See [`Rule::fix`].
    pub fix: &'static str,
    /// See [`Rule::bad`].
    pub bad: &'static str,
    /// See [`Rule::good`].
    pub good: &'static str,
}

/// Every rule of every list, sorted by id.
pub fn all_rules() -> Vec<RuleInfo> {
    let mut all = Vec::new();
    all.extend(rule_infos(product_config::RULES));
    all.extend(rule_infos(product_config::text::RULES));
    all.extend(rule_infos(jwe::RULES));
    all.extend(rule_infos(endpoint::cookie::RULES));
    all.extend(rule_infos(endpoint::http_fault::RULES));
    all.extend(rule_infos(endpoint::response::RULES));
    all.extend(rule_infos(weak_secret::RULES));
    all.extend(rule_infos(key::RULES));
    all.extend(rule_infos(key_set::RULES));
    all.extend(rule_infos(lifecycle::RULES));
    all.extend(rule_infos(malformed::RULES));
    all.extend(rule_infos(session_ids::RULES));
    all.extend(rule_infos(token::RULES));
    all.extend(rule_infos(verification::RULES));
    all.sort_by_key(|rule| rule.id);
    all
}

fn rule_infos<S: RuleSubject>(rules: &'static [Rule<S>]) -> impl Iterator<Item = RuleInfo> {
    rules.iter().map(|rule| {
        let Rule { id, severity, basis, source, why, fix, bad, good, .. } = rule;
        let (severity, basis) = (*severity, *basis);
        RuleInfo { id, subject: S::ABOUT, severity, basis, source, why, fix, bad, good }
    })
}

/// Receives the findings of rules.
pub trait Sink {
    /// Registers a finding at a JSON pointer, or about the whole subject when the pointer is empty. Returns true when
    /// the finding is to be written out; over millions of subjects, few are.
    fn count(&mut self, rule: &'static str, severity: Severity, pointer: &str) -> bool;

    /// Receives the finding when [`Sink::count`] returned true.
    fn keep(&mut self, finding: Finding);
}

/// Keeps every finding.
impl Sink for Vec<Finding> {
    fn count(&mut self, _: &'static str, _: Severity, _: &str) -> bool {
        true
    }

    fn keep(&mut self, finding: Finding) {
        self.push(finding);
    }
}

/// The reporting interface of one rule. It carries the rule's id, so a rule cannot report under another id.
pub struct Reporter<'f> {
    identity: &'f RuleIdentity,
    /// Severity of the findings that follow.
    severity: Severity,
    config: &'f RuleConfig,
    sink: &'f mut dyn Sink,
}

/// The identity of a rule, copied into its findings.
struct RuleIdentity {
    id: &'static str,
    /// Default severity of the rule.
    default_severity: Severity,
    severity_override: Option<SeverityOverride>,
    help: &'static str,
    source: &'static str,
}

impl RuleIdentity {
    /// The severity of a finding under the rule configuration.
    fn effective_severity(&self, severity: Severity) -> Severity {
        match self.severity_override {
            Some(SeverityOverride::Always(fixed)) => fixed,
            Some(SeverityOverride::Default(replaced)) if severity == self.default_severity => replaced,
            Some(SeverityOverride::Default(_) | SeverityOverride::Off) | None => severity,
        }
    }
}

impl Reporter<'_> {
    /// The limit in effect, in the unit of `limit`.
    pub fn limit(&self, limit: &Limit) -> u64 {
        self.config.limit(limit)
    }

    /// Sets the severity of the findings that follow, unless the configuration overrides it.
    pub fn with_severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = self.identity.effective_severity(severity);
        self
    }

    /// Reports a finding at a JSON pointer such as `/claims/exp`. The message is built only when it is needed.
    pub fn at(&mut self, pointer: &str, message: impl FnOnce() -> String) {
        if self.sink.count(self.identity.id, self.severity, pointer) {
            self.keep(Location::pointer(pointer), message());
        }
    }

    /// Reports a finding at a pointer and a byte offset into a line, counted from 0. The column counts from the start
    /// of the line; a caller that knows the position of the line in its file relocates it.
    pub fn report_at_offset(&mut self, pointer: &str, offset: usize, message: impl FnOnce() -> String) {
        if self.sink.count(self.identity.id, self.severity, pointer) {
            let column = u64::try_from(offset).ok().and_then(|offset| offset.checked_add(1));
            self.keep(Location { column, ..Location::pointer(pointer) }, message());
        }
    }

    /// Reports a finding about the whole subject.
    pub fn report(&mut self, message: impl FnOnce() -> String) {
        if self.sink.count(self.identity.id, self.severity, "") {
            self.keep(Location::default(), message());
        }
    }

    fn keep(&mut self, location: Location, message: String) {
        // Characters. The text of the rules is far shorter, but names and values of a token can be as long as the
        // token.
        const MESSAGE: usize = 800;
        let message = escape::cut(&message, MESSAGE).into_owned();
        let (severity, &RuleIdentity { id, help, source, .. }) = (self.severity, self.identity);
        self.sink.keep(Finding { rule: id, severity, message, help, source, location, excerpt: None });
    }
}

/// A rule under a rule configuration.
struct ConfiguredRule<S: RuleSubject> {
    /// See [`RuleSubject::required_facts`].
    needs: u32,
    identity: RuleIdentity,
    check: RuleCheckFn<S>,
}

/// A rule list under a rule configuration, prepared once for many subjects.
pub struct RuleRunner<'p, S: RuleSubject> {
    rules: Vec<ConfiguredRule<S>>,
    config: &'p RuleConfig,
}

impl<'p, S: RuleSubject> RuleRunner<'p, S> {
    /// Drops the rules that the configuration turns off.
    pub fn new(rules: &'static [Rule<S>], config: &'p RuleConfig) -> Self {
        let configured = rules.iter().filter_map(|rule| {
            let Rule { id, severity: default_severity, fix: help, source, check, .. } = *rule;
            let severity_override = config.severity(id);
            let identity = RuleIdentity { id, default_severity, severity_override, help, source };
            (severity_override != Some(SeverityOverride::Off)).then(|| ConfiguredRule {
                needs: S::required_facts(id),
                identity,
                check,
            })
        });
        Self { rules: configured.collect(), config }
    }

    /// Runs every rule that can report something about one subject, in the order of the list.
    pub fn run(&self, subject: &S::View<'_>, sink: &mut dyn Sink) {
        let facts = S::facts(subject) | ALWAYS_PRESENT;
        for ConfiguredRule { identity, check, .. } in self.rules.iter().filter(|rule| rule.needs & facts != 0) {
            check(
                subject,
                &mut Reporter {
                    identity,
                    severity: identity.effective_severity(identity.default_severity),
                    config: self.config,
                    sink,
                },
            );
        }
    }

    /// The findings about one subject, highest severity first.
    pub fn findings(&self, subject: &S::View<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.run(subject, &mut findings);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }
}

/// Runs every rule over one subject and returns the findings, highest severity first.
pub fn run_rules<S: RuleSubject>(
    rules: &'static [Rule<S>],
    subject: &S::View<'_>,
    config: &RuleConfig,
) -> Vec<Finding> {
    RuleRunner::new(rules, config).findings(subject)
}
