//! A cookie jar: cookies with their values, from a browser session or a copied `Cookie` header. The client of `probe`
//! sends cookies from it.

use super::cookie_store::CookieStore;
use super::set_cookie::SetCookie;
use super::storage::{StorageContext, StorageOutcome, decide};
use crate::encoding::bounds::head;
use crate::http::exchange::Exchange;
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use crate::time::UnixTime;

/// A cookie store with the cookie values. A clone models a stolen copy: it does not change with the original.
#[derive(Clone, Default)]
pub struct CookieJar {
    jar: CookieStore<Secret<Vec<u8>>>,
}

impl CookieJar {
    /// Stores the cookies of the response in `exchange`, as a browser would.
    pub fn take(&mut self, exchange: &Exchange) {
        // Deletions use dates long past, and no cookie expires during a run.
        let now = exchange.time.unwrap_or(UnixTime(1_000_000_000));
        self.take_lines(&exchange.url, exchange.response_header_values("set-cookie"), now);
    }

    /// Stores the cookies of `Set-Cookie` values received from `url`.
    pub fn take_lines<'l>(&mut self, url: &HttpUrl, lines: impl Iterator<Item = &'l [u8]>, now: UnixTime) {
        let setting = StorageContext { secure: url.secure, host: &url.host, path: &url.path, now };
        for line in lines {
            let line = SetCookie::parse(line);
            let decision = decide(&line, &setting);
            // Browsers differ here; keep the cookie, because a user who checks a local site expects it to be stored.
            if decision.outcome != StorageOutcome::Dropped {
                self.jar.take(&decision.effective, Secret::new(line.value.bytes.to_vec()));
            }
        }
    }

    /// The `Cookie` header value for a request (6265bis §5.8.3); `None` without cookies.
    pub fn header(&self, url: &HttpUrl) -> Option<Secret<Vec<u8>>> {
        self.header_beside(&[], url)
    }

    /// Like [`Self::header`], preceded by those cookies of another `Cookie` header that this jar does not replace.
    pub fn header_beside(&self, own: &[u8], url: &HttpUrl) -> Option<Secret<Vec<u8>>> {
        let secure = url.secure || url.is_loopback();
        let kept = self.jar.for_request(secure, &url.host, &url.path);
        let name = |pair: &[u8]| match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => head(pair, at).trim_ascii().to_vec(),
            None => Vec::new(),
        };
        let pairs = own.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty());
        let mut pairs: Vec<Vec<u8>> = pairs
            .filter(|pair| !kept.iter().any(|(cookie, _)| cookie.name == name(pair)))
            .map(<[u8]>::to_vec)
            .collect();
        for (cookie, value) in kept {
            let sign: &[u8] = if cookie.name.is_empty() { b"" } else { b"=" };
            pairs.push([cookie.name.as_slice(), sign, value.expose()].concat());
        }
        let line = pairs.join(&b"; "[..]);
        pairs.iter_mut().for_each(zeroize::Zeroize::zeroize);
        (!line.is_empty()).then(|| Secret::new(line))
    }

    /// All cookie names, without duplicates, in the order in which they were set.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (cookie, _) in self.jar.all() {
            let name = String::from_utf8_lossy(&cookie.name).into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether no cookie is stored, for any host.
    pub fn is_empty(&self) -> bool {
        self.jar.all().is_empty()
    }

    /// The value of the first cookie set with this name.
    pub fn value(&self, name: &str) -> Option<&Secret<Vec<u8>>> {
        let all = self.jar.all();
        all.into_iter().find(|(cookie, _)| cookie.name == name.as_bytes()).map(|(_, value)| value)
    }

    /// A copy with only the cookies whose names are wanted.
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        self.mapped(|name, value| wanted(name).then(|| value.clone()))
    }

    /// Adds the cookies of `other`, replacing equal ones.
    pub fn add(&mut self, other: &Self) {
        for (cookie, value) in other.jar.all() {
            self.jar.take(cookie, value.clone());
        }
    }

    /// A copy of the cookies with this name and another value, for every domain and path where they are sent.
    pub fn with_value(&self, name: &str, value: &Secret<Vec<u8>>) -> Self {
        self.mapped(|own, _| (own == name).then(|| value.clone()))
    }

    fn mapped(&self, value: impl Fn(&str, &Secret<Vec<u8>>) -> Option<Secret<Vec<u8>>>) -> Self {
        let mut copy = Self::default();
        for (cookie, own) in self.jar.all() {
            if let Some(value) = value(&String::from_utf8_lossy(&cookie.name), own) {
                copy.jar.take(cookie, value);
            }
        }
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::exchange::HttpHeader;

    fn exchange(lines: &[&str]) -> Exchange {
        let headers = lines.iter().map(|line| HttpHeader::new("Set-Cookie", *line)).collect();
        Exchange { headers, ..Exchange::get(HttpUrl::parse("https://a.example/x/y").unwrap()) }
    }

    fn header(jar: &CookieJar) -> String {
        let line = jar.header(&exchange(&[]).url);
        line.map(|line| String::from_utf8_lossy(line.expose()).into_owned()).unwrap_or_default()
    }

    #[test]
    fn response_cookies_update_jar_values() {
        let mut jar = CookieJar::default();
        jar.take(&exchange(&["a=1; Path=/", "b=2; Path=/other", "c=3", "d=4; Domain=else.example"]));
        assert_eq!(header(&jar), "c=3; a=1");
        let copy = jar.clone();
        jar.take(&exchange(&["a=5; Path=/", "c=; Max-Age=0", "n"]));
        assert_eq!(header(&jar), "n; a=5");
        assert_eq!(header(&copy), "c=3; a=1", "a copy does not change");
        assert_eq!(header(&copy.only(|name| name == "c")), "c=3");
        assert_eq!(header(&jar.with_value("a", &Secret::new(b"x".to_vec()))), "a=x");
    }

    #[test]
    fn longer_paths_come_first_and_replace_header_cookies() {
        let mut jar = CookieJar::default();
        jar.take(&exchange(&["a=1; Path=/", "b=2; Path=/x", "a=3; Path=/x", "a=4; Path=/x"]));
        assert_eq!(header(&jar), "b=2; a=4; a=1");
        let url = exchange(&[]).url;
        let line = jar.header_beside(b"c=5; a=6 ; ; bare", &url).unwrap();
        assert_eq!(line.expose(), b"c=5; bare; b=2; a=4; a=1");
        assert_eq!(CookieJar::default().header_beside(b"c=5", &url).unwrap().expose(), b"c=5");
        assert!(CookieJar::default().header(&url).is_none());
    }
}
