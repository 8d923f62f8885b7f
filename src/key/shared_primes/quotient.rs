//! Long quotients and products, in fewer steps than the operators of the number type.
//!
//! Its division halves both numbers recursively down to single words, which costs a product of full length for each of
//! a dozen levels. Newton's iteration doubles the digits of a reciprocal with each step, so all steps together cost
//! little more than the last one, which is merged with the product by the dividend (Karp and Markstein,
//! "High-precision division and square root", ACM TOMS 23, 1997).

use dashu_int::ops::BitTest as _;
use dashu_int::{IBig, UBig};

/// Shorter numbers (in bits) use the built-in operators.
const LONG: usize = 1 << 18;
/// Bit length of the reciprocal at which the iteration starts.
const FIRST: usize = 1 << 13;
/// Bits beyond half of the requested ones, so that the truncation error stays far below the last place.
const SPARE: usize = 64;

/// `dividend / divisor` with `bits` fractional bits, at most two units off in the last place. The dividend is smaller
/// than the divisor, and `bits` exceeds the divisor's length by at least two.
pub(super) fn fraction(dividend: &UBig, divisor: &UBig, bits: usize) -> UBig {
    if bits < LONG {
        return (dividend << bits) / divisor;
    }
    let (length, half) = (divisor.bit_len(), (bits >> 1) + SPARE);
    let reciprocal = reciprocal(divisor, half);
    let unused = length.saturating_sub(half + SPARE);
    let first = ((dividend >> unused) * &reciprocal) >> (length - unused);
    let rest = IBig::from(dividend << half) - IBig::from(product(divisor, &first));
    let second = ((rest >> unused) * IBig::from(reciprocal)) >> (length - unused + half + half - bits);
    natural((IBig::from(first) << (bits - half)) + second)
}

/// 2^bits / divisor, with the divisor scaled to between one half and one; at most three units off.
fn reciprocal(divisor: &UBig, bits: usize) -> UBig {
    let unused = divisor.bit_len().saturating_sub(bits + SPARE);
    let divisor = divisor >> unused;
    let length = divisor.bit_len();
    if bits < FIRST {
        return (UBig::ONE << (length + bits)) / divisor;
    }
    let half = (bits >> 1) + SPARE;
    let first = reciprocal(&divisor, half);
    let rest = IBig::from(UBig::ONE << (length + half)) - IBig::from(product(&divisor, &first));
    let unused = length.saturating_sub(half + SPARE);
    let first = IBig::from(first);
    let second = ((rest >> unused) * &first) >> (length - unused + half + half - bits);
    natural((first << (bits - half)) + second)
}

/// Converts a number that is negative only through an error of a few units.
fn natural(number: IBig) -> UBig {
    UBig::try_from(number).unwrap_or(UBig::ZERO)
}

/// A product whose first factor may be twice as long as the second: in two pieces if these fit better into the
/// power-of-two sizes of a transform.
pub(super) fn product(long: &UBig, short: &UBig) -> UBig {
    let (own, other) = (long.bit_len(), short.bit_len());
    let middle = (own >> 1).next_multiple_of(64);
    let words = |bits: usize| bits.div_ceil(64).next_power_of_two();
    if own.min(other) < LONG || words(middle + other) << 1 > words(own + other) {
        return long * short;
    }
    let (low, high) = long.clone().split_bits(middle);
    ((high * short) << middle) + low * short
}

#[cfg(test)]
mod tests {
    use super::*;
    use dashu_int::ops::{Abs as _, DivRem as _};
    use proptest::prelude::*;

    /// A number of exactly `bits` bits from a seed, with few or many ones.
    fn number(bits: usize, seed: u64) -> UBig {
        let mut state = seed | 1;
        let mut word = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            [state, u64::MAX, 0, state][(seed % 4) as usize]
        };
        let bytes: Vec<u8> = (0..bits.div_ceil(64)).flat_map(|_| word().to_be_bytes()).collect();
        let mut number = UBig::from_be_bytes(&bytes);
        number.clear_high_bits(bits);
        number.set_bit(bits - 1);
        number
    }

    #[test]
    fn long_product_in_pieces_equals_the_product() {
        for (long, short) in [(524_352, 262_144), (524_288, 262_145), (1_000_003, 400_000), (524_353, 262_143)] {
            for seed in 0..4 {
                let (long, short) = (number(long, seed), number(short, seed + 4));
                assert_eq!(product(&long, &short), &long * &short);
            }
        }
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(6))]
        #[test]
        fn long_fraction_is_within_two_units_of_the_quotient(
            length in LONG - 70..LONG * 2, less in 0..70_usize, guard in 2..200_usize, seeds in any::<(u64, u64)>(),
        ) {
            let divisor = number(length, seeds.0);
            let dividend = number(length - less, seeds.1).div_rem(&divisor).1;
            for dividend in [dividend, UBig::ZERO, UBig::ONE, &divisor - UBig::ONE] {
                let exact = (&dividend << (length + guard)) / &divisor;
                let found = fraction(&dividend, &divisor, length + guard);
                let off = (IBig::from(found) - IBig::from(exact)).abs();
                prop_assert!(off <= IBig::from(2), "{off} units");
            }
        }
    }
}
