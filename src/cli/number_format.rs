//! Numbers in human-readable output: three significant digits, and units that match the magnitude.

use authkit::finding::group_digits;
use authkit::time::Span;

/// A fraction as a percentage with one decimal.
pub fn format_percent(share: f64) -> String {
    if share >= 0.9995 { "100 %".to_owned() } else { format!("{:.1} %", share * 100.0) }
}

/// The share of `part` in `whole`, rounded half up: `12 %`, below one percent with a decimal: `0.4 %`, `<0.1 %`.
pub fn format_share(part: u64, whole: u64) -> String {
    let rounded = |steps: u128| {
        let twice = u128::from(part).saturating_mul(steps).saturating_mul(2).saturating_add(whole.into());
        twice.checked_div(u128::from(whole).saturating_mul(2)).unwrap_or(0)
    };
    match rounded(1_000) {
        0 if part > 0 => "<0.1 %".to_owned(),
        tenths @ 1..10 => format!("0.{tenths} %"),
        _ => format!("{} %", rounded(100)),
    }
}

/// Three significant digits.
pub fn format_significant(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 999.5 => format_grouped(value),
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        size if size >= 0.001 => format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => format!("{value:.1e}"),
    }
}

/// An integer with commas between groups of three digits.
pub fn format_grouped(value: f64) -> String {
    group_digits(&format!("{value:.0}"))
}

/// `1 user`, `5,000 users`: a count of things whose plural ends in s.
pub fn format_grouped_count(count: u64, what: &str) -> String {
    format!("{} {what}{}", format_grouped(count as f64), if count == 1 { "" } else { "s" })
}

/// A duration in seconds, with three significant digits and a unit: `0.62 ms`, `26.7 s`, `8.0 min`, `15.0 d`.
pub fn format_duration(seconds: f64) -> String {
    const UNITS: [(f64, f64, &str); 6] = [
        (1e-3, 1e-6, "µs"),
        (1.0, 1e-3, "ms"),
        (120.0, 1.0, "s"),
        (7_200.0, 60.0, "min"),
        (172_800.0, 3_600.0, "h"),
        (f64::INFINITY, 86_400.0, "d"),
    ];
    if seconds <= 0.0 {
        return "0 s".to_owned();
    }
    let whole = seconds.round();
    if seconds >= 1.0 && (seconds - whole).abs() < 1e-9 && whole < 1e15 {
        return Span::seconds(whole as u64).to_string();
    }
    let Some((_, size, unit)) = UNITS.iter().find(|(below, _, _)| seconds < *below) else {
        return "unlimited".to_owned();
    };
    let value = seconds / size;
    if value >= 99.95 {
        format!("{value:.0} {unit}")
    } else if value >= 9.995 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.2} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_significant_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (1.9e-5, "1.9e-5"),
            (0.0714, "0.071"),
            (1.0, "1"),
            (26.71, "26.7"),
            (450.2, "450"),
            (21_600.0, "21,600"),
        ] {
            assert_eq!(format_significant(value), expected);
        }
        assert_eq!(
            (format_percent(1.0), format_percent(0.114_3), format_percent(0.9996)),
            ("100 %".into(), "11.4 %".into(), "100 %".into())
        );
        assert_eq!(format_grouped(-1_234_567.0), "-1,234,567");
    }

    #[test]
    fn shares_are_rounded_half_up_with_a_decimal_below_one_percent() {
        for (part, whole, expected) in [
            (0, 1_000, "0 %"),
            (0, 0, "0 %"),
            (1, 10_000, "<0.1 %"),
            (4, 1_000, "0.4 %"),
            (95, 10_000, "1 %"),
            (15, 1_000, "2 %"),
            (125, 1_000, "13 %"),
            (2, 3, "67 %"),
            (u64::MAX, u64::MAX, "100 %"),
        ] {
            assert_eq!(format_share(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn durations_have_a_unit_of_their_magnitude() {
        for (seconds, expected) in [
            (0.0, "0 s"),
            (44e-6, "44.0 µs"),
            (0.000_614, "614 µs"),
            (26.71, "26.7 s"),
            (480.2, "8.00 min"),
            (1_296_123.4, "15.0 d"),
            (f64::INFINITY, "unlimited"),
        ] {
            assert_eq!(format_duration(seconds), expected);
        }
    }
}
