//! Publicly known secrets: default values of products, and secrets found in public code.

use super::word_list::WordList;
use ruzstd::decoding::FrameDecoder;
use std::fmt;

/// A secret published in a product's repository.
pub struct ProductDefault {
    /// The name of the product.
    pub product: &'static str,
    /// As in the configuration; some products decode it from base64.
    pub secret: &'static str,
}

/// Published defaults of products, with the source file of each.
pub const DEFAULTS: &[ProductDefault] = &[
    // supabase/supabase docker/.env.example at f8a85e7a9b99
    default("Supabase, self-hosted", "your-super-secret-jwt-token-with-at-least-32-characters-long"),
    // supabase/cli: signs the keys of `supabase start`
    default("Supabase CLI", "super-secret-jwt-token-with-at-least-32-characters-long"),
    // supabase/auth example.env at bc32168e13fd
    default("GoTrue (Supabase Auth)", "CHANGE-THIS! VERY IMPORTANT!"),
    // jhipster/jhipster-sample-app application-secret-samples.yml at f8da577c944e; the key is decoded from base64
    default(
        "JHipster",
        "bXktc2VjcmV0LWtleS13aGljaC1zaG91bGQtYmUtY2hhbmdlZC1pbi1wcm9kdWN0aW9uLWFuZC1iZS1iYXNlNjQtZW5jb2RlZAo=",
    ),
    // authelia/authelia config.template.yml at 23572030b404: jwt_secret, and the secret of sessions
    default("Authelia", "a_very_important_secret"),
    default("Authelia", "insecure_session_secret"),
    // ory/hydra contrib/quickstart/5-min/hydra.yml at 83127c5752d9
    default("Ory Hydra, quickstart", "youReallyNeedToChangeThis"),
    // ory/kratos contrib/quickstart/kratos/email-password/kratos.yml at b86338da04a0
    default("Ory Kratos, quickstart", "PLEASE-CHANGE-ME-I-AM-VERY-INSECURE"),
    default("Ory Kratos, quickstart", "32-LONG-SECRET-NOT-SECURE-AT-ALL"),
    // PostgREST/postgrest test/io/configs/expected/no-defaults-with-db.config at 483467890268, and what it overrides
    // in test/io/fixtures/db_config.sql at 83dc082acf63
    default("PostgREST, test configuration", "OVERRIDE=REALLY=REALLY=REALLY=REALLY=VERY=SAFE"),
    default("PostgREST, test configuration", "REALLY=REALLY=REALLY=REALLY=VERY=SAFE"),
];

/// Number of secrets in the published list.
pub const COUNT: usize = 103_978;

/// Origin, licence and digest: `published/SOURCES.md`.
static PACKED: &[u8] = include_bytes!("published/jwt.secrets.list.zst");

/// Length of the decompressed list in bytes.
const PLAIN_BYTES: usize = 1_231_757;

/// The decompressed list of secrets found in public code.
pub struct PublishedSecrets(Vec<u8>);

/// The embedded list is corrupt: a fault of the build, not of the user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CorruptListError;

const fn default(product: &'static str, secret: &'static str) -> ProductDefault {
    ProductDefault { product, secret }
}

impl PublishedSecrets {
    /// Decompresses the list on demand, bounded by its known length.
    ///
    /// # Errors
    /// Only if the program was built with a corrupt list.
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
        f.write_str("the embedded list of published secrets is corrupt")
    }
}

impl std::error::Error for CorruptListError {}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn published_list_matches_its_stated_digest() {
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
    fn product_defaults_are_distinct() {
        for (place, default) in DEFAULTS.iter().enumerate() {
            assert!(!default.product.is_empty() && !default.secret.is_empty());
            assert!(!DEFAULTS[..place].iter().any(|before| before.secret == default.secret), "{}", default.product);
        }
    }
}
