//! `authkit keys rotate`: runs one step of key rotation without an outage. It is idempotent: cron can run it at any
//! interval.

use super::confirm::ConfirmUrlArgs;
use super::list::{KeyEventOutput, timeline_block};
use super::published_jwks::{self, PublishArgs, PublishedFile};
use super::rotation_policy_args::RotationPolicyArgs;
use super::{generate, messages};
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::key_store;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::key::Key;
use authkit::report::{Block, Report, Verdict, field};
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

    /// Sign with the next key now, even if verifiers may lack it
    #[arg(long)]
    immediately: bool,

    /// Print the planned steps and dates; write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Exit with 5 if something changed (--dry-run: would change)
    #[arg(long)]
    detailed_exit_code: bool,

    #[command(flatten)]
    confirm: ConfirmUrlArgs,

    #[command(flatten)]
    policy: RotationPolicyArgs,
}

/// `data` of keys rotate. Times are Unix seconds, spans are seconds.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysRotateOutput {
    path: String,
    dry_run: bool,
    changed: bool,
    steps: Vec<RotationStepOutput>,
    waits: Vec<RotationWaitOutput>,
    policy: RotationPolicyOutput,
    /// File of the published JWKS, with `--publish`.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    /// Kids that `--confirm-url` found.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<Vec<String>>,
    timeline: Vec<KeyEventOutput>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct RotationStepOutput {
    /// `settle`, `make`, `promote`, `reactivate`, `retire` or `withdraw`.
    step: &'static str,
    /// Absent for a key that a dry run does not generate.
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    /// The algorithm of a new key.
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    /// Whether the new key signs at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    signs: Option<bool>,
    /// Start of signing.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// End of publication.
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
    /// Publication interval: a new key signs this long after its publication.
    publication_interval: u64,
    /// Retire interval: an old key is withdrawn this long after it last signed.
    retire_interval: u64,
}

impl RunCommand for KeysRotateCommand {
    const NAME: &'static str = "rotate";
    const ABOUT: &'static str = "Run one step of key rotation (idempotent, for cron)";
    const EXAMPLES: &'static str = "
        authkit keys rotate --every 90d --publish published.json
        authkit keys rotate --every 90d --publish published.json --dry-run
        authkit keys rotate --every 30d --token-ttl 8h --verifier-cache 1h --publish published.json --json
        authkit keys rotate --every 90d --publish published.json --immediately";
    type Data = KeysRotateOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let path = key_store::path(context)?;
        let last_policy = || key_store::read(context, &path).ok().flatten().and_then(|store| store.meta.rotation);
        let policy = self.policy.policy(context, last_policy)?;
        policy.check().map_err(|error| plan_failure(&RotationPlanError::Policy(error), &path))?;
        if !crate::cli::input::exists(&path) {
            return Err(super::selection::empty_store_failure(&path));
        }
        // Fetched before the lock is taken: a slow host must not block other users of the key store.
        let confirmed = self.confirm.ask(context)?;
        let seen = confirmed.as_ref().map(|set| (set, context.current_time()));
        if self.dry_run {
            let store = key_store::read(context, &path)?.unwrap_or_default();
            let mut rotation = Rotation { context, policy, path: &path, store, seen, now: context.current_time() };
            let prepared = rotation.prepare(&self)?;
            return rotation.report(&self, &prepared, &[], prepared.changes);
        }
        let mut transaction = key_store::open(context, &path)?;
        let store = std::mem::take(&mut transaction.store);
        let mut rotation = Rotation { context, policy, path: &path, store, seen, now: context.current_time() };
        let prepared = rotation.prepare(&self)?;
        let mut made = Vec::new();
        if prepared.plan.changes() {
            rotation.store.carry_out(&prepared.plan, rotation.now, |kind, alg| -> Result<Key, Failure> {
                let key = generate::make(context, kind, alg, None)?;
                made.extend(key.kid.clone());
                Ok(key)
            })?;
        }
        let changed = rotation.finish(&self, &prepared, &mut transaction)?;
        rotation.report(&self, &prepared, &made, changed)
    }
}

/// A rotation in progress.
struct Rotation<'a> {
    context: &'a Context,
    policy: RotationPolicy,
    path: &'a Path,
    store: KeyStore,
    /// The JWKS at `--confirm-url`, and when it was fetched.
    seen: Option<(&'a authkit::key::KeySet, UnixTime)>,
    now: UnixTime,
}

/// The plan, and the inputs it was made from.
struct PreparedRotation {
    plan: RotationPlan,
    early: Vec<PrematureSigner>,
    file: Option<PublishedFile>,
    /// Publication dates of keys were recorded.
    news: bool,
    /// Something has to be written.
    changes: bool,
}

