//! Does it fit where it travels?

use super::{TokenLocation, TokenSubject, TokenView};
use crate::encoding::json::JsonKind;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{
    CLAIM_SHARE, COOKIE_ADVISED, COOKIE_MAX, HEADER_LINE_MAX, HEADER_TOTAL_MAX, LIST_BYTES, LIST_ITEMS, WAF_BYTES,
};

/// 1,024 characters and a few more.
macro_rules! kilobyte {
    () => {
        concat!(kilobyte!(quarter), kilobyte!(quarter), kilobyte!(quarter), kilobyte!(quarter), "tenant:reader")
    };
    (quarter) => {
        concat!(
            "tenant-a:reader,tenant-a:writer,tenant-a:owner0,tenant-a:audit0,",
            "tenant-b:reader,tenant-b:writer,tenant-b:owner0,tenant-b:audit0,",
            "tenant-c:reader,tenant-c:writer,tenant-c:owner0,tenant-c:audit0,",
            "tenant-d:reader,tenant-d:writer,tenant-d:owner0,tenant-d:audit0,",
        )
    };
}

/// `Authorization: Bearer ` and the end of the line.
const HEADER_AROUND: usize = "Authorization: Bearer \r\n".len();

/// Payloads below this are small whatever takes the largest part of them. Bytes of JSON.
const SMALL_PAYLOAD: usize = 1_024;

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn header_line(token: &TokenView<'_>) -> u64 {
    count(token.bytes.saturating_add(HEADER_AROUND))
}

pub(super) const CLAIM_BUDGET: Rule<TokenSubject> = Rule {
    id: "claim-budget",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice",
    why: "One claim that takes most of the token is paid for with every request.",
    fix: "move it to the server and let the API look it up",
    bad: concat!(r#"{"alg":"ES256"} {"groups":""#, kilobyte!(), r#"","sub":"alice"}"#),
    good: r#"{"alg":"ES256"} {"groups":"staff","sub":"alice"}"#,
    check: |token, report| {
        let payload = token.claims.object.text().len();
        let share = report.limit(&CLAIM_SHARE);
        if payload < SMALL_PAYLOAD {
            return;
        }
        for (name, value) in token.claims.object.iter() {
            let bytes = value.text().len();
            let percent = count(bytes).saturating_mul(100).checked_div(count(payload)).unwrap_or(0);
            if percent > share {
                report.at(&format!("/claims/{name}"), || {
                    format!("{name} takes {percent} % of the payload ({bytes} of {payload} bytes)")
                });
            }
        }
    },
};

pub(super) const CLAIM_LIST_TOO_LONG: Rule<TokenSubject> = Rule {
    id: "claim-list-too-long",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice; RFC 9068 §2.2.3.1 allows roles, groups and entitlements without a number",
    why: "Lists grow with the user's history until the token no longer fits, first for those with the most roles.",
    fix: "put roles into the token, not permissions; look long lists up on the server",
    bad: concat!(r#"{"alg":"ES256"} {"roles":[""#, kilobyte!(), r#""]}"#),
    good: r#"{"alg":"ES256"} {"roles":["reader","writer"]}"#,
    check: |token, report| {
        let (items_max, bytes_max) = (report.limit(&LIST_ITEMS), report.limit(&LIST_BYTES));
        for (name, value) in token.claims.object.iter() {
            let bytes = count(value.text().len());
            // An entry takes two bytes at least: most lists need not be counted.
            if value.kind() != JsonKind::Array || (bytes <= bytes_max && bytes <= items_max.saturating_mul(2)) {
                continue;
            }
            let items = count(value.as_array().map_or(0, |items| items.len()));
            if items > items_max || bytes > bytes_max {
                report.at(&format!("/claims/{name}"), || format!("{name} has {items} entries in {bytes} bytes"));
            }
        }
    },
};

pub(super) const SIZE_COOKIE: Rule<TokenSubject> = Rule {
    id: "size-cookie",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 6265bis §5.6 step 5, §5.7 step 4; OWASP ASVS 5.0 3.3.5; the warning at three quarters is practice",
    why: "A browser ignores a cookie whose name and value exceed the limit, without a word.",
    fix: "leave out what the API can look up, or keep the token out of cookies",
    bad: r#"{"alg":"ES256"} {"exp":1} in-cookie bytes=4100"#,
    good: r#"{"alg":"ES256"} {"exp":1} in-cookie bytes=900"#,
    check: |token, report| {
        let (bytes, most, advised) = (count(token.bytes), report.limit(&COOKIE_MAX), report.limit(&COOKIE_ADVISED));
        let (too_large, near) = match token.carrier {
            TokenLocation::Cookie => (Severity::Error, Severity::Warning),
            TokenLocation::Unknown => (Severity::Warning, Severity::Info),
            TokenLocation::Header | TokenLocation::Url | TokenLocation::Body => return,
        };
        if bytes > most {
            report.with_severity(too_large).report(|| format!("the token has {bytes} bytes; a cookie holds {most}"));
        } else if bytes > advised {
            report
                .with_severity(near)
                .report(|| format!("the token has {bytes} of the {most} bytes that a cookie holds"));
        }
    },
};

pub(super) const SIZE_HEADER_LINE: Rule<TokenSubject> = Rule {
    id: "size-header-line",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "product limits: Apache LimitRequestFieldSize 8190, nginx large_client_header_buffers 4 8k; RFC 9110 sets none",
    why: "Servers answer 400 to a larger header line, first for the users with the most roles.",
    fix: "leave out what the API can look up; keep roles and permissions on the server",
    bad: r#"{"alg":"ES256"} {"exp":1} bytes=8200"#,
    good: r#"{"alg":"ES256"} {"exp":1} bytes=4000"#,
    check: |token, report| {
        let (line, most) = (header_line(token), report.limit(&HEADER_LINE_MAX));
        if line > most && token.carrier != TokenLocation::Body {
            report.report(|| format!("the header line has {line} bytes; Apache and nginx take {most}"));
        }
    },
};

pub(super) const SIZE_HEADER_TOTAL: Rule<TokenSubject> = Rule {
    id: "size-header-total",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "product limits: Node.js --max-http-header-size 16 KiB, AWS ALB 16K a header; RFC 6585 §5 (431)",
    why: "The token alone is more than some servers take of all headers together.",
    fix: "leave out what the API can look up, or send a reference token",
    bad: r#"{"alg":"ES256"} {"exp":1} bytes=17000"#,
    good: r#"{"alg":"ES256"} {"exp":1} bytes=4000"#,
    check: |token, report| {
        let (line, most) = (header_line(token), report.limit(&HEADER_TOTAL_MAX));
        if line > most && token.carrier != TokenLocation::Body {
            report.report(|| format!("the header line has {line} bytes; Node.js takes {most} for all headers"));
        }
    },
};

pub(super) const SIZE_WAF_INSPECTION: Rule<TokenSubject> = Rule {
    id: "size-waf-inspection",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "product limit: AWS WAF inspects the first 8 KB or 200 headers or cookies",
    why: "A firewall does not see what is beyond its limit, or refuses the whole request.",
    fix: "keep headers and cookies together below the limit",
    bad: r#"{"alg":"ES256"} {"exp":1} bytes=8300"#,
    good: r#"{"alg":"ES256"} {"exp":1} bytes=4000"#,
    check: |token, report| {
        let (line, most) = (header_line(token), report.limit(&WAF_BYTES));
        if line > most && token.carrier != TokenLocation::Body {
            report.report(|| format!("the header line has {line} bytes; AWS WAF looks at {most}"));
        }
    },
};
