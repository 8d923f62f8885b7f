//! Tests with a simulated token issuer whose faults are configurable.

use super::*;

/// A simulated token issuer.
#[derive(Clone, Default)]
struct Issuer {
    /// Logout revokes access tokens.
    revokes_access: bool,
    revokes_refresh: bool,
    rotates: bool,
    /// Used refresh tokens are accepted again.
    reusable: bool,
    /// A replay revokes the token family.
    detects: bool,
    no_token: bool,

    /// Access tokens, and refresh tokens with a flag whether they were used.
    access: BTreeMap<String, bool>,
    refresh: BTreeMap<String, bool>,
    count: usize,
    logins: usize,
}

impl Issuer {
    fn grant(&mut self, refresh: Option<String>) -> (u16, String) {
        self.count += 1;
        let access = format!("access-{}", self.count);
        self.access.insert(access.clone(), true);
        let refresh = refresh.unwrap_or_else(|| {
            let token = format!("refresh-{}", self.count);
            self.refresh.insert(token.clone(), false);
            token
        });
        (200, format!(r#"{{"access_token":"{access}","refresh_token":"{refresh}","expires_in":300}}"#))
    }

    fn respond(&mut self, ask: &LifecycleRequest) -> (u16, String) {
        let body = ask.body.as_ref().map(|body| String::from_utf8(body.expose().clone()).unwrap()).unwrap_or_default();
        let header = ask.headers.iter().find(|header| header.is("authorization"));
        let token =
            header.map(|header| String::from_utf8_lossy(&header.value).replace("Bearer ", "")).unwrap_or_default();
        let named = |name: &str| body.split('&').find_map(|pair| pair.strip_prefix(name)).map(str::to_owned);
        let good = self.access.get(&token) == Some(&true);
        match (ask.method(), ask.url.path.as_str()) {
            ("GET", "/me") if good => (200, r#"{"sub":"alice"}"#.to_owned()),
            ("GET", "/me") => (401, r#"{"error":"invalid_token"}"#.to_owned()),
            ("POST", "/login") if self.no_token => (200, "{}".to_owned()),
            ("POST", "/login") => {
                self.logins += 1;
                self.grant(None)
            }
            ("POST", "/token") => {
                let Some(old) = named("refresh_token=") else { return (400, String::new()) };
                match self.refresh.get(&old) {
                    None => (400, r#"{"error":"invalid_grant"}"#.to_owned()),
                    Some(true) if !self.reusable => {
                        if self.detects {
                            self.refresh.clear();
                        }
                        (400, r#"{"error":"invalid_grant"}"#.to_owned())
                    }
                    Some(_) if self.rotates => {
                        self.refresh.insert(old, true);
                        self.grant(None)
                    }
                    Some(_) => self.grant(Some(old)),
                }
            }
            ("POST", "/logout") => {
                if self.revokes_access {
                    self.access.remove(&token);
                }
                if self.revokes_refresh
                    && let Some(token) = named("token=")
                {
                    self.refresh.remove(&token);
                }
                (204, String::new())
            }
            _ => (405, String::new()),
        }
    }
}

impl HttpTransport for Issuer {
    fn send(&mut self, ask: &LifecycleRequest) -> Result<Exchange, TransportError> {
        let (status, body) = self.respond(ask);
        let time = Some(UnixTime(1_769_860_800));
        Ok(Exchange { status, body: body.into_bytes(), time, ..Exchange::get(ask.url.clone()) })
    }
}

fn plan_with_tokens() -> LifecyclePlan {
    let field = FormField { name: "client_id".to_owned(), value: Secret::new("app".to_owned()) };
    let refresh = RefreshPlan { url: address("/token"), token: "/refresh_token".to_owned(), fields: vec![field] };
    LifecyclePlan { bearer: Some(BearerPlan { access: "/access_token".to_owned(), refresh: Some(refresh) }), ..plan() }
}

#[test]
fn issuer_fault_fails_exactly_its_token_check() {
    let good =
        Issuer { revokes_access: true, revokes_refresh: true, rotates: true, detects: true, ..Issuer::default() };
    let cases = [
        (good.clone(), ["pass"; 5]),
        (Issuer { detects: false, ..good.clone() }, ["pass", "pass", "fail", "pass", "pass"]),
        (Issuer { reusable: true, ..good.clone() }, ["pass", "fail", "skipped", "pass", "pass"]),
        (Issuer { rotates: false, ..good.clone() }, ["fail", "skipped", "skipped", "pass", "pass"]),
        (Issuer { revokes_access: false, ..good.clone() }, ["pass", "pass", "pass", "fail", "pass"]),
        (Issuer { revokes_refresh: false, ..good.clone() }, ["pass", "pass", "pass", "pass", "fail"]),
    ];
    for (number, (mut issuer, expected)) in cases.into_iter().enumerate() {
        let trace = run(&plan_with_tokens(), &mut issuer).unwrap();
        assert_eq!(trace.ended, None);
        let names: Vec<_> = trace.answers.iter().map(|(_, answer)| answer.name()).collect();
        assert_eq!(names, expected, "case {number}: {:#?}", trace.answers);
        assert_eq!(trace.logins as usize, issuer.logins);
        let lives_on = trace.tokens.and_then(|tokens| tokens.lives_on);
        assert_eq!(lives_on, (!issuer.revokes_access).then_some(300));
    }
    let trace = run(&plan_with_tokens(), &mut Issuer { no_token: true, ..Issuer::default() }).unwrap();
    assert!(trace.ended.unwrap().to_string().contains("/access_token"));
}
