use super::*;
use proptest::prelude::*;

const NOW: i64 = 1_769_860_800;

/// Bytes of a pseudo-random generator that is good enough for these tests.
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
}

fn hex(seed: u64, digits: usize) -> String {
    noise(seed + 1).map(|byte| char::from(b"0123456789abcdef"[usize::from(byte & 15)])).take(digits).collect()
}

fn twenty(make: impl Fn(u64) -> String) -> SessionIdAnalysis {
    let ids: Vec<String> = (0..20).map(make).collect();
    analyse(&ids.iter().map(String::as_bytes).collect::<Vec<_>>(), UnixTime(NOW))
}

fn part(samples: &SessionIdAnalysis) -> Vec<(usize, usize, IdPart)> {
    samples.parts.iter().map(|(range, part)| (range.start, range.end, part.clone())).collect()
}

#[test]
fn random_ids_have_no_components() {
    let samples = twenty(|n| hex(n, 32));
    assert_eq!((samples.count, samples.distinct, samples.bits_at_most), (20, 20, 128));
    assert!(samples.fixed.is_empty() && samples.parts.is_empty() && samples.readable.is_none());
    assert_eq!((samples.alphabet, samples.shortest, samples.longest), (ValueAlphabet::Hex, 32, 32));
}

#[test]
fn fixed_prefix_is_subtracted_from_entropy() {
    let samples = twenty(|n| format!("sess_{}", hex(n, 16)));
    assert_eq!(samples.fixed, [CharRange { start: 0, end: 5 }]);
    // Use the alphabet of the whole id: the bound must stay an upper bound.
    assert_eq!(samples.bits_at_most, 96);
    assert_eq!(samples.fixed[0].words(), "characters 1 to 5");
}

#[test]
fn counter_in_ids_is_detected() {
    let samples = twenty(|n| format!("{:08}", 4_200 + n * 3));
    assert_eq!(part(&samples), [(0, 8, IdPart::Counter)]);
    assert_eq!(samples.bits_at_most, 0);
    let down = twenty(|n| format!("x{:06x}-{}", 0xfff000 - n, hex(n, 16)));
    assert!(part(&down).contains(&(1, 7, IdPart::Counter)), "{down:?}");
}

#[test]
fn timestamp_is_detected_in_every_encoding() {
    let now = u64::try_from(NOW).unwrap();
    let samples = twenty(|n| format!("{}{}", now + n, hex(n, 22)));
    assert_eq!(part(&samples), [(0, 10, IdPart::Time("decimal seconds since 1970".into()))]);
    assert_eq!(samples.bits_at_most, 88);
    let samples = twenty(|n| format!("{:x}{}", now + n, hex(n, 24)));
    assert_eq!(part(&samples), [(0, 8, IdPart::Time("hexadecimal seconds since 1970".into()))]);
    let samples = twenty(|n| format!("{}.{}", hex(n, 20), now * 1000 + n * 37));
    assert_eq!(part(&samples), [(21, 34, IdPart::Time("decimal milliseconds since 1970".into()))]);
}

/// MongoDB ObjectId: seconds, five bytes of the process, a counter.
#[test]
fn object_id_is_split_into_components() {
    let now = u64::try_from(NOW).unwrap();
    let samples = twenty(|n| format!("{:08x}5f1b2c3d4e{:06x}", now + n / 4, 0xabc000 + n));
    let parts = part(&samples);
    assert!(parts.contains(&(0, 8, IdPart::Time("hexadecimal seconds since 1970".into()))), "{parts:?}");
    assert!(parts.iter().any(|(_, end, part)| *end == 24 && *part == IdPart::Counter), "{parts:?}");
    assert_eq!(samples.bits_at_most, 0);
}

