//! Upper estimate of the entropy of an HMAC secret, from its text alone.
//!
//! Random bytes count in full. Text counts by its alphabet, minus what dictionary attacks try first: words, repetition
//! and sequences. The estimate errs upwards: a secret reported as weak is weak, but a published secret may pass (see
//! [`crate::crack`] for those).

use crate::encoding::bounds::tail;

/// An upper estimate of the entropy of a secret, in bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntropyEstimate {
    /// Upper bound in bits.
    pub bits: u32,
    /// Mostly words, repetition and the like: a password, not a key.
    pub password_like: bool,
}

/// Costs are in tenths of a bit.
const TENTHS: u32 = 10;

/// Cost of a letter of a word, and of a whole word at most: attackers commonly use lists of 8,192 words.
const WORD_LETTER: u32 = 25;
const WORD: u32 = 130;
/// Cost of the direction of a sequence, or of the position and length of a repetition.
const RUN: u32 = 30;
const COPY: u32 = 100;

/// Shorter words cannot be distinguished from chance.
const SHORTEST_WORD: usize = 4;
const SHORTEST_RUN: usize = 4;
const SHORTEST_COPY: usize = 5;
const LONGEST_WORD: usize = 20;

/// How many bytes of a secret are examined: more is strong enough, or a repetition.
const LOOKED_AT: usize = 512;

const ROWS: [&str; 4] = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"];

/// Estimates the entropy of `secret`. Trailing line breaks are ignored.
pub fn estimate(secret: &[u8]) -> EntropyEstimate {
    let is_text = |bytes: &[u8]| !bytes.is_empty() && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let trimmed = secret.trim_ascii_end();
    let text = if is_text(trimmed) { trimmed } else { secret };
    let text = text.get(..LOOKED_AT).unwrap_or(text);
    let printable = is_text(text);
    let alphabet = if printable { Alphabet::for_text(text) } else { Alphabet { tenths: 80, words: false } };
    let (mut pieces, mut plain, mut spoken) = (0_u32, 0_u32, 0_u32);
    let (mut alone, mut at) = (0_usize, 0_usize);
    while let Some(byte) = text.get(at) {
        let taken = match piece(text, at, alphabet) {
            Some((taken, cost)) => {
                pieces = pieces.saturating_add(cost);
                taken
            }
            None => {
                alone = alone.saturating_add(1);
                plain = plain.saturating_add(alphabet.cost(*byte));
                spoken = spoken.saturating_add(alphabet.cost(*byte).min(among_words(*byte)));
                1
            }
        };
        at = at.saturating_add(taken);
    }
    let password_like = printable && alone.saturating_mul(3) <= text.len();
    let rest = if password_like { spoken } else { plain };
    EntropyEstimate { bits: pieces.saturating_add(rest).checked_div(TENTHS).unwrap_or(0), password_like }
}

/// Cost of a character between words: a short word, a number, a separator.
const fn among_words(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => 33,
        byte if byte.is_ascii_alphabetic() => WORD_LETTER,
        _ => TENTHS,
    }
}

/// The alphabet of a text.
#[derive(Clone, Copy)]
struct Alphabet {
    /// Tenths of a bit per character.
    tenths: u32,
    /// Whether letters may form words; hexadecimal digits may not.
    words: bool,
}

impl Alphabet {
    fn for_text(text: &[u8]) -> Self {
        let has = |test: fn(&u8) -> bool| text.iter().any(test);
        let symbol = |byte: &u8| !byte.is_ascii_alphanumeric();
        let (lower, upper) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
        // Dashes and padding add no entropy; see `cost`.
        let hex = text.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-') && !(lower && upper);
        if hex {
            return Self { tenths: if lower || upper { 40 } else { 33 }, words: false };
        }
        let base64 = text.iter().filter(|byte| symbol(byte)).all(|byte| b"+/-_=".contains(byte));
        let mut size = 0_u32;
        for (present, characters) in [
            (lower, 26),
            (upper, 26),
            (has(u8::is_ascii_digit), 10),
            (text.iter().any(symbol), if base64 { 2 } else { 33 }),
        ] {
            size = size.saturating_add(if present { characters } else { 0 });
        }
        // Ten times the binary logarithm, rounded down.
        let tenths = match size {
            0..=9 => 10,
            10..=25 => 33,
            26..=35 => 47,
            36..=51 => 51,
            52..=61 => 57,
            62..=63 => 59,
            64..=84 => 60,
            _ => 65,
        };
        Self { tenths, words: true }
    }

    fn cost(self, byte: u8) -> u32 {
        match byte {
            b'-' if !self.words => 0,
            b'=' => 0,
            _ => self.tenths,
        }
    }
}

