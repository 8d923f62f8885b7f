//! `authkit keys list`: lists the keys of the key store with state and timeline, or the keys of a SPEC. Secrets and
//! private parts are never printed.

use super::selection;
use crate::cli::commands::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::first_line;
use crate::cli::key_store;
use crate::cli::network_args::NetworkArgs;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use authkit::alg::{self, KeyFamily};
use authkit::finding::format_count;
use authkit::key::Key;
use authkit::report::csv::{Cell, DataTable};
use authkit::report::{Block, Report, Tone, Verdict};
use authkit::rotation::{Dates, KeyEvent, KeyState, KeyStore, Tombstone, timeline};
use authkit::time::UnixTime;
use clap::Args;

#[derive(Args)]
pub struct KeysListCommand {
    /// List the keys of this SPEC, such as a URL [default: the key store]
    #[arg(value_name = "KEY")]
    key: Option<String>,

    #[command(flatten)]
    network: NetworkArgs,
}

/// `data` of keys list.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct KeysListOutput {
    source: String,
    keys: Vec<ListedKeyOutput>,
    /// In the key store: tombstones of expired, revoked and removed keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tombstones: Vec<TombstoneOutput>,
    /// In a key store with a rotation policy: upcoming events, the soonest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timeline: Vec<KeyEventOutput>,
}

/// Times are Unix seconds.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct ListedKeyOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    kty: &'static str,
    bits: usize,
    private: bool,
    /// In the key store: the current state.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<KeyState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    /// Start of signing.
    #[serde(skip_serializing_if = "Option::is_none")]
    signs_since: Option<i64>,
    /// Time of the confirmed publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<i64>,
    /// End of the state: an active key retires, a next key signs, a retiring key is withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

/// Times are Unix seconds.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct TombstoneOutput {
    kid: String,
    alg: String,
    /// RFC 7638, SHA-256; absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbprint: Option<String>,
    state: KeyState,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_at: Option<i64>,
}

/// An upcoming event of a key.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(super) struct KeyEventOutput {
    /// Unix seconds; an overdue event happens at the next rotation.
    at: i64,
    kid: String,
    what: &'static str,
}

impl RunCommand for KeysListCommand {
    const NAME: &'static str = "list";
    const ABOUT: &'static str = "List keys with their state and next rotation date";
    const EXAMPLES: &'static str = "
        authkit keys list
        authkit keys list --json
        authkit keys list jwks.json";
    const TABULATES: bool = true;
    type Data = KeysListOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        match self.key {
            Some(key) => set(context, &key),
            None => store(context),
        }
    }
}

/// Lists the keys of a SPEC.
fn set(context: &Context, name: &str) -> Result<Outcome, Failure> {
    let selection = selection::select(context, Some(name))?;
    let keys: Vec<ListedKeyOutput> = selection.keys.iter().map(ListedKeyOutput::from_key).collect();
    let rows = keys
        .iter()
        .map(|key| {
            let part = if key.private { "private" } else { "public" };
            vec![
                or_dash(key.kid.as_deref()),
                or_dash(key.alg.as_deref()),
                key.bits.to_string(),
                part.to_owned(),
                date(key),
            ]
        })
        .collect();
    let data = KeysListOutput { source: selection.source, keys, tombstones: Vec::new(), timeline: Vec::new() };
    let head = vec!["KID", "ALG", "BITS", "PART", "CREATED"];
    let answer = format!("{} in {}", format_count(data.keys.len(), "key"), data.source);
    let report = Report::new("keys-list", Verdict::Done, &data)?
        .with(Block::FirstLine(vec![first_line::plain(answer)]))
        .with(Block::Table { head, numbers: vec![2], rows });
    Ok(Outcome::new(Report { records: Some(records(&data)), ..report }))
}

