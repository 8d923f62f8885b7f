//! Classifies responses as authenticated or anonymous. The status alone is not enough, because login pages come with
//! 200: compared are the redirects, the final status, and the words that only the user or only an anonymous client
//! sees.

use crate::http::exchange::Exchange;
use crate::http::url::shown_path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The authentication state of a response.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthState {
    /// Matches the responses after login, or contains the marker.
    Authenticated,
    /// Matches the responses without a session, denies access, or lacks the marker.
    Anonymous,
    /// Matches neither.
    Unclear,
}

impl AuthState {
    /// The name in messages and recordings, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authenticated => "authenticated",
            Self::Anonymous => "anonymous",
            Self::Unclear => "unclear",
        }
    }
}

/// The maximum number of words of a body that are compared.
const MAX_WORDS: usize = 20_000;
/// The maximum length of a word, in bytes: longer runs are data, such as keys and images.
const MAX_WORD: usize = 64;

/// The compared properties of a response.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ResponseFingerprint {
    /// Status code at the end of the redirects.
    pub status: u16,
    /// The paths of the redirect targets, without queries; with the origin if it differs.
    pub way: Vec<String>,
    words: BTreeSet<Vec<u8>>,
    /// The body contains the marker.
    pub marked: bool,
}

impl ResponseFingerprint {
    /// The fingerprint of `chain`, a request and its redirects.
    pub(crate) fn from_chain(chain: &[Exchange], marker: Option<&str>) -> Self {
        let Some((first, last)) = chain.first().zip(chain.last()) else { return Self::default() };
        let mut way = Vec::new();
        for exchange in chain {
            let Some(target) = exchange.redirect_target() else { continue };
            let path = shown_path(&target.path);
            let same = target.origin() == first.url.origin();
            way.push(if same { path } else { format!("{}{path}", target.origin()) });
        }
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
        let words = last.body.split(|byte| !is_word(byte));
        let words = words.filter(|word| !word.is_empty() && word.len() <= MAX_WORD).take(MAX_WORDS);
        let marked = marker.is_some_and(|marker| memchr::memmem::find(&last.body, marker.as_bytes()).is_some());
        Self { status: last.status, way, words: words.map(<[u8]>::to_vec).collect(), marked }
    }

    /// The server denies access explicitly (RFC 9110 §15.5.2, §15.5.4).
    fn is_refusal(&self) -> bool {
        matches!(self.status, 401 | 403)
    }
}

/// The differences between authenticated and anonymous responses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct AuthClassifier {
    visitor: ResponseFingerprint,
    user: ResponseFingerprint,
    by_marker: bool,
    /// Words that the user always sees and an anonymous client never, and the reverse.
    only_user: BTreeSet<Vec<u8>>,
    only_visitor: BTreeSet<Vec<u8>>,
}

/// Why authenticated and anonymous responses cannot be distinguished.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ClassifierError {
    /// They differ only in volatile content.
    Same,
    /// The marker is missing in the user's response.
    MarkerMissing,
    /// Anonymous responses contain the marker, too.
    MarkerForAll,
    /// The user is denied access.
    Refused,
}

impl ClassifierError {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Same => {
                "after login the protected page responds as to an anonymous client: the login failed, or the page is \
                    public"
            }
            Self::MarkerMissing => "after login the protected page does not contain the marker",
            Self::MarkerForAll => "the protected page contains the marker for anonymous clients, too",
            Self::Refused => "after login access to the protected page is denied, as for an anonymous client",
        }
    }
}

