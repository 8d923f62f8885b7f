//! JWK thumbprints: SHA-256 over the required members in canonical order (RFC 7638 §3).

use super::{Key, Material};
use crate::encoding::base64url;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The members are in lexical order and their values need no escapes (RFC 7638 §3.3).
pub(super) fn thumbprint(key: &Key) -> String {
    let b64 = base64url::encode;
    let text = Zeroizing::new(match &key.material {
        Material::Rsa(rsa) => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(&rsa.e), b64(&rsa.n)),
        Material::Ec(ec) => {
            format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, ec.curve.name(), b64(&ec.x), b64(&ec.y))
        }
        // RFC 8037 §2
        Material::Ed25519(ed) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(&ed.x)),
        // RFC 7638 §3.2. It never leaves the process (§7).
        Material::Secret(secret) => {
            let k = Zeroizing::new(Base64UrlUnpadded::encode_string(secret.expose()));
            format!(r#"{{"k":"{}","kty":"oct"}}"#, k.as_str())
        }
    });
    base64url::encode(&Sha256::digest(text.as_bytes()))
}
