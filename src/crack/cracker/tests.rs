use super::*;
use crate::encoding::base64url::encode;
use aws_lc_rs::hmac;
use proptest::prelude::*;

const ALGORITHMS: [(&str, hmac::Algorithm); 3] =
    [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)];

/// A token with `payload`, signed by another implementation.
fn token((name, algorithm): (&str, hmac::Algorithm), payload: &[u8], secret: &[u8]) -> String {
    let input = format!("{}.{}", encode(format!("{{\"alg\":\"{name}\"}}").as_bytes()), encode(payload));
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), input.as_bytes());
    format!("{input}.{}", encode(tag.as_ref()))
}

fn target(algorithm: (&str, hmac::Algorithm), secret: &[u8]) -> HmacTarget {
    HmacTarget::parse(token(algorithm, b"{}", secret).as_bytes()).unwrap()
}

fn found(targets: &[HmacTarget], candidates: &[&[u8]]) -> Vec<Option<usize>> {
    let hits = find(targets, candidates.iter().copied());
    hits.as_slice().iter().map(|hit| hit.map(|hit| hit.candidate)).collect()
}

#[test]
fn secret_at_any_index_is_found_for_every_algorithm() {
    let candidates: [&[u8]; 4] = [b"first", b"second", b"third", b"last"];
    for algorithm in ALGORITHMS {
        for (place, secret) in candidates.iter().enumerate() {
            assert_eq!(found(&[target(algorithm, secret)], &candidates), [Some(place)], "{}", algorithm.0);
        }
        assert_eq!(found(&[target(algorithm, b"other")], &candidates), [None]);
        assert_eq!(found(&[target(algorithm, b"first")], &[]), [None]);
    }
    assert!(found(&[], &candidates).is_empty());
}

/// Secrets of about the block length, messages of every padding length.
#[test]
fn secrets_and_messages_of_every_length_match() {
    for algorithm in ALGORITHMS {
        for length in [0, 1, 31, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 255, 4096] {
            let secret: Vec<u8> = (0..length).map(|n: u32| (n % 251) as u8 | 0x80).collect();
            let place = found(&[target(algorithm, &secret)], &[b"no", &secret]);
            assert_eq!(place, [Some(1)], "{} {length}", algorithm.0);
        }
        for length in 0..260 {
            let text = token(algorithm, &vec![b'x'; length], b"secret");
            let target = HmacTarget::parse(text.as_bytes()).unwrap();
            assert_eq!(found(&[target], &[b"secret"]), [Some(0)], "{} {length}", algorithm.0);
        }
    }
}

#[test]
fn each_target_gets_its_own_match() {
    let [hs256, hs384, hs512] = ALGORITHMS;
    let targets =
        [target(hs256, b"b"), target(hs512, b"a"), target(hs256, b"missing"), target(hs256, b"b"), target(hs384, b"c")];
    assert_eq!(found(&targets, &[b"a", b"b", b"c", b"a"]), [Some(1), Some(0), None, Some(1), Some(2)]);
}

#[test]
fn first_of_equal_candidates_wins() {
    for many in [3, CHUNK, 3 * CHUNK] {
        let mut candidates: Vec<&[u8]> = vec![b"no"; many];
        candidates.extend([b"yes".as_slice(), b"yes"]);
        assert_eq!(found(&[target(ALGORITHMS[0], b"yes")], &candidates), [Some(many)]);
    }
}

#[test]
fn candidate_transforms_are_tried() {
    let key = [0xFB, 0xFF, 0xBF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
    let hit = |secret: &[u8], candidate: &[u8]| {
        find(&[target(ALGORITHMS[0], secret)], [candidate].into_iter()).as_slice()[0].map(|hit| hit.reading)
    };
    assert_eq!(hit(b"secret\n", b"secret\n"), Some(CandidateTransform::AsIs));
    assert_eq!(hit(b"secret", b"secret\n"), Some(CandidateTransform::Trimmed));
    assert_eq!(hit(b"secret", b"secret\r\n"), Some(CandidateTransform::Trimmed));
    for text in ["+/+/AQIDBAUGBwgJCgsMDQ==", "-_-_AQIDBAUGBwgJCgsMDQ", "-_-_AQIDBAUGBwgJCgsMDR==\n"] {
        assert_eq!(hit(&key, text.as_bytes()), Some(CandidateTransform::Base64), "{text}");
        assert_eq!(hit(text.as_bytes(), text.as_bytes()), Some(CandidateTransform::AsIs), "{text}");
    }
    assert_eq!(hit(b"short", b"c2hvcnQ="), Some(CandidateTransform::Base64));
    assert_eq!(hit(b"sho", b"c2hv"), None);
    for text in ["no base64, and longer than it must be", "=", "\r\n", "                "] {
        assert_eq!(hit(b"", text.as_bytes()), None, "{text:?}");
    }
}

#[test]
fn matched_targets_are_not_tried_again() {
    let guesser = Cracker::new(&[target(ALGORITHMS[0], b"a"), target(ALGORITHMS[0], b"b")]);
    let first = guesser.try_chunk(0, &[b"a"], &guesser.nothing());
    assert!(!first.is_complete());
    let both = guesser.try_chunk(1, &[b"a", b"b"], &first);
    assert!(both.is_complete());
    let places: Vec<_> = both.as_slice().iter().map(|hit| hit.unwrap().candidate).collect();
    assert_eq!(places, [0, 2]);
}

#[test]
fn match_holds_no_secret() {
    let hits = find(&[target(ALGORITHMS[0], b"hunter2")], [b"hunter2".as_slice()].into_iter());
    assert_eq!(format!("{hits:?}"), "CrackResults([Some(SecretMatch { candidate: 0, reading: AsIs })])");
}

proptest! {
    #![proptest_config(crate::exploration::cases(64))]

    /// The result equals that of one pass, for any chunk size and completion order.
    #[test]
    fn result_is_independent_of_chunk_size(
        candidates in prop::collection::vec(b'A'..b'U', 1..60),
        secrets in prop::collection::vec((0..3_usize, b'A'..=b'Y'), 0..4),
        cuts in prop::collection::vec(1..9_usize, 60),
        backwards in any::<bool>(),
    ) {
        let targets: Vec<_> = secrets.iter().map(|(n, secret)| target(ALGORITHMS[*n], &[*secret])).collect();
        let texts: Vec<[u8; 1]> = candidates.iter().map(|candidate| [*candidate]).collect();
        let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_slice()).collect();
        let whole = find(&targets, texts.iter().copied());

        let guesser = Cracker::new(&targets);
        let (mut parts, mut rest, mut first) = (Vec::new(), texts.as_slice(), 0);
        for cut in cuts {
            let (chunk, after) = rest.split_at(cut.min(rest.len()));
            parts.push(guesser.try_chunk(first, chunk, &guesser.nothing()));
            (rest, first) = (after, first.saturating_add(chunk.len()));
        }
        if backwards {
            parts.reverse();
        }
        prop_assert_eq!(parts.into_iter().reduce(CrackResults::merge).unwrap(), whole.clone());
        for ((_, secret), hit) in secrets.iter().zip(whole.as_slice()) {
            prop_assert_eq!(candidates.iter().position(|one| one == secret), hit.map(|hit| hit.candidate));
        }
    }
}