/// The predictable piece at `at` that costs less than its characters, if any: its bytes and tenths of a bit.
fn piece(text: &[u8], at: usize, alphabet: Alphabet) -> Option<(usize, u32)> {
    let rest = text.get(at..)?;
    let copied = copy(text, at);
    if copied >= SHORTEST_COPY {
        return Some((copied, COPY));
    }
    let run = run(rest).max(row(rest));
    if run >= SHORTEST_RUN {
        return Some((run, alphabet.tenths.saturating_add(RUN)));
    }
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    if !alphabet.words || before.is_some_and(u8::is_ascii_lowercase) && rest.first().is_some_and(u8::is_ascii_lowercase)
    {
        return None;
    }
    let word = word(rest)?;
    let letters = u32::try_from(word).unwrap_or(u32::MAX);
    // A separator between words is either constant or an attacker's first guess.
    let separator = rest.get(word).is_some_and(|byte| !byte.is_ascii_alphanumeric() && *byte != b'=');
    let cost = letters.saturating_mul(WORD_LETTER).min(WORD);
    Some(if separator { (word.saturating_add(1), cost.saturating_add(TENTHS)) } else { (word, cost) })
}

/// How many bytes from `at` on occur earlier in the text, possibly overlapping themselves.
fn copy(text: &[u8], at: usize) -> usize {
    let rest = tail(text, at);
    let length = |from: usize| {
        let earlier = tail(text, from);
        earlier.iter().zip(rest).take_while(|(own, other)| own == other).count()
    };
    (0..at).map(length).max().unwrap_or(0)
}

/// How many bytes form a sequence with a constant step of -1, 0 or 1.
fn run(rest: &[u8]) -> usize {
    let step = |pair: &[u8]| match pair {
        [a, b] => i16::from(*b).saturating_sub(i16::from(*a)),
        _ => i16::MAX,
    };
    let Some(first) = rest.windows(2).next().map(step).filter(|step| step.unsigned_abs() <= 1) else { return 0 };
    rest.windows(2).take_while(|pair| step(pair) == first).count().saturating_add(1)
}

/// How many bytes are adjacent on a keyboard.
fn row(rest: &[u8]) -> usize {
    let length = |row: &str| {
        let row = row.as_bytes();
        let first = rest.first().map(u8::to_ascii_lowercase);
        let from = row.iter().position(|key| Some(*key) == first).unwrap_or(row.len());
        let keys = tail(row, from);
        keys.iter().zip(rest).take_while(|(key, byte)| **key == byte.to_ascii_lowercase()).count()
    };
    ROWS.iter().map(|row| length(row)).max().unwrap_or(0)
}

/// The length of the pronounceable word at the start of `rest`: letters of one case, or a capital and lower-case
/// letters.
fn word(rest: &[u8]) -> Option<usize> {
    let capital = rest.first()?.is_ascii_uppercase();
    let small = rest.iter().skip(1).take_while(|byte| byte.is_ascii_lowercase()).count();
    let length = match (capital, small) {
        (true, 0) => rest.iter().take_while(|byte| byte.is_ascii_uppercase()).count(),
        _ if rest.first()?.is_ascii_alphabetic() => small.saturating_add(1),
        _ => return None,
    };
    if !(SHORTEST_WORD..=LONGEST_WORD).contains(&length) {
        return None;
    }
    let letters = rest.get(..length)?;
    let is_vowel = |byte: &u8| b"aeiouy".contains(&byte.to_ascii_lowercase());
    let vowels = letters.iter().filter(|byte| is_vowel(byte)).count();
    let spoken = letters.split(is_vowel).all(|consonants| consonants.len() <= 3);
    let mixed = vowels.saturating_mul(5) >= length && vowels.saturating_mul(10) <= length.saturating_mul(7);
    (spoken && mixed).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64url;
    use crate::key::generate::tests::Counter;
    use rand_core::Rng as _;

    fn bits(text: &str) -> u32 {
        estimate(text.as_bytes()).bits
    }

    #[test]
    fn passwords_are_distinguished_from_keys() {
        for text in [
            "",
            "secret",
            "password123",
            "correct horse battery staple",
            "CHANGE-THIS! VERY IMPORTANT!",
            "your-super-secret-jwt-token-with-at-least-32-characters-long",
            "my-secret-key-which-should-be-changed-in-production",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz0123456789",
            "0123456789012345678901234567890123456789",
            "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabc",
            "qwertyuiopasdfghjklzxcvbnm1234567890",
        ] {
            assert!(bits(text) < 128, "{text}: {}", bits(text));
        }
        assert!(estimate(b"correct horse battery staple and more of it").password_like);
        assert!(estimate(&[0; 64]).bits < 128);
    }

    #[test]
    fn random_secret_has_nearly_full_entropy() {
        let mut rng = Counter::new(9);
        let mut lowest = u32::MAX;
        for _ in 0..2_000 {
            let mut bytes = [0; 32];
            rng.fill_bytes(&mut bytes);
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            for text in [base64url::encode(&bytes), hex] {
                let found = estimate(text.as_bytes());
                lowest = lowest.min(found.bits);
                assert!(!found.password_like, "{text}");
            }
            assert!(estimate(&bytes).bits >= 200);
        }
        assert!(lowest >= 160, "{lowest}");
    }

    #[test]
    fn short_random_secret_has_full_entropy() {
        assert_eq!(bits("3f2a9c81d07be64f5512ab90cd34ef67"), 128);
        assert_eq!(bits("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), 128);
        assert_eq!(bits("f81d4fae-7dec-11d0-a765-00a0c91e6bf6\n"), 128);
    }
}
