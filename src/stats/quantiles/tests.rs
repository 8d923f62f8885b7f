use super::*;
use proptest::prelude::*;

fn of(values: &[u64]) -> Quantiles {
    let mut quantiles = Quantiles::default();
    values.iter().for_each(|value| quantiles.record(*value));
    quantiles
}

/// Small, middling and huge values.
fn value() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..10, 0_u64..100_000, any::<u64>(), Just(3_600), Just(u64::MAX)]
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn percentiles_are_those_of_the_sorted_values(mut values in prop::collection::vec(value(), 1..200)) {
        let quantiles = of(&values);
        values.sort_unstable();
        for percent in [0, 1, 50, 90, 99, 100] {
            let rank = values.len().saturating_mul(usize::from(percent)).div_ceil(100).max(1);
            let truth = values[rank.saturating_sub(1)];
            let found = quantiles.percentile(percent).unwrap();
            prop_assert!(found <= truth && truth.abs_diff(found) <= truth >> BITS, "p{percent}: {found}, not {truth}");
            prop_assert!(values.contains(&found), "it occurred");
        }
        prop_assert_eq!(quantiles.min(), values.first().copied());
        prop_assert_eq!(quantiles.max(), values.last().copied());
        prop_assert_eq!(quantiles.count(), values.len() as u64);
    }

    #[test]
    fn quantiles_are_independent_of_order_and_split(
        (values, shuffled) in prop::collection::vec(value(), 0..100)
            .prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle())),
        cut in 0_usize..100,
    ) {
        let whole = of(&values);
        let (a, b) = shuffled.split_at(cut.min(shuffled.len()));
        let (mut left, mut right) = (of(a), of(b));
        left.merge(&of(b));
        right.merge(&of(a));
        prop_assert_eq!(&left, &whole);
        prop_assert_eq!(&right, &whole);
        let mut same = whole.clone();
        same.merge(&Quantiles::default());
        prop_assert_eq!(&same, &whole);
    }

    #[test]
    fn written_quantiles_round_trip(values in prop::collection::vec(value(), 0..100)) {
        let quantiles = of(&values);
        let json = serde_json::to_string(&quantiles).unwrap();
        prop_assert_eq!(serde_json::from_str::<Quantiles>(&json).unwrap(), quantiles);
    }

    #[test]
    fn bins_cover_everything_once(values in prop::collection::vec(value(), 1..100), n in 1_u32..40) {
        let quantiles = of(&values);
        let bins = quantiles.buckets(n);
        prop_assert!(!bins.is_empty() && bins.len() <= n as usize);
        prop_assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), values.len() as u64);
        prop_assert_eq!(bins.first().map(|bin| *bin.values.start()), quantiles.min());
        prop_assert_eq!(bins.last().map(|bin| *bin.values.end()), quantiles.max());
        for pair in bins.windows(2) {
            prop_assert_eq!(pair[0].values.end().checked_add(1), Some(*pair[1].values.start()));
        }
    }
}

#[test]
fn buckets_are_dense_and_narrow() {
    assert_eq!((0..2048).map(place).collect::<std::collections::BTreeSet<_>>().into_iter().next_back(), Some(1023));
    for value in [511, 512, 1_023, 1_024, 3_600, 1 << 40, u64::MAX - 1] {
        assert!(place(value + 1) - place(value) <= 1, "{value}");
    }
    assert_eq!(place(u64::MAX), 14_591);
}

#[test]
fn round_lifetimes_are_exact() {
    let quantiles = of(&[900, 900, 3_600, 3_600, 3_600, 86_400, 604_800]);
    assert_eq!(quantiles.percentile(50), Some(3_600));
    assert_eq!(quantiles.percentile(80), Some(86_400));
    assert_eq!(quantiles.percentile(99), Some(604_800));
    assert_eq!(of(&[]).percentile(50), None);
}

#[test]
fn bins_grow_by_the_same_factor() {
    let bins = of(&[1, 2, 3, 15, 16, 256]).buckets(4);
    let edges: Vec<_> = bins.iter().map(|bin| (*bin.values.start(), *bin.values.end(), bin.count)).collect();
    assert_eq!(edges, [(1, 4, 3), (5, 16, 2), (17, 64, 0), (65, 256, 1)]);
    assert_eq!(of(&[7, 7]).buckets(5), [Bin { values: 7..=7, count: 2 }]);
    assert!(of(&[]).buckets(5).is_empty());
}

#[test]
fn impossible_distribution_is_rejected() {
    for (json, why) in [
        (r#"{"count":1,"max":5,"values":[]}"#, "add up"),
        (r#"{"count":0,"max":5,"values":[]}"#, "maximum"),
        (r#"{"count":1,"max":null,"values":[[5,1]]}"#, "maximum"),
        (r#"{"count":1,"max":6,"values":[[5,1]]}"#, "maximum"),
        (r#"{"count":2,"max":6000,"values":[[5,2]]}"#, "maximum"),
        (r#"{"count":1,"max":1001,"values":[[1000,1]]}"#, "maximum"),
        (r#"{"count":2,"max":5,"values":[[6,1],[5,1]]}"#, "sorted"),
        (r#"{"count":2,"max":1001,"values":[[1000,1],[1001,1]]}"#, "sorted"),
        (r#"{"count":0,"max":5,"values":[[5,0]]}"#, "count of zero"),
        (r#"{"count":3,"max":5,"values":[[5,1]]}"#, "add up"),
        (r#"{"count":1,"max":5,"values":[[5,1]],"x":0}"#, "unknown field"),
    ] {
        let error = serde_json::from_str::<Quantiles>(json).map(drop).unwrap_err().to_string();
        assert!(error.contains(why), "{json}: {error}");
    }
    assert!(serde_json::from_str::<Quantiles>(r#"{"count":2,"max":1001,"values":[[1000,2]]}"#).is_ok());
}

#[test]
fn confidence_interval_contains_the_percentile() {
    let of = |count: u64| {
        let mut quantiles = Quantiles::default();
        (0..count).for_each(|value| quantiles.record(value * 1_000));
        quantiles
    };
    // 10,000 values: rank 9,900 ± 1.96 · √99 = 19.5.
    let [low, high] = of(10_000).confidence_interval(99).unwrap();
    assert!((9_878_000.0..9_882_000.0).contains(&low), "{low}");
    assert!((9_917_000.0..9_921_000.0).contains(&high), "{high}");
    assert_eq!(of(100).confidence_interval(99), None, "100 values do not determine the largest hundredth");
    assert_eq!(Quantiles::default().confidence_interval(50), None);
}
