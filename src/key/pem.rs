//! PEM (RFC 7468): text around blocks is ignored, a block itself is parsed strictly. Related blocks form one key (a key
//! and its certificates, a chain); otherwise the file has several keys.

use super::asn1::{Cursor, ZeroizingBytes};
use super::der::{self, Shape};
use super::error::KeyError;
use super::key_assembly::KeyAssembly;
use super::set::KeySourceNote;
use super::{Key, MAX_BLOCKS, certificate, encrypted, ssh, structures};
use crate::alg::Curve;
use crate::secret::Secret;
use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

mod reflow;

pub(super) use reflow::reflow;

/// One block, not yet decoded.
struct PemBlock<'a> {
    label: &'a [u8],
    /// The number of its first line, from 1.
    line: usize,
    /// The header fields (RFC 1421 §4.6) indicate encryption.
    legacy_encryption: bool,
    /// The base64 text without white space.
    body: ZeroizingBytes,
    body_line: usize,
}

/// Whether a line of `bytes` starts a PEM block.
pub(super) fn is_pem(bytes: &[u8]) -> bool {
    lines(bytes).any(|line| line.starts_with(BEGIN))
}

/// The lines without surrounding white space; a line ends with LF, CR LF or CR.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    bytes
        .split(|byte| *byte == b'\n')
        .flat_map(|line| line.trim_ascii().split(|byte| *byte == b'\r'))
        .map(<[u8]>::trim_ascii)
}

/// Finds all blocks.
fn blocks(bytes: &[u8]) -> Result<Vec<PemBlock<'_>>, KeyError> {
    let mut found: Vec<PemBlock<'_>> = Vec::new();
    let mut rest = lines(bytes).zip(1_usize..).filter(|(line, _)| !line.is_empty());
    while let Some((line, number)) = rest.next() {
        let Some(tail) = line.strip_prefix(BEGIN) else { continue };
        if found.len() == MAX_BLOCKS {
            return Err(KeyError::TooMany { what: "PEM blocks", limit: MAX_BLOCKS });
        }
        let place = |error| within(found.len(), number, error);
        let fault = "the BEGIN line does not end with -----";
        let label = tail.strip_suffix(DASHES).ok_or_else(|| place(KeyError::Pem { line: number, fault }))?;
        let block = block(label, number, &mut rest).map_err(place)?;
        found.push(block);
    }
    Ok(found)
}

fn within(index: usize, line: usize, error: KeyError) -> KeyError {
    KeyError::Block { block: index.saturating_add(1), line, error: Box::new(error) }
}

/// Reads up to the END line.
fn block<'a>(
    label: &'a [u8],
    begin: usize,
    lines: &mut (impl Iterator<Item = (&'a [u8], usize)> + Clone),
) -> Result<PemBlock<'a>, KeyError> {
    // Allocated once, so that growing leaves no copies in memory.
    let room = lines.clone().map_while(|(line, _)| (!line.starts_with(DASHES)).then_some(line.len()));
    let body = Zeroizing::new(Vec::with_capacity(room.fold(0, usize::saturating_add)));
    let mut block = PemBlock { label, line: begin, legacy_encryption: false, body, body_line: begin };
    for (line, number) in lines {
        let fault = |fault| KeyError::Pem { line: number, fault };
        if let Some(end) = line.strip_prefix(END) {
            return match end.strip_suffix(DASHES) {
                Some(own) if own == label => Ok(block),
                _ => Err(fault("the END line does not match the BEGIN line")),
            };
        }
        if line.starts_with(DASHES) {
            return Err(fault("another block starts before this one ends"));
        }
        if line.contains(&b':') && block.body.is_empty() {
            block.legacy_encryption |= line.starts_with(b"Proc-Type") && line.ends_with(b"ENCRYPTED");
            continue;
        }
        if line.iter().any(|byte| !matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=')) {
            return Err(fault("invalid base64 character"));
        }
        if block.body.is_empty() {
            block.body_line = number;
        }
        block.body.extend_from_slice(line);
    }
    Err(KeyError::Pem { line: begin, fault: "block has no END line" })
}

impl PemBlock<'_> {
    /// Strict: padded, canonical (RFC 4648 §3.5).
    fn decode(&self) -> Result<Secret<Vec<u8>>, KeyError> {
        let text = std::str::from_utf8(&self.body).unwrap_or_default();
        match Base64::decode_vec(text) {
            Ok(bytes) if !bytes.is_empty() => Ok(Secret::new(bytes)),
            Ok(_) => Err(KeyError::Pem { line: self.line, fault: "block is empty" }),
            Err(_) => Err(KeyError::Pem {
                line: self.body_line,
                fault: "body is not strict base64; the block may be truncated",
            }),
        }
    }
}

enum Item {
    Key(Key),
    Certificate(Key),
    /// The curve of the following EC PRIVATE KEY.
    Parameters(Vec<u8>),
    Nothing,
}

