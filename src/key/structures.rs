//! The DER structures of keys: PKCS#1 (RFC 8017 §A.1), PKCS#8 (RFC 5208, 5958), SEC 1 (RFC 5915) and
//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). The callers in `der` and `pem` determine the type.

use super::asn1::{Cursor, Oid};
use super::error::KeyError;
use super::{EcKey, EdKey, Key, MAX_INTEGER_BYTES, Material, RsaKey, derive, validation};
use crate::alg::Curve;
use crate::secret::Secret;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize, PublicKey};
use pkcs8::der::Tag;

pub(super) const RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.1");
pub(super) const EC: Oid = Oid::new_unwrap("1.2.840.10045.2.1");
pub(super) const ED25519: Oid = Oid::new_unwrap("1.3.101.112");

/// The named curve of RFC 5480 §2.1.1.1 and SEC 2.
pub(super) const fn curve_oid(curve: Curve) -> Oid {
    match curve {
        Curve::P256 => Oid::new_unwrap("1.2.840.10045.3.1.7"),
        Curve::P384 => Oid::new_unwrap("1.3.132.0.34"),
        Curve::P521 => Oid::new_unwrap("1.3.132.0.35"),
        Curve::Secp256k1 => Oid::new_unwrap("1.3.132.0.10"),
    }
}

/// RSAPublicKey (RFC 8017 §A.1.1).
pub(super) fn pkcs1_public(bytes: &[u8]) -> Result<Key, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    let (n, e) = (fields.integer()?, fields.integer()?);
    fields.finish()?;
    rsa(n, e, None)
}

/// RSAPrivateKey (RFC 8017 §A.1.2) with two primes.
pub(super) fn pkcs1_private(bytes: &[u8]) -> Result<Key, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    if fields.number()? != 0 {
        return Err(KeyError::unsupported("an RSA key with more than two primes"));
    }
    let (n, e, d) = (fields.integer()?, fields.integer()?, fields.integer()?);
    let (p, q) = (fields.integer()?, fields.integer()?);
    let crt = [fields.integer()?, fields.integer()?, fields.integer()?];
    fields.finish()?;
    rsa(n, e, Some(RsaNumbers { d, primes: Some((p, q)), crt: crt.map(Some) }))
}

/// The private integers of an RSA key as written.
pub(super) struct RsaNumbers<'a> {
    pub(super) d: &'a [u8],
    pub(super) primes: Option<(&'a [u8], &'a [u8])>,
    /// dp, dq and qi, if present.
    pub(super) crt: [Option<&'a [u8]>; 3],
}

/// Builds an RSA key; inconsistent numbers are rejected.
pub(super) fn rsa(n: &[u8], e: &[u8], private: Option<RsaNumbers<'_>>) -> Result<Key, KeyError> {
    let (n, e) = (derive::trimmed(n), derive::trimmed(e));
    let public = |private| Key::new(Material::Rsa(RsaKey { n: n.to_vec(), e: e.to_vec(), private }));
    let Some(numbers) = private else { return Ok(public(None)) };
    if n.len() > MAX_INTEGER_BYTES || e.len() > MAX_INTEGER_BYTES || numbers.d.len() > MAX_INTEGER_BYTES {
        return Err(KeyError::Der("an INTEGER has more than 16,384 bits"));
    }
    let Some(complete) = derive::rsa_complete(n, e, numbers.d, numbers.primes) else {
        // An invalid modulus is the better reason.
        validation::check(&public(None))?;
        return Err(KeyError::Inconsistent("the numbers of the RSA private key are inconsistent"));
    };
    let given = numbers.crt.map(|number| number.map(|bytes| Secret::new(derive::trimmed(bytes).to_vec())));
    let computed = [&complete.dp, &complete.dq, &complete.qi];
    if given.iter().zip(computed).any(|(given, computed)| given.as_ref().is_some_and(|given| given != computed)) {
        return Err(KeyError::Inconsistent(
            "dp, dq or qi of the RSA private key is inconsistent with its other numbers",
        ));
    }
    Ok(public(Some(complete)))
}

