//! `authkit keys rotate`: one step of a rotation without an outage, to be run from cron.

use super::confirm::ConfirmUrlArgs;
use super::list::{KeyEventOutput, timeline_block};
use super::published_jwks::{self, PublishArgs, PublishedFile};
use super::rotation_policy_args::RotationPolicyArgs;
use super::{generate, messages};
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::key_store;
use crate::cli::output::LineSink;
use authkit::key::Key;
use authkit::report::{Block, Outcome, Report, Tone, Verdict, field};
use authkit::rotation::{
    self, KeyStore, PrematureSigner, RotationPlan, RotationPlanError, RotationPolicy, RotationStep, Wait, arithmetic,
    timeline,
};
use authkit::time::UnixTime;
use clap::Args;
use std::path::Path;

#[derive(Args)]
pub struct KeysRotateCommand {
    #[command(flatten)]
    publish: PublishArgs,

    /// The next key signs now, whether or not every verifier can hold it
    #[arg(long)]
    immediately: bool,

    /// Say what would be done and when the rest follows; write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Exit with 5 when something changed, or with --dry-run would change
    #[arg(long)]
    detailed_exit_code: bool,

    #[command(flatten)]
    confirm: ConfirmUrlArgs,

    #[command(flatten)]
    policy: RotationPolicyArgs,
}

/// What was done. Times are Unix seconds, spans are seconds.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysRotateOutput {
    path: String,
    dry_run: bool,
    changed: bool,
    steps: Vec<RotationStepOutput>,
    waits: Vec<RotationWaitOutput>,
    policy: RotationPolicyOutput,
    /// Where the public keys were written, when they had to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    /// Keys that `--confirm-url` found.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<Vec<String>>,
    timeline: Vec<KeyEventOutput>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RotationStepOutput {
    /// `settle`, `make`, `promote`, `reactivate`, `retire` or `withdraw`.
    step: &'static str,
    /// Absent for a key that a dry run does not make.
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    /// The algorithm of a new key.
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    /// The new key signs at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    signs: Option<bool>,
    /// It signs, or signed, since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// It stays published until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RotationWaitOutput {
    kid: String,
    /// `publication` or `verifiers`.
    waits_for: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RotationPolicyOutput {
    every: u64,
    token_ttl: u64,
    verifier_cache: u64,
    signer_reload: u64,
    publish_lag: u64,
    leeway: u64,
    skew: u64,
    /// A new key signs this long after its publication.
    ahead: u64,
    /// An old key is withdrawn this long after it signed last.
    behind: u64,
}

impl RunCommand for KeysRotateCommand {
    const NAME: &'static str = "rotate";
    const ABOUT: &'static str = "Rotate the keys of the key store: one step, as often as cron likes";
    const EXAMPLES: &'static str = "
        authkit keys rotate --every 90d --publish published.json
        authkit keys rotate --every 90d --publish published.json --dry-run
        authkit keys rotate --every 30d --token-ttl 8h --verifier-cache 1h --publish published.json --json
        authkit keys rotate --every 90d --publish published.json --immediately";
    type Data = KeysRotateOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let path = key_store::path(context)?;
        let kept = || key_store::read(context, &path).ok().flatten().and_then(|store| store.meta.rotation);
        let policy = self.policy.policy(context, kept)?;
        policy.check().map_err(|error| refused(&RotationPlanError::Policy(error), &path))?;
        if !crate::cli::input::exists(&path) {
            return Err(super::selection::empty_store_failure(&path));
        }
        // Asked before the lock is taken: a slow host must not keep others from the key store.
        let confirmed = self.confirm.ask(context)?;
        let seen = confirmed.as_ref().map(|set| (set, context.current_time()));
        if self.dry_run {
            let store = key_store::read(context, &path)?.unwrap_or_default();
            let mut work = RotationWork { context, policy, path: &path, store, seen, now: context.current_time() };
            let prepared = work.prepare(&self)?;
            return work.report(&self, &prepared, &[], prepared.changes);
        }
        let mut transaction = key_store::open(context, &path)?;
        let store = std::mem::take(&mut transaction.store);
        let mut work = RotationWork { context, policy, path: &path, store, seen, now: context.current_time() };
        let prepared = work.prepare(&self)?;
        let mut made = Vec::new();
        if prepared.plan.changes() {
            work.store.carry_out(&prepared.plan, work.now, |kind, alg| -> Result<Key, Failure> {
                let key = generate::make(context, kind, alg, None)?;
                made.extend(key.kid.clone());
                Ok(key)
            })?;
        }
        let changed = work.finish(&self, &prepared, &mut transaction)?;
        work.report(&self, &prepared, &made, changed)
    }
}

