//! Password-based encryption of PKCS#12 with SHA-1 and Triple DES (RFC 7292 appendix C), as old versions of OpenSSL and
//! Java write it. Only for reading: the derivation is cheap to attack, so such a key should be
//! encrypted again.

use super::asn1::{Cursor, Oid};
use super::error::KeyError;
use super::kdf_limits::MAX_ITERATIONS;
use crate::secret::Secret;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _, block_padding::Pkcs7};
use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

/// pbeWithSHAAnd3-KeyTripleDES-CBC.
const SHA1_3DES: Oid = Oid::new_unwrap("1.2.840.113549.1.12.1.3");

/// Block of SHA-1, the unit of the derivation (RFC 7292 §B.2, `v`).
const UNIT: usize = 64;
const KEY_BYTES: usize = 24;
const IV_BYTES: usize = 8;
/// Longer salts do not occur; the work grows with the length.
const MAX_SALT: usize = 64;

/// A checked AlgorithmIdentifier.
pub(super) struct LegacyScheme<'a> {
    salt: &'a [u8],
    iterations: u64,
}

impl<'a> LegacyScheme<'a> {
    /// Whether `oid` is this encryption.
    pub(super) fn is(oid: Oid) -> bool {
        oid == SHA1_3DES
    }

    /// Reads pkcs-12PbeParams; `scheme` is the AlgorithmIdentifier after its OID.
    pub(super) fn read(scheme: &mut Cursor<'a>) -> Result<Self, KeyError> {
        let mut parameters = scheme.sequence()?;
        let (salt, iterations) = (parameters.octets()?, parameters.number()?);
        if salt.is_empty() || salt.len() > MAX_SALT || iterations == 0 {
            return Err(KeyError::Der("impossible parameters of the encryption"));
        }
        if iterations > MAX_ITERATIONS {
            return Err(KeyError::KdfCostTooHigh { what: "iterations of SHA-1", limit: "10,000,000" });
        }
        Ok(Self { salt, iterations })
    }

    /// The cost in iterations.
    pub(super) const fn cost(&self) -> u64 {
        self.iterations
    }

    /// Decrypts; the passphrase is UTF-8.
    pub(super) fn decrypt(&self, passphrase: &[u8], encrypted: &[u8]) -> Result<Secret<Vec<u8>>, KeyError> {
        let text = std::str::from_utf8(passphrase).map_err(|_| KeyError::WrongPassphrase)?;
        // A BMPString with its terminator (RFC 7292 §B.1).
        let wide: Zeroizing<Vec<u8>> =
            Zeroizing::new(text.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect());
        let (key, iv) = (self.derive::<KEY_BYTES>(&wide, 1), self.derive::<IV_BYTES>(&wide, 2));
        let mut buffer = Zeroizing::new(encrypted.to_vec());
        let cipher = cbc::Decryptor::<des::TdesEde3>::new((&*key).into(), (&*iv).into());
        let plain = cipher.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| KeyError::WrongPassphrase)?;
        Ok(Secret::new(plain.to_vec()))
    }

    /// The derivation of RFC 7292 §B.2 for purpose `id`: 1 for keys, 2 for initialisation vectors.
    fn derive<const N: usize>(&self, passphrase: &[u8], id: u8) -> Zeroizing<[u8; N]> {
        let mut input = Zeroizing::new(Vec::with_capacity(UNIT.saturating_mul(4)));
        fill(self.salt, &mut input);
        fill(passphrase, &mut input);
        let mut out = Zeroizing::new([0; N]);
        for piece in out.chunks_mut(Sha1::output_size()) {
            let mut digest = Sha1::new().chain_update([id; UNIT]).chain_update(&*input).finalize();
            for _ in 1..self.iterations {
                digest = Sha1::digest(digest);
            }
            for (byte, derived) in piece.iter_mut().zip(digest) {
                *byte = derived;
            }
            // I_j = I_j + B + 1, where B is the digest repeated to one unit.
            for unit in input.chunks_mut(UNIT) {
                let mut carry = 1_u16;
                let added: Vec<u8> = digest.iter().copied().cycle().take(UNIT).collect();
                for (byte, add) in unit.iter_mut().zip(added).rev() {
                    let [high, low] = u16::from(*byte).wrapping_add(add.into()).wrapping_add(carry).to_be_bytes();
                    (*byte, carry) = (low, high.into());
                }
            }
        }
        out
    }
}

/// Appends `bytes`, repeated to a multiple of the unit; nothing for no bytes.
fn fill(bytes: &[u8], out: &mut Vec<u8>) {
    let length = bytes.len().next_multiple_of(UNIT);
    out.extend(bytes.iter().cycle().take(length));
}
