use super::*;
use crate::http::url::HttpUrl;
use crate::probe::http_dump;

const NOW: UnixTime = UnixTime(1_769_860_800);

fn probe<R>(text: &str, then: impl FnOnce(&ProbeResult<'_>) -> R) -> R {
    let url = HttpUrl::parse("https://shop.example/").unwrap();
    let exchanges = http_dump::read(text.as_bytes(), Some(&url)).exchanges;
    let (policy, names) = (RuleConfig::default(), CookieClassifier::default());
    let question = ProbeContext {
        policy: &policy,
        names: &names,
        now: NOW,
        assume_https: false,
        ignores: &[],
        file: Some("dump.txt"),
        tally: true,
    };
    then(&evaluate(&ProbeInput { exchanges, ..ProbeInput::default() }, &question))
}

fn found<'f>(probed: &'f ProbeResult<'_>, rule: &str) -> &'f Finding {
    probed.findings.iter().find(|finding| finding.rule == rule).unwrap_or_else(|| panic!("no {rule}"))
}

#[test]
fn finding_has_the_location_of_its_attribute() {
    let text = "HTTP/1.1 302 Found\nLocation: /a\n\nHTTP/1.1 200 OK\nSet-Cookie: \u{e4}=1; SameSite=None; Path=/\n";
    probe(text, |probed| {
        let place = &found(probed, "cookie-samesite-none-insecure").location;
        assert_eq!((place.line, place.column, place.file.as_deref()), (Some(5), Some(18), Some("dump.txt")));
        assert_eq!(place.url.as_deref(), Some("https://shop.example/a"));
        assert_eq!(place.pointer.as_deref(), Some("/set-cookie/\u{e4}/SameSite"));
        assert_eq!((probed.data.responses[1].hop, probed.data.totals.dropped), (1, 1));
        assert!(probed.data.responses[1].cookies[0].verdict.contains("§5.7 step 19"));
    });
}

#[test]
fn token_is_evaluated_at_its_most_exposed_location() {
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.";
    let text = format!(
        "HTTP/1.1 302 Found\nX-Token: {token}\nLocation: /cb?token={token}\n\n\
         HTTP/1.1 200 OK\nContent-Type: application/json\n\n{{\"a\":[{{\"token\":\"{token}\"}}]}}\n"
    );
    probe(&text, |probed| {
        assert_eq!(probed.data.totals.tokens, 1);
        let token = &probed.data.tokens[0];
        assert_eq!((token.carrier, token.response, token.alg.as_deref()), ("url", 1, Some("none")));
        let place = &found(probed, "alg-none").location;
        assert_eq!(place.pointer.as_deref(), Some("/response/headers/Location/header/alg"));
        assert_eq!((place.line, place.column), (Some(3), Some(21)));
        found(probed, "token-in-url");
    });
    let text = format!("HTTP/1.1 200 OK\n\n{{\"a\":[{{\"token\":\"{token}\"}}]}}\n");
    probe(&text, |probed| assert_eq!(probed.data.tokens[0].pointer, "/response/body/a/0/token"));
}

#[test]
fn equal_cookie_values_have_equal_numbers() {
    let text = "HTTP/1.1 200 OK\nSet-Cookie: a=x\nSet-Cookie: b=y\nSet-Cookie: c=x\nSet-Cookie: a=; Max-Age=0\n";
    probe(text, |probed| {
        let cookies = &probed.data.responses[0].cookies;
        assert_eq!(cookies.iter().map(|cookie| cookie.value).collect::<Vec<_>>(), [1, 2, 1, 3]);
        assert_eq!(cookies[3].change, Some("deleted"));
        let totals = &probed.data.totals;
        assert_eq!((totals.cookies, totals.stored, totals.deletions), (4, 3, 1));
    });
}
