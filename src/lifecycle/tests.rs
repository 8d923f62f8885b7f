//! Tests with a simulated site whose faults are configurable.

use super::*;
use crate::cookie::class::CookieClassifier;
use crate::http::exchange::{Exchange, HttpHeader};
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use crate::time::UnixTime;
use std::collections::BTreeMap;

mod issuer;

#[derive(Clone)]
struct Site {
    /// Gives a session and another cookie to every anonymous client.
    early: bool,
    /// Issues a new id at login, and revokes the old one.
    rotates: bool,
    /// Writes another value with every response; older values stay valid.
    rewrites: bool,
    /// A value is accepted for one request only.
    single_use: bool,
    /// Adopts ids that it never issued.
    adopts: bool,
    revokes: bool,
    clears: bool,
    /// Shows the login page at the protected URL, with status 200.
    all_200: bool,
    /// Sets a remember-me cookie; whether logout revokes it.
    remembers: Option<bool>,
    csrf: bool,
    /// Responds with 429 from this request on.
    patience: usize,
    logout_status: u16,
    /// The target of the login form.
    action: &'static str,
    /// Status of the login response.
    login_status: u16,
    login_location: &'static str,

    sessions: BTreeMap<String, bool>,
    remembered: BTreeMap<String, bool>,
    count: usize,
    logins: usize,
    /// Every request: method, URL, Cookie, body.
    log: Vec<(String, String, String, String)>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            early: true,
            rotates: true,
            rewrites: false,
            single_use: false,
            adopts: false,
            revokes: true,
            clears: true,
            all_200: false,
            remembers: None,
            csrf: false,
            patience: usize::MAX,
            logout_status: 302,
            action: "",
            login_status: 302,
            login_location: "/me",
            sessions: BTreeMap::new(),
            remembered: BTreeMap::new(),
            count: 0,
            logins: 0,
            log: Vec::new(),
        }
    }
}