/// Lists the keys and tombstones of the key store.
fn store(context: &Context) -> Result<Outcome, Failure> {
    let path = key_store::path(context)?;
    let store = key_store::read(context, &path)?.unwrap_or_default();
    if store.keys.is_empty() && store.meta.tombstones.is_empty() {
        return Err(selection::empty_store_failure(&path));
    }
    let (now, events) = (context.now, timeline(&store, context.now));
    let keys: Vec<ListedKeyOutput> =
        store.states(now).map(|(key, state)| ListedKeyOutput::in_store(key, state, &store, &events)).collect();
    let data = KeysListOutput {
        source: path.display().to_string(),
        keys,
        tombstones: store.meta.tombstones.iter().map(TombstoneOutput::from_tombstone).collect(),
        timeline: events.iter().map(KeyEventOutput::from_event).collect(),
    };
    let ago = |at: Option<i64>| at.map_or_else(|| "-".to_owned(), |at| now.since(UnixTime(at)).to_short());
    let left = |at: Option<i64>| match at.map(UnixTime) {
        None => "-".to_owned(),
        Some(at) if at <= now => "due".to_owned(),
        Some(at) => at.since(now).to_short(),
    };
    let row = |key: &ListedKeyOutput| {
        let state = key.state.map_or("-", KeyState::name).to_owned();
        let (age, left) = (ago(key.created_at), left(key.until));
        vec![or_dash(key.kid.as_deref()), or_dash(key.alg.as_deref()), key.bits.to_string(), state, age, left]
    };
    let tombstone_row = |tombstone: &TombstoneOutput| {
        let age = ago(tombstone.revoked_at.or(tombstone.removed_at).or(tombstone.expired_at));
        let state = tombstone.state.name().to_owned();
        vec![tombstone.kid.clone(), tombstone.alg.clone(), "-".to_owned(), state, age, "-".to_owned()]
    };
    let rows = data.keys.iter().map(row).chain(data.tombstones.iter().map(tombstone_row)).collect();
    let head = vec!["KID", "ALG", "BITS", "STATE", "AGE", "LEFT"];
    let mut report = Report::new("keys-list", Verdict::Done, &data)?
        .with(Block::FirstLine(states(&data)))
        .with(Block::Table { head, numbers: vec![2], rows });
    if let Some(table) = timeline_block(&events, now) {
        report = report.with(Block::Heading("Timeline".to_owned())).with(table);
    }
    report.records = Some(records(&data));
    if store.meta.rotation.is_none() && store.keys.iter().all(|key| !key.is_secret()) {
        report.hints.push("set up rotation with authkit keys rotate --every 90d".to_owned());
    }
    Ok(Outcome::new(report))
}

/// `2 active, 1 next, 1 retiring in PATH`
fn states(data: &KeysListOutput) -> Vec<(Tone, String)> {
    use KeyState::{Active, Expired, Next, Removed, Retiring, Revoked};
    let states = || data.keys.iter().filter_map(|key| key.state).chain(data.tombstones.iter().map(|key| key.state));
    let count = |wanted: KeyState| states().filter(|state| *state == wanted).count();
    let all = [Active, Next, Retiring, Expired, Revoked, Removed].map(|state| (count(state), state.name()));
    let counts: Vec<String> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, state)| format!("{count} {state}")).collect();
    // Without an active key nothing can be signed.
    let tone = if count(Active) == 0 { Tone::Warning } else { Tone::Plain };
    vec![(tone, counts.join(", ")), first_line::plain(format!(" in {}", data.source))]
}

/// Upcoming events as a table; `None` without events.
pub(super) fn timeline_block(events: &[KeyEvent], now: UnixTime) -> Option<Block> {
    let left = |at: UnixTime| if at <= now { "due".to_owned() } else { at.since(now).to_short() };
    let rows: Vec<Vec<String>> = events
        .iter()
        .map(|event| vec![event.at.to_string(), left(event.at), event.kid.clone(), event.what.to_owned()])
        .collect();
    (!rows.is_empty()).then(|| Block::Table { head: vec!["WHEN", "LEFT", "KID", "EVENT"], numbers: Vec::new(), rows })
}

