//! Numbers inside ids: timestamps and counters, in the usual encodings.

use super::{CharRange, IdPart};
use crate::time::UnixTime;

/// The maximum distance of a timestamp from the time of sampling, in seconds: clocks are skewed, and time zones are
/// mixed up.
const NEAR: i128 = 14 * 3600;

/// The maximum step of a counter from one id to the next: other clients get ids in between.
const STEP: u128 = 4_096;

/// With fewer ids, random digits increase by chance: of 5 ids once in a hundred times, of 10 once in two million.
const MIN_FOR_COUNTERS: usize = 10;

/// The encoding of a number, with its length in characters.
struct Spelling {
    words: &'static str,
    characters: usize,
    radix: u32,
    /// For timestamps: units per second.
    per_second: i128,
}

/// Longer encodings first, to avoid reading milliseconds as seconds.
const TIMES: [Spelling; 6] = [
    Spelling { words: "decimal microseconds since 1970", characters: 16, radix: 10, per_second: 1_000_000 },
    Spelling { words: "decimal milliseconds since 1970", characters: 13, radix: 10, per_second: 1_000 },
    Spelling { words: "decimal seconds since 1970", characters: 10, radix: 10, per_second: 1 },
    Spelling { words: "hexadecimal milliseconds since 1970", characters: 11, radix: 16, per_second: 1_000 },
    Spelling { words: "hexadecimal seconds since 1970", characters: 8, radix: 16, per_second: 1 },
    Spelling { words: "base32 milliseconds since 1970 (ULID)", characters: 10, radix: 32, per_second: 1_000 },
];

/// The timestamps and counters in `ids`, which have one length, in the order of their positions.
pub(crate) fn parts(ids: &[&[u8]], now: UnixTime) -> Vec<(CharRange, IdPart)> {
    let mut found: Vec<(CharRange, IdPart)> = Vec::new();
    let length = ids.first().map_or(0, |id| id.len());
    let free = |range: CharRange, found: &[(CharRange, IdPart)]| !found.iter().any(|(own, _)| own.overlaps(range));
    for spelling in &TIMES {
        for start in 0..length {
            if let Some(range) = window(ids, start, spelling.characters)
                && free(range, &found)
                && numbers(ids, range, spelling.radix).is_some_and(|all| are_times(&all, spelling.per_second, now))
            {
                found.push((range, IdPart::Time(spelling.words.into())));
            }
        }
    }
    if ids.len() >= MIN_FOR_COUNTERS {
        counters(ids, length, &mut found);
    }
    found.sort_by_key(|(range, _)| *range);
    found
}

/// Counters may be anywhere. The longest number with small steps is taken: it starts with digits that do not change.
fn counters(ids: &[&[u8]], length: usize, found: &mut Vec<(CharRange, IdPart)>) {
    let whole = |range: CharRange| {
        let text = ids.first().and_then(|id| id.get(range.start..range.end));
        text.is_some_and(|text| !text.contains(&b'-'))
    };
    for radix in [10, 16] {
        let counts = |range: CharRange| whole(range) && numbers(ids, range, radix).is_some_and(|all| is_counter(&all));
        let mut end = length;
        while end > 0 {
            let widths = (1..=end.min(24)).rev();
            let ranges = widths.map(|width| CharRange { start: end.saturating_sub(width), end });
            let counter = ranges
                .filter(|range| !found.iter().any(|(own, _)| own.overlaps(*range)))
                .find(|range| counts(*range))
                .map(|range| trimmed(range, counts));
            match counter {
                Some(range) => {
                    found.push((range, IdPart::Counter));
                    end = range.start;
                }
                None => end = end.saturating_sub(1),
            }
        }
    }
}

/// Cuts random digits after a counter: if the number still counts without its last digit, the digit is not part of it.
fn trimmed(range: CharRange, counts: impl Fn(CharRange) -> bool + Copy) -> CharRange {
    let shorter = CharRange { end: range.end.saturating_sub(1), ..range };
    if shorter.end > shorter.start && counts(shorter) { trimmed(shorter, counts) } else { range }
}

/// This many characters from `start`, skipping the hyphens of a UUID.
fn window(ids: &[&[u8]], start: usize, characters: usize) -> Option<CharRange> {
    let first = ids.first()?;
    if *first.get(start)? == b'-' {
        return None;
    }
    let mut left = characters;
    for (at, byte) in first.iter().enumerate().skip(start) {
        if *byte != b'-' {
            left = left.saturating_sub(1);
        }
        if left == 0 {
            return Some(CharRange { start, end: at.saturating_add(1) });
        }
    }
    None
}

/// The number at `range` of each id; `None` if one of them has none there.
fn numbers(ids: &[&[u8]], range: CharRange, radix: u32) -> Option<Vec<u128>> {
    ids.iter().map(|id| number(id.get(range.start..range.end)?, radix)).collect()
}

fn number(text: &[u8], radix: u32) -> Option<u128> {
    if text.starts_with(b"-") || text.ends_with(b"-") {
        return None;
    }
    let mut value = 0_u128;
    for byte in text {
        // UUIDs have hyphens within their timestamp.
        if *byte == b'-' && radix == 16 {
            continue;
        }
        value = value.checked_mul(u128::from(radix))?.checked_add(u128::from(digit(*byte, radix)?))?;
    }
    Some(value)
}

fn digit(byte: u8, radix: u32) -> Option<u32> {
    if radix == 32 {
        // Crockford's base32, without I, L, O and U.
        let at = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".iter().position(|own| *own == byte.to_ascii_uppercase())?;
        return u32::try_from(at).ok();
    }
    char::from(byte).to_digit(radix)
}

fn are_times(all: &[u128], per_second: i128, now: UnixTime) -> bool {
    let near = |value: &u128| {
        let seconds = i128::try_from(*value).ok().and_then(|value| value.checked_div(per_second));
        let off = seconds.and_then(|seconds| seconds.checked_sub(i128::from(now.0)));
        off.is_some_and(|off| off.unsigned_abs() <= NEAR.unsigned_abs())
    };
    all.iter().all(near)
}

/// All numbers differ, in one direction, by small steps.
fn is_counter(all: &[u128]) -> bool {
    let steps = || all.iter().zip(all.iter().skip(1));
    let small = |a: &u128, b: &u128| (1..=STEP).contains(&a.abs_diff(*b));
    steps().all(|(a, b)| small(a, b)) && (steps().all(|(a, b)| a < b) || steps().all(|(a, b)| a > b))
}
