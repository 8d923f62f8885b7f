//! Cost limits of deriving a key from a passphrase (RFC 8018, RFC 7914).

/// PBKDF2 iterations used for writing: the OWASP figure for PBKDF2-HMAC-SHA256.
pub(crate) const ITERATIONS: u32 = 600_000;
pub(crate) const MAX_ITERATIONS: u64 = 10_000_000;
/// 128 · N · r, the memory of scrypt (RFC 7914 §2).
pub(crate) const MAX_SCRYPT_BYTES: u64 = 256 << 20;
pub(crate) const MAX_SCRYPT_P: u64 = 16;
/// Cost of scrypt per block of 128 bytes, in iterations of PBKDF2-HMAC-SHA256.
pub(crate) const SCRYPT_WEIGHT: u64 = 3;
/// Limit for all keys of one file, in iterations: the cost of the most expensive single key, about fifteen seconds.
pub const MAX_FILE_ITERATIONS: u64 = (MAX_SCRYPT_BYTES / 128) * MAX_SCRYPT_P * SCRYPT_WEIGHT;
