use super::*;
use proptest::prelude::*;

/// Small primes, so that products often share one.
const PRIMES: [u64; 12] = [
    4_294_967_291,
    4_294_967_279,
    4_294_967_231,
    4_294_967_197,
    4_294_967_189,
    4_294_967_161,
    4_294_967_143,
    65_521,
    65_519,
    65_497,
    3,
    5,
];

fn bytes(number: &UBig) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

fn ask(moduli: &[Vec<u8>]) -> Vec<SharedPrime> {
    find_shared_primes(&moduli.iter().map(Vec::as_slice).collect::<Vec<_>>(), &SequentialJoin)
}

/// Reference implementation by pairwise comparison.
fn pairwise(moduli: &[UBig]) -> Vec<UBig> {
    let with_all_others = |own: usize| {
        let others = moduli.iter().enumerate().filter(|(other, _)| *other != own);
        let product = others.fold(UBig::ONE, |product, (_, other)| product * other);
        (&moduli[own]).gcd(&product)
    };
    (0..moduli.len()).map(with_all_others).collect()
}

#[test]
fn equal_or_coprime_moduli_share_no_prime() {
    assert!(ask(&[]).is_empty());
    assert!(ask(&[vec![35]]).is_empty());
    assert!(ask(&[vec![35], vec![35], vec![0, 35]]).is_empty());
    assert!(ask(&[vec![0], vec![1], vec![35], vec![]]).is_empty());
    assert!(ask(&[vec![15], vec![77], vec![221]]).is_empty());
}

#[test]
fn shared_prime_names_its_partner() {
    let found = ask(&[vec![15], vec![221], vec![21]]);
    assert_eq!(found, [SharedPrime { place: 0, with: Some(2) }, SharedPrime { place: 2, with: Some(0) }]);
    // 3·5, 5·7, 7·3: both primes of each are shared.
    let found = ask(&[vec![15], vec![35], vec![21], vec![221]]);
    let places: Vec<_> = found.iter().map(|shared| (shared.place, shared.with)).collect();
    assert_eq!(places, [(0, Some(1)), (1, Some(0)), (2, Some(0))]);
}

#[test]
fn hostile_set_sharing_all_primes_needs_no_pairwise_work() {
    // Every modulus is divisible by every other one's prime: no factor is proper.
    let moduli: Vec<Vec<u8>> = (1_u32..=3_000).map(|power| bytes(&(UBig::from(3u8) << power as usize))).collect();
    assert_eq!(ask(&moduli).len(), 3_000);
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn product_tree_equals_pairwise_gcd(picks in prop::collection::vec((0..PRIMES.len(), 0..PRIMES.len()), 2..40)) {
        let mut moduli: Vec<UBig> = picks.iter().map(|(p, q)| UBig::from(PRIMES[*p]) * UBig::from(PRIMES[*q])).collect();
        moduli.sort();
        moduli.dedup();
        prop_assert_eq!(common_factors(&moduli, &SequentialJoin), pairwise(&moduli));
    }

    #[test]
    fn arbitrary_numbers_do_not_panic(numbers in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 2..30)) {
        let mut moduli: Vec<UBig> = numbers.iter().map(|bytes| UBig::from_be_bytes(bytes)).collect();
        moduli.sort();
        moduli.dedup();
        moduli.retain(|modulus| *modulus > UBig::ONE);
        prop_assert_eq!(common_factors(&moduli, &SequentialJoin), pairwise(&moduli));
        prop_assert_eq!(ask(&numbers).iter().all(|shared| shared.place < numbers.len()), true);
    }
}
