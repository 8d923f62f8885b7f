//! A minimal HTTP client, independent of the code under test.

use super::apps::App;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// A session id that the server never issued.
pub const INVENTED: &str = "inventedinventedinvented00";

pub struct Answer {
    pub method: String,
    pub path: String,
    /// The `Cookie` header that was sent.
    pub sent: String,
    /// Whether the sent cookies are those of an authenticated user; set by the walk.
    pub signed_in: bool,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub set_cookies: Vec<String>,
    pub body: String,
}

/// Cookies by name and path, as a browser would send them.
#[derive(Clone, Default)]
pub struct Cookies(BTreeMap<(String, String), String>);

impl Cookies {
    pub fn one(name: &str, value: &str) -> Self {
        Self(BTreeMap::from([((name.to_owned(), "/".to_owned()), value.to_owned())]))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|((own, _), _)| own == name).map(|(_, value)| value.as_str())
    }

    fn header(&self) -> String {
        self.0.iter().map(|((name, _), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Stores the cookies of a response; every path here is explicit.
    fn take(&mut self, lines: &[String]) {
        for line in lines {
            let (pair, rest) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a name");
            let mut attributes = rest.split(';').filter_map(|one| one.trim().split_once('='));
            let path = attributes.rfind(|(name, _)| name.eq_ignore_ascii_case("path")).expect("a path").1;
            let key = (name.trim().to_owned(), path.to_owned());
            if is_deletion(line) {
                self.0.remove(&key);
            } else {
                self.0.insert(key, value.to_owned());
            }
        }
    }
}

/// All these frameworks delete cookies with a date of 1970.
fn is_deletion(line: &str) -> bool {
    line.to_ascii_lowercase().contains("expires=thu, 01 jan 1970")
}

/// The line without values that differ between runs.
pub fn shape(line: &str) -> String {
    let (pair, rest) = line.split_once(';').unwrap_or((line, ""));
    let mut shape = pair.split('=').next().expect("a name").trim().to_owned();
    if is_deletion(line) {
        shape += " deleted";
    }
    for attribute in rest.split(';').map(str::trim) {
        let name = attribute.split('=').next().expect("a name");
        shape += "; ";
        shape += if name.eq_ignore_ascii_case("expires") { name } else { attribute };
    }
    shape
}

/// Sends one request and stores the cookies of the response.
pub fn ask(app: &App, method: &str, path: &str, cookies: &mut Cookies, form: &str) -> Answer {
    let answer = ask_as_it_is(app, method, path, cookies, form);
    cookies.take(&answer.set_cookies);
    answer
}

/// Sends one request without storing cookies.
pub fn ask_as_it_is(app: &App, method: &str, path: &str, cookies: &Cookies, form: &str) -> Answer {
    let mut headers = vec![("Referer", app.url("/"))];
    if !cookies.0.is_empty() {
        headers.push(("Cookie", cookies.header()));
    }
    let body = (method == "POST").then_some(form);
    if body.is_some() {
        headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
    }
    send(app, method, path, &headers, body)
}

/// Sends the request with the given headers and body.
pub fn send(app: &App, method: &str, path: &str, headers: &[(&str, String)], body: Option<&str>) -> Answer {
    let origin = app.url("");
    let host = origin.split_once("//").expect("a host").1;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    if let Some(body) = body {
        request += &format!("Content-Length: {}\r\n", body.len());
    }
    request += "\r\n";
    request += body.unwrap_or_default();
    let answer = exchange(app, request.as_bytes());
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status").parse().expect("a number");
    let lines = lines.filter_map(|line| line.split_once(':'));
    let received: Vec<_> = lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let set_cookies = received.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    Answer {
        method: method.to_owned(),
        path: path.to_owned(),
        sent: headers.iter().filter(|(name, _)| *name == "Cookie").map(|(_, value)| value.clone()).collect(),
        signed_in: false,
        status,
        set_cookies: set_cookies.map(|(_, value)| value.clone()).collect(),
        headers: received,
        body: body.to_owned(),
    }
}

fn exchange(app: &App, request: &[u8]) -> Vec<u8> {
    let mut tcp = TcpStream::connect(("127.0.0.1", app.port)).expect("a connection");
    tcp.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    let mut answer = Vec::new();
    let Some(authority) = &app.authority else {
        tcp.write_all(request).expect("a request");
        tcp.read_to_end(&mut answer).expect("an answer");
        return answer;
    };
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).expect("PEM")).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().expect("a name"));
    let mut stream = StreamOwned::new(connection.expect("a connection"), tcp);
    stream.write_all(request).expect("a request");
    stream.read_to_end(&mut answer).expect("an answer");
    answer
}