/// PrivateKeyInfo and OneAsymmetricKey (RFC 5958 §2).
pub(super) fn pkcs8(bytes: &[u8]) -> Result<Key, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    if fields.number()? > 1 {
        return Err(KeyError::Der("PKCS#8 version is not 1 or 2"));
    }
    let mut algorithm = fields.sequence()?;
    let private = fields.octets()?;
    fields.optional(0)?; // attributes are irrelevant for the key
    // Some writers tag the public key explicitly ([1] constructed around a BIT STRING).
    let public = match fields.optional(1)? {
        Some((true, inner)) => Some(Cursor::new(inner)?.bits()?),
        Some((false, inner)) => Some(inner.strip_prefix(&[0]).ok_or(KeyError::Der("malformed BIT STRING"))?),
        None => None,
    };
    fields.finish()?;
    match algorithm.oid()? {
        RSA => pkcs1_private(private),
        EC => sec1(private, Some(curve(&mut algorithm)?)),
        ED25519 => {
            // CurvePrivateKey: an OCTET STRING inside the OCTET STRING (RFC 8410 §7).
            let mut inner = Cursor::new(private)?;
            let seed = inner.octets()?;
            inner.finish()?;
            ed25519(public, Some(seed))
        }
        other => Err(unsupported_algorithm(other)),
    }
}

/// ECPrivateKey (RFC 5915 §3). `outer` is the curve that the container names.
pub(super) fn sec1(bytes: &[u8], outer: Option<Curve>) -> Result<Key, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    if fields.number()? != 1 {
        return Err(KeyError::Der("SEC 1 version is not 1"));
    }
    let d = fields.octets()?;
    let own = match fields.optional(0)? {
        Some((_, inner)) => Some(curve(&mut Cursor::new(inner)?)?),
        None => None,
    };
    let public = match fields.optional(1)? {
        Some((_, inner)) => Some(Cursor::new(inner)?.bits()?),
        None => None,
    };
    fields.finish()?;
    let curve = match (own, outer) {
        (Some(own), Some(outer)) if own != outer => {
            return Err(KeyError::Inconsistent("the EC private key names two different curves"));
        }
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(KeyError::Der("the EC private key does not name its curve")),
    };
    // Old writers drop leading zeros of the scalar; RFC 5915 §3 requires padding.
    let short = derive::trimmed(d);
    let missing = curve.bytes().checked_sub(short.len()).ok_or(KeyError::Der("the EC private key is too long"))?;
    let mut padded = Vec::with_capacity(curve.bytes());
    padded.resize(missing, 0);
    padded.extend_from_slice(short);
    let public = public.map(|point| split(curve, point)).transpose()?;
    ec(curve, public, Some(Secret::new(padded)))
}

/// Builds an EC key; a point given with the scalar must match it.
pub(super) fn ec(
    curve: Curve,
    public: Option<(Vec<u8>, Vec<u8>)>,
    private: Option<Secret<Vec<u8>>>,
) -> Result<Key, KeyError> {
    let derived = match &private {
        Some(d) => Some(
            derive::ec_public(curve, d.expose())
                .ok_or(KeyError::Inconsistent("the EC private key is not between 1 and the order of its curve"))?,
        ),
        None => None,
    };
    let (x, y) = match (public, derived) {
        (Some(public), Some(derived)) if public != derived => {
            return Err(KeyError::Inconsistent("the EC private key does not match the public key"));
        }
        (Some(point), _) | (None, Some(point)) => point,
        (None, None) => return Err(KeyError::Missing("x")),
    };
    Ok(Key::new(Material::Ec(EcKey { curve, x, y, private })))
}

/// Builds an Ed25519 key (RFC 8032 §5.1.5).
pub(super) fn ed25519(public: Option<&[u8]>, seed: Option<&[u8]>) -> Result<Key, KeyError> {
    let exact =
        |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| KeyError::Der("an Ed25519 key is not 32 bytes long"));
    let seed = seed.map(exact).transpose()?.map(Secret::new);
    let derived = seed.as_ref().map(|seed| derive::ed_public(seed.expose()));
    let x = match (public.map(exact).transpose()?, derived) {
        (Some(public), Some(derived)) if public != derived => {
            return Err(KeyError::Inconsistent("the Ed25519 private key does not match the public key"));
        }
        (Some(x), _) | (None, Some(x)) => x,
        (None, None) => return Err(KeyError::Missing("x")),
    };
    Ok(Key::new(Material::Ed25519(EdKey { x, private: seed })))
}

/// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7; RFC 3279 §2.3.1, RFC 5480 §2, RFC 8410 §4).
pub(super) fn spki(bytes: &[u8]) -> Result<Key, KeyError> {
    let mut fields = Cursor::from_sequence(bytes)?;
    let mut algorithm = fields.sequence()?;
    let key = fields.bits()?;
    fields.finish()?;
    match algorithm.oid()? {
        RSA => pkcs1_public(key),
        EC => {
            let curve = curve(&mut algorithm)?;
            ec(curve, Some(split(curve, key)?), None)
        }
        ED25519 => ed25519(Some(key), None),
        other => Err(unsupported_algorithm(other)),
    }
}

/// The curve named by ECParameters (RFC 5480 §2.1.1).
pub(super) fn curve(fields: &mut Cursor<'_>) -> Result<Curve, KeyError> {
    if fields.peek() == Some(Tag::Sequence) {
        return Err(KeyError::unsupported_but(
            "an EC key with explicit curve parameters",
            "convert it to a named curve: openssl ec -in OLD -param_enc named_curve -out NEW",
        ));
    }
    let oid = fields.oid()?;
    Curve::ALL.into_iter().find(|curve| curve_oid(*curve) == oid).ok_or_else(|| {
        KeyError::unsupported_but(
            format!("the curve {oid}"),
            "supported curves: P-256, P-384, P-521, secp256k1 and Ed25519",
        )
    })
}

/// The coordinates of a point (SEC 1 §2.3.4), compressed or not.
pub(super) fn split(curve: Curve, point: &[u8]) -> Result<(Vec<u8>, Vec<u8>), KeyError> {
    let size = curve.bytes();
    match point.split_first() {
        Some((4, rest)) if rest.len() == size.saturating_mul(2) => {
            let (x, y) = rest.split_at_checked(size).unwrap_or_default();
            Ok((x.to_vec(), y.to_vec()))
        }
        Some((2 | 3, rest)) if rest.len() == size => match curve {
            Curve::P256 => decompress::<p256::NistP256>(point),
            Curve::P384 => decompress::<p384::NistP384>(point),
            Curve::P521 => decompress::<p521::NistP521>(point),
            Curve::Secp256k1 => decompress::<k256::Secp256k1>(point),
        }
        .ok_or(KeyError::Der("the compressed EC point is not on its curve")),
        _ => Err(KeyError::Der("the EC point has the wrong length for its curve")),
    }
}

fn decompress<C>(point: &[u8]) -> Option<(Vec<u8>, Vec<u8>)>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let point = PublicKey::<C>::from_sec1_bytes(point).ok()?.to_sec1_point(false);
    Some((point.x()?.to_vec(), point.y()?.to_vec()))
}

fn unsupported_algorithm(oid: Oid) -> KeyError {
    const AGREEMENT: &str = "use Ed25519; keys for key agreement cannot sign";
    let (what, hint) = match oid.to_string().as_str() {
        "1.2.840.113549.1.1.10" => (
            "an RSA key restricted to PSS (id-RSASSA-PSS)",
            "use a plain RSA key with algorithm PS256: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
        ),
        "1.2.840.113549.1.1.7" => ("an RSA key restricted to encryption (id-RSAES-OAEP)", "use a plain RSA key"),
        "1.3.101.110" => ("an X25519 key", AGREEMENT),
        "1.3.101.111" => ("an X448 key", AGREEMENT),
        "1.3.101.113" => ("an Ed448 key", "use Ed25519"),
        "1.2.840.10040.4.1" => ("a DSA key", "use P-256 or Ed25519; no JWT algorithm uses DSA"),
        "1.2.840.113549.1.3.1" => ("a Diffie-Hellman key", AGREEMENT),
        other => return KeyError::unsupported(format!("a key of the algorithm {other}")),
    };
    KeyError::unsupported_but(what, hint)
}
