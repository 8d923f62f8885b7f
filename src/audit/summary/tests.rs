use super::*;
use crate::rule;
use crate::token::header::JoseHeader;
use proptest::prelude::*;
use std::collections::BTreeMap;

pub const NOW: UnixTime = UnixTime(1_800_000_000);

/// Settings so small that samples and first findings overflow.
const SMALL: SummarySettings = SummarySettings { now: NOW, names: 5, identities: 6, findings: 4, malformed: 2 };

/// The content of one line of a log.
#[derive(Clone, Debug)]
enum Line {
    Empty,
    Malformed,
    Encrypted,
    Token(Seen),
}

#[derive(Clone, Debug)]
struct Seen {
    issuer: Option<u8>,
    lifetime: Option<u32>,
    iat: bool,
    nbf: bool,
    roles: Option<u8>,
    jti: Option<u8>,
    kid: u8,
    bytes: usize,
}

impl Seen {
    fn claims(&self) -> String {
        let mut members = vec!["\"aud\":[\"a\",\"b\"]".to_owned()];
        let start = 1_799_999_000;
        let mut member = |name: &str, value: Option<String>| {
            members.extend(value.map(|value| format!("\"{name}\":{value}")));
        };
        member("iss", self.issuer.map(|n| format!("\"https://{n}.example\"")));
        member("exp", self.lifetime.map(|n| (start + u64::from(n)).to_string()));
        member("iat", self.iat.then(|| start.to_string()));
        member("nbf", self.nbf.then(|| (start + 500).to_string()));
        member("roles", self.roles.map(|n| format!("[{}]", vec!["\"r\""; usize::from(n)].join(","))));
        member("jti", self.jti.map(|n| format!("\"{n}\"")));
        member(&format!("c{}", self.kid), Some("1".to_owned()));
        format!("{{{}}}", members.join(","))
    }
}

fn seen() -> impl Strategy<Value = Seen> {
    (
        prop::option::of(0_u8..8),
        prop::option::weighted(0.8, 0_u32..5_000_000),
        any::<bool>(),
        any::<bool>(),
        prop::option::of(0_u8..9),
        prop::option::of(0_u8..12),
        0_u8..9,
        100_usize..10_000,
    )
        .prop_map(|(issuer, lifetime, iat, nbf, roles, jti, kid, bytes)| Seen {
            issuer,
            lifetime,
            iat,
            nbf,
            roles,
            jti,
            kid,
            bytes,
        })
}

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![1 => Just(Line::Empty), 2 => Just(Line::Malformed), 1 => Just(Line::Encrypted),
        8 => seen().prop_map(Line::Token)]
}

/// Lines with their numbers, so that they can be read in any order.
fn log(length: usize) -> impl Strategy<Value = Vec<(u64, Line)>> {
    prop::collection::vec(line(), 0..length).prop_map(|lines| (1..).zip(lines).collect())
}

fn read(lines: &[(u64, Line)], settings: SummarySettings) -> AuditSummary {
    let mut summary = AuditSummary::new(settings);
    for (number, line) in lines {
        let position = Position { line: *number, column: 1, ordinal: 0 };
        summary.lines(1);
        match line {
            Line::Empty => {}
            Line::Malformed => summary.malformed("a.txt", position, &format_args!("line {number} is none")),
            Line::Encrypted => summary.encrypted(),
            Line::Token(seen) => add(&mut summary, seen, position),
        }
    }
    summary
}

fn add(summary: &mut AuditSummary, seen: &Seen, position: Position) {
    let (header, claims) = (format!("{{\"alg\":\"HS256\",\"kid\":\"k{}\"}}", seen.kid), seen.claims());
    let (header, claims) = (JoseHeader::parse(&header).unwrap(), Claims::parse(&claims).unwrap());
    let view = rule::token::TokenView::new(&header, &claims, seen.bytes);
    let findings = rule::run_rules(rule::token::RULES, &view, &crate::rule_config::RuleConfig::default());
    let token_hash = hash::hash(claims.object.text().as_bytes());
    let observation =
        Observation { position, bytes: seen.bytes, token_hash, header: &header, claims: &claims, findings: &findings };
    summary.add(&observation);
}

fn json(summary: &AuditSummary) -> String {
    serde_json::to_string(summary).unwrap()
}