impl Site {
    fn issue(&mut self, signed_in: bool) -> String {
        self.count += 1;
        let id = format!("{:032x}", (self.count as u128 + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        self.sessions.insert(id.clone(), signed_in);
        id
    }

    fn set(&mut self, headers: &mut Vec<HttpHeader>, id: &str) {
        let value = if self.rewrites { format!("{id}.{}", self.count) } else { id.to_owned() };
        headers.push(HttpHeader::new("Set-Cookie", format!("sid={value}; Path=/; HttpOnly")));
    }

    fn respond(&mut self, ask: &LifecycleRequest) -> (u16, Vec<HttpHeader>, String) {
        let line =
            ask.cookies.as_ref().map(|line| String::from_utf8(line.expose().clone()).unwrap()).unwrap_or_default();
        let body = ask.body.as_ref().map(|body| String::from_utf8(body.expose().clone()).unwrap()).unwrap_or_default();
        self.log.push((ask.method().to_owned(), ask.url.to_string(), line.clone(), body.clone()));
        self.count += 1;
        if self.log.len() > self.patience {
            return (429, Vec::new(), String::new());
        }
        let cookie = |name: &str| {
            line.split("; ").find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        let mut headers = Vec::new();
        if self.early {
            headers.push(HttpHeader::new("Set-Cookie", "_ga=GA1.2; Path=/"));
        }
        let mut id = cookie("sid").map(|value| value.split('.').next().unwrap().to_owned());
        if let Some(own) = &id
            && !self.sessions.contains_key(own)
        {
            if self.adopts {
                self.sessions.insert(own.clone(), false);
            } else {
                id = None;
            }
        }
        let mut signed_in = id.as_ref().is_some_and(|id| self.sessions[id]);
        if let Some(token) = cookie("remember_me")
            && !signed_in
            && self.remembered.get(&token) == Some(&true)
        {
            let new = self.issue(true);
            (id, signed_in) = (Some(new), true);
        }
        if id.is_none() && self.early {
            id = Some(self.issue(false));
        }
        let token = format!("token-{}", id.clone().unwrap_or_default());
        if self.single_use
            && let Some(old) = &id
        {
            let state = self.sessions.remove(old).unwrap_or_default();
            let new = self.issue(state);
            id = Some(new);
        }
        let answer = match (ask.method(), ask.url.path.as_str()) {
            ("GET", "/login") => (
                200,
                format!(
                    "Sign in, please <form action='{}'><input type=hidden name=csrf value={token}><input name=user><input name=password></form>",
                    self.action
                ),
            ),
            ("POST", "/login" | "/session") => {
                self.logins += 1;
                let good = body.contains("user=alice") && body.contains("password=geheim");
                let safe = !self.csrf || body.contains(&format!("csrf={token}"));
                if good && safe {
                    if self.rotates || id.is_none() {
                        if let Some(old) = &id {
                            self.sessions.remove(old);
                        }
                        id = Some(self.issue(true));
                    } else if let Some(id) = &id {
                        self.sessions.insert(id.clone(), true);
                    }
                    if self.remembers.is_some() {
                        let token = format!("r{}", self.count);
                        headers
                            .push(HttpHeader::new("Set-Cookie", format!("remember_me={token}; Path=/; Max-Age=9999")));
                        self.remembered.insert(token, true);
                    }
                    headers.push(HttpHeader::new("Location", self.login_location));
                    (self.login_status, String::new())
                } else {
                    (200, "Sign in, please: wrong password".to_owned())
                }
            }
            (_, "/me") if signed_in => {
                let text = "Hello alice, your orders <form action='/logout'><input type=hidden name=csrf value=";
                (200, format!("{text}{token}></form> {}", self.count))
            }
            (_, "/me") if self.all_200 => (200, format!("Sign in, please {}", self.count)),
            (_, "/me") => {
                headers.push(HttpHeader::new("Location", "/login?next=/me"));
                (302, String::new())
            }
            (_, "/logout") => {
                let safe = !self.csrf || body.contains(&format!("csrf={token}"));
                if self.logout_status < 400 && safe {
                    if self.revokes
                        && let Some(id) = id.take()
                    {
                        self.sessions.remove(&id);
                    }
                    if self.clears {
                        id = None;
                        headers
                            .push(HttpHeader::new("Set-Cookie", "sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT"));
                        headers.push(HttpHeader::new("Set-Cookie", "remember_me=; Path=/; Max-Age=0"));
                    }
                    if self.remembers == Some(true) {
                        self.remembered.clear();
                    }
                    headers.push(HttpHeader::new("Location", "/login"));
                }
                (self.logout_status, String::new())
            }
            _ => (404, String::new()),
        };
        if let Some(id) = id {
            self.set(&mut headers, &id);
        }
        (answer.0, headers, answer.1)
    }
}

impl HttpTransport for Site {
    fn send(&mut self, ask: &LifecycleRequest) -> Result<Exchange, TransportError> {
        let (status, headers, body) = self.respond(ask);
        let time = Some(UnixTime(1_769_860_800));
        Ok(Exchange { status, headers, body: body.into_bytes(), time, ..Exchange::get(ask.url.clone()) })
    }
}

fn address(path: &str) -> HttpUrl {
    HttpUrl::parse(&format!("https://a.example{path}")).unwrap()
}

fn plan() -> LifecyclePlan {
    let field = |name: &str, value: &str| FormField { name: name.to_owned(), value: Secret::new(value.to_owned()) };
    LifecyclePlan {
        login: address("/login"),
        page: address("/login"),
        protected: address("/me"),
        logout: Some(LogoutPlan { url: address("/logout"), get: false }),
        fields: vec![field("user", "alice"), field("password", "geheim")],
        json: None,
        csrf: true,
        marker: None,
        max_logins: MAX_LOGINS,
        bearer: None,
        names: CookieClassifier::default(),
        random: Secret::new((11..=74).collect()),
    }
}

/// The names of the results, in the order of the checks.
fn answers(trace: &SessionTrace) -> Vec<&'static str> {
    LifecycleCheck::ALL.iter().take(7).map(|question| trace.answer(*question).map_or("-", CheckResult::name)).collect()
}

#[track_caller]
fn live(site: &mut Site) -> SessionTrace {
    let trace = run(&plan(), site).unwrap();
    assert_eq!(trace.ended, None);
    trace
}

const GOOD: [&str; 7] = ["pass", "pass", "pass", "pass", "pass", "pass", "skipped"];

/// The expected results of a good site, with changes.
fn but(changes: &[(LifecycleCheck, &'static str)]) -> Vec<&'static str> {
    let pick = |(question, good): (&LifecycleCheck, &'static str)| {
        changes.iter().find(|(own, _)| own == question).map_or(good, |(_, answer)| *answer)
    };
    LifecycleCheck::ALL.iter().zip(GOOD).map(pick).collect()
}

#[test]
fn good_site_passes_all_checks() {
    for site in [
        Site::default(),
        Site { rewrites: true, ..Site::default() },
        Site { all_200: true, ..Site::default() },
        Site { csrf: true, ..Site::default() },
        Site { action: "/session", ..Site::default() },
        Site { login_location: "https://elsewhere.example/", ..Site::default() },
    ] {
        let mut site = site;
        let trace = live(&mut site);
        assert_eq!(answers(&trace), GOOD, "{:#?}", trace.done);
        assert_eq!(trace.session(), ["sid"]);
        assert_eq!((trace.logins, site.logins), (2, 2));
        assert!(site.log.iter().all(|(_, url, ..)| url.starts_with("https://a.example/")));
    }
}

#[test]
fn site_fault_fails_exactly_its_check() {
    use LifecycleCheck::{Cleared, LogoutWorks, RememberRevoked, Revoked, Rotated, UnknownIdReplaced};
    let cases = [
        (Site { early: false, ..Site::default() }, but(&[(Rotated, "skipped")])),
        (Site { rotates: false, ..Site::default() }, but(&[(Rotated, "fail")])),
        (Site { rotates: false, rewrites: true, ..Site::default() }, but(&[(Rotated, "fail")])),
        (
            Site { rotates: false, adopts: true, ..Site::default() },
            but(&[(Rotated, "fail"), (UnknownIdReplaced, "fail")]),
        ),
        // Adopted while anonymous, but replaced at login: harmless.
        (Site { adopts: true, ..Site::default() }, but(&[])),
        (Site { revokes: false, ..Site::default() }, but(&[(Revoked, "fail")])),
        (Site { revokes: false, rewrites: true, ..Site::default() }, but(&[(Revoked, "fail")])),
        (Site { clears: false, early: false, ..Site::default() }, but(&[(Rotated, "skipped"), (Cleared, "fail")])),
        (
            Site { clears: false, revokes: false, ..Site::default() },
            but(&[(LogoutWorks, "fail"), (Cleared, "fail"), (Revoked, "skipped")]),
        ),
        (Site { remembers: Some(true), ..Site::default() }, but(&[(RememberRevoked, "pass")])),
        (Site { remembers: Some(false), ..Site::default() }, but(&[(RememberRevoked, "fail")])),
    ];
    for (number, (mut site, expected)) in cases.into_iter().enumerate() {
        let trace = live(&mut site);
        assert_eq!(answers(&trace), expected, "case {number}: {:#?}", trace.answers);
    }
}

#[test]
fn session_cookie_is_found_among_others() {
    let trace = live(&mut Site { remembers: Some(true), ..Site::default() });
    let facts: Vec<_> =
        trace.cookies.iter().map(|own| (own.name.as_str(), own.is_credential(), own.is_remembered())).collect();
    assert!(facts.contains(&("sid", true, false)) && facts.contains(&("remember_me", true, true)), "{facts:?}");
    assert!(facts.contains(&("_ga", false, false)));
}

#[test]
fn single_use_values_are_inconclusive() {
    let trace = live(&mut Site { single_use: true, ..Site::default() });
    assert!(
        trace.answer(LifecycleCheck::Rotated).is_some_and(|answer| answer.name() == "inconclusive"),
        "{:?}",
        trace.answers
    );
    assert!(!answers(&trace).contains(&"fail"), "{:?}", trace.answers);
}

#[test]
fn refused_login_stops_the_run() {
    let end = |mut site: Site, change: fn(&mut LifecyclePlan)| {
        let mut plan = plan();
        change(&mut plan);
        let trace = run(&plan, &mut site).unwrap();
        (trace.ended.map(|stop| stop.to_string()).unwrap_or_default(), site)
    };
    let (why, site) = end(Site::default(), |plan| plan.fields.truncate(1));
    assert!(why.contains("the login failed"), "{why}");
    assert_eq!(site.logins, 1, "no second try");
    let (why, site) = end(Site { patience: 7, ..Site::default() }, |_| {});
    assert!(why.contains("429"), "{why}");
    assert_eq!(site.log.len(), 8, "nothing after it");
    let (why, site) = end(Site { login_status: 403, ..Site::default() }, |_| {});
    assert!(why.contains("403") && site.logins == 1, "{why}");
    let (why, _) = end(Site::default(), |plan| plan.marker = Some("no such text".to_owned()));
    assert!(why.contains("marker"), "{why}");
}

#[test]
fn credentials_are_not_sent_to_other_origins() {
    for status in [307, 308] {
        let mut site = Site { login_status: status, login_location: "https://evil.example/", ..Site::default() };
        let trace = run(&plan(), &mut site).unwrap();
        assert!(trace.ended.unwrap().to_string().contains("https://evil.example"));
        assert!(site.log.iter().all(|(_, url, ..)| url.starts_with("https://a.example/")));
    }
    let mut site = Site { action: "https://evil.example/login", ..Site::default() };
    let trace = run(&plan(), &mut site).unwrap();
    assert!(trace.ended.unwrap().to_string().contains("https://evil.example"));
    assert_eq!(site.logins, 0);
    // Downgraded to plain HTTP, it is another origin, too.
    let mut site = Site { action: "http://a.example/login", ..Site::default() };
    assert!(run(&plan(), &mut site).unwrap().ended.is_some() && site.logins == 0);
}

#[test]
fn unsafe_plan_is_rejected() {
    let error = |change: fn(&mut LifecyclePlan)| {
        let mut plan = plan();
        change(&mut plan);
        let mut site = Site::default();
        let error = run(&plan, &mut site).map(|_| ()).unwrap_err();
        assert!(site.log.is_empty());
        error.to_string()
    };
    assert!(error(|plan| plan.login = HttpUrl::parse("http://a.example/").unwrap()).contains("plain HTTP"));
    assert!(error(|plan| plan.protected = HttpUrl::parse("https://b.example/").unwrap()).contains("not the origin"));
    assert!(error(|plan| plan.fields.clear()).contains("no credentials to log in with"));
    assert!(error(|plan| plan.max_logins = 0).contains("no login"));
    assert!(error(|plan| plan.json = Some(Secret::new("[]".to_owned()))).contains("JSON"));
}

#[test]
fn login_limit_is_respected() {
    let mut plan = plan();
    plan.max_logins = 1;
    let mut site = Site::default();
    let trace = run(&plan, &mut site).unwrap();
    assert_eq!((trace.ended, site.logins), (None, 1));
    let planned = plan.steps().iter().filter(|step| step.is_login).count();
    assert_eq!(planned, 1);
}

#[test]
fn rejected_logout_is_inconclusive() {
    let trace = live(&mut Site { logout_status: 405, ..Site::default() });
    let answer = trace.answer(LifecycleCheck::Revoked).unwrap();
    assert!(matches!(answer, CheckResult::Skipped(why) if why.contains("405")));
}