#[test]
fn uuid_version_sets_entropy() {
    let v4 = twenty(|n| {
        let h = hex(n, 32);
        format!("{}-{}-4{}-a{}-{}", &h[..8], &h[8..12], &h[13..16], &h[17..20], &h[20..])
    });
    assert_eq!((v4.uuid, v4.parts.len()), (Some(4), 0));
    assert!(v4.bits_at_most <= 122 && v4.bits_at_most > 115, "{}", v4.bits_at_most);
    let now = u64::try_from(NOW).unwrap() * 1000;
    let v7 = twenty(|n| {
        let (time, h) = (format!("{:012x}", now + n * 11), hex(n, 18));
        format!("{}-{}-7{}-9{}-{}", &time[..8], &time[8..], &h[..3], &h[3..6], &h[6..])
    });
    assert_eq!(v7.uuid, Some(7));
    assert!(v7.parts.iter().any(|(_, part)| matches!(part, IdPart::Time(_))), "{v7:?}");
    assert!(v7.bits_at_most <= 74, "{}", v7.bits_at_most);
    let v1 = twenty(|n| format!("{:08x}-1111-11f1-8000-00163e012345", 0x5d3a_0000_u64 + n * 7000));
    assert_eq!(v1.uuid, Some(1));
    assert!(v1.bits_at_most <= 14, "{}", v1.bits_at_most);
}

#[test]
fn readable_ids_are_reported_as_readable() {
    let json = |n: u64| base64_simd::URL_SAFE_NO_PAD.encode_to_string(format!(r#"{{"user":"u{n:04}"}}"#));
    assert_eq!(twenty(json).readable, Some("base64 of JSON".into()));
}

#[test]
fn repeated_ids_are_counted() {
    let samples = twenty(|n| hex(n / 2, 32));
    assert_eq!((samples.count, samples.distinct), (20, 10));
    let same = twenty(|_| hex(1, 32));
    assert_eq!((same.distinct, same.fixed.len()), (1, 0));
}

#[test]
fn few_samples_yield_no_fixed_characters() {
    let ids: Vec<String> = (0..3).map(|n| format!("{:08}", n + 5)).collect();
    let samples = analyse(&ids.iter().map(String::as_bytes).collect::<Vec<_>>(), UnixTime(NOW));
    assert!(samples.fixed.is_empty() && samples.parts.is_empty());
    assert_eq!(samples.bits_at_most, 26);
    assert_eq!(analyse(&[], UnixTime(0)).bits_at_most, 0);
}

#[test]
fn session_ids_are_collected_per_visitor() {
    use crate::http::exchange::HttpHeader;
    use crate::http::url::HttpUrl;
    let visitor = |lines: &[&str]| {
        let headers = lines.iter().map(|line| HttpHeader::new("Set-Cookie", *line)).collect();
        vec![Exchange { headers, ..Exchange::get(HttpUrl::parse("https://a.example/").unwrap()) }]
    };
    let visitors = [
        visitor(&["sid=a; Path=/", "_ga=1", "csrftoken=x", "lang=en", "visit=1"]),
        visitor(&["sid=old", "sid=b", "_ga=2", "csrftoken=y", "lang=en", "visit=2", "gone=; Max-Age=0"]),
    ];
    let found = collect(&visitors, &CookieClassifier::default());
    let shown: Vec<_> = found.iter().map(|ids| (ids.name.as_str(), ids.values.concat())).collect();
    assert_eq!(shown, [("sid", b"ab".to_vec()), ("visit", b"12".to_vec())]);
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn arbitrary_ids_are_analysed_without_panic(ids in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8), now: i64) {
        analyse(&ids.iter().map(Vec::as_slice).collect::<Vec<_>>(), UnixTime(now));
    }

    #[test]
    fn random_hex_is_never_taken_for_a_counter(seed: u32) {
        let ids: Vec<String> = (0..20).map(|n| hex(u64::from(seed) * 64 + n, 32)).collect();
        let samples = analyse(&ids.iter().map(String::as_bytes).collect::<Vec<_>>(), UnixTime(NOW));
        prop_assert!(samples.parts.is_empty(), "{samples:?}");
    }
}