proptest! {
    #![proptest_config(crate::exploration::cases(64))]

    #[test]
    fn summary_is_independent_of_order_and_split(
        (lines, shuffled) in log(80).prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        order in Just((0_usize..8).collect::<Vec<_>>()).prop_shuffle(),
        settings in prop_oneof![Just(SMALL), Just(SummarySettings::at(NOW))],
    ) {
        let whole = json(&read(&lines, settings));
        for ways in [1, 2, 8] {
            let size = shuffled.len().div_ceil(ways).max(1);
            let parts: Vec<_> = shuffled.chunks(size).map(|part| read(part, settings)).collect();
            let mut sum = AuditSummary::new(settings);
            for at in order.iter().filter(|at| **at < parts.len()) {
                sum.merge(parts[*at].clone()).unwrap();
            }
            prop_assert_eq!(&json(&sum), &whole, "{} ways", ways);
        }
    }

    #[test]
    fn written_summary_round_trips_and_merges(
        lines in log(60), cut in 0_usize..60, settings in prop_oneof![Just(SMALL), Just(SummarySettings::at(NOW))],
    ) {
        let (a, b) = lines.split_at(cut.min(lines.len()));
        let mut sum: AuditSummary = serde_json::from_str(&json(&read(a, settings))).unwrap();
        let other: AuditSummary = serde_json::from_str(&json(&read(b, settings))).unwrap();
        sum.merge(other).unwrap();
        let whole = read(&lines, settings);
        prop_assert_eq!(&sum, &whole);
        prop_assert_eq!(json(&sum), json(&whole));
    }

    #[test]
    fn counts_equal_a_plain_count(lines in log(80)) {
        let summary = read(&lines, SummarySettings::at(NOW));
        let tokens: Vec<_> =
            lines.iter().filter_map(|(_, line)| if let Line::Token(seen) = line { Some(seen) } else { None }).collect();
        let count = |holds: &dyn Fn(&Seen) -> bool| tokens.iter().filter(|seen| holds(seen)).count() as u64;
        let totals = summary.totals();
        prop_assert_eq!((totals.lines, totals.tokens), (lines.len() as u64, tokens.len() as u64));
        prop_assert_eq!(totals.without_exp, count(&|seen| seen.lifetime.is_none()));
        prop_assert_eq!(totals.expired, count(&|seen| seen.lifetime.is_some_and(|seconds| seconds <= 1_000)));
        prop_assert_eq!(totals.not_yet_valid, 0);
        prop_assert_eq!(summary.revocation.jti, count(&|seen| seen.jti.is_some()));
        let lifetimes = count(&|seen| seen.lifetime.is_some() && (seen.iat || seen.nbf));
        prop_assert_eq!(summary.lifetime_seconds().count(), lifetimes);
        let (mut kids, mut worst) = (BTreeMap::new(), BTreeMap::new());
        for seen in &tokens {
            grow(kids.entry(format!("k{}", seen.kid)).or_insert(0_u64), 1);
            let start = if seen.iat { 0 } else if seen.nbf { 500 } else { 1_000 };
            let seconds = seen.lifetime.map_or(0, |seconds| u64::from(seconds).saturating_sub(start));
            let issuer = seen.issuer.map(|n| format!("https://{n}.example"));
            let own = worst.entry(issuer).or_insert(seconds);
            *own = seconds.max(*own);
        }
        let found: BTreeMap<_, _> =
            summary.kids.kept().map(|(_, kid)| (kid.shown(), kid.counts.tokens)).collect();
        prop_assert_eq!(found, kids);
        for (_, issuer) in summary.issuers.kept() {
            prop_assert_eq!(Some(&issuer.counts.worst_seconds), worst.get(&Some(issuer.shown())));
        }
        let distinct: std::collections::BTreeSet<_> = tokens.iter().map(|seen| seen.claims()).collect();
        prop_assert_eq!(summary.duplicates.distinct_tokens().count, distinct.len() as u64);
    }

    #[test]
    fn changed_summary_file_never_panics(lines in log(12), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = json(&read(&lines, SMALL)).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(mut summary) = serde_json::from_slice::<AuditSummary>(&bytes) {
            crate::audit::measurements::data(&summary, 3);
            let _ = summary.merge(read(&lines, SMALL));
        }
    }
}

