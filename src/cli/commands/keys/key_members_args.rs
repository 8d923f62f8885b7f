//! Members that are set while a key is written as a JWK: `--set-kid`, `--set-alg`, `--use`.

use crate::cli::failure::Failure;
use crate::cli::lookup;
use authkit::key::{Key, KeyEncoding};
use authkit::token::keyring;
use clap::Args;

/// The value of `--set-kid` that stands for the thumbprint.
const THUMBPRINT: &str = "thumbprint";

#[derive(Args)]
pub struct KeyMembersArgs {
    /// Set the kid: a text, or thumbprint (RFC 7638)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    set_kid: Option<String>,

    /// Set alg, restricting the key to this algorithm
    #[arg(long, value_name = "ALG")]
    set_alg: Option<String>,

    /// Set use (RFC 7517 §4.2)
    #[arg(long = "use", value_name = "USE", value_parser = ["sig", "enc"])]
    usage: Option<String>,
}

impl KeyMembersArgs {
    /// Sets the members of each key.
    ///
    /// # Errors
    /// An encoding without members, one kid for several keys, or an algorithm that the key cannot have.
    pub fn set(&self, keys: Vec<Key>, encoding: KeyEncoding) -> Result<Vec<Key>, Failure> {
        let is_wanted = self.set_kid.is_some() || self.set_alg.is_some() || self.usage.is_some();
        if !is_wanted {
            return Ok(keys);
        }
        if !matches!(encoding, KeyEncoding::Jwk | KeyEncoding::Jwks) {
            return Err(Failure::usage(format!("{} has no kid, alg or use", encoding.name()))
                .hint("write a JWK or a JWKS: --encoding jwk"));
        }
        if keys.len() > 1 && self.set_kid.as_deref().is_some_and(|kid| kid != THUMBPRINT) {
            return Err(Failure::usage("one kid cannot be set for several keys")
                .hint("use --set-kid thumbprint, which differs for each key"));
        }
        keys.into_iter().map(|key| self.set_members(key)).collect()
    }

    fn set_members(&self, mut key: Key) -> Result<Key, Failure> {
        if let Some(name) = &self.set_alg {
            let (algorithm, spelling) = lookup::algorithm(name)?;
            let free = Key { alg: None, operations: None, ..key.clone() };
            if let Some(why) = keyring::key_mismatch(&free, algorithm) {
                return Err(Failure::usage(format!("--set-alg {spelling}: {why}")));
            }
            key.alg = Some(spelling.to_owned());
        }
        match self.set_kid.as_deref() {
            Some(THUMBPRINT) => {
                let thumbprint = key.thumbprint().ok_or_else(|| {
                    Failure::usage("the thumbprint of a secret must not be published (RFC 7638 §7)")
                        .hint("choose a kid: --set-kid TEXT")
                })?;
                key.kid = Some(thumbprint);
            }
            Some("") => return Err(Failure::usage("--set-kid is empty")),
            Some(kid) => key.kid = Some(kid.to_owned()),
            None => {}
        }
        key.usage = self.usage.clone().or(key.usage);
        Ok(key)
    }
}
