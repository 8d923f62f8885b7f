//! Values derived from key material: the public part of a private key, RSA primes, and consistency checks.
//!
//! Pure arithmetic on hostile input: sizes are bounded before any big integer is allocated, and failure is `None` or
//! `false`.

use crate::alg::Curve;
use crate::encoding::bounds::tail;
use crate::key::RsaPrivate;
use crate::secret::Secret;
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, Gcd as _, Integer as _, NonZero, Odd, Resize as _};
use k256::Secp256k1;
use p256::NistP256;
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use p256::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize, PublicKey, SecretKey};
use p384::NistP384;
use p521::NistP521;
use zeroize::Zeroizing;

/// The longest accepted RSA modulus in bits: also the limit of the underlying primitives.
pub const RSA_MAX_BITS: usize = 8192;

/// The coordinates of the public point of the scalar `d` (SEC 1 §3.2.1), padded to the curve's length.
/// `None` when `d` is zero, not below the group order, or not of the exact length (RFC 7518 §6.2.2.1).
pub fn ec_public(curve: Curve, d: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if d.len() != curve.bytes() {
        return None;
    }
    match curve {
        Curve::P256 => public_of::<NistP256>(d),
        Curve::P384 => public_of::<NistP384>(d),
        Curve::P521 => public_of::<NistP521>(d),
        Curve::Secp256k1 => public_of::<Secp256k1>(d),
    }
}

fn public_of<C>(d: &[u8]) -> Option<(Vec<u8>, Vec<u8>)>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let point = SecretKey::<C>::from_slice(d).ok()?.public_key().to_sec1_point(false);
    Some((point.x()?.to_vec(), point.y()?.to_vec()))
}

/// Whether (x, y) is on the curve, with coordinates below the field's prime and of its exact length
/// (SEC 1 §3.2.2.1; the cofactor of all four curves is 1).
pub fn ec_on_curve(curve: Curve, x: &[u8], y: &[u8]) -> bool {
    if x.len() != curve.bytes() || y.len() != curve.bytes() {
        return false;
    }
    let point = [&[4], x, y].concat();
    match curve {
        Curve::P256 => PublicKey::<NistP256>::from_sec1_bytes(&point).is_ok(),
        Curve::P384 => PublicKey::<NistP384>::from_sec1_bytes(&point).is_ok(),
        Curve::P521 => PublicKey::<NistP521>::from_sec1_bytes(&point).is_ok(),
        Curve::Secp256k1 => PublicKey::<Secp256k1>::from_sec1_bytes(&point).is_ok(),
    }
}

/// The public key of an Ed25519 seed (RFC 8032 §5.1.5).
pub fn ed_public(seed: &[u8; 32]) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// Whether `x` decodes to a point (RFC 8032 §5.1.3: canonical encoding) that is not of small order.
/// Under a small-order point one signature verifies for many messages.
pub fn ed_point_ok(x: &[u8; 32]) -> bool {
    ed25519_dalek::VerifyingKey::from_bytes(x)
        .is_ok_and(|key| !key.is_weak() && key.to_edwards().compress().to_bytes() == *x)
}

/// The complete private part of an RSA key (RFC 8017 §3.2), checked against the public key: p·q = n, d below n, and
/// e·d ≡ 1 modulo p−1 and q−1. Without `primes` they are recovered from n, e and d. The CRT values are always
/// recomputed and never taken from the input: a faulty one would let a single signature reveal the key.
///
/// The primality of p and q is not tested; the signer checks each signature it makes.
pub fn rsa_complete(n: &[u8], e: &[u8], d: &[u8], primes: Option<(&[u8], &[u8])>) -> Option<RsaPrivate> {
    let (n, e, d) = (trimmed(n), trimmed(e), trimmed(d));
    if n.len() > RSA_MAX_BITS.div_ceil(8) || e.len() > 8 || d.len() > n.len() || d.is_empty() {
        return None;
    }
    let (p, q) = match primes {
        Some((p, q)) => (Secret::new(trimmed(p).to_vec()), Secret::new(trimmed(q).to_vec())),
        None => recover_primes(n, e, d)?,
    };
    if p.expose().len() > n.len() || q.expose().len() > n.len() {
        return None;
    }
    let modulus = number(n)?;
    let (d, p, q) =
        (Zeroizing::new(number(d)?), Zeroizing::new(number(p.expose())?), Zeroizing::new(number(q.expose())?));
    let (product, e) = (Zeroizing::new(p.concatenating_mul(&*q)), number(e)?);
    if *product != modulus || *d >= modulus {
        return None;
    }
    let odd_p = Zeroizing::new(Odd::new((*p).clone()).into_option()?);
    let q_mod_p = Zeroizing::new(q.rem(odd_p.as_nz_ref()).resize(p.bits_precision()));
    let qi = Zeroizing::new(q_mod_p.invert_odd_mod(&odd_p).into_option()?);
    Some(RsaPrivate {
        dp: bytes(&*crt_exponent(&d, &e, &p)?),
        dq: bytes(&*crt_exponent(&d, &e, &q)?),
        qi: bytes(&qi),
        d: bytes(&d),
        p: bytes(&p),
        q: bytes(&q),
    })
}