/// A rotation under way.
struct RotationWork<'a> {
    context: &'a Context,
    policy: RotationPolicy,
    path: &'a Path,
    store: KeyStore,
    /// What `--confirm-url` answered, and when.
    seen: Option<(&'a authkit::key::KeySet, UnixTime)>,
    now: UnixTime,
}

struct PreparedRotation {
    plan: RotationPlan,
    early: Vec<PrematureSigner>,
    file: Option<PublishedFile>,
    /// Where keys are published became known.
    news: bool,
    /// Something is to be written.
    changes: bool,
}

impl RotationWork<'_> {
    /// What is known of publication, and what is to be done.
    fn prepare(&mut self, rotate: &KeysRotateCommand) -> Result<PreparedRotation, Failure> {
        let file = rotate.publish.publish.as_deref();
        let file = file.map(|file| PublishedFile::open(self.context, file)).transpose()?;
        // A URL is what verifiers see, and goes before a file that may be on its way there.
        let news = match (self.seen, &file) {
            (Some((set, at)), _) => self.store.record_published(|key| published_jwks::holds(set, key), at),
            (None, Some(file)) => self.store.record_published(|key| file.holds(key), self.now),
            (None, None) => false,
        };
        let plan = rotation::plan(&self.store, &self.policy, self.now, rotate.immediately)
            .map_err(|error| refused(&error, self.path))?;
        if let Some((set, _)) = self.seen {
            rotate.confirm.compare(self.context, set, &self.store, self.now);
        }
        let early = plan.early(&self.store, self.now);
        let stale = match &file {
            Some(file) => file.differs(&published_jwks::published_jwks(&self.store, self.now)?),
            None => false,
        };
        let changes = plan.changes() || news || stale;
        Ok(PreparedRotation { plan, early, file, news, changes })
    }

    /// Writes what changed: the published set first, so that no key signs or waits that is not in it.
    fn finish(
        &mut self,
        rotate: &KeysRotateCommand,
        prepared: &PreparedRotation,
        transaction: &mut key_store::Transaction,
    ) -> Result<bool, Failure> {
        let mut changed = prepared.plan.changes() || prepared.news;
        if let Some(file) = &prepared.file {
            let bytes = published_jwks::published_jwks(&self.store, self.now)?;
            if file.differs(&bytes) {
                file.write(self.context, &bytes)?;
                changed = true;
            }
            if !rotate.confirm.is_asked() {
                changed |= self.store.record_published(|_| true, self.context.current_time());
            }
        }
        if changed {
            transaction.store = std::mem::take(&mut self.store);
            let written = transaction.commit(self.context, self.context.current_time());
            self.store = std::mem::take(&mut transaction.store);
            // A key in the published set that no store holds signs nothing.
            written.map_err(|failure| match &prepared.file {
                Some(_) => failure.hint("the published set is written already, which does no harm; run it again"),
                None => failure,
            })?;
        }
        Ok(changed)
    }

    fn report(
        &self,
        rotate: &KeysRotateCommand,
        prepared: &PreparedRotation,
        made: &[String],
        changed: bool,
    ) -> Result<Outcome, Failure> {
        let Self { context, now, .. } = self;
        if rotate.detailed_exit_code && changed {
            context.set_exit_kind(FailureKind::Changed);
        }
        for early in &prepared.early {
            context.warn(messages::early(early, &self.policy, *now));
        }
        let events = timeline(&self.store, *now);
        let plan = &prepared.plan;
        let steps = steps(plan, made);
        let published = prepared.file.as_ref().and(rotate.publish.publish.as_ref()).map(|file| shown(file));
        let kid = |key: &Key| key.kid.clone().unwrap_or_default();
        let data = KeysRotateOutput {
            path: shown(self.path),
            dry_run: rotate.dry_run,
            changed,
            waits: plan.waits.iter().map(RotationWaitOutput::of).collect(),
            policy: RotationPolicyOutput::of(&self.policy),
            published,
            confirmed: self.seen.map(|(set, _)| {
                self.store.keys.iter().filter(|key| published_jwks::holds(set, key)).map(kid).collect()
            }),
            timeline: events.iter().map(KeyEventOutput::from_event).collect(),
            steps,
        };
        let mut report = Report::new("keys-rotate", Verdict::Done, &data)?.with(status(&data));
        let points = data.steps.iter().map(|step| {
            messages::step(step.step, step.kid.as_deref(), step.alg.as_deref(), step.until, rotate.dry_run)
        });
        let waits = plan.waits.iter().map(|wait| messages::wait(wait, *now));
        let points: Vec<_> = points.chain(waits).collect();
        if !points.is_empty() {
            report = report.with(Block::Points(points));
        }
        let overlap = self.policy.overlap();
        report = report.with(Block::Fields(vec![
            field("ahead", arithmetic(&overlap.ahead)),
            field("behind", arithmetic(&overlap.behind)),
        ]));
        if let Some(table) = timeline_block(&events, *now) {
            report = report.with(Block::Heading("what happens next".to_owned())).with(table);
        }
        let unsaid = plan.waits.iter().any(|wait| matches!(wait, Wait::Publication { .. }));
        if unsaid && prepared.file.is_none() && !rotate.confirm.is_asked() {
            report.hints.push(
                "--publish FILE writes the set, --confirm-url URL looks for the key where verifiers do".to_owned(),
            );
        }
        Ok(Outcome { artefact: None, report })
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn status(data: &KeysRotateOutput) -> Block {
    let (tone, word) = match (data.changed, data.dry_run) {
        (false, _) => (Tone::Quiet, "unchanged"),
        (true, true) => (Tone::Warning, "would change"),
        (true, false) => (Tone::Good, "changed"),
    };
    let published = match (&data.published, data.changed && !data.dry_run) {
        (Some(file), true) => format!(", published in {file}"),
        _ => String::new(),
    };
    Block::Status { tone, word: word.to_owned(), rest: format!("the key store {}{published}", data.path) }
}

fn steps(plan: &RotationPlan, made: &[String]) -> Vec<RotationStepOutput> {
    let mut made = made.iter();
    let empty = |step| RotationStepOutput { step, kid: None, alg: None, signs: None, since: None, until: None };
    let one = |step: &RotationStep| match step {
        RotationStep::Adopt { kid, since } => {
            RotationStepOutput { kid: Some(kid.clone()), since: Some(since.0), ..empty("settle") }
        }
        RotationStep::Generate { alg, signs, .. } => RotationStepOutput {
            kid: made.next().cloned(),
            alg: Some(alg.clone()),
            signs: Some(*signs),
            ..empty("make")
        },
        RotationStep::Promote { kid } => RotationStepOutput { kid: Some(kid.clone()), ..empty("promote") },
        RotationStep::Reactivate { kid } => RotationStepOutput { kid: Some(kid.clone()), ..empty("reactivate") },
        RotationStep::Retire { kid, until } => {
            RotationStepOutput { kid: Some(kid.clone()), until: Some(until.0), ..empty("retire") }
        }
        RotationStep::Withdraw { kid } => RotationStepOutput { kid: Some(kid.clone()), ..empty("withdraw") },
    };
    plan.steps.iter().map(one).collect()
}

impl RotationWaitOutput {
    fn of(wait: &Wait) -> Self {
        match wait {
            Wait::Publication { kid } => Self { kid: kid.clone(), waits_for: "publication", until: None },
            Wait::Verifiers { kid, at } => Self { kid: kid.clone(), waits_for: "verifiers", until: Some(at.0) },
        }
    }
}

impl RotationPolicyOutput {
    fn of(policy: &RotationPolicy) -> Self {
        let overlap = policy.overlap();
        Self {
            every: policy.every.as_seconds(),
            token_ttl: policy.token_ttl.as_seconds(),
            verifier_cache: policy.verifier_cache.as_seconds(),
            signer_reload: policy.signer_reload.as_seconds(),
            publish_lag: policy.publish_lag.as_seconds(),
            leeway: policy.leeway.as_seconds(),
            skew: policy.skew.as_seconds(),
            ahead: overlap.ahead().as_seconds(),
            behind: overlap.behind().as_seconds(),
        }
    }
}

/// Why there is no rotation, and what to do about it.
fn refused(error: &RotationPlanError, path: &Path) -> Failure {
    let message = error.to_string();
    match error {
        RotationPlanError::Policy(_) => Failure::usage(message).hint("a longer --every, or shorter caches, would do"),
        RotationPlanError::Empty => super::selection::empty_store_failure(path),
        RotationPlanError::Secrets => {
            Failure::input(message).hint("change a secret on both sides by hand, or sign with a key pair")
        }
        RotationPlanError::Clock { .. } => Failure::environment(message)
            .hint("set the clock right; dates of keys that are read from a wrong clock withdraw them too early"),
    }
}
