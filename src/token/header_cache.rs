//! Headers that come again. Tokens of one key and kind have one header: many tokens have few, and each is read once.

use super::compact::{CompactError, Segments, TokenPart};
use super::header::JoseHeader;
use crate::encoding::json::{self, JsonError};
use std::sync::OnceLock;

/// So many different headers are kept, the first ones; all others are read each time they come.
const KEPT: usize = 16;

/// Where the texts of kept headers stand; each place is filled once.
#[derive(Default)]
pub struct HeaderCache([OnceLock<String>; KEPT]);

/// Reads headers, and knows again those that it has on its shelf.
pub struct CachedHeaderReader<'s> {
    shelf: &'s HeaderCache,
    /// The segment as written, base64url, and the header.
    known: Vec<(Vec<u8>, JoseHeader<'s>)>,
    buffer: Vec<u8>,
}

/// Why a header could not be read.
pub enum HeaderError {
    Shape(CompactError),
    Json(JsonError),
}

/// A header: one of those that are known, or one just read.
pub enum HeaderRef<'r> {
    Known(&'r JoseHeader<'r>),
    New(Box<JoseHeader<'r>>),
}

impl<'r> std::ops::Deref for HeaderRef<'r> {
    type Target = JoseHeader<'r>;

    fn deref(&self) -> &JoseHeader<'r> {
        match self {
            Self::Known(header) => header,
            Self::New(header) => header,
        }
    }
}

impl<'s> CachedHeaderReader<'s> {
    /// Uses the free places of `shelf`.
    pub fn new(shelf: &'s HeaderCache) -> Self {
        Self { shelf, known: Vec::new(), buffer: Vec::new() }
    }

    /// The header of a token.
    ///
    /// # Errors
    /// No strict base64url, or not one strict JSON object.
    pub fn read(&mut self, segments: &Segments<'_>) -> Result<HeaderRef<'_>, HeaderError> {
        let place = match self.known.iter().position(|(segment, _)| segment == segments.header) {
            Some(place) => Some(place),
            None => {
                segments.decode_part(TokenPart::Header, &mut self.buffer).map_err(HeaderError::Shape)?;
                self.keep(segments.header)
            }
        };
        match place.and_then(|place| self.known.get(place)) {
            Some((_, header)) => Ok(HeaderRef::Known(header)),
            None => {
                let header = json::text(&self.buffer).and_then(JoseHeader::parse).map_err(HeaderError::Json)?;
                Ok(HeaderRef::New(Box::new(header)))
            }
        }
    }

    /// Keeps the header in the buffer, if it can be read and there is room; says where.
    fn keep(&mut self, segment: &[u8]) -> Option<usize> {
        let free = self.shelf.0.iter().find(|place| place.get().is_none())?;
        let text = json::text(&self.buffer).ok().filter(|text| JoseHeader::parse(text).is_ok())?;
        let header = JoseHeader::parse(free.get_or_init(|| text.to_owned())).ok()?;
        // Another thread may have been here first.
        (header.object.text() == text).then(|| {
            self.known.push((segment.to_vec(), header));
            self.known.len().saturating_sub(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64url;

    fn token(header: &str) -> String {
        format!("{}.e30.AA", base64url::encode(header.as_bytes()))
    }

    #[test]
    fn a_header_is_what_it_says_whether_it_is_known_or_not() {
        let shelf = HeaderCache::default();
        let (mut one, mut other) = (CachedHeaderReader::new(&shelf), CachedHeaderReader::new(&shelf));
        for _ in 0..2 {
            for number in 0..KEPT + 4 {
                let text = format!("{{\"alg\":\"ES256\",\"kid\":\"{number}\"}}");
                let token = token(&text);
                let segments = Segments::cut(token.as_bytes(), 1000).unwrap();
                for headers in [&mut one, &mut other] {
                    let Ok(header) = headers.read(&segments) else { panic!("it is a header") };
                    assert_eq!(header.object.text(), text);
                    assert_eq!(header.kid.present().map(|kid| &**kid), Some(number.to_string().as_str()));
                }
            }
        }
        assert_eq!(one.known.len() + other.known.len(), KEPT);
    }

    #[test]
    fn what_is_no_header_is_refused_each_time() {
        let shelf = HeaderCache::default();
        let mut headers = CachedHeaderReader::new(&shelf);
        for token in [token("{\"alg\":1,\"alg\":2}"), token("[]"), token("\u{feff}{}"), "e30=.e30.AA".to_owned()] {
            let segments = Segments::cut(token.as_bytes(), 1000).unwrap();
            assert!(headers.read(&segments).is_err() && headers.read(&segments).is_err());
        }
        assert!(headers.known.is_empty());
    }
}