/// d modulo p−1, if it is the inverse of e there.
fn crt_exponent(d: &BoxedUint, e: &BoxedUint, prime: &BoxedUint) -> Option<Zeroizing<BoxedUint>> {
    let order = Zeroizing::new(NonZero::new(prime.wrapping_sub(BoxedUint::one())).into_option()?);
    let exponent = Zeroizing::new(d.rem(&order));
    let product = Zeroizing::new(exponent.concatenating_mul(e));
    let inverts = product.rem(&order).is_one().to_bool() && prime.is_odd().to_bool();
    inverts.then_some(exponent)
}

type Primes = (Secret<Vec<u8>>, Secret<Vec<u8>>);

/// The two factors of n, the larger first, by the deterministic method of SP 800-56B rev. 2, appendix C.2: constant
/// work, whereas a search for a square root of one depends on the numbers. Inconsistent input gives wrong factors; the
/// caller checks their product.
fn recover_primes(n: &[u8], e: &[u8], d: &[u8]) -> Option<Primes> {
    // e·d − 1, n·n and 4·n fit: all values have this width, so that nothing below wraps or is truncated.
    let width = u32::try_from(n.len().checked_mul(16)?.checked_add(128)?).ok()?;
    let wide = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, width).ok().map(Zeroizing::new);
    let one = BoxedUint::one_with_precision(width);
    let (n, e, d) = (wide(n)?, wide(e)?, wide(d)?);
    let n_nonzero = NonZero::new((*n).clone()).into_option()?;

    // a = (e·d − 1) · gcd(n − 1, e·d − 1) is a small multiple (m + 1) of (p − 1)·(q − 1) = n − (p + q) + 1.
    let a = Zeroizing::new(e.wrapping_mul(&*d).wrapping_sub(&one));
    if a.is_zero().to_bool() {
        return None;
    }
    let shared = Zeroizing::new(n.wrapping_sub(&one).gcd(&a));
    let a = Zeroizing::new(a.wrapping_mul(&*shared));
    let (m, r) = a.div_rem(&n_nonzero);
    let count = NonZero::new(m.wrapping_add(&one)).into_option()?;
    let (sum, rest) = n.wrapping_sub(&r).div_rem(&count);
    let sum = Zeroizing::new(sum.wrapping_add(&one));
    if !rest.is_zero().to_bool() {
        return None;
    }
    // p − q is the root of (p + q)² − 4·p·q.
    let (square, four_n) = (Zeroizing::new(sum.wrapping_mul(&*sum)), n.unbounded_shl(2));
    if *square <= four_n {
        return None;
    }
    let difference = Zeroizing::new(square.wrapping_sub(&four_n).floor_sqrt());
    let p = Zeroizing::new(sum.wrapping_add(&*difference).unbounded_shr(1));
    let q = Zeroizing::new(sum.wrapping_sub(&*p));
    Some((bytes(&p), bytes(&q)))
}

/// An integer of the width of its bytes; `None` for zero.
fn number(bytes: &[u8]) -> Option<BoxedUint> {
    let bytes = trimmed(bytes);
    let bits = u32::try_from(bytes.len().checked_mul(8)?).ok()?;
    if bytes.is_empty() { None } else { BoxedUint::from_be_slice(bytes, bits).ok() }
}

fn bytes(number: &BoxedUint) -> Secret<Vec<u8>> {
    Secret::new(number.to_be_bytes_trimmed_vartime().into_vec())
}

/// The bytes without leading zeros.
pub(crate) fn trimmed(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    tail(bytes, zeros)
}

#[cfg(test)]
mod tests;
