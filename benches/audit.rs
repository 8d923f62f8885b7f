//! Benchmark of auditing against the tightest loop that only decodes, on a corpus of a million tokens of several
//! issuers, algorithms, kinds and sizes, with one thread and two.
//!
//!     cargo bench --bench audit
//!     TOKENS=100000 ROUNDS=20 cargo bench --bench audit -- tokens
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark reads the clock and prints"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark is not the program"
)]

use authkit::audit::observation::Position;
use authkit::audit::summary::{AuditSummary, SummarySettings};
use authkit::audit::token_auditor::{FoundToken, TokenAuditor};
use authkit::encoding::{base64url, json};
use authkit::finding::{Finding, Severity};
use authkit::rule::token::{RULES, TokenLocation, TokenSubject, TokenView};
use authkit::rule::{RuleRunner, Sink};
use authkit::rule_config::RuleConfig;
use authkit::settings::ignore_filter::IgnoreFilter;
use authkit::time::UnixTime;
use authkit::token::claims::Claims;
use authkit::token::compact::{DecodedParts, Segments, TokenPart};
use authkit::token::header_cache::{CachedHeaderReader, HeaderCache};
use race::{Entry, Race, Wanted, Work, bar};
use rayon::prelude::*;
use std::hint::black_box;
use std::rc::Rc;

mod race;
mod tightest;

const NOW: UnixTime = UnixTime(1_900_000_000);

/// Distinct tokens: access tokens (RFC 9068), ID tokens and custom ones in turn.
fn corpus(count: usize) -> Vec<String> {
    let encoded = |text: &str| base64url::encode(text.as_bytes());
    let headers = [
        r#"{"alg":"RS256","kid":"YvXjMJs6s5UhztH68OO7A0TLx74smYin1sXA-OJ0UWQ","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","kid":"2026-11","typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"JWT"}"#,
    ]
    .map(encoded);
    let one = |number: usize| {
        let (issuer, iat) = (number / 3 % 7, 1_899_990_000 + number % 20_000);
        let common = format!(
            r#""iss":"https://login-{issuer}.example.com","sub":"user-{}","iat":{iat},"exp":{},"jti":"{number:022}""#,
            number % 100_000,
            iat + 600 * (1 + number % 4)
        );
        let claims = match number % 3 {
            0 => format!(
                r#"{{{common},"aud":"https://api.example.com","client_id":"web","scope":"read write profile"}}"#
            ),
            1 => format!(r#"{{{common},"aud":"web","nonce":"n-0S6_WzA2Mj","auth_time":{iat},"sid":"s{number}"}}"#),
            _ => format!(r#"{{{common},"roles":["reader","writer","auditor"],"tenant":{{"id":17,"plan":"team"}}}}"#),
        };
        let signature = encoded(&format!("{number:032}"));
        format!("{}.{}.{signature}", headers[number % 3], encoded(&claims))
    };
    (0..count).map(one).collect()
}

/// Counts findings.
#[derive(Default)]
struct Count(u64);

impl Sink for Count {
    fn count(&mut self, _: &'static str, _: Severity, _: &str) -> bool {
        self.0 += 1;
        false
    }

    fn keep(&mut self, _: Finding) {}
}

/// Strict decoding and every rule, without the summary.
fn decode_and_rules(tokens: Rc<Vec<String>>, with_rules: bool) -> Work {
    let judge: RuleRunner<'static, TokenSubject> = RuleRunner::new(RULES, Box::leak(Box::default()));
    let shelf: &'static HeaderCache = Box::leak(Box::default());
    let (mut headers, mut parts) = (CachedHeaderReader::new(shelf), DecodedParts::default());
    Box::new(move || {
        let mut found = Count::default();
        for token in tokens.iter() {
            let segments = Segments::cut(black_box(token.as_bytes()), usize::MAX).unwrap();
            segments.decode_part(TokenPart::Payload, &mut parts.payload).unwrap();
            segments.decode_part(TokenPart::Signature, &mut parts.signature).unwrap();
            let Ok(header) = headers.read(&segments) else { panic!("every header can be read") };
            let claims = json::text(&parts.payload).and_then(Claims::parse).unwrap();
            if with_rules {
                judge.run(&TokenView::new(&header, &claims, token.len()).at(NOW), &mut found);
            } else {
                black_box(&claims.exp);
            }
        }
        black_box(found.0);
    })
}

fn audit(tokens: &[String], policy: &RuleConfig) -> AuditSummary {
    let (mut summary, mut sieve) =
        (AuditSummary::new(SummarySettings::at(NOW)), IgnoreFilter::new(&[], "corpus", false));
    let shelf = HeaderCache::default();
    let mut examiner = TokenAuditor::new(policy, &shelf, NOW, usize::MAX);
    for (line, token) in (1..).zip(tokens) {
        let position = Position { line, column: 1, ordinal: line };
        let seen = FoundToken {
            token: black_box(token.as_bytes()),
            carrier: TokenLocation::Unknown,
            position,
            file: "corpus",
            url: None,
        };
        examiner.audit(&seen, &mut sieve, &mut summary);
    }
    summary
}

/// The complete work of `audit`, distributed to `threads` threads as in the program.
fn audited(tokens: Rc<Vec<String>>, threads: usize) -> Work {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    Box::new(move || {
        let tokens: &[String] = &tokens;
        let part = tokens.len().div_ceil(threads);
        let summaries: Vec<AuditSummary> =
            pool.install(|| tokens.par_chunks(part).map(|part| audit(part, &RuleConfig::default())).collect());
        let mut whole = AuditSummary::new(SummarySettings::at(NOW));
        summaries.into_iter().for_each(|summary| whole.merge(summary).unwrap());
        assert_eq!(whole.totals().tokens, u64::try_from(tokens.len()).unwrap());
    })
}

fn tokens() -> Race {
    let count = std::env::var("TOKENS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let corpus = Rc::new(corpus(count));
    let lanes: Vec<(&str, Work)> = vec![
        ("tightest-decode", Box::new(tightest::decode(Rc::clone(&corpus)))),
        ("strict-decode", decode_and_rules(Rc::clone(&corpus), false)),
        ("decode-and-rules", decode_and_rules(Rc::clone(&corpus), true)),
        ("audit", audited(Rc::clone(&corpus), 1)),
        ("audit-2-threads", audited(corpus, 2)),
    ];
    let bars = vec![
        bar("decode-and-rules", "tightest-decode", Wanted::AtMost(2.0)),
        bar("audit", "tightest-decode", Wanted::Nothing),
        bar("audit", "audit-2-threads", Wanted::AtLeast(1.7)),
    ];
    Race { items: count, rounds: 7, lanes, bars }
}

const RACES: &[Entry] = &[("tokens", tokens)];

fn main() {
    race::main(RACES);
}