/// A small summary with data in every part.
fn example() -> AuditSummary {
    let token = |jti| {
        Line::Token(Seen {
            issuer: Some(1),
            lifetime: Some(3_600),
            iat: true,
            nbf: false,
            roles: Some(2),
            jti: Some(jti),
            kid: 1,
            bytes: 5_000,
        })
    };
    let eternal =
        Seen { issuer: None, lifetime: None, iat: true, nbf: false, roles: None, jti: None, kid: 2, bytes: 300 };
    let lines = [token(1), token(2), Line::Token(eternal), Line::Malformed, Line::Encrypted];
    read(&(1..).zip(lines).collect::<Vec<_>>(), SummarySettings::at(NOW))
}

#[test]
fn summary_with_impossible_numbers_is_rejected() {
    let good = json(&example());
    assert_eq!(serde_json::from_str::<AuditSummary>(&good).unwrap(), example());
    for (from, to, why) in [
        ("audit-summary/v1", "audit-summary/v2", "expected \"authkit/audit-summary/v1\""),
        (r#""partial":false"#, r#""partial":false,"more":1"#, "unknown field"),
        (r#""partial":false"#, r#""partial":false,"partial":false"#, "duplicate field"),
        (r#""partial":false,"#, "", "missing field"),
        (r#""names":4096"#, r#""names":18446744073709551615"#, "settings"),
        (r#""names":4096"#, r#""names":4095"#, "settings"),
        (r#""identities":65536"#, r#""identities":0"#, "settings"),
        (r#""identities":65536"#, r#""identities":7"#, "duplicates"),
        (r#""capacity":4096"#, r#""capacity":4095"#, "settings"),
        (r#""tokens":3,"#, r#""tokens":4,"#, "distributions"),
        (r#""expired":0"#, r#""expired":3"#, "totals"),
        (r#""without_exp":1"#, r#""without_exp":9"#, "totals"),
        (r#""without_exp":1"#, r#""without_exp":0"#, "issuers"),
        (r#""bytes":10300"#, r#""bytes":99999999"#, "distributions"),
        (r#""name":"iss""#, r#""name":"sub""#, "table"),
        (r#""name":"iss""#, &format!("\"name\":\"{}\"", "x".repeat(500)), "table"),
        (r#""limit_bytes":4096,"tokens":2"#, r#""limit_bytes":4096,"tokens":0"#, "limits"),
        (r#""limit_bytes":4096"#, r#""limit_bytes":4000"#, "limits"),
        (r#""jti":2"#, r#""jti":1"#, "duplicates"),
        (r#""rule":"exp-missing""#, r#""rule":"never-heard-of""#, "unknown rule \"never-heard-of\""),
        (r#""malformed":1"#, r#""malformed":0"#, "malformed samples"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let error = serde_json::from_str::<AuditSummary>(&bad).map(drop).unwrap_err().to_string();
        assert!(error.contains(why), "{to}: {error}");
    }
    for end in (0..good.len()).step_by(17) {
        assert!(serde_json::from_str::<AuditSummary>(&good[..end]).is_err());
    }
    assert!(serde_json::from_str::<AuditSummary>(&"[".repeat(1_000_000)).is_err());
}

#[test]
fn summaries_with_different_settings_do_not_merge() {
    let mut ours = example();
    let before = ours.clone();
    let later = SummarySettings { now: UnixTime(NOW.0 + 1), ..SummarySettings::at(NOW) };
    let error = ours.merge(AuditSummary::new(later)).unwrap_err();
    assert_eq!(error, MergeError::Now { ours: NOW, theirs: UnixTime(NOW.0 + 1) });
    assert!(matches!(ours.merge(AuditSummary::new(SMALL)), Err(MergeError::Capacities { .. })));
    assert_eq!(ours, before);
    assert!(ours.merge(AuditSummary::new(SummarySettings::at(NOW))).is_ok());
    assert_eq!(ours, before);
}

#[test]
fn merge_with_a_partial_summary_is_partial() {
    let (mut whole, mut part) = (example(), AuditSummary::new(SummarySettings::at(NOW)));
    part.mark_partial();
    whole.merge(part).unwrap();
    assert!(whole.partial);
}
