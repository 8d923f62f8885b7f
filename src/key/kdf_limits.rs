//! What the derivation of a key from a passphrase may cost (RFC 8018, RFC 7914).

/// Iterations that are written: OWASP's figure for PBKDF2-HMAC-SHA256.
pub const ITERATIONS: u32 = 600_000;
pub const MAX_ITERATIONS: u64 = 10_000_000;
/// 128 · N · r, the memory of scrypt (RFC 7914 §2).
pub const MAX_SCRYPT_BYTES: u64 = 256 << 20;
pub const MAX_SCRYPT_P: u64 = 16;
/// What scrypt does to one block of 128 bytes takes as long as these iterations of PBKDF2-HMAC-SHA256.
pub const SCRYPT_WEIGHT: u64 = 3;
/// What all keys of one file may cost, in iterations: as much as the dearest single key, some fifteen seconds.
pub const MAX_FILE_ITERATIONS: u64 = (MAX_SCRYPT_BYTES / 128) * MAX_SCRYPT_P * SCRYPT_WEIGHT;
