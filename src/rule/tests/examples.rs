//! The language of the examples of each rule list: how a test reads `bad` and `good` of a rule as its subject.

use crate::alg;
use crate::cookie::class::{CookieClass, CookieClassifier};
use crate::cookie::evaluate::{self, EvaluatedExchange, EvaluationContext};
use crate::cookie::session_id::analyse;
use crate::crack::SecretOrigin;
use crate::encoding::json::JsonObject;
use crate::http::exchange::{Exchange, HttpHeader, RequestPurpose, number_hops};
use crate::http::url::HttpUrl;
use crate::key::certificate::CertificateSummary;
use crate::key::validation::Weakness;
use crate::key::{Key, KeyEncoding, Material, factoring, inventory, shared_primes};
use crate::lifecycle::{AuthState, CheckResult, LifecycleCheck, LoginCookie, LogoutResponse, SessionTrace};
use crate::product_config::detect;
use crate::product_config::setting::{SettingGroup, SettingOrigin};
use crate::product_config::syntax::{MAX_BYTES, Syntax, duplicates};
use crate::product_config::tree::Node;
use crate::rule::RuleSubject;
use crate::rule::endpoint::cookie::{CookieSubject, CookieView};
use crate::rule::endpoint::http_fault::{HttpFaultSubject, HttpFaultView};
use crate::rule::endpoint::response::{ResponseSubject, ResponseView};
use crate::rule::jwe::JweSubject;
use crate::rule::key::{KeySubject, KeyView};
use crate::rule::key_set::{KeySourceSubject, KeySourceView, moduli};
use crate::rule::lifecycle::LifecycleSubject;
use crate::rule::malformed::{MalformedTokenSubject, MalformedTokenView};
use crate::rule::product_config::text::{ConfigTextSubject, ConfigTextView, MissingKey};
use crate::rule::product_config::{SettingGroupSubject, SettingGroupView};
use crate::rule::session_ids::{SessionIdsSubject, SessionIdsView};
use crate::rule::token::{TokenLocation, TokenSubject, TokenView};
use crate::rule::verification::{AcceptedTokenSubject, AcceptedTokenView};
use crate::rule::weak_secret::{WeakSecretSubject, WeakSecretView};
use crate::secret::Secret;
use crate::time::{Span, UnixTime};
use crate::token::claims::Claims;
use crate::token::header::JoseHeader;

