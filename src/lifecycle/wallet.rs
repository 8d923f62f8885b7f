//! Cookies with their values: what a browser has, or what somebody copied from it.

use crate::cookie::address::Address;
use crate::cookie::decision::{Outcome, Setting, decide};
use crate::cookie::exchange::Exchange;
use crate::cookie::jar::{Change, Jar};
use crate::cookie::set_cookie::SetCookie;
use crate::secret::Secret;
use crate::time::UnixTime;

/// A cookie is known by name, domain, whether only that host has it, and path (6265bis §5.7 step 23).
type Key = (Vec<u8>, String, bool, String);

/// A jar and the values of its cookies. A clone is what a thief has: it stays as it was.
#[derive(Clone, Default)]
pub struct Wallet {
    jar: Jar,
    values: Vec<(Key, Secret<Vec<u8>>)>,
}

fn owned(key: (&[u8], &str, bool, &str)) -> Key {
    (key.0.to_vec(), key.1.to_owned(), key.2, key.3.to_owned())
}

impl Wallet {
    /// Takes what the response of `exchange` sets, as a browser would.
    pub fn take(&mut self, exchange: &Exchange) {
        let url = &exchange.url;
        // Deletions name dates of long ago, and nothing that is set expires while we look.
        let now = exchange.time.unwrap_or(UnixTime(1_000_000_000));
        let setting = Setting { secure: url.secure, host: &url.host, path: &url.path, now };
        for header in exchange.headers.iter().filter(|header| header.is("set-cookie")) {
            let line = SetCookie::parse(&header.value);
            let decision = decide(&line, &setting);
            // Browsers that differ keep it: whoever looks at a site on this machine means those.
            if decision.outcome == Outcome::Dropped {
                continue;
            }
            let change = self.jar.take(&decision.effective);
            let key = owned(decision.effective.key());
            self.values.retain(|(own, _)| *own != key);
            if matches!(change, Change::Set | Change::Replaced) {
                self.values.push((key, Secret::new(line.value.bytes.to_vec())));
            }
        }
    }

    /// The cookies for a request, names and values, in the order of the jar.
    fn pairs<'s>(&'s self, url: &'s Address) -> impl Iterator<Item = (&'s [u8], &'s [u8])> {
        let secure = url.secure || url.is_loopback();
        self.jar.for_request(secure, &url.host, &url.path).filter_map(|cookie| {
            let key = owned(cookie.key());
            let value = self.values.iter().find(|(own, _)| *own == key)?;
            Some((cookie.name.as_slice(), value.1.expose().as_slice()))
        })
    }

    /// The value of `Cookie` for a request (6265bis §5.8.3); `None` without cookies.
    pub fn header(&self, url: &Address) -> Option<Secret<Vec<u8>>> {
        let mut line = Vec::new();
        for (name, value) in self.pairs(url) {
            if !line.is_empty() {
                line.extend_from_slice(b"; ");
            }
            if !name.is_empty() {
                line.extend_from_slice(name);
                line.push(b'=');
            }
            line.extend_from_slice(value);
        }
        (!line.is_empty()).then(|| Secret::new(line))
    }

    /// The names of all cookies, each once, in the order in which they were set.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for ((name, ..), _) in &self.values {
            let name = String::from_utf8_lossy(name).into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a cookie of this name.
    pub fn value(&self, name: &str) -> Option<&Secret<Vec<u8>>> {
        self.values.iter().find(|((own, ..), _)| own == name.as_bytes()).map(|(_, value)| value)
    }

    /// A copy with only the cookies whose name is wanted.
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        let keep = |(key, _): &&(Key, Secret<Vec<u8>>)| wanted(&String::from_utf8_lossy(&key.0));
        Self { jar: self.jar.clone(), values: self.values.iter().filter(keep).cloned().collect() }
    }

    /// Takes over the cookies of `other` that are not here.
    pub fn add(&mut self, other: &Self) {
        for (key, value) in &other.values {
            if !self.values.iter().any(|(own, _)| own == key) {
                self.values.push((key.clone(), value.clone()));
            }
        }
    }

    /// A copy in which the cookies of this name have another value, for every place where they are sent.
    pub fn with_value(&self, name: &str, value: &Secret<Vec<u8>>) -> Self {
        let mut copy = self.only(|own| own == name);
        for (_, own) in &mut copy.values {
            *own = value.clone();
        }
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::exchange::Header;

    fn exchange(lines: &[&str]) -> Exchange {
        let headers = lines.iter().map(|line| Header::new("Set-Cookie", *line)).collect();
        Exchange { headers, ..Exchange::get(Address::parse("https://a.example/x/y").unwrap()) }
    }

    fn header(wallet: &Wallet) -> String {
        let line = wallet.header(&exchange(&[]).url);
        line.map(|line| String::from_utf8_lossy(line.expose()).into_owned()).unwrap_or_default()
    }

    #[test]
    fn values_follow_the_jar() {
        let mut wallet = Wallet::default();
        wallet.take(&exchange(&["a=1; Path=/", "b=2; Path=/other", "c=3", "d=4; Domain=else.example"]));
        assert_eq!(header(&wallet), "a=1; c=3");
        let copy = wallet.clone();
        wallet.take(&exchange(&["a=5; Path=/", "c=; Max-Age=0", "n"]));
        assert_eq!(header(&wallet), "a=5; n");
        assert_eq!(header(&copy), "a=1; c=3", "a copy stays as it was");
        assert_eq!(header(&copy.only(|name| name == "c")), "c=3");
        assert_eq!(header(&wallet.with_value("a", &Secret::new(b"x".to_vec()))), "a=x");
    }
}