/// The keys and tombstones as records for csv and markdown.
fn records(data: &KeysListOutput) -> DataTable {
    const NONE: Cell = Cell::Empty;
    let row = |key: [Cell; 6], dates: [Cell; 4], end: [Cell; 4]| key.into_iter().chain(dates).chain(end).collect();
    let listed = |key: &ListedKeyOutput| {
        let (kid, alg) = (key.kid.clone().into(), key.alg.clone().into());
        let part = if key.private { "private" } else { "public" };
        let cells =
            [kid, alg, key.kty.into(), (key.bits as u64).into(), part.into(), key.state.map(KeyState::name).into()];
        row(cells, [key.created_at, key.signs_since, key.published_at, key.until].map(Cell::from), [NONE; 4])
    };
    let tombstone = |entry: &TombstoneOutput| {
        let cells = [entry.kid.clone().into(), entry.alg.clone().into(), NONE, NONE, NONE, entry.state.name().into()];
        let (thumbprint, reason) = (entry.thumbprint.clone().into(), entry.reason.clone().into());
        row(cells, [NONE; 4], [thumbprint, entry.expired_at.into(), entry.revoked_at.into(), reason])
    };
    DataTable {
        head: COLUMNS,
        rows: data.keys.iter().map(listed).chain(data.tombstones.iter().map(tombstone)).collect(),
    }
}

/// Columns of the records.
const COLUMNS: &[&str] = &[
    "kid",
    "alg",
    "kty",
    "bits",
    "part",
    "state",
    "created_at",
    "signs_since",
    "published_at",
    "until",
    "thumbprint",
    "expired_at",
    "revoked_at",
    "reason",
];

impl ListedKeyOutput {
    /// A key outside the key store, without a state.
    fn from_key(key: &Key) -> Self {
        Self {
            kid: key.kid.clone(),
            alg: key.alg.clone(),
            kty: key.type_name(),
            bits: key.bits(),
            private: key.is_private() || key.is_secret(),
            state: None,
            created_at: Dates::from_key(key).unwrap_or_default().iat.map(|at| at.0),
            signs_since: None,
            published_at: None,
            until: None,
        }
    }

    /// A key of the key store.
    fn in_store(key: &Key, state: KeyState, store: &KeyStore, events: &[KeyEvent]) -> Self {
        let dates = Dates::read(key);
        let until = match state {
            KeyState::Active => dates.nbf.zip(store.meta.rotation).map(|(since, policy)| since.plus(policy.every)),
            KeyState::Retiring => dates.exp,
            _ => {
                let is_start =
                    |event: &&KeyEvent| Some(&event.kid) == key.kid.as_ref() && event.what == KeyEvent::SIGNS;
                events.iter().find(is_start).map(|event| event.at)
            }
        };
        Self {
            state: Some(state),
            signs_since: dates.nbf.map(|at| at.0),
            published_at: dates.published_at.map(|at| at.0),
            until: until.map(|at| at.0),
            ..Self::from_key(key)
        }
    }
}

impl TombstoneOutput {
    fn from_tombstone(tombstone: &Tombstone) -> Self {
        let revoked = tombstone.dates.revoked.as_ref();
        let is_of_secret = alg::find(&tombstone.alg).is_some_and(|algorithm| algorithm.family == KeyFamily::Hmac);
        Self {
            kid: tombstone.kid.clone(),
            alg: tombstone.alg.clone(),
            // Key stores of earlier versions contain thumbprints of secrets, too.
            thumbprint: tombstone.thumbprint.clone().filter(|_| !is_of_secret),
            state: tombstone.state(),
            expired_at: tombstone.dates.exp.map(|at| at.0),
            revoked_at: revoked.map(|revoked| revoked.revoked_at.0),
            reason: revoked.map(|revoked| revoked.reason.clone()),
            removed_at: tombstone.removed_at.map(|at| at.0),
        }
    }
}

impl KeyEventOutput {
    /// The data of an event.
    pub(super) fn from_event(event: &KeyEvent) -> Self {
        Self { at: event.at.0, kid: event.kid.clone(), what: event.what }
    }
}

fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

/// The creation date without the time of day.
fn date(key: &ListedKeyOutput) -> String {
    const DATE: usize = 10;
    key.created_at.map_or_else(|| "-".to_owned(), |made| UnixTime(made).to_string().chars().take(DATE).collect())
}
