//! Session lifecycles against real servers on loopback.

use super::transport::NetworkTransport;
use super::*;
use crate::cli::fetch::tests::server::{Asked, Server, redirect, reply};
use crate::cli::fetch::{ClientSettings, Clients, Limits};
use crate::cli::system::StopSignals;
use authkit::cookie::class::CookieClassifier;
use authkit::http::url::HttpUrl;
use authkit::lifecycle::output::LifecycleOutput;
use authkit::lifecycle::{
    AbortReason, FormField, LifecycleCheck, LifecyclePlan, LogoutPlan, MAX_LOGINS, SessionTrace, TransportError, run,
};
use authkit::secret::Secret;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Mutex;

/// The state and the behaviour of a server.
#[derive(Default)]
struct Site {
    rotates: bool,
    revokes: bool,
    signed_in: Mutex<BTreeSet<String>>,
    count: Mutex<usize>,
}

impl Site {
    fn issue(&self) -> String {
        let mut count = self.count.lock().unwrap();
        *count += 1;
        format!("id{:028x}", *count * 0x9e37_79b9)
    }

    fn answer(&self, asked: &Asked, out: &mut dyn Write) -> io::Result<()> {
        let cookies = asked.header("cookie").unwrap_or_default();
        let sid = cookies.split("; ").find_map(|pair| pair.strip_prefix("sid=")).map(str::to_owned);
        let mut all = self.signed_in.lock().unwrap();
        let set = |id: &str| format!("sid={id}; Path=/; HttpOnly");
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/me") if sid.as_ref().is_some_and(|id| all.contains(id)) => reply(out, 200, &[], "Hello alice"),
            ("GET", "/me") => redirect(out, 302, "/login"),
            ("GET", "/login") => {
                let id = sid.unwrap_or_else(|| self.issue());
                reply(out, 200, &[("Set-Cookie", &set(&id))], "<form><input name=user><input name=password></form>")
            }
            ("POST", "/login") if asked.body == "user=alice&password=geheim" => {
                let id = sid.filter(|_| !self.rotates).unwrap_or_else(|| self.issue());
                all.insert(id.clone());
                reply(out, 302, &[("Set-Cookie", &set(&id)), ("Location", "/me")], "")
            }
            ("POST", "/logout") => {
                if self.revokes
                    && let Some(id) = &sid
                {
                    all.remove(id);
                }
                reply(out, 302, &[("Set-Cookie", "sid=; Path=/; Max-Age=0"), ("Location", "/login")], "")
            }
            _ => reply(out, 403, &[], ""),
        }
    }
}

fn plan(server: &Server) -> LifecyclePlan {
    let at = |path: &str| HttpUrl::parse(&server.url(path)).unwrap();
    let field = |name: &str, value: &str| FormField { name: name.to_owned(), value: Secret::new(value.to_owned()) };
    LifecyclePlan {
        login: at("/login"),
        page: at("/login"),
        protected: at("/me"),
        logout: Some(LogoutPlan { url: at("/logout"), get: false }),
        fields: vec![field("user", "alice"), field("password", "geheim")],
        json: None,
        csrf: true,
        marker: None,
        max_logins: MAX_LOGINS,
        bearer: None,
        names: CookieClassifier::default(),
        random: Secret::new((1..=64).collect()),
    }
}

fn live(plan: &LifecyclePlan) -> SessionTrace {
    let mut net =
        NetworkTransport::new(Clients::new(ClientSettings::default()), Limits::default(), StopSignals::default(), plan);
    run(plan, &mut net).unwrap()
}

fn no(trace: &SessionTrace) -> Vec<&'static str> {
    let is_no = |(question, answer): &(LifecycleCheck, authkit::lifecycle::CheckResult)| {
        (answer.name() == "fail").then(|| question.id())
    };
    trace.answers.iter().filter_map(is_no).collect()
}

#[test]
fn faults_of_a_server_are_detected() {
    for (rotates, revokes, expected) in [
        (true, true, vec![]),
        (false, true, vec!["rotated-at-login", "unknown-id-replaced"]),
        (true, false, vec!["session-revoked"]),
    ] {
        let site = Site { rotates, revokes, ..Site::default() };
        let server = Server::plain(move |asked, out| site.answer(asked, out));
        let trace = live(&plan(&server));
        assert_eq!(trace.ended, None);
        assert_eq!(no(&trace), expected, "{:#?}", trace.done);
        assert_eq!(trace.session(), ["sid"]);
        assert_eq!(trace.requests, server.asked().len(), "every request is counted");
        assert!(!blocks(&LifecycleOutput::from_trace(&trace)).is_empty());
    }
}

#[test]
fn wrong_password_is_tried_once() {
    let site = Site { rotates: true, revokes: true, ..Site::default() };
    let server = Server::plain(move |asked, out| site.answer(asked, out));
    let mut plan = plan(&server);
    plan.fields.pop();
    let trace = live(&plan);
    assert!(trace.ended.unwrap().to_string().contains("403"));
    assert_eq!(server.asked().iter().filter(|asked| asked.method == "POST").count(), 1);
}

#[test]
fn redirect_to_another_origin_gets_no_request() {
    let other = Server::plain(|_, out| reply(out, 200, &[], ""));
    for status in [302, 307, 308] {
        let target = other.url("/steal");
        let server = Server::plain(move |asked, out| match asked.method.as_str() {
            "POST" => redirect(out, status, &target),
            _ => reply(out, 200, &[("Set-Cookie", "sid=1")], "sign in"),
        });
        assert!(live(&plan(&server)).ended.is_some());
    }
    assert!(other.asked().is_empty());
}

#[test]
fn interrupted_run_sends_nothing_and_unreachable_server_aborts() {
    let server = Server::plain(|_, out| reply(out, 200, &[], ""));
    let plan = plan(&server);
    let mut net = NetworkTransport::new(
        Clients::new(ClientSettings::default()),
        Limits::default(),
        StopSignals::interrupted(),
        &plan,
    );
    let trace = run(&plan, &mut net).unwrap();
    assert!(trace.ended == Some(AbortReason::Unanswered(TransportError::Stopped)) && server.asked().is_empty());
    drop(server);
    let mut gone = plan.clone();
    for url in [&mut gone.login, &mut gone.page, &mut gone.protected] {
        url.port = Some(1);
    }
    gone.logout = None;
    let trace = live(&gone);
    assert!(matches!(trace.ended, Some(AbortReason::Unanswered(TransportError::Failed(_)))));
}
