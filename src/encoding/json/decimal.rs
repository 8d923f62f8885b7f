//! Exact decimal values of JSON numbers: equal for two spellings of one number, different for different numbers,
//! regardless of the number of digits.

/// `0.digits × 10^exponent`, without leading or trailing zeros in the digits; zero has no digits.
#[derive(PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Parses a JSON number (RFC 8259 §6). `None` if its exponent overflows.
    pub(super) fn read(number: &str) -> Option<Self> {
        let unsigned = number.strip_prefix('-').unwrap_or(number);
        let (mantissa, power) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let zeros = i64::try_from(all.len().checked_sub(significant.len())?).ok()?;
        let point = i64::try_from(whole.len()).ok()?.checked_sub(zeros)?;
        let exponent = power.parse::<i64>().ok()?.checked_add(point)?;
        Some(Self { negative: number.starts_with('-'), digits, exponent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_equal() {
        for (a, b) in [
            ("1", "1.0"),
            ("1", "10e-1"),
            ("1", "0.1E+1"),
            ("100", "1e2"),
            ("0", "-0"),
            ("0", "0.000e99999999999999999999"),
            ("-12.50", "-0.125e2"),
            ("123456789012345678901234567890", "1.2345678901234567890123456789e29"),
        ] {
            assert!(Decimal::read(a).unwrap() == Decimal::read(b).unwrap(), "{a} {b}");
        }
    }

    #[test]
    fn different_numbers_are_unequal() {
        for (a, b) in [
            ("1", "-1"),
            ("1", "10"),
            ("1", "0.1"),
            ("101", "11"),
            ("9007199254740993", "9007199254740992"),
            ("9007199254740993", "9007199254740992.0"),
            ("1e-400", "0"),
        ] {
            assert!(Decimal::read(a).unwrap() != Decimal::read(b).unwrap(), "{a} {b}");
        }
        assert!(Decimal::read("1e-99999999999999999999").is_none());
    }
}