impl AuthClassifier {
    /// Learns from two anonymous and two authenticated responses: differences within a pair are volatile and ignored.
    ///
    /// # Errors
    /// Returns why the states cannot be distinguished.
    pub(crate) fn new(
        visitors: &[ResponseFingerprint; 2],
        users: &[ResponseFingerprint; 2],
        by_marker: bool,
    ) -> Result<Self, ClassifierError> {
        let ([visitor, second_visitor], [user, second_user]) = (visitors, users);
        if by_marker {
            if visitor.marked || second_visitor.marked {
                return Err(ClassifierError::MarkerForAll);
            }
            if !user.marked || !second_user.marked {
                return Err(ClassifierError::MarkerMissing);
            }
        }
        if !by_marker && user.is_refusal() {
            return Err(ClassifierError::Refused);
        }
        let always = |a: &ResponseFingerprint, b: &ResponseFingerprint| {
            a.words.intersection(&b.words).cloned().collect::<BTreeSet<_>>()
        };
        let ever = |a: &ResponseFingerprint, b: &ResponseFingerprint| {
            a.words.union(&b.words).cloned().collect::<BTreeSet<_>>()
        };
        let minus = |a: &BTreeSet<_>, b: &BTreeSet<_>| a.difference(b).cloned().collect::<BTreeSet<Vec<u8>>>();
        let only_user = minus(&always(user, second_user), &ever(visitor, second_visitor));
        let only_visitor = minus(&always(visitor, second_visitor), &ever(user, second_user));
        let classifier = Self { visitor: visitor.clone(), user: user.clone(), by_marker, only_user, only_visitor };
        let same_way = !classifier.differs_in_way();
        if !by_marker && same_way && classifier.only_user.is_empty() && classifier.only_visitor.is_empty() {
            return Err(ClassifierError::Same);
        }
        Ok(classifier)
    }

    /// Whether status or redirects distinguish the states.
    fn differs_in_way(&self) -> bool {
        self.visitor.status != self.user.status || self.visitor.way != self.user.way
    }

    /// The distinguishing properties, human-readable.
    pub(crate) fn words(&self) -> String {
        if self.by_marker {
            return "the marker".to_owned();
        }
        let mut parts = Vec::new();
        if self.visitor.status != self.user.status {
            parts
                .push(format!("status {} if anonymous and {} if authenticated", self.visitor.status, self.user.status));
        }
        if self.visitor.way != self.user.way {
            let shown = |way: &[String]| if way.is_empty() { "none".to_owned() } else { way.join(" → ") };
            parts.push(format!(
                "redirects: {} if anonymous and {} if authenticated",
                shown(&self.visitor.way),
                shown(&self.user.way)
            ));
        }
        let (user, visitor) = (self.only_user.len(), self.only_visitor.len());
        if user > 0 || visitor > 0 {
            parts.push(format!("{user} words only if authenticated and {visitor} only if anonymous"));
        }
        parts.join("; ")
    }