/// Reads all keys of a PEM file, with a note for each block whose label is wrong.
pub fn read(bytes: &[u8], passphrase: Option<&Secret<Vec<u8>>>) -> Result<(Vec<Key>, Vec<KeySourceNote>), KeyError> {
    let mut assembly = KeyAssembly::default();
    let mut curve = None;
    let mut notes = Vec::new();
    let blocks = blocks(bytes)?;
    if passphrase.is_some() {
        let decoded = blocks.iter().filter_map(|block| block.decode().ok());
        encrypted::check_file(decoded.filter(|der| Shape::detect(der.expose()) == Some(Shape::Encrypted)))?;
    }
    for (index, block) in blocks.iter().enumerate() {
        let place = |error| within(index, block.line, error);
        let item = item(block, curve.take(), passphrase).map_err(place)?;
        notes.extend(
            block
                .decode()
                .ok()
                .filter(|der| encrypted::is_legacy(der.expose()))
                .map(|_| KeySourceNote::LegacyEncryption),
        );
        notes.extend(item.1.map(|content| KeySourceNote::WrongLabel { line: block.line, content }));
        match item.0 {
            Item::Key(key) => assembly.add_key(key),
            Item::Certificate(key) => assembly.add_certificate(key).map_err(place)?,
            Item::Parameters(der) => {
                curve = Some(structures::curve(&mut Cursor::new(&der).map_err(place)?).map_err(place)?)
            }
            Item::Nothing => {}
        }
    }
    let keys = assembly.into_keys();
    if keys.is_empty() { Err(KeyError::PemWithoutKey) } else { Ok((keys, notes)) }
}

/// The content of a block, and its structure if the label names another one: `RSA PRIVATE KEY` for PKCS#8, and the like.
/// OpenSSL writes neither, but people rename the label to please a parser, and nothing else fits the content.
fn item(
    block: &PemBlock<'_>,
    curve: Option<Curve>,
    passphrase: Option<&Secret<Vec<u8>>>,
) -> Result<(Item, Option<&'static str>), KeyError> {
    if block.legacy_encryption {
        return Err(KeyError::unsupported_but(
            "legacy PEM encryption (Proc-Type: 4,ENCRYPTED)",
            "re-encrypt the key: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW",
        ));
    }
    let shape = match block.label {
        b"RSA PRIVATE KEY" => Shape::Pkcs1Private,
        b"RSA PUBLIC KEY" => Shape::Pkcs1Public,
        b"PRIVATE KEY" => Shape::Pkcs8,
        b"ENCRYPTED PRIVATE KEY" => Shape::Encrypted,
        b"EC PRIVATE KEY" => Shape::Sec1,
        b"PUBLIC KEY" => Shape::Spki,
        b"CERTIFICATE" | b"X509 CERTIFICATE" => Shape::Certificate,
        b"OPENSSH PRIVATE KEY" => {
            return Ok((Item::Key(ssh::private(block.decode()?.expose(), passphrase)?), None));
        }
        b"EC PARAMETERS" => return Ok((Item::Parameters(block.decode()?.expose().clone()), None)),
        other => return unknown(&String::from_utf8_lossy(other)).map(|item| (item, None)),
    };
    let der = block.decode()?;
    let content = Shape::detect(der.expose()).filter(|content| *content != shape);
    let key = match (content, shape) {
        (Some(Shape::Certificate), _) | (None, Shape::Certificate) => {
            return Ok((Item::Certificate(certificate::key(der.expose())?), content.map(Shape::name)));
        }
        (Some(_), _) => der::read(der.expose(), passphrase)?,
        (None, Shape::Sec1) => structures::sec1(der.expose(), curve)?,
        (None, shape) => der::read_as(shape, der.expose(), passphrase)?,
    };
    Ok((Item::Key(key), content.map(Shape::name)))
}

/// An unsupported block: an error if it holds a key, otherwise ignored.
fn unknown(label: &str) -> Result<Item, KeyError> {
    let hint = match label {
        "PGP PRIVATE KEY BLOCK" | "PGP PUBLIC KEY BLOCK" => {
            "generate another key: authkit keys generate; OpenPGP keys cannot sign tokens"
        }
        "DSA PRIVATE KEY" => "use P-256 or Ed25519; no JWT algorithm uses DSA",
        "TRUSTED CERTIFICATE" => "write a plain certificate: openssl x509 -in OLD -out NEW",
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            "extract the public key: openssl req -in OLD -noout -pubkey"
        }
        "PKCS7" | "CMS" => "extract the certificates: openssl pkcs7 -in OLD -print_certs -out NEW",
        _ if label.ends_with("KEY") || label.contains("KEY BLOCK") => {
            "convert it to PKCS#1, PKCS#8, SEC 1, SPKI or X.509"
        }
        _ => return Ok(Item::Nothing),
    };
    let short: String = label.chars().take(40).collect();
    Err(KeyError::unsupported_but(format!("a PEM block \"{short}\""), hint))
}

/// Writes one block, in lines of 64 characters (RFC 7468 §2).
pub(super) fn write(label: &str, der: &[u8], out: &mut Vec<u8>) {
    let text = Zeroizing::new(Base64::encode_string(der));
    out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for line in text.as_bytes().chunks(64) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
}

/// Upper bound of the bytes that [`write`] produces.
pub(super) fn written_length(der: &[u8]) -> usize {
    der.len().saturating_mul(3).div_ceil(2).saturating_add(128)
}
