//! Rules about the size of a token against the limits of cookies, servers and firewalls.

use super::{TokenLocation, TokenSubject, TokenView};
use crate::encoding::bounds::as_u64;
use crate::encoding::json::JsonKind;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::{
    CLAIM_SHARE, COOKIE_ADVISED, COOKIE_MAX, HEADER_LINE_MAX, HEADER_TOTAL_MAX, LIST_BYTES, LIST_ITEMS, WAF_BYTES,
};

/// 1,037 characters.
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

/// `Authorization: Bearer ` and the line end, in bytes.
const HEADER_AROUND: usize = "Authorization: Bearer \r\n".len();

/// Payloads below this size are small, regardless of the share of one claim. Bytes of JSON.
const SMALL_PAYLOAD: usize = 1_024;

fn header_line(token: &TokenView<'_>) -> u64 {
    as_u64(token.bytes.saturating_add(HEADER_AROUND))
}

pub(super) const CLAIM_BUDGET: Rule<TokenSubject> = Rule {
    id: "claim-budget",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice",
    why: "A claim that takes up most of the token adds its bytes to every request.",
    fix: "move it to the server and have the API look it up",
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
            let percent = as_u64(bytes).saturating_mul(100).checked_div(as_u64(payload)).unwrap_or(0);
            if percent > share {
                report.at(&format!("/claims/{name}"), || {
                    format!("{name} takes up {percent} % of the payload ({bytes} of {payload} bytes)")
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
    why: "Lists grow over time until the token exceeds a size limit, first for the users with the most roles.",
    fix: "put roles into the token instead of permissions, and look up long lists on the server",
    bad: concat!(r#"{"alg":"ES256"} {"roles":[""#, kilobyte!(), r#""]}"#),
    good: r#"{"alg":"ES256"} {"roles":["reader","writer"]}"#,
    check: |token, report| {
        let (items_max, bytes_max) = (report.limit(&LIST_ITEMS), report.limit(&LIST_BYTES));
        for (name, value) in token.claims.object.iter() {
            let bytes = as_u64(value.text().len());
            // An entry takes at least two bytes, so most lists need not be counted.
            if value.kind() != JsonKind::Array || (bytes <= bytes_max && bytes <= items_max.saturating_mul(2)) {
                continue;
            }
            let items = as_u64(value.as_array().map_or(0, |items| items.len()));
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
    why: "Browsers silently reject a cookie whose name and value exceed the limit.",
    fix: "omit claims that the API can look up, or keep the token out of cookies",
    bad: r#"{"alg":"ES256"} {"exp":1} in-cookie bytes=4100"#,
    good: r#"{"alg":"ES256"} {"exp":1} in-cookie bytes=900"#,
    check: |token, report| {
        let (bytes, most, advised) = (as_u64(token.bytes), report.limit(&COOKIE_MAX), report.limit(&COOKIE_ADVISED));
        let (too_large, near) = match token.carrier {
            TokenLocation::Cookie => (Severity::Error, Severity::Warning),
            TokenLocation::Unknown => (Severity::Warning, Severity::Info),
            TokenLocation::Header | TokenLocation::Url | TokenLocation::Body => return,
        };
        if bytes > most {
            report
                .with_severity(too_large)
                .report(|| format!("the token has {bytes} bytes, a cookie holds at most {most}"));
        } else if bytes > advised {
            report
                .with_severity(near)
                .report(|| format!("the token has {bytes} bytes, close to the cookie limit of {most}"));
        }
    },
};

pub(super) const SIZE_HEADER_LINE: Rule<TokenSubject> = Rule {
    id: "size-header-line",
    severity: Severity::Error,
    basis: Basis::Practice,
    source: "product limits: Apache LimitRequestFieldSize 8190, nginx large_client_header_buffers 4 8k; RFC 9110 sets none",
    why: "Servers reject a longer header line with status 400, first for the users with the most roles.",
    fix: "omit claims that the API can look up; keep roles and permissions on the server",
    bad: r#"{"alg":"ES256"} {"exp":1} bytes=8200"#,
    good: r#"{"alg":"ES256"} {"exp":1} bytes=4000"#,
    check: |token, report| {
        let (line, most) = (header_line(token), report.limit(&HEADER_LINE_MAX));
        if line > most && token.carrier != TokenLocation::Body {
            report.report(|| format!("the header line has {line} bytes, Apache and nginx accept at most {most}"));
        }
    },
};

pub(super) const SIZE_HEADER_TOTAL: Rule<TokenSubject> = Rule {
    id: "size-header-total",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "product limits: Node.js --max-http-header-size 16 KiB, AWS ALB 16K a header; RFC 6585 §5 (431)",
    why: "The token alone exceeds the limit of some servers for all headers together.",
    fix: "omit claims that the API can look up, or issue a reference token",
    bad: r#"{"alg":"ES256"} {"exp":1} bytes=17000"#,
    good: r#"{"alg":"ES256"} {"exp":1} bytes=4000"#,
    check: |token, report| {
        let (line, most) = (header_line(token), report.limit(&HEADER_TOTAL_MAX));
        if line > most && token.carrier != TokenLocation::Body {
            report
                .report(|| format!("the header line has {line} bytes, Node.js accepts at most {most} for all headers"));
        }
    },
};

pub(super) const SIZE_WAF_INSPECTION: Rule<TokenSubject> = Rule {
    id: "size-waf-inspection",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "product limit: AWS WAF inspects the first 8 KB or 200 headers or cookies",
    why: "A web application firewall does not inspect content beyond its limit, or rejects the whole request.",
    fix: "keep headers and cookies together below the limit",
    bad: r#"{"alg":"ES256"} {"exp":1} bytes=8300"#,
    good: r#"{"alg":"ES256"} {"exp":1} bytes=4000"#,
    check: |token, report| {
        let (line, most) = (header_line(token), report.limit(&WAF_BYTES));
        if line > most && token.carrier != TokenLocation::Body {
            report.report(|| format!("the header line has {line} bytes, AWS WAF inspects the first {most}"));
        }
    },
};
