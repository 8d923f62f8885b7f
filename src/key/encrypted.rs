//! Encrypted PKCS#8 (RFC 5958 §3, RFC 8018 §6.2). The cost of the key derivation is read from the file and checked
//! before anything is derived: a hostile file could otherwise consume hours of CPU time or exhaust memory.

use super::asn1::{self, Cursor, Oid, ZeroizingBytes};
use super::error::KeyError;
use super::kdf_limits::{
    ITERATIONS, MAX_FILE_ITERATIONS, MAX_ITERATIONS, MAX_SCRYPT_BYTES, MAX_SCRYPT_P, SCRYPT_WEIGHT,
};
use super::legacy_encryption::LegacyScheme;
use crate::secret::Secret;
use pkcs8::der::{Decode as _, Encode as _, Tag, asn1::OctetString};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoOwned, EncryptedPrivateKeyInfoRef};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The longest salt in bytes that the key derivation crate accepts.
const MAX_SALT: usize = 32;

const PBES2: Oid = Oid::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: Oid = Oid::new_unwrap("1.2.840.113549.1.5.12");
const SCRYPT: Oid = Oid::new_unwrap("1.3.6.1.4.1.11591.4.11");
const DES_EDE3: Oid = Oid::new_unwrap("1.2.840.113549.3.7");
const HMAC_SHA1: Oid = Oid::new_unwrap("1.2.840.113549.2.7");

const AGAIN: &str = "re-encrypt the key: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -in OLD -out NEW";

/// Decrypts to PKCS#8 in DER.
pub(super) fn open(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<Secret<Vec<u8>>, KeyError> {
    cost(bytes)?;
    let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
    if let Some(plain) = open_legacy(bytes, passphrase)? {
        return Ok(plain);
    }
    let unknown = || KeyError::unsupported_but("the cipher of the encrypted private key", AGAIN);
    let info = EncryptedPrivateKeyInfoRef::from_der(bytes).map_err(|_| unknown())?;
    let scheme = info.encryption_algorithm.pbes2().ok_or_else(unknown)?;
    let mut buffer: ZeroizingBytes = Zeroizing::new(info.encrypted_data.as_bytes().to_vec());
    let plain = scheme.decrypt_in_place(passphrase.expose(), &mut buffer).map_err(|error| match error {
        pkcs8::pkcs5::Error::DecryptFailed => KeyError::WrongPassphrase,
        _ => unknown(),
    })?;
    whole(Secret::new(plain.to_vec()))
}

/// One wrong passphrase in 256 yields valid padding, and then random bytes.
fn whole(plain: Secret<Vec<u8>>) -> Result<Secret<Vec<u8>>, KeyError> {
    let is_whole = asn1::announced(plain.expose()) == Some(plain.expose().len());
    if is_whole { Ok(plain) } else { Err(KeyError::WrongPassphrase) }
}

/// Decrypts the encryption of old PKCS#12; `None` if it is another one.
fn open_legacy(bytes: &[u8], passphrase: &Secret<Vec<u8>>) -> Result<Option<Secret<Vec<u8>>>, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    let mut scheme = fields.sequence()?;
    if !LegacyScheme::is(scheme.oid()?) {
        return Ok(None);
    }
    let plain = LegacyScheme::read(&mut scheme)?.decrypt(passphrase.expose(), fields.octets()?)?;
    whole(plain).map(Some)
}

/// Whether a private key is encrypted in a way that is read only: Triple DES, or a derivation with SHA-1.
pub(super) fn is_legacy(bytes: &[u8]) -> bool {
    let read = || {
        let mut scheme = Cursor::from_sequence(bytes)?.sequence()?;
        if LegacyScheme::is(scheme.oid()?) {
            return Ok::<bool, KeyError>(true);
        }
        let mut parameters = scheme.sequence()?;
        let mut derivation = parameters.sequence()?;
        let is_pbkdf2 = derivation.oid()? == PBKDF2;
        Ok(is_pbkdf2 && has_sha1(derivation.sequence()?)? || parameters.sequence()?.oid()? == DES_EDE3)
    };
    read().unwrap_or(false)
}

