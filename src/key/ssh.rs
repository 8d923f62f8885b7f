//! Keys of SSH: private keys of OpenSSH, public keys as `id.pub`, authorized_keys and known_hosts have them (RFC 4253
//! §6.6), and RFC 4716.

use super::error::KeyError;
use super::structures::{self, RsaNumbers};
use super::{Key, MAX_BLOCKS};
use crate::alg::Curve;
use crate::secret::Secret;
use base64ct::{Base64, Encoding as _};
use ssh_key::private::{EcdsaKeypair, KeypairData};
use ssh_key::public::{EcdsaPublicKey, KeyData};
use ssh_key::{EcdsaCurve, Kdf, Mpint, PrivateKey, PublicKey};

/// The first bytes of a private key without its PEM frame.
pub(super) const MAGIC: &[u8] = b"openssh-key-v1\0";
/// The first characters of a public key in base64: three zero bytes of a length.
const BLOB: &str = "AAAA";
const RFC_4716: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const RFC_4716_END: &str = "---- END SSH2 PUBLIC KEY ----";
const NAMES: [&str; 2] = ["ssh-", "ecdsa-sha2-"];

/// Limit of bcrypt rounds: ten seconds, forty times the default of ssh-keygen.
const MAX_ROUNDS: u32 = 1_000;