impl Rotation<'_> {
    /// Records publication dates and plans the steps.
    fn prepare(&mut self, rotate: &KeysRotateCommand) -> Result<PreparedRotation, Failure> {
        let file = rotate.publish.publish.as_deref();
        let file = file.map(|file| PublishedFile::open(self.context, file)).transpose()?;
        // The URL takes precedence: verifiers see it, whereas the file may not be deployed yet.
        let news = match (self.seen, &file) {
            (Some((set, at)), _) => self.store.record_published(|key| published_jwks::holds(set, key), at),
            (None, Some(file)) => self.store.record_published(|key| file.holds(key), self.now),
            (None, None) => false,
        };
        let plan = rotation::plan(&self.store, &self.policy, self.now, rotate.immediately)
            .map_err(|error| plan_failure(&error, self.path))?;
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

    /// Writes the changes: the published JWKS first, so that it contains every key that signs or waits.
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
            // A published key that is in no key store never signs, so the failure is harmless.
            written.map_err(|failure| match &prepared.file {
                Some(_) => failure.hint("run it again; the published JWKS is already written, which is harmless"),
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
        for early in &prepared.early {
            context.warn(messages::early(early, &self.policy, *now));
        }
        let events = timeline(&self.store, *now);
        let plan = &prepared.plan;
        let steps = steps(plan, made);
        let published = prepared.file.as_ref().and(rotate.publish.publish.as_ref()).map(|file| display(file));
        let kid = |key: &Key| key.kid.clone().unwrap_or_default();
        let data = KeysRotateOutput {
            path: display(self.path),
            dry_run: rotate.dry_run,
            changed,
            waits: plan.waits.iter().map(RotationWaitOutput::from_wait).collect(),
            policy: RotationPolicyOutput::from_policy(&self.policy),
            published,
            confirmed: self.seen.map(|(set, _)| {
                self.store.keys.iter().filter(|key| published_jwks::holds(set, key)).map(kid).collect()
            }),
            timeline: events.iter().map(KeyEventOutput::from_event).collect(),
            steps,
        };
        let mut report = Report::new("keys-rotate", Verdict::Done, &data)?.with(messages::rotation_line(
            plan,
            made,
            &events,
            messages::RotationOutcome { changed, dry_run: rotate.dry_run, now: *now },
        ));
        let points = data.steps.iter().map(|step| {
            messages::step(step.step, step.kid.as_deref(), step.alg.as_deref(), step.until, rotate.dry_run)
        });
        let waits = plan.waits.iter().map(|wait| messages::wait(wait, *now));
        let points: Vec<_> = points.chain(waits).collect();
        if !points.is_empty() {
            report = report.with(Block::Points(points));
        }
        let overlap = self.policy.overlap();
        let mut rows = vec![field("key store", data.path.as_str())];
        rows.extend(data.published.as_deref().map(|file| field("published", file)));
        rows.push(field("publish before signing", arithmetic(&overlap.ahead)));
        rows.push(field("keep after signing", arithmetic(&overlap.behind)));
        report = report.with(Block::Fields(rows));
        if let Some(table) = timeline_block(&events, *now) {
            report = report.with(Block::Heading("Timeline".to_owned())).with(table);
        }
        let unconfirmed = plan.waits.iter().any(|wait| matches!(wait, Wait::Publication { .. }));
        if unconfirmed && prepared.file.is_none() && !rotate.confirm.is_asked() {
            report.hints.push("write the JWKS with --publish FILE, or confirm it with --confirm-url URL".to_owned());
        }
        let ending = (rotate.detailed_exit_code && changed).then_some(FailureKind::Changed);
        Ok(Outcome { ending, ..Outcome::new(report) })
    }
}

fn display(path: &Path) -> String {
    path.display().to_string()
}

fn steps(plan: &RotationPlan, made: &[String]) -> Vec<RotationStepOutput> {
    let mut made = made.iter();
    let empty = |step| RotationStepOutput { step, kid: None, alg: None, signs: None, since: None, until: None };
    let one = |step: &RotationStep| match step {
        RotationStep::Adopt { kid, since } => {
            RotationStepOutput { kid: Some(kid.clone()), since: Some(since.0), ..empty("adopt") }
        }
        RotationStep::Generate { alg, signs, .. } => RotationStepOutput {
            kid: made.next().cloned(),
            alg: Some(alg.clone()),
            signs: Some(*signs),
            ..empty("generate")
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
    fn from_wait(wait: &Wait) -> Self {
        match wait {
            Wait::Publication { kid } => Self { kid: kid.clone(), waits_for: "publication", until: None },
            Wait::Verifiers { kid, at } => Self { kid: kid.clone(), waits_for: "verifiers", until: Some(at.0) },
        }
    }
}

impl RotationPolicyOutput {
    fn from_policy(policy: &RotationPolicy) -> Self {
        let overlap = policy.overlap();
        Self {
            every: policy.every.as_seconds(),
            token_ttl: policy.token_ttl.as_seconds(),
            verifier_cache: policy.verifier_cache.as_seconds(),
            signer_reload: policy.signer_reload.as_seconds(),
            publish_lag: policy.publish_lag.as_seconds(),
            leeway: policy.leeway.as_seconds(),
            skew: policy.skew.as_seconds(),
            publication_interval: overlap.ahead().as_seconds(),
            retire_interval: overlap.behind().as_seconds(),
        }
    }
}

/// The failure of a plan, with a hint on how to fix it.
fn plan_failure(error: &RotationPlanError, path: &Path) -> Failure {
    let message = error.to_string();
    match error {
        RotationPlanError::Policy(_) => Failure::usage(message).hint("increase --every or decrease --verifier-cache"),
        RotationPlanError::Empty => super::selection::empty_store_failure(path),
        RotationPlanError::Secrets => {
            Failure::input(message).hint("replace the secret on both sides manually, or sign with a key pair")
        }
        RotationPlanError::Clock { .. } => Failure::environment(message)
            .hint("correct the clock; key dates from a wrong clock would withdraw keys too early"),
    }
}
