//! The keys that a verifier brought, and which of them may answer for a header (RFC 7515 §4.1.4,
//! RFC 7517 §4). The header chooses among them; it never adds to them.

use super::reason::{Reason, Unfit};
use crate::alg::Algorithm;
use crate::key::Key;

/// How many keys are tried for a token without `kid`.
pub const MAX_TRIES: usize = 16;

/// One key and where it came from.
pub struct Member {
    pub key: Key,
    /// The SPEC or the store, safe to show.
    pub source: String,
    /// The issuer that the key speaks for, when it is bound to one (`ISS=SPEC`).
    pub issuer: Option<String>,
    /// Whether the source was bytes that look like no key: a raw secret that may have been meant otherwise.
    pub raw: bool,
    /// RFC 7638, SHA-256, base64url.
    pub thumbprint: String,
}

impl Member {
    pub fn new(key: Key, source: impl Into<String>) -> Self {
        let thumbprint = key.thumbprint();
        Self { key, source: source.into(), issuer: None, raw: false, thumbprint }
    }

    /// What to call the key: its `kid`, else where it came from.
    pub fn label(&self) -> String {
        self.key.kid.as_ref().map_or_else(|| self.source.clone(), |kid| format!("\"{kid}\""))
    }
}

/// All keys of one verification.
#[derive(Default)]
pub struct Keyring {
    pub members: Vec<Member>,
}

impl Keyring {
    /// The places in `members` that may verify `algorithm`, at most [`MAX_TRIES`] without a `kid`.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn candidates(&self, algorithm: &'static Algorithm, kid: Option<&str>) -> Result<Vec<usize>, Reason> {
        if self.members.is_empty() {
            return Err(Reason::NoKey);
        }
        let named = self.named(kid)?;
        let (fit, unfit): (Vec<_>, Vec<_>) = named
            .into_iter()
            .map(|at| (at, self.members.get(at).and_then(|member| misfit(&member.key, algorithm))))
            .partition(|(_, why)| why.is_none());
        if fit.is_empty() {
            let keys = unfit
                .into_iter()
                .filter_map(|(at, why)| Some(Unfit { key: self.members.get(at)?.label(), why: why? }))
                .collect();
            return Err(Reason::KeyUnfit { alg: algorithm.name.to_owned(), keys });
        }
        if kid.is_none() && fit.len() > MAX_TRIES {
            return Err(Reason::KidRequired { keys: fit.len(), limit: MAX_TRIES });
        }
        Ok(fit.into_iter().map(|(at, _)| at).collect())
    }

    /// Keys of equal `kid`; if none, keys without; all when the token names none.
    fn named(&self, kid: Option<&str>) -> Result<Vec<usize>, Reason> {
        let places = |test: &dyn Fn(&Key) -> bool| -> Vec<usize> {
            self.members.iter().enumerate().filter(|(_, member)| test(&member.key)).map(|(at, _)| at).collect()
        };
        let Some(kid) = kid else { return Ok(places(&|_| true)) };
        let equal = places(&|key| key.kid.as_deref() == Some(kid));
        if !equal.is_empty() {
            return Ok(equal);
        }
        let nameless = places(&|key| key.kid.is_none());
        if !nameless.is_empty() {
            return Ok(nameless);
        }
        let known = self.members.iter().filter_map(|member| member.key.kid.clone()).collect();
        Err(Reason::KidUnknown { kid: kid.to_owned(), known })
    }
}

/// Why `key` must not verify `algorithm`; `None` when it may.
pub fn misfit(key: &Key, algorithm: &'static Algorithm) -> Option<String> {
    if key.family() != algorithm.family {
        return Some(format!(
            "{} takes {}, this is {}",
            algorithm.name,
            algorithm.family.describe(),
            key.family().describe()
        ));
    }
    if let Some(alg) = &key.alg
        && crate::alg::find(alg) != Some(algorithm)
    {
        return Some(format!("its alg is \"{alg}\""));
    }
    if let Some(usage) = &key.usage
        && usage != "sig"
    {
        return Some(format!("its use is \"{usage}\", not \"sig\""));
    }
    if let Some(operations) = &key.operations {
        // The public half of a private key verifies, also when the JWK says only "sign".
        let may = operations.iter().any(|op| op == "verify" || (op == "sign" && !key.is_secret() && key.is_private()));
        if !may {
            return Some("its key_ops do not allow \"verify\"".to_owned());
        }
    }
    None
}