    /// Classifies a response.
    pub(crate) fn classify(&self, seen: &ResponseFingerprint) -> AuthState {
        if self.by_marker {
            return match (seen.marked, seen.status) {
                (true, _) => AuthState::Authenticated,
                // An error page never contains the marker.
                (false, 429 | 500..) => AuthState::Unclear,
                (false, _) => AuthState::Anonymous,
            };
        }
        let as_visitor = seen.status == self.visitor.status && seen.way == self.visitor.way;
        let as_user = seen.status == self.user.status && seen.way == self.user.way;
        if seen.is_refusal() || (as_visitor && self.differs_in_way()) {
            return AuthState::Anonymous;
        }
        if !as_user {
            return AuthState::Unclear;
        }
        // Status and redirects match the user's. Words decide, if there are any.
        let share = |words: &BTreeSet<Vec<u8>>| {
            let here = words.intersection(&seen.words).count();
            here.saturating_mul(100).checked_div(words.len())
        };
        // Some words are volatile: a time, a number of messages.
        match (share(&self.only_user), share(&self.only_visitor)) {
            (None, None) | (Some(60..), None | Some(..=30)) | (None, Some(..=30)) => AuthState::Authenticated,
            (Some(..=30), None | Some(60..)) | (None, Some(60..)) if !self.differs_in_way() => AuthState::Anonymous,
            _ => AuthState::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::exchange::HttpHeader;
    use crate::http::url::HttpUrl;

    fn seen(status: u16, body: &str) -> ResponseFingerprint {
        let url = HttpUrl::parse("https://a.example/me").unwrap();
        ResponseFingerprint::from_chain(
            &[Exchange { status, body: body.into(), ..Exchange::get(url) }],
            Some("Log out"),
        )
    }

    fn login_page(body: &str) -> ResponseFingerprint {
        let url = |path: &str| HttpUrl::parse(&format!("https://a.example{path}")).unwrap();
        let headers = vec![HttpHeader::new("Location", "/login?next=/me")];
        let first = Exchange { status: 302, headers, ..Exchange::get(url("/me")) };
        let second = Exchange { body: body.into(), ..Exchange::get(url("/login")) };
        ResponseFingerprint::from_chain(&[first, second], None)
    }

    fn classifier(visitors: [ResponseFingerprint; 2], users: [ResponseFingerprint; 2]) -> AuthClassifier {
        AuthClassifier::new(&visitors, &users, false).unwrap()
    }

    #[test]
    fn responses_with_equal_status_are_classified_by_words() {
        let sign_in = |token: &str| seen(200, &format!("<h1>Please sign in</h1> {token}"));
        let hello = |time: &str| seen(200, &format!("<h1>Hello alice</h1> orders {time}"));
        let classifier = classifier([sign_in("t1"), sign_in("t2")], [hello("12:00"), hello("12:01")]);
        assert_eq!(classifier.classify(&hello("13:45")), AuthState::Authenticated);
        assert_eq!(classifier.classify(&sign_in("t3")), AuthState::Anonymous);
        assert_eq!(classifier.classify(&seen(200, "Maintenance")), AuthState::Unclear);
        assert_eq!(classifier.classify(&seen(503, "Hello alice orders")), AuthState::Unclear);
        assert_eq!(classifier.classify(&seen(401, "")), AuthState::Anonymous);
    }

    #[test]
    fn redirect_to_login_page_is_anonymous() {
        let page = |token: &str| login_page(&format!("sign in {token}"));
        let classifier = classifier([page("t1"), page("t2")], [seen(200, "hello alice"), seen(200, "hello alice")]);
        assert_eq!(classifier.classify(&page("t3")), AuthState::Anonymous);
        assert_eq!(classifier.classify(&login_page("your session is over")), AuthState::Anonymous);
        assert_eq!(classifier.classify(&seen(200, "hello alice")), AuthState::Authenticated);
        assert_eq!(classifier.classify(&seen(200, "sign in")), AuthState::Unclear, "the user's way, a visitor's words");
    }

    #[test]
    fn denied_responses_are_classified_by_words() {
        let classifier = classifier(
            [seen(401, "missing token"), seen(401, "missing token")],
            [seen(200, r#"{"sub":"alice"}"#), seen(200, r#"{"sub":"alice"}"#)],
        );
        assert_eq!(classifier.classify(&seen(401, "token was revoked")), AuthState::Anonymous);
        assert_eq!(classifier.classify(&seen(403, "")), AuthState::Anonymous);
        assert_eq!(classifier.classify(&seen(429, "slow down")), AuthState::Unclear);
        assert_eq!(classifier.classify(&seen(200, r#"{"sub":"alice","at":3}"#)), AuthState::Authenticated);
    }

    #[test]
    fn volatile_content_is_ignored() {
        let page = |token: &str| seen(200, &format!("shop {token}"));
        let same = AuthClassifier::new(&[page("a"), page("b")], &[page("c"), page("d")], false);
        assert_eq!(same, Err(ClassifierError::Same));
        let refused = AuthClassifier::new(&[seen(403, ""), seen(403, "")], &[seen(403, "x"), seen(403, "x")], false);
        assert_eq!(refused, Err(ClassifierError::Refused));
    }

    #[test]
    fn marker_overrides_other_differences() {
        let (out, inside) = (seen(200, "Log in"), seen(200, "alice Log out"));
        let make = |visitor: &ResponseFingerprint, user: &ResponseFingerprint| {
            AuthClassifier::new(&[visitor.clone(), visitor.clone()], &[user.clone(), user.clone()], true)
        };
        let classifier = make(&out, &inside).unwrap();
        assert_eq!(classifier.classify(&seen(200, "something else, Log out")), AuthState::Authenticated);
        assert_eq!(classifier.classify(&seen(200, "Hello alice")), AuthState::Anonymous);
        assert_eq!(classifier.classify(&seen(500, "")), AuthState::Unclear);
        assert_eq!(make(&inside, &inside), Err(ClassifierError::MarkerForAll));
        assert_eq!(make(&out, &out), Err(ClassifierError::MarkerMissing));
    }
}
