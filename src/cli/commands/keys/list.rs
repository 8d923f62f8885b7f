//! `authkit keys list`: what is in the key store, or in a set.

use super::selection;
use crate::cli::commands::Run;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::keystore;
use crate::cli::output::Lines;
use authkit::report::{Block, Outcome, Report, Verdict};
use authkit::time::UnixTime;
use clap::Args;

#[derive(Args)]
pub struct List {
    /// A set of keys: a SPEC; absent: the key store
    #[arg(value_name = "KEY")]
    key: Option<String>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Data {
    source: String,
    keys: Vec<Listed>,
}

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Listed {
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    kty: &'static str,
    bits: usize,
    private: bool,
    /// In the key store: which key of its algorithm signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<keystore::State>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<i64>,
}

impl Run for List {
    const NAME: &'static str = "list";
    const ABOUT: &'static str = "List the keys of the key store, or of a set";
    const EXAMPLES: &'static str = "
        authkit keys list
        authkit keys list --json
        authkit keys list jwks.json";
    type Data = Data;

    fn run(self, context: &Context, _: &mut dyn Lines) -> Result<Outcome, Failure> {
        let of_store = self.key.is_none();
        let selection = selection::select(context, self.key.as_deref())?;
        let keys: Vec<Listed> = selection
            .keys
            .iter()
            .enumerate()
            .map(|(place, key)| Listed {
                kid: key.kid.clone(),
                alg: key.alg.clone(),
                kty: key.type_name(),
                bits: key.bits(),
                private: key.is_private() || key.is_secret(),
                state: of_store.then(|| keystore::state(&selection.keys, place)),
                made_at: key.others.get("iat").and_then(serde_json::Value::as_i64),
            })
            .collect();
        let rows = keys.iter().map(row).collect();
        let data = Data { source: selection.source.clone(), keys };
        let head = vec!["KID", "ALG", "BITS", "STATE", "MADE"];
        let report = Report::new("keys-list", Verdict::Done, &data)?
            .with(Block::Table { head, numbers: vec![2], rows })
            .with(Block::Paragraph(format!("in {}", selection.source)));
        Ok(Outcome { artefact: None, report })
    }
}

/// Characters of a date without its time.
const DATE: usize = 10;

fn row(key: &Listed) -> Vec<String> {
    let state = match key.state {
        Some(keystore::State::Active) => "active",
        Some(keystore::State::Next) => "next",
        None if key.private => "private",
        None => "public",
    };
    vec![
        key.kid.clone().unwrap_or_else(|| "-".to_owned()),
        key.alg.clone().unwrap_or_else(|| "-".to_owned()),
        key.bits.to_string(),
        state.to_owned(),
        key.made_at.map_or_else(|| "-".to_owned(), |made| UnixTime(made).to_string().chars().take(DATE).collect()),
    ]
}