/// A subject whose examples can be read.
pub trait RuleExample: RuleSubject {
    /// Parses an example of a rule's metadata into a view.
    fn with_example<R>(text: &str, then: impl FnOnce(&Self::View<'_>) -> R) -> R;
}

impl RuleExample for SettingGroupSubject {
    /// A file of any format. Checks the group of a user, else the first group with an explicit setting, else the last
    /// group.
    fn with_example<R>(text: &str, then: impl FnOnce(&SettingGroupView<'_>) -> R) -> R {
        let reading = detect::read(text, "", None).expect("a configuration");
        let has_explicit =
            |group: &SettingGroup| group.settings.iter().any(|setting| setting.origin == SettingOrigin::Explicit);
        // The file of a user also has a realm with explicit settings.
        let users = reading.groups().find(|(_, group)| group.name.starts_with("user "));
        let first = users.or_else(|| reading.groups().find(|(_, group)| has_explicit(group)));
        let (format, group) = first.or_else(|| reading.groups().last()).expect("a group of settings");
        then(&SettingGroupView { group, product: format.product, verifier: None })
    }
}

impl RuleExample for ConfigTextSubject {
    /// JSON, or a size above the limit. A member `jwt` implies a mapping that names `jwt.expiresIn`.
    fn with_example<R>(text: &str, then: impl FnOnce(&ConfigTextView<'_>) -> R) -> R {
        let syntax = Syntax::Json;
        if text == "16 MiB" {
            return then(&ConfigTextView::too_large(syntax, MAX_BYTES));
        }
        match syntax.read(text) {
            Ok(roots) => {
                let duplicates: Vec<_> = roots.iter().flat_map(duplicates).collect();
                let lacks = |root: &Node| root.has("jwt") && !root.has("jwt/expiresIn");
                let (key, place) = ("jwt.expiresIn".to_owned(), "authkit.toml:3:7".to_owned());
                let missing = [MissingKey { key, place, near: Some("jwt.expires_in".to_owned()) }];
                let missing = if roots.iter().any(lacks) { &missing[..] } else { &[] };
                then(&ConfigTextView {
                    syntax: Some(syntax),
                    error: None,
                    duplicates: &duplicates,
                    missing,
                    too_large: None,
                })
            }
            Err(error) => then(&ConfigTextView { error: Some(&error), ..ConfigTextView::nothing(Some(syntax)) }),
        }
    }
}

impl RuleExample for JweSubject {
    /// The header, a JSON object.
    fn with_example<R>(text: &str, then: impl FnOnce(&JsonObject<'_>) -> R) -> R {
        then(&JsonObject::parse(text).expect("a JSON object"))
    }
}

impl RuleExample for CookieSubject {
    /// See `with_exchanges`; checks the last cookie of the last exchange.
    fn with_example<R>(text: &str, then: impl FnOnce(&CookieView<'_>) -> R) -> R {
        with_exchanges(text, |visits| {
            let visit = visits.last().expect("an exchange");
            then(&CookieView::new(visit, visit.cookies.last().expect("a cookie")))
        })
    }
}

impl RuleExample for HttpFaultSubject {
    /// `KIND MESSAGE`, for the URL `https://a.example/`.
    fn with_example<R>(text: &str, then: impl FnOnce(&HttpFaultView<'_>) -> R) -> R {
        let (kind, message) = text.split_once(' ').unwrap_or((text, ""));
        then(&HttpFaultView { url: "https://a.example/", kind, message })
    }
}

impl RuleExample for ResponseSubject {
    /// See `with_exchanges`; checks the last exchange.
    fn with_example<R>(text: &str, then: impl FnOnce(&ResponseView<'_>) -> R) -> R {
        with_exchanges(text, |visits| {
            then(&ResponseView::new(visits, visits.len().saturating_sub(1)).expect("an exchange"))
        })
    }
}

impl RuleExample for WeakSecretSubject {
    /// `product NAME`, `published` or `words LINE`.
    fn with_example<R>(text: &str, then: impl FnOnce(&WeakSecretView) -> R) -> R {
        then(&WeakSecretView::for_token(match text.split_once(' ') {
            Some(("words", line)) => SecretOrigin::WordList { line: line.parse().unwrap_or(1) },
            Some(_) => SecretOrigin::Default { product: "an example" },
            None => SecretOrigin::Published,
        }))
    }
}

impl RuleExample for KeySubject {
    /// `secret BYTES ALG`, `certificate NOT_AFTER NOW`, or a JWK, optionally preceded by `at NOW`.
    fn with_example<R>(text: &str, then: impl FnOnce(&KeyView<'_>) -> R) -> R {
        let random = |bytes: usize| {
            let byte = |n: usize| u8::try_from(n.wrapping_mul(151).wrapping_add(n.wrapping_mul(n)) & 0xFF).unwrap_or(0);
            Key::new(Material::Secret(Secret::new((0..bytes).map(byte).collect())))
        };
        let words: Vec<&str> = text.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok()).unwrap_or(0);
        let (now, json) = match text.strip_prefix("at ").and_then(|rest| rest.split_once(' ')) {
            Some((now, json)) => (now.parse().unwrap_or(0), json),
            None => (0, text),
        };
        if json.starts_with('{') {
            let key_inventory = inventory::read(json.as_bytes(), None)
                .unwrap_or_else(|_| inventory::from_keys(Vec::new(), KeyEncoding::Jwk));
            let read = key_inventory.members.into_iter().next().and_then(|member| member.key.ok());
            let key = read.unwrap_or_else(|| random(64));
            let factorable = match &key.material {
                Material::Rsa(rsa) => factoring::at_once(&rsa.n),
                _ => None,
            };
            return then(&KeyView::new(&key, UnixTime(now)).examined().with_factors(factorable));
        }
        if words.first() == Some(&"certificate") {
            let summary = CertificateSummary {
                subject: "CN=example".to_owned(),
                issuer: "CN=example".to_owned(),
                serial_hex: "01".to_owned(),
                not_before: UnixTime(0),
                not_after: UnixTime(number(1)),
                sha256: String::new(),
            };
            let key = random(64);
            return then(&KeyView::new(&key, UnixTime(number(2))).with_certificates(&[summary]));
        }
        let key = random(usize::try_from(number(1)).unwrap_or(1));
        let algorithm = words.get(2).and_then(|name| alg::find(name)).unwrap_or_else(|| key.default_algorithm());
        then(&KeyView::new(&key, UnixTime(0)).for_algorithm(algorithm))
    }
}

impl RuleExample for KeySourceSubject {
    /// A JWK or a JWKS, optionally preceded by words about its origin: `public`, `readable`, `writable`.
    fn with_example<R>(text: &str, then: impl FnOnce(&KeySourceView<'_>) -> R) -> R {
        let (words, json) = text.split_at(text.find('{').unwrap_or(0));
        let survey = inventory::read(json.as_bytes(), None)
            .unwrap_or_else(|_| inventory::from_keys(Vec::new(), KeyEncoding::Jwks));
        let (indexes, numbers): (Vec<usize>, Vec<&[u8]>) = moduli(&survey).unzip();
        let shared = shared_primes::find_shared_primes(&numbers, &shared_primes::SequentialJoin).into_iter();
        let shared: Vec<(usize, String)> =
            shared.filter_map(|shared| Some((*indexes.get(shared.place)?, "another key".to_owned()))).collect();
        let has = |word| words.contains(word);
        then(&KeySourceView {
            survey: &survey,
            public: has("public"),
            readable: has("readable"),
            changeable: has("writable").then_some("it is writable by other users"),
            now: UnixTime(0),
            shared: &shared,
        })
    }
}

impl RuleExample for LifecycleSubject {
    /// Parts separated by ` | `: `CHECK RESULT`, `session COOKIE`, `logout METHOD [clear-site-data]`.
    fn with_example<R>(text: &str, then: impl FnOnce(&SessionTrace) -> R) -> R {
        let mut trace = SessionTrace::default();
        for part in text.split(" | ") {
            let words: Vec<&str> = part.split(' ').collect();
            match words[..] {
                ["session", name] => trace.cookies.push(LoginCookie {
                    name: name.to_owned(),
                    class: CookieClass::Session,
                    without: AuthState::Anonymous,
                    alone: AuthState::Authenticated,
                    before_login: false,
                }),
                ["logout", method, ref rest @ ..] => {
                    trace.left =
                        Some(LogoutResponse { get: method == "get", clear_site_data: rest == ["clear-site-data"] });
                }
                [check, result] => {
                    let result = if result == "pass" { CheckResult::Pass } else { CheckResult::Fail };
                    trace.answers.extend(LifecycleCheck::named(check).map(|check| (check, result)));
                }
                _ => {}
            }
        }
        then(&trace)
    }
}

impl RuleExample for MalformedTokenSubject {
    /// `PART PROBLEM`; a problem that contains "duplicate" counts as a duplicate member.
    fn with_example<R>(text: &str, then: impl FnOnce(&MalformedTokenView<'_>) -> R) -> R {
        let (part, problem) = match text.split_once(' ') {
            Some(("header", problem)) => (Some("header"), problem),
            Some(("payload", problem)) => (Some("payload"), problem),
            _ => (None, text),
        };
        then(&MalformedTokenView { part, problem, duplicate: problem.contains("duplicate") })
    }
}

impl RuleExample for SessionIdsSubject {
    /// Ids separated by spaces, issued about 2026-01-31T12:00:00Z.
    fn with_example<R>(text: &str, then: impl FnOnce(&SessionIdsView<'_>) -> R) -> R {
        let ids: Vec<&[u8]> = text.split(' ').map(str::as_bytes).collect();
        then(&SessionIdsView { name: "sid", samples: &analyse(&ids, UnixTime(1_769_860_800)) })
    }
}

impl RuleExample for TokenSubject {
    /// `HEADER CLAIMS`, two JSON objects, then words: `in-cookie`, `in-header`, `in-url`, `now=SECONDS`, `bytes=COUNT`.
    /// Without `bytes`, the size is that of their base64url encoding and a 64-byte signature.
    fn with_example<R>(text: &str, then: impl FnOnce(&TokenView<'_>) -> R) -> R {
        let (header, rest) = text.split_once("} {").map_or((text, "}"), |(a, b)| (a, b));
        let (claims, words) = rest.rsplit_once('}').unwrap_or((rest, ""));
        let (header, claims) = (format!("{header}}}"), format!("{{{claims}}}"));
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        let number = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.parse::<i64>().ok());
        let header = JsonObject::parse(&header).expect("a JSON object");
        let claims = JsonObject::parse(&claims).expect("a JSON object");
        let json = header.text().len().saturating_add(claims.text().len());
        let bytes = json.saturating_mul(4).div_ceil(3).saturating_add(88);
        let (header, claims) = (JoseHeader::from_object(header), Claims::from_object(claims));
        let carrier = match words.iter().find_map(|word| word.strip_prefix("in-")) {
            Some("cookie") => TokenLocation::Cookie,
            Some("header") => TokenLocation::Header,
            Some("url") => TokenLocation::Url,
            _ => TokenLocation::Unknown,
        };
        let bytes = number("bytes=").and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(bytes);
        let view = TokenView::new(&header, &claims, bytes).with_location(carrier);
        then(&TokenView { now: number("now=").map(UnixTime), ..view })
    }
}

impl RuleExample for AcceptedTokenSubject {
    /// Words: `iss=NAME checked iat=N now=N high-s weak`.
    fn with_example<R>(text: &str, then: impl FnOnce(&AcceptedTokenView<'_>) -> R) -> R {
        let words: Vec<&str> = text.split(' ').collect();
        let value = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let time = |name: &str| value(name).and_then(|number| number.parse().ok()).map(UnixTime);
        then(&AcceptedTokenView {
            iss: value("iss"),
            issuer_checked: words.contains(&"checked"),
            iat: time("iat"),
            now: time("now"),
            leeway: Span::default(),
            high_s: words.contains(&"high-s"),
            weakness: words.contains(&"weak").then_some(Weakness::ShortSecret { bits: 8, needed: 256 }),
        })
    }
}

/// Evaluation time of examples: 2026-01-31T12:00:00Z.
const EXAMPLE_TIME: UnixTime = UnixTime(1_769_860_800);

/// Parses an example: parts separated by ` | `. `METHOD URL STATUS` starts an exchange, `> NAME: VALUE` is a request
/// header, `? PURPOSE` is the purpose of the request, anything else is a response header. An example without an
/// exchange is a single `Set-Cookie` value from `https://www.example.org/account`.
fn with_exchanges<R>(text: &str, then: impl FnOnce(&[EvaluatedExchange<'_>]) -> R) -> R {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        HttpHeader::new(name.trim(), value.trim())
    };
    for part in text.split(" | ") {
        let words: Vec<&str> = part.split(' ').collect();
        let start = match words[..] {
            [method, url, status] => HttpUrl::parse(url).ok().zip(status.parse().ok()).map(|found| (method, found)),
            _ => None,
        };
        match (start, exchanges.last_mut()) {
            (Some((method, (url, status))), _) => {
                let method = method.to_owned();
                exchanges.push(Exchange { method, status, ..Exchange::get(url) });
            }
            (None, Some(exchange)) => match (part.strip_prefix("> "), part.strip_prefix("? ")) {
                (Some(line), _) => exchange.request.push(header(line)),
                (None, Some(name)) => exchange.purpose = RequestPurpose::named(name).unwrap_or_default(),
                (None, None) => exchange.headers.push(header(part)),
            },
            (None, None) => {
                let url = HttpUrl::parse("https://www.example.org/account").expect("a URL");
                let line = HttpHeader::new("Set-Cookie", part);
                exchanges.push(Exchange { headers: vec![line], ..Exchange::get(url) });
            }
        }
    }
    number_hops(&mut exchanges);
    let names = CookieClassifier::default();
    let context = EvaluationContext { names: &names, now: EXAMPLE_TIME, assume_https: false };
    then(&evaluate::evaluate_exchanges(&exchanges, &context))
}
