//! Walks from the first visit past logout, replaying copies of the cookies at each step.

use super::apps::App;
use super::client::{Answer, Cookies, INVENTED, ask, ask_as_it_is, shape};
use super::truth::{Facts, Truth};

const FORM: &str = "username=alice&password=correct+horse";

struct Walk<'a> {
    app: &'a App,
    truth: &'a Truth,
    sets: Vec<String>,
}

/// The facts about `app`, established by requests, and all responses to one browser.
pub fn walk(app: &App, truth: &Truth) -> (Facts, Vec<Answer>) {
    let mut walk = Walk { app, truth, sets: Vec::new() };
    let session = &truth.session;

    let mut browser = Cookies::default();
    let mut visits = vec![walk.ask("GET", &truth.home, &mut browser, "")];
    visits.push(walk.ask("GET", &truth.protected, &mut browser, ""));
    assert!(!walk.opens(&browser), "the protected page is open to everybody");
    visits.extend(walk.log_in(&mut browser));
    assert!(walk.opens(&browser), "login fails");
    let before = walk.anonymous();
    let mut victim = before.clone();
    walk.log_in(&mut victim);
    assert!(walk.opens(&victim), "login fails after a visit");
    let fixation = walk.opens(&before);

    assert!(!walk.opens(&Cookies::one(session, INVENTED)), "an invented id opens the page");
    let made_up = Cookies::one(session, INVENTED);
    walk.log_in(&mut made_up.clone());
    let invented = walk.opens(&made_up);

    let copy = Cookies::one(session, browser.get(session).expect("a session"));
    assert!(walk.opens(&copy), "the session cookie alone does not open the page");
    let copy_of_remember =
        truth.remember.as_ref().map(|name| Cookies::one(name, browser.get(name).expect("it is set")));
    let (method, path) = truth.logout.split_once(' ').expect("a method and a path");
    let page = Answer { signed_in: true, ..walk.ask("GET", &truth.protected, &mut browser, "") };
    visits.push(walk.ask(method, path, &mut browser, token(&page).trim_start_matches('&')));
    visits.insert(visits.len() - 1, page);
    let cleared = !walk.opens(&browser);
    visits.push(walk.ask("GET", &truth.protected, &mut browser, ""));
    let kept_in_jar = browser.get(session) == copy.get(session);

    let mut sets = walk.sets.clone();
    sets.sort();
    sets.dedup();
    let facts = Facts {
        preset: before.get(session).is_some(),
        changes: before.get(session) != victim.get(session),
        fixation,
        invented,
        cleared,
        kept_in_jar,
        lives: walk.opens(&copy),
        remembered: copy_of_remember.map(|copy| walk.opens(&copy)),
        sets,
    };
    (facts, visits)
}

impl Walk<'_> {
    fn ask(&mut self, method: &str, path: &str, cookies: &mut Cookies, form: &str) -> Answer {
        let answer = ask(self.app, method, path, cookies, form);
        self.sets.extend(answer.set_cookies.iter().map(|line| shape(line)));
        answer
    }

    /// The cookies of an anonymous visitor.
    fn anonymous(&mut self) -> Cookies {
        let mut cookies = Cookies::default();
        self.ask("GET", &self.truth.home.clone(), &mut cookies, "");
        cookies
    }

    fn log_in(&mut self, cookies: &mut Cookies) -> [Answer; 2] {
        let login = self.truth.login.clone();
        let page = self.ask("GET", &login, cookies, "");
        let form = format!("{FORM}{}{}", self.truth.more, token(&page));
        let entered = self.ask("POST", &login, cookies, &form);
        [page, entered]
    }

    /// Whether these cookies open the protected page.
    fn opens(&self, cookies: &Cookies) -> bool {
        let answer = ask_as_it_is(self.app, "GET", &self.truth.protected, cookies, "");
        answer.status == 200 && answer.body.contains(&self.truth.marker)
    }
}

/// The CSRF token field of Django's forms.
fn token(page: &Answer) -> String {
    let value =
        page.body.split_once("name=\"csrfmiddlewaretoken\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    value.map(|(value, _)| format!("&csrfmiddlewaretoken={value}")).unwrap_or_default()
}
