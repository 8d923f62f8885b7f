//! Rules about a sample of session ids that were issued one after the other.

use super::endpoint::member;
use super::{Basis, Rule, RuleSubject};
use crate::cookie::session_id::{IdPart, SessionIdAnalysis};
use crate::finding::Severity;
use crate::rule_config::limit::{SESSION_ID_BITS_ADVISED, SESSION_ID_BITS_MIN};

/// All rules about sampled session ids, sorted by id.
pub static RULES: &[Rule<SessionIdsSubject>] =
    &[SESSION_ID_COUNTER, SESSION_ID_LOW_ENTROPY, SESSION_ID_REPEATED, SESSION_ID_TIMESTAMP];

/// The subject: sampled values of one cookie.
pub enum SessionIdsSubject {}

/// A cookie and the analysis of its sampled values.
pub struct SessionIdsView<'a> {
    /// The name of the cookie.
    pub name: &'a str,
    /// The entropy analysis of the sample.
    pub samples: &'a SessionIdAnalysis,
}

impl SessionIdsView<'_> {
    fn pointer(&self) -> String {
        format!("/set-cookie/{}", member(self.name))
    }

    fn ranges_where(&self, is: fn(&IdPart) -> bool) -> Vec<String> {
        let parts = self.samples.parts.iter().filter(|(_, part)| is(part));
        parts
            .map(|(range, part)| match part {
                IdPart::Time(how) => format!("{} are {how}", range.words()),
                IdPart::Counter => range.words(),
            })
            .collect()
    }
}

impl RuleSubject for SessionIdsSubject {
    type View<'a> = SessionIdsView<'a>;

    const ABOUT: &'static str = "session id sample";
}

const SESSION_ID_COUNTER: Rule<SessionIdsSubject> = Rule {
    id: "session-id-counter",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.3 (from a secure generator); NIST SP 800-63B-4 §5.1 item 2",
    why: "An attacker who has one id can derive the ids of the users before and after; only the rest of the id \
          protects them.",
    fix: "generate ids of at least 128 random bits with the system's random number generator, without a counter",
    bad: "u100417 u100418 u100421 u100422 u100430 u100431 u100433 u100434 u100440 u100441",
    good: "8b14223c9b1b63a42d39caf423e3b08f 2b34b372ace1f7d14416227763d51566 5cafd5f3f84bcaca8240faa60447251e b2b9276c6e97b38b5fe2c7f6bb033660 fceb9005dcfe27fee8bbfa1a5b591521",
    check: |sampled, report| {
        let ranges = sampled.ranges_where(|part| *part == IdPart::Counter);
        // Next to enough random bits, a counter reveals the number of users but does not help to guess an id.
        let bits = sampled.samples.bits_at_most;
        let severity = if bits < report.limit(&SESSION_ID_BITS_ADVISED) { Severity::Error } else { Severity::Info };
        if !ranges.is_empty() {
            report.with_severity(severity).at(&sampled.pointer(), || {
                format!(
                    "{} contains a counter: {}; at most {bits} bits of entropy left",
                    sampled.name,
                    ranges.join(", ")
                )
            });
        }
    },
};

const SESSION_ID_LOW_ENTROPY: Rule<SessionIdsSubject> = Rule {
    id: "session-id-low-entropy",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.3 (128 bits of entropy); NIST SP 800-63B-4 §5.1 item 2 (64 bits of length)",
    why: "Constant parts, counters and timestamps add no entropy. The reported bits are an upper bound; the rest of \
          the id may contain far less.",
    fix: "generate ids of at least 128 random bits with the system's random number generator",
    bad: "session8b14223c9b1b session2b34b372ace1 session5cafd5f3f84b sessionb2b9276c6e97 sessionfceb9005dcfe",
    good: "8b14223c9b1b63a42d39caf423e3b08f 2b34b372ace1f7d14416227763d51566 5cafd5f3f84bcaca8240faa60447251e b2b9276c6e97b38b5fe2c7f6bb033660 fceb9005dcfe27fee8bbfa1a5b591521",
    check: |sampled, report| {
        let SessionIdAnalysis { bits_at_most: bits, uuid, ref readable, count, .. } = *sampled.samples;
        // Readable content is not an id; session-id-decodable covers it.
        let severity = if readable.is_some() {
            return;
        } else if bits < report.limit(&SESSION_ID_BITS_MIN) {
            Severity::Error
        } else if bits < report.limit(&SESSION_ID_BITS_ADVISED) && uuid != Some(4) {
            Severity::Warning
        } else {
            return;
        };
        report.with_severity(severity).at(&sampled.pointer(), || {
            format!("{}: at most {bits} bits of entropy, from {count} samples", sampled.name)
        });
    },
};

const SESSION_ID_REPEATED: Rule<SessionIdsSubject> = Rule {
    id: "session-id-repeated",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.3 (unique)",
    why: "Two clients received the same id: they share a session, or a cache serves another user's cookie.",
    fix: "generate a new random id for each session, and keep responses that set cookies out of caches",
    bad: "8b14223c9b1b63a42d39caf423e3b08f 2b34b372ace1f7d14416227763d51566 5cafd5f3f84bcaca8240faa60447251e 8b14223c9b1b63a42d39caf423e3b08f b2b9276c6e97b38b5fe2c7f6bb033660",
    good: "8b14223c9b1b63a42d39caf423e3b08f 2b34b372ace1f7d14416227763d51566 5cafd5f3f84bcaca8240faa60447251e b2b9276c6e97b38b5fe2c7f6bb033660 fceb9005dcfe27fee8bbfa1a5b591521",
    check: |sampled, report| {
        let SessionIdAnalysis { count, distinct, .. } = *sampled.samples;
        if distinct < count {
            report.at(&sampled.pointer(), || {
                format!("{}: {count} clients received {distinct} distinct ids", sampled.name)
            });
        }
    },
};

const SESSION_ID_TIMESTAMP: Rule<SessionIdsSubject> = Rule {
    id: "session-id-timestamp",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.2.3; RFC 9562 §8 (times in UUIDs)",
    why: "The id reveals when it was issued, and its timestamp adds no entropy.",
    fix: "generate ids from random bits only",
    bad: "697deec08b14223c9b1b63a42d39caf4 697deec12b34b372ace1f7d144162277 697deec25cafd5f3f84bcaca8240faa6 697deec3b2b9276c6e97b38b5fe2c7f6 697deec4fceb9005dcfe27fee8bbfa1a",
    good: "8b14223c9b1b63a42d39caf423e3b08f 2b34b372ace1f7d14416227763d51566 5cafd5f3f84bcaca8240faa60447251e b2b9276c6e97b38b5fe2c7f6bb033660 fceb9005dcfe27fee8bbfa1a5b591521",
    check: |sampled, report| {
        let ranges = sampled.ranges_where(|part| matches!(part, IdPart::Time(_)));
        if !ranges.is_empty() {
            let bits = sampled.samples.bits_at_most;
            report.at(&sampled.pointer(), || {
                format!("{}: {}; at most {bits} bits of entropy left", sampled.name, ranges.join(", "))
            });
        }
    },
};