/// Reads a private key in binary.
pub(super) fn private(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<Key, KeyError> {
    let malformed = |_| KeyError::Der("malformed or truncated OpenSSH private key");
    let key = PrivateKey::from_bytes(bytes).map_err(malformed)?;
    if !key.is_encrypted() {
        return from_pair(key.key_data());
    }
    if matches!(key.kdf(), Kdf::Bcrypt { rounds, .. } if *rounds > MAX_ROUNDS) {
        return Err(KeyError::KdfCostTooHigh { what: "bcrypt rounds", limit: "1,000" });
    }
    let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
    let opened = key.decrypt(passphrase.expose()).map_err(|error| match error {
        ssh_key::Error::AlgorithmUnknown | ssh_key::Error::AlgorithmUnsupported { .. } => {
            KeyError::unsupported("the cipher of the OpenSSH private key")
        }
        _ => KeyError::WrongPassphrase,
    })?;
    from_pair(opened.key_data())
}

fn from_pair(pair: &KeypairData) -> Result<Key, KeyError> {
    match pair {
        KeypairData::Ed25519(pair) => {
            let seed = Secret::new(pair.private.to_bytes());
            structures::ed25519(Some(&pair.public.0), Some(seed.expose()))
        }
        KeypairData::Ecdsa(pair) => {
            let curve = curve_named(pair.curve());
            let scalar = Secret::new(match pair {
                EcdsaKeypair::NistP256 { private, .. } => private.as_slice().to_vec(),
                EcdsaKeypair::NistP384 { private, .. } => private.as_slice().to_vec(),
                EcdsaKeypair::NistP521 { private, .. } => private.as_slice().to_vec(),
            });
            structures::ec(curve, Some(structures::split(curve, pair.public_key_bytes())?), Some(scalar))
        }
        KeypairData::Rsa(pair) => {
            let (public, private) = (pair.public(), pair.private());
            let numbers = RsaNumbers {
                d: positive(private.d())?,
                primes: Some((positive(private.p())?, positive(private.q())?)),
                crt: [None, None, Some(positive(private.iqmp())?)],
            };
            structures::rsa(positive(public.n())?, positive(public.e())?, Some(numbers))
        }
        _ => Err(unsupported(pair.algorithm().map(|algorithm| algorithm.to_string()).unwrap_or_default())),
    }
}

fn from_public(data: &KeyData) -> Result<Key, KeyError> {
    match data {
        KeyData::Ed25519(key) => structures::ed25519(Some(&key.0), None),
        KeyData::Ecdsa(key) => {
            let curve = curve_named(EcdsaPublicKey::curve(key));
            structures::ec(curve, Some(structures::split(curve, key.as_sec1_bytes())?), None)
        }
        KeyData::Rsa(key) => structures::rsa(positive(key.n())?, positive(key.e())?, None),
        other => Err(unsupported(other.algorithm().to_string())),
    }
}

fn unsupported(algorithm: String) -> KeyError {
    let hint =
        "supported keys of SSH: RSA, ECDSA and Ed25519; certificates and keys of security devices cannot be used";
    KeyError::unsupported_but(format!("an SSH key of type {algorithm}"), hint)
}

const fn curve_named(curve: EcdsaCurve) -> Curve {
    match curve {
        EcdsaCurve::NistP256 => Curve::P256,
        EcdsaCurve::NistP384 => Curve::P384,
        EcdsaCurve::NistP521 => Curve::P521,
    }
}

fn positive(number: &Mpint) -> Result<&[u8], KeyError> {
    number.as_positive_bytes().ok_or(KeyError::Der("a number of the SSH key is negative"))
}

/// Whether a text has public keys of SSH: every line that is neither blank nor a comment.
pub(super) fn is_public(text: &str) -> bool {
    text.trim_start().starts_with(RFC_4716)
        || lines(text).next().is_some() && lines(text).all(|line| blob(line).is_some())
}

/// Reads public keys, one per line, or one in the frame of RFC 4716.
pub(super) fn public(text: &str) -> Result<Vec<Key>, KeyError> {
    if text.trim_start().starts_with(RFC_4716) {
        return Ok(vec![from_blob(&framed(text)?)?]);
    }
    if lines(text).nth(MAX_BLOCKS).is_some() {
        return Err(KeyError::TooMany { what: "keys of SSH", limit: MAX_BLOCKS });
    }
    lines(text).filter_map(blob).map(from_blob).collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The base64 after the name of an algorithm, which follows options or hosts.
fn blob(line: &str) -> Option<&str> {
    let mut words = line.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let next = words.peek().filter(|next| next.starts_with(BLOB));
        if let Some(blob) = next.filter(|_| NAMES.iter().any(|name| word.starts_with(name))) {
            return Some(blob);
        }
    }
    None
}

/// The base64 within a frame, after its header fields; a field that ends with a backslash continues (RFC 4716 §3.3).
fn framed(text: &str) -> Result<String, KeyError> {
    let mut body = String::new();
    let mut in_field = false;
    for line in lines(text).skip(1) {
        if line == RFC_4716_END {
            return Ok(body);
        }
        let is_field = in_field || line.contains(':');
        in_field = is_field && line.ends_with('\\');
        if !is_field {
            body.push_str(line);
        }
    }
    Err(KeyError::Der("the SSH public key has no END line"))
}

fn from_blob(blob: &str) -> Result<Key, KeyError> {
    let bytes = Base64::decode_vec(blob).map_err(|_| KeyError::Der("the SSH public key is not strict base64"))?;
    let key = PublicKey::from_bytes(&bytes).map_err(|_| KeyError::Der("malformed or truncated SSH public key"))?;
    from_public(key.key_data())
}

/// The public key in binary (RFC 4253 §6.6): what fingerprints of SSH are computed from. `None` for secrets and for
/// curves that SSH does not have.
pub(super) fn public_blob(key: &Key) -> Option<Vec<u8>> {
    use super::Material;
    let string = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes()[..], bytes].concat();
    let number = |bytes: &[u8]| match bytes.first() {
        Some(0x80..) => string(&[&[0], bytes].concat()),
        _ => string(bytes),
    };
    match &key.material {
        Material::Rsa(key) => Some([string(b"ssh-rsa"), number(&key.e), number(&key.n)].concat()),
        Material::Ed25519(key) => Some([string(b"ssh-ed25519"), string(&key.x)].concat()),
        Material::Ec(key) => {
            let name = match key.curve {
                Curve::P256 => "nistp256",
                Curve::P384 => "nistp384",
                Curve::P521 => "nistp521",
                Curve::Secp256k1 => return None,
            };
            let point = [&[4], &*key.x, &*key.y].concat();
            let algorithm = format!("ecdsa-sha2-{name}");
            Some([string(algorithm.as_bytes()), string(name.as_bytes()), string(&point)].concat())
        }
        Material::Secret(_) => None,
    }
}
