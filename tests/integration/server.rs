//! Scripted test servers on loopback, correct or faulty, with TLS certificates of a test CA.

use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// A received request.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Writes the complete response, including the header section; returning closes the connection.
pub type Handler = dyn Fn(&Asked, &mut dyn Write) -> io::Result<()> + Send + Sync;

pub struct Server {
    pub port: u16,
    scheme: &'static str,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A plain or TLS connection.
trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl Server {
    /// Plain HTTP on 127.0.0.1.
    pub fn plain(handler: impl Fn(&Asked, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self::start("http", None, Arc::new(handler))
    }

    /// A server that sends `greeting` on each connection and then reads; returns its port.
    pub fn raw(greeting: &'static [u8]) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.write_all(greeting);
                let _ = io::copy(&mut stream, &mut io::sink());
            }
        });
        port
    }

    /// Accepts every request and never responds; only the client's timeout ends the request.
    pub fn silent() -> Self {
        Self::plain(|_, _| never())
    }

    pub fn tls(
        config: Arc<ServerConfig>,
        handler: impl Fn(&Asked, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start("https", Some(config), Arc::new(handler))
    }

    /// HTTP/2 over TLS, byte for byte: one response to every request, with these headers unchanged; returns its port.
    pub fn http2(config: Arc<ServerConfig>, headers: &'static [(&'static [u8], &'static [u8])]) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let mut config = Arc::unwrap_or_clone(config);
        config.alpn_protocols = vec![b"h2".to_vec()];
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                let config = Arc::clone(&config);
                std::thread::spawn(move || {
                    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
                    answer_http2(&mut StreamOwned::new(connection, tcp), headers)
                });
            }
        });
        port
    }

    fn start(scheme: &'static str, config: Option<Arc<ServerConfig>>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, handler, log) = (config.clone(), Arc::clone(&handler), Arc::clone(&log));
                std::thread::spawn(move || {
                    let _ = serve(stream, config, &*handler, &log);
                });
            }
        });
        Self { port, scheme, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}{path}", self.scheme, self.port)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of requests for `path`.
    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
    }
}

/// Blocks for the duration of the tests.
pub fn never() -> io::Result<()> {
    loop {
        std::thread::park();
    }
}

/// Encodes a frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short payload").to_be_bytes();
    [&length[1..], &[kind, flags], &stream, payload].concat()
}

fn answer_http2(stream: &mut dyn Stream, headers: &[(&[u8], &[u8])]) -> io::Result<()> {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const ACK: u8 = 1;
    const END_STREAM: u8 = 1;
    const END_HEADERS: u8 = 4;
    // ":status: 200", then literals without indexing or Huffman coding (RFC 7541 §6.1, §6.2.2).
    let mut block = vec![0x88];
    for (name, value) in headers {
        for text in [&[][..], *name, *value] {
            let length = u8::try_from(text.len()).ok().filter(|length| *length < 127).expect("a short text");
            block.push(length);
            block.extend_from_slice(text);
        }
    }
    stream.read_exact(&mut [0; 24])?;
    stream.write_all(&frame(SETTINGS, 0, [0; 4], &[]))?;
    stream.flush()?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        stream.read_exact(&mut payload)?;
        let id = [head[5], head[6], head[7], head[8]];
        match (head[3], head[4]) {
            (SETTINGS, flags) if flags & ACK == 0 => stream.write_all(&frame(SETTINGS, ACK, [0; 4], &[]))?,
            (HEADERS, _) => {
                stream.write_all(&frame(HEADERS, END_HEADERS, id, &block))?;
                stream.write_all(&frame(DATA, END_STREAM, id, b"ok"))?;
            }
            _ => {}
        }
        stream.flush()?;
    }
}

fn serve(
    tcp: TcpStream,
    config: Option<Arc<ServerConfig>>,
    handler: &Handler,
    log: &Mutex<Vec<Asked>>,
) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let mut stream: Box<dyn Stream> = match config {
        None => Box::new(tcp),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            Box::new(StreamOwned::new(connection, tcp))
        }
    };
    let asked = read(&mut *stream)?;
    log.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
    let mut out = Vec::new();
    // Short responses are sent at once; endless ones as they are written.
    let mut writer = Through { stream: &mut *stream, held: &mut out };
    handler(&asked, &mut writer)?;
    writer.flush()
}

/// Buffers output, to send header section and body together.
struct Through<'s> {
    stream: &'s mut dyn Stream,
    held: &'s mut Vec<u8>,
}

impl Write for Through<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() > 16 * 1024 {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(self.held)?;
        self.held.clear();
        self.stream.flush()
    }
}

fn read(stream: &mut dyn Stream) -> io::Result<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let mut asked = Asked {
        method: words.next().unwrap_or_default().to_owned(),
        path: words.next().unwrap_or_default().to_owned(),
        ..Asked::default()
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        asked.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    asked.body = String::from_utf8_lossy(&body).into_owned();
    Ok(asked)
}

/// Writes a complete response.
pub fn reply(out: &mut dyn Write, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> io::Result<()> {
    let body = body.as_ref();
    write!(out, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len())?;
    for (name, value) in headers {
        write!(out, "{name}: {value}\r\n")?;
    }
    write!(out, "\r\n")?;
    out.write_all(body)
}

pub fn redirect(out: &mut dyn Write, status: u16, location: &str) -> io::Result<()> {
    reply(out, status, &[("Location", location)], "")
}

/// A certificate authority generated for a test.
pub struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pub pem: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { params, key, pem }
    }

    /// A server configuration with a certificate for these names.
    pub fn config(&self, names: &[&str]) -> Arc<ServerConfig> {
        self.config_until(names, 2099)
    }

    /// The same, valid until the start of a year.
    pub fn config_until(&self, names: &[&str], year: i32) -> Arc<ServerConfig> {
        let (certificate, key) = self.certificate(names, year);
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate and its key");
        Arc::new(config)
    }
    /// A certificate for these names and its key, as PEM.
    pub fn files(&self, names: &[&str]) -> (String, String) {
        let (certificate, key) = self.certificate(names, 2099);
        (certificate.pem(), key.serialize_pem())
    }

    fn certificate(&self, names: &[&str], year: i32) -> (Certificate, KeyPair) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("parameters");
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let issuer = Issuer::from_params(&self.params, &self.key);
        (params.signed_by(&key, &issuer).expect("a certificate"), key)
    }
}
