use super::super::observation::{Observation, Position};
use super::super::summary::SummarySettings;
use super::*;
use crate::rule;
use crate::stats::hash;
use crate::time::UnixTime;
use crate::token::claims::Claims;
use crate::token::header::JoseHeader;

fn summary(tokens: &[(&str, usize)]) -> AuditSummary {
    let mut summary = AuditSummary::new(SummarySettings::at(UnixTime(1_800_000_000)));
    for (line, (claims, bytes)) in (1..).zip(tokens) {
        let token_hash = hash::hash(claims.as_bytes());
        let header = JoseHeader::parse(r#"{"alg":"HS256","kid":"k"}"#).unwrap();
        let claims = Claims::parse(claims).unwrap();
        let view = rule::token::TokenView::new(&header, &claims, *bytes);
        let findings = rule::run_rules(rule::token::RULES, &view, &crate::rule_config::RuleConfig::default());
        let position = Position { line, ..Position::default() };
        let bytes = *bytes;
        summary.lines(1);
        summary.add(&Observation {
            position,
            bytes,
            token_hash,
            header: &header,
            claims: &claims,
            findings: &findings,
        });
    }
    summary
}

const TOKENS: &[(&str, usize)] = &[
    (r#"{"iss":"b","jti":"1","iat":1799999000,"exp":1799999900,"sid":"s","ver":1,"version":2}"#, 300),
    (r#"{"iss":"b","jti":"1","iat":1799999000,"exp":1800086400,"roles":["a","b"]}"#, 4_100),
    (r#"{"iss":"a","exp":1800000060,"aud":["x","y"]}"#, 200),
    (r#"{"iss":"a","exp":1800000060,"aud":["x","y"]}"#, 200),
    (r#"{"iss":"c","aud":"x"}"#, 100),
    (r#"{"sub":"nobody","exp":1800000010}"#, 100),
];

#[test]
fn measurements_have_the_documented_keys() {
    let mut summary = summary(TOKENS);
    summary.malformed("a.txt", Position { line: 9, column: 3, ..Position::default() }, &"it has 2 segments");
    let data = serde_json::to_value(data(&summary, TOP)).unwrap();
    let at = |pointer: &str| data.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).to_string();
    for (pointer, value) in [
        ("/totals/lines", "6"),
        ("/totals/tokens", "6"),
        ("/totals/malformed", "1"),
        ("/totals/expired", "1"),
        ("/totals/without_exp", "1"),
        ("/lifetime_seconds/count", "2"),
        ("/lifetime_seconds/min", "900"),
        ("/lifetime_seconds/max", "87400"),
        ("/size_bytes/p50", "200"),
        ("/size_bytes/p99", "4100"),
        ("/claims/0", r#"{"bytes":115,"name":"exp","tokens":5}"#),
        ("/by/issuer", r#"[{"tokens":2,"value":"a"},{"tokens":2,"value":"b"},{"tokens":1,"value":"c"}]"#),
        ("/by/audience/0", r#"{"tokens":3,"value":"x"}"#),
        ("/by/algorithm/0/value", r#""HS256""#),
        ("/by/kid/0/tokens", "6"),
        ("/revocation", r#"{"auth_time":0,"jti":2,"sid":1,"version":1}"#),
        ("/duplicates/jti_reused/count", "1"),
        ("/duplicates/distinct_tokens/count", "5"),
        ("/duplicates/tokens_repeated/count", "1"),
        ("/limits/0/tokens", "1"),
        ("/headroom/1/claim", r#""aud""#),
        ("/malformed_samples", r#"[{"column":3,"file":"a.txt","line":9,"reason":"it has 2 segments"}]"#),
        ("/coverage/issuer", r#"{"distinct":{"count":3,"estimated":false,"relative_error":0.0},"left_out":0}"#),
        ("/partial", "false"),
    ] {
        assert_eq!(at(pointer), value, "{pointer}");
    }
    assert!(at("/rules").contains("exp-missing"));
}

#[test]
fn longest_exposure_comes_first() {
    let data = data(&summary(TOKENS), TOP);
    let rows: Vec<_> = data.exposure.iter().map(|row| (row.issuer.as_deref(), row.worst_seconds)).collect();
    assert_eq!(rows, [(Some("c"), None), (Some("b"), Some(87_400)), (Some("a"), Some(60)), (None, Some(10))]);
}

#[test]
fn omitted_table_rows_are_counted() {
    let data = data(&summary(TOKENS), 1);
    assert_eq!((data.by.issuer.len(), data.coverage.issuer.left_out), (1, 2));
    assert_eq!(data.by.issuer[0].value, "a");
    assert_eq!(data.exposure.len(), 1);
}

#[test]
fn measurements_without_tokens_are_null() {
    let data = data(&summary(&[]), TOP);
    assert_eq!((data.lifetime_seconds.count, data.size_bytes.p50), (0, None));
    assert!(data.claims.is_empty() && data.headroom.is_empty() && data.exposure.is_empty());
}