/// Checks the total derivation cost of the encrypted keys in `blocks`, all of one file. Unreadable ones cost nothing:
/// they are rejected later, each by itself.
pub(super) fn check_file(blocks: impl Iterator<Item = Secret<Vec<u8>>>) -> Result<(), KeyError> {
    let (mut iterations, mut keys) = (0_u64, 0_usize);
    for bytes in blocks {
        iterations = iterations.saturating_add(cost(bytes.expose()).unwrap_or(0));
        keys = keys.saturating_add(1);
    }
    if iterations > MAX_FILE_ITERATIONS { Err(KeyError::TooManyEncrypted { keys }) } else { Ok(()) }
}

/// Cost of the key derivation in PBKDF2 iterations.
fn cost(bytes: &[u8]) -> Result<u64, KeyError> {
    let mut scheme = Cursor::from_sequence(bytes)?.sequence()?;
    let oid = scheme.oid()?;
    if LegacyScheme::is(oid) {
        return LegacyScheme::read(&mut scheme).map(|scheme| scheme.cost());
    }
    if oid != PBES2 {
        return Err(KeyError::unsupported_but(
            format!("the encryption {oid} of the private key (older than PBES2)"),
            AGAIN,
        ));
    }
    let mut derivation = scheme.sequence()?.sequence()?;
    let oid = derivation.oid()?;
    let mut parameters = derivation.sequence()?;
    match oid {
        PBKDF2 => check_pbkdf2(&mut parameters),
        SCRYPT => check_scrypt(&mut parameters),
        other => Err(KeyError::unsupported_but(format!("the key derivation {other} of the private key"), AGAIN)),
    }
}

/// PBKDF2-params (RFC 8018 §A.2).
fn check_pbkdf2(parameters: &mut Cursor<'_>) -> Result<u64, KeyError> {
    check_salt(parameters)?;
    let iterations = parameters.number()?;
    if iterations > MAX_ITERATIONS {
        return Err(KeyError::KdfCostTooHigh { what: "PBKDF2 iterations", limit: "10,000,000" });
    }
    if iterations == 0 {
        return Err(KeyError::Der("PBKDF2 with zero iterations"));
    }
    Ok(iterations)
}

/// Whether PBKDF2-params name SHA-1, which is the default.
fn has_sha1(mut parameters: Cursor<'_>) -> Result<bool, KeyError> {
    parameters.octets()?;
    parameters.number()?;
    if parameters.peek() == Some(Tag::Integer) {
        parameters.integer()?; // the key length, which the cipher also determines
    }
    Ok(parameters.is_finished() || parameters.sequence()?.oid()? == HMAC_SHA1)
}

/// scrypt-params (RFC 7914 §7.1).
fn check_scrypt(parameters: &mut Cursor<'_>) -> Result<u64, KeyError> {
    check_salt(parameters)?;
    let (n, r, p) = (parameters.number()?, parameters.number()?, parameters.number()?);
    let memory = n.checked_mul(r).and_then(|blocks| blocks.checked_mul(128));
    if memory.is_none_or(|bytes| bytes > MAX_SCRYPT_BYTES) {
        return Err(KeyError::KdfCostTooHigh { what: "scrypt memory", limit: "256 MiB (128·N·r)" });
    }
    if p > MAX_SCRYPT_P {
        return Err(KeyError::KdfCostTooHigh { what: "scrypt parallelisation", limit: "p = 16" });
    }
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(KeyError::Der("impossible scrypt parameters"));
    }
    Ok(n.saturating_mul(r).saturating_mul(p).saturating_mul(SCRYPT_WEIGHT))
}

fn check_salt(parameters: &mut Cursor<'_>) -> Result<(), KeyError> {
    if parameters.octets()?.len() > MAX_SALT {
        return Err(KeyError::unsupported_but("a salt of more than 32 bytes in an encrypted private key", AGAIN));
    }
    Ok(())
}

/// Encrypts PKCS#8 in DER with PBKDF2-HMAC-SHA256 and AES-256-CBC, which OpenSSL reads.
pub(super) fn seal(pkcs8: &[u8], passphrase: &Secret<Vec<u8>>, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, KeyError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut iv);
    let parameters =
        Parameters::generate_pbkdf2_sha256_aes256cbc(ITERATIONS, &salt, iv).map_err(|_| KeyError::WritingFailed)?;
    let encrypted = parameters.encrypt(passphrase.expose(), pkcs8).map_err(|_| KeyError::WritingFailed)?;
    let encrypted_data = OctetString::new(encrypted).map_err(|_| KeyError::WritingFailed)?;
    EncryptedPrivateKeyInfoOwned { encryption_algorithm: parameters.into(), encrypted_data }
        .to_der()
        .map_err(|_| KeyError::WritingFailed)
}
