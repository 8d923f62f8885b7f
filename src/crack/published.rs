//! Secrets that anyone can read: the defaults that products publish, and those found in public code.

use super::word_list::WordList;
use ruzstd::decoding::FrameDecoder;
use std::fmt;

/// A secret that a product's own repository publishes.
pub struct ProductDefault {
    pub product: &'static str,
    /// As it stands in the configuration; some products take its base64 reading as the key.
    pub secret: &'static str,
}

/// Defaults that products publish, with the file that each was read in.
pub const DEFAULTS: &[ProductDefault] = &[
    // supabase/supabase docker/.env.example at f8a85e7a9b99
    of("Supabase, self-hosted", "your-super-secret-jwt-token-with-at-least-32-characters-long"),
    // supabase/cli: what `supabase start` signs its keys with
    of("Supabase CLI", "super-secret-jwt-token-with-at-least-32-characters-long"),
    // supabase/auth example.env at bc32168e13fd
    of("GoTrue (Supabase Auth)", "CHANGE-THIS! VERY IMPORTANT!"),
    // jhipster/jhipster-sample-app application-secret-samples.yml at f8da577c944e; the key is the base64 reading
    of(
        "JHipster",
        "bXktc2VjcmV0LWtleS13aGljaC1zaG91bGQtYmUtY2hhbmdlZC1pbi1wcm9kdWN0aW9uLWFuZC1iZS1iYXNlNjQtZW5jb2RlZAo=",
    ),
    // authelia/authelia config.template.yml at 23572030b404: jwt_secret, and the secret of sessions
    of("Authelia", "a_very_important_secret"),
    of("Authelia", "insecure_session_secret"),
    // ory/hydra contrib/quickstart/5-min/hydra.yml at 83127c5752d9
    of("Ory Hydra, quickstart", "youReallyNeedToChangeThis"),
    // ory/kratos contrib/quickstart/kratos/email-password/kratos.yml at b86338da04a0
    of("Ory Kratos, quickstart", "PLEASE-CHANGE-ME-I-AM-VERY-INSECURE"),
    of("Ory Kratos, quickstart", "32-LONG-SECRET-NOT-SECURE-AT-ALL"),
    // PostgREST/postgrest test/io/configs/expected/no-defaults-with-db.config at 483467890268, and what it overrides
    // in test/io/fixtures/db_config.sql at 83dc082acf63
    of("PostgREST, test configuration", "OVERRIDE=REALLY=REALLY=REALLY=REALLY=VERY=SAFE"),
    of("PostgREST, test configuration", "REALLY=REALLY=REALLY=REALLY=VERY=SAFE"),
];

/// Secrets in the published list.
pub const COUNT: usize = 103_978;

/// Origin, licence and digest: `published/SOURCES.md`.
static PACKED: &[u8] = include_bytes!("published/jwt.secrets.list.zst");

/// Length of the list when unpacked, in bytes.
const PLAIN_BYTES: usize = 1_231_757;

/// The list of secrets found in public code, unpacked.
pub struct PublishedSecrets(Vec<u8>);

/// The embedded list is broken: a fault of the build, not of the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CorruptListError;

const fn of(product: &'static str, secret: &'static str) -> ProductDefault {
    ProductDefault { product, secret }
}

impl PublishedSecrets {
    /// Unpacks the list. Nothing is unpacked before, and never more than the list is long.
    ///
    /// # Errors
    /// Only when the program was built with a broken list.
    pub fn unpack() -> Result<Self, CorruptListError> {
        let mut plain = vec![0; PLAIN_BYTES];
        match FrameDecoder::new().decode_all(PACKED, &mut plain) {
            Ok(PLAIN_BYTES) => Ok(Self(plain)),
            _ => Err(CorruptListError),
        }
    }

    /// The secrets, [`COUNT`] of them, borrowed from the list.
    pub fn secrets(&self) -> WordList<'_> {
        WordList::new(&self.0)
    }
}

impl fmt::Debug for PublishedSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Published")
    }
}

impl fmt::Display for CorruptListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the embedded list of published secrets is broken")
    }
}

impl std::error::Error for CorruptListError {}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_list_is_the_one_that_its_sources_name() {
        let list = PublishedSecrets::unpack().unwrap();
        let digest: String = Sha256::digest(&list.0).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "d9aaae732134c7603189e7f4745ab806efaa12863c9da1c6523fe7d1424306c0");
        assert_eq!(memchr::memchr_iter(b'\n', &list.0).count(), 103_979);
        let mut secrets = list.secrets();
        assert_eq!(secrets.by_ref().count(), COUNT);
        assert_eq!(secrets.too_long(), 0);
        let sources = include_str!("published/SOURCES.md");
        for stated in [digest.as_str(), "103,979", "103,978", "1,231,757"] {
            assert!(sources.contains(stated), "{stated}");
        }
    }

    #[test]
    fn the_defaults_are_distinct() {
        for (place, default) in DEFAULTS.iter().enumerate() {
            assert!(!default.product.is_empty() && !default.secret.is_empty());
            assert!(!DEFAULTS[..place].iter().any(|before| before.secret == default.secret), "{}", default.product);
        }
    }
}
