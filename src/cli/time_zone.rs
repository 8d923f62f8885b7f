//! `--tz`: the time zone of dates for people. Dates are UTC by default: a report means the same for all of its readers.

use super::failure::Failure;
use super::system;
use authkit::encoding::escape;
use authkit::time::UnixTime;

/// A time zone.
pub struct TimeZone(tz::TimeZone);

impl TimeZone {
    /// Parses `utc`, `local` (by `TZ`, or else that of the system), or a name of the IANA database such as
    /// `Europe/Berlin`.
    ///
    /// # Errors
    /// An unknown name, or no time zone database.
    pub fn parse(name: &str) -> Result<Self, Failure> {
        if name.eq_ignore_ascii_case("utc") {
            return Ok(Self(tz::TimeZone::utc()));
        }
        let is_local = name.eq_ignore_ascii_case("local");
        let wanted = match is_local {
            true => system::variable("TZ").unwrap_or_else(|| "localtime".to_owned()),
            false => name.to_owned(),
        };
        tz::TimeZone::from_posix_tz(&wanted).map(Self).map_err(|_| {
            Failure::usage(format!("unknown time zone {}", escape::name(&wanted, 40)))
                .hint("use utc, local, or a name such as Europe/Berlin")
        })
    }

    /// The date with its offset (RFC 3339), `2026-12-01T15:00:00+01:00`.
    pub fn show(&self, at: UnixTime) -> String {
        let offset = self.0.find_local_time_type(at.0).map_or(0, |kind| i64::from(kind.ut_offset()));
        let shifted = UnixTime(at.0.saturating_add(offset)).to_string();
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
        match shifted.strip_suffix('Z') {
            Some(date) if offset != 0 => format!("{date}{sign}{:02}:{:02}", minutes / 60, minutes % 60),
            // UTC, or beyond the calendar.
            _ => at.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_has_the_offset_of_its_zone() {
        // Rules of POSIX need no database.
        let at = |zone: &str, seconds| TimeZone::parse(zone).map(|zone| zone.show(UnixTime(seconds))).ok();
        let berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
        assert_eq!(at(berlin, 1_769_860_800).as_deref(), Some("2026-01-31T13:00:00+01:00"));
        assert_eq!(at(berlin, 1_785_499_200).as_deref(), Some("2026-07-31T14:00:00+02:00"));
        assert_eq!(at("NST3:30", 1_769_860_800).as_deref(), Some("2026-01-31T08:30:00-03:30"));
        assert_eq!(at("UTC", 1_769_860_800).as_deref(), Some("2026-01-31T12:00:00Z"));
        assert_eq!(at("utc", i64::MAX), Some(UnixTime(i64::MAX).to_string()));
        assert!(TimeZone::parse("Nowhere/Here").is_err() && TimeZone::parse("").is_err());
    }
}
