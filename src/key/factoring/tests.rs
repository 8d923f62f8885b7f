use super::*;
use crate::key::generate::tests::Counter;
use crate::key::{Material, generate};

fn prime_of(bits: u32, seed: u64) -> UBig {
    let divisors = prime::divisors(bits);
    let found = prime::draw(bits, 65_537, &divisors, &mut Counter::new(seed)).unwrap();
    UBig::from_be_bytes(&found.as_ref().to_be_bytes())
}

fn next_prime(n: &UBig) -> UBig {
    (1_u32..).map(|step| n + UBig::from(2 * step)).find(|n| is_prime_modulus(&n.to_be_bytes())).unwrap()
}

fn found(n: &UBig) -> Option<Factorable> {
    at_once(&n.to_be_bytes())
}

#[test]
fn factorable_moduli_are_reported() {
    let (p, q) = (prime_of(512, 1), prime_of(512, 2));
    let small = |factor: u32| Some(Factorable::SmallFactor { factor });
    for factor in [3_u32, 17, 65_521] {
        assert_eq!(found(&(&p * UBig::from(factor))), small(factor));
    }
    assert_eq!(found(&((UBig::ONE << 2_048) - UBig::ONE)), small(3));
    assert_eq!(found(&(&p << 1)), None, "an even modulus is unsound, and refused before");
    for exponent in [2_u32, 3, 5, 7] {
        let power = p.pow(usize::try_from(exponent).unwrap());
        assert_eq!(found(&power), Some(Factorable::PerfectPower { exponent }), "{exponent}");
    }
    assert_eq!(found(&prime_of(64, 3).pow(31)), Some(Factorable::PerfectPower { exponent: 31 }));
    let near = next_prime(&p);
    assert_eq!(found(&(&p * &near)), Some(Factorable::CloseFactors));
    // a = (p + q)/2, and the first a is √n rounded up, so that p and p + 2d are found in about d²/2p steps.
    let gap = ((&p << 1) * UBig::from(90_u8)).sqrt() << 1;
    assert_eq!(found(&(&p * next_prime(&(&p + gap)))), Some(Factorable::CloseFactors));
    assert_eq!(found(&(&p * &q)), None);
    assert_eq!(found(&p), None, "that it is a prime is asked apart");
    assert!(is_prime_modulus(&p.to_be_bytes()) && !is_prime_modulus(&(&p * &q).to_be_bytes()));
}

#[test]
fn numbers_outside_key_sizes_do_not_panic() {
    for n in [&[][..], &[0], &[1], &[0, 0, 3]] {
        assert_eq!(at_once(n), None, "{n:?}");
    }
    assert_eq!(at_once(&[0, 9]), Some(Factorable::SmallFactor { factor: 3 }));
    assert!(
        is_prime_modulus(&[0, 0, 7]) && !is_prime_modulus(&[]) && !is_prime_modulus(&[0]) && !is_prime_modulus(&[1])
    );
}

#[test]
fn generated_keys_are_not_factorable() {
    for seed in 0..4 {
        let key = generate::generate(generate::KeyType::Rsa { bits: 1_024 }, &mut Counter::new(seed)).unwrap();
        let Material::Rsa(rsa) = &key.material else { panic!("no RSA key") };
        assert_eq!(at_once(&rsa.n), None);
        assert!(!is_prime_modulus(&rsa.n));
    }
}

#[test]
fn primality_cost_is_cubic_in_the_length() {
    for (bytes, cost) in [(0, 0), (1, 1), (128, 1), (129, 2), (256, 8), (512, 64), (1_024, 512)] {
        assert_eq!(primality_cost(&vec![0xFF; bytes]), cost, "{bytes}");
    }
}

/// The residue filter never rejects a perfect power, for any exponent.
#[test]
fn perfect_powers_pass_the_residue_filter() {
    for exponent in PRIMES.iter().copied().take_while(|exponent| *exponent < 512) {
        let base = UBig::from(65_537_u32);
        assert!(may_be_power(&base.pow(usize::try_from(exponent).unwrap()), exponent), "{exponent}");
    }
    let passed = (0_u32..1_000).filter(|n| may_be_power(&UBig::from(n * 65_536 + 65_537), 3)).count();
    assert!(passed < 50, "of a thousand numbers {passed} pass as cubes");
}
