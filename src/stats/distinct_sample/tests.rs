use super::super::hash;
use super::*;
use crate::audit::counts::TokenCount;
use crate::audit::counts_by_name::CountsByName;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Few enough names to repeat, some longer than is kept, some with a common prefix.
fn name() -> impl Strategy<Value = String> {
    (0_u16..80, 0_usize..3).prop_map(|(n, length)| match length {
        0 => n.to_string(),
        1 => format!("{}{n}", "é".repeat(60)),
        _ => format!("{n}{}", "x".repeat(200)),
    })
}

fn table(names: &[String], capacity: usize) -> CountsByName<TokenCount> {
    let mut table = CountsByName::new(capacity);
    names.iter().for_each(|name| table.count(name, TokenCount::ONE));
    table
}

fn merged(mut a: CountsByName<TokenCount>, b: &CountsByName<TokenCount>) -> CountsByName<TokenCount> {
    a.merge(b.clone());
    a
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn sample_is_independent_of_order_and_split(
        (names, shuffled) in prop::collection::vec(name(), 0..120)
            .prop_flat_map(|names| (Just(names.clone()), Just(names).prop_shuffle())),
        cuts in (0_usize..120, 0_usize..120),
        capacity in 1_usize..40,
    ) {
        let whole = table(&names, capacity);
        prop_assert_eq!(&table(&shuffled, capacity), &whole);
        let (low, high) = (cuts.0.min(cuts.1).min(names.len()), cuts.0.max(cuts.1).min(names.len()));
        let [a, b, c] = [&shuffled[..low], &shuffled[low..high], &shuffled[high..]].map(|part| table(part, capacity));
        prop_assert_eq!(&merged(merged(a.clone(), &b), &c), &whole);
        prop_assert_eq!(&merged(a.clone(), &merged(b.clone(), &c)), &whole);
        prop_assert_eq!(&merged(merged(c, &a), &b), &whole);
        prop_assert_eq!(&merged(CountsByName::new(capacity), &whole), &whole);
        prop_assert_eq!(&merged(whole.clone(), &CountsByName::new(capacity)), &whole);
    }

    #[test]
    fn kept_keys_are_exact_and_fill_the_capacity(
        names in prop::collection::vec(name(), 0..120), capacity in 1_usize..40,
    ) {
        let sample = table(&names, capacity);
        let distinct: BTreeSet<_> = names.iter().collect();
        let kept_at = |level| distinct.iter().filter(|name| hash::hash(name.as_bytes()).leading_zeros() >= level).count();
        prop_assert_eq!(sample.kept().count(), kept_at(sample.level));
        prop_assert!(sample.kept().count() <= capacity);
        prop_assert!(sample.level == 0 || kept_at(sample.level.saturating_sub(1)) > capacity, "the level is the smallest");
        prop_assert_eq!(sample.observations(), names.len() as u64);
        for (key, named) in sample.kept() {
            let tokens = names.iter().filter(|name| hash::hash(name.as_bytes()) == key).count() as u64;
            prop_assert_eq!(named.counts.tokens, tokens);
        }
    }

    #[test]
    fn written_sample_round_trips(names in prop::collection::vec(name(), 0..120), capacity in 1_usize..40) {
        let sample = table(&names, capacity);
        let json = serde_json::to_string(&sample).unwrap();
        prop_assert_eq!(serde_json::from_str::<CountsByName<TokenCount>>(&json).unwrap(), sample);
    }
}

#[test]
fn distinct_estimate_is_within_its_error() {
    let mut sample = DistinctSample::<TokenCount>::new(4096);
    for n in 0..200_000_u64 {
        sample.observe(hash::hash(&n.to_le_bytes()), |_| {}, || TokenCount::ONE);
        if n == 4095 {
            assert_eq!(sample.distinct(), Estimate { count: 4096, estimated: false, relative_error: 0.0 });
        }
    }
    let Estimate { count, estimated, relative_error } = sample.distinct();
    assert!(estimated && relative_error <= 0.0222, "{relative_error}");
    let off = (count as f64 - 200_000.0).abs() / 200_000.0;
    assert!(off < 3.0 * relative_error, "{count}");
}

#[test]
fn clustered_hashes_fit_the_capacity() {
    let mut sample = DistinctSample::<TokenCount>::new(1);
    for hash in [3, 2, 1, 0, u64::MAX] {
        sample.observe(hash, |_| {}, || TokenCount::ONE);
    }
    assert_eq!((sample.level, sample.kept().next()), (64, Some((0, &TokenCount::ONE))));
    assert_eq!(sample.distinct().count, u64::MAX);
}

#[test]
fn colliding_names_are_counted_under_the_smaller() {
    for names in [["a", "b"], ["b", "a"]] {
        let mut table = CountsByName::new(4);
        names.iter().for_each(|name| table.count_hashed(7, name, TokenCount::ONE));
        let shown: Vec<_> = table.kept().map(|(_, named)| (named.shown(), named.counts.tokens)).collect();
        assert_eq!(shown, [("a".to_owned(), 2)]);
    }
}

#[test]
fn impossible_sample_is_rejected() {
    let hash = format!("{:016x}", hash::hash(b"a"));
    let read = |json: &str| serde_json::from_str::<DistinctSample<TokenCount>>(&json.replace("HASH", &hash)).map(drop);
    let good = r#"{"capacity":2,"level":0,"observations":1,"keys":[["HASH",{"tokens":1}]]}"#;
    assert!(read(good).is_ok());
    for (from, to, why) in [
        (r#""capacity":2"#, r#""capacity":0"#, "out of range"),
        (r#""capacity":2"#, r#""capacity":99999999999"#, "out of range"),
        (r#""level":0"#, r#""level":65"#, "excludes"),
        (r#""level":0"#, r#""level":60"#, "excludes"),
        (r#""observations":1"#, r#""observations":0"#, "more keys than observations"),
        (r#""observations":1"#, r#""observations":-1"#, "u64"),
        ("[[", r#"[["HASH",{"tokens":1}],["#, "sorted and distinct"),
        ("[[", r#"[["ffffffffffffffff",{"tokens":1}],["#, "sorted and distinct"),
        ("[[", r#"[["0000000000000000",{"tokens":1}],["0000000000000001",{"tokens":1}],["#, "than its capacity"),
        ("HASH", "ABC", "16 lowercase hex digits"),
        (r#""tokens":1"#, r#""tokens":1,"x":1"#, "unknown field"),
        (r#""keys""#, r#""capacity":2,"keys""#, "duplicate field"),
    ] {
        let error = read(&good.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(why), "{to}: {error}");
    }
}
