//! Parser for `Expires` dates. It follows the lenient algorithm of browsers (6265bis §5.1.1), not the grammar of RFC
//! 9110.

use crate::time::UnixTime;
use chrono::NaiveDate;

const MONTHS: [&[u8]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

fn is_delimiter(byte: &u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

/// Between `least` and `most` leading digits, not followed by another digit: their number and the rest.
fn number(token: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let digits = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(least..=most).contains(&digits) {
        return None;
    }
    let (digits, rest) = token.split_at_checked(digits)?;
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// `10:18:14`, not followed by another digit.
fn time(token: &[u8]) -> Option<(u32, u32, u32)> {
    let (hour, rest) = number(token, 1, 2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 1, 2)?;
    let (second, _) = number(rest.strip_prefix(b":")?, 1, 2)?;
    Some((hour, minute, second))
}

fn month(token: &[u8]) -> Option<u32> {
    let start = token.get(..3)?;
    (1..).zip(MONTHS).find(|(_, name)| start.eq_ignore_ascii_case(name)).map(|(number, _)| number)
}

/// The time as browsers parse it; `None` if they ignore the attribute, so `Expires=0` deletes nothing.
pub fn parse(text: &[u8]) -> Option<UnixTime> {
    let (mut clock, mut day, mut named, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        // The first production that matches and has no value yet consumes the token (step 2).
        if clock.is_none()
            && let Some(found) = time(token)
        {
            clock = Some(found);
        } else if day.is_none()
            && let Some((found, _)) = number(token, 1, 2)
        {
            day = Some(found);
        } else if named.is_none()
            && let Some(found) = month(token)
        {
            named = Some(found);
        } else if year.is_none()
            && let Some((found, _)) = number(token, 2, 4)
        {
            year = Some(found);
        }
    }
    let year = match year? {
        year @ 70..=99 => year.saturating_add(1_900),
        year @ 0..=69 => year.saturating_add(2_000),
        year => year,
    };
    let (hour, minute, second) = clock?;
    if year < 1_601 {
        return None;
    }
    // Hours, minutes, seconds and days out of range fail here (steps 5 and 6).
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, named?, day?)?;
    Some(UnixTime(date.and_hms_opt(hour, minute, second)?.and_utc().timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_browsers_accept_are_parsed() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Thursday, 01-Jan-70 00:00:01 GMT", Some(1)),
            ("Thu Jan  1 00:00:01 1970", Some(1)),
            ("Wed, 09 Jun 2021 10:18:14 GMT", Some(1_623_233_894)),
            ("1/1/70", None),
            ("10:18:14x 9 june 21", Some(1_623_233_894)),
            ("09 Jun 1600 10:18:14", None),
            ("30 Feb 2021 10:18:14", None),
            ("09 Jun 2021 24:00:00", None),
            ("09 Jun 2021 10:18:60", None),
            ("00 Jun 2021 10:18:14", None),
            ("0", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(parse(text.as_bytes()).map(|time| time.0), seconds, "{text}");
        }
    }
}
