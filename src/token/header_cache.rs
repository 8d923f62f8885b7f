//! A cache of parsed headers: tokens of one key and kind share one header, so few distinct headers occur.

use super::compact::{CompactError, Segments, TokenPart};
use super::header::JoseHeader;
use crate::encoding::json::{self, JsonError};
use std::sync::OnceLock;

/// Capacity: the first distinct headers are kept, all others are parsed each time.
const KEPT: usize = 16;

/// Storage for the texts of the cached headers; each slot is filled once.
#[derive(Default)]
pub struct HeaderCache([OnceLock<String>; KEPT]);

/// Reads headers, reusing the cached ones.
pub struct CachedHeaderReader<'s> {
    cache: &'s HeaderCache,
    /// The header segment as written (base64url), and the parsed header.
    known: Vec<(Vec<u8>, JoseHeader<'s>)>,
    buffer: Vec<u8>,
}

/// Why a header cannot be read.
pub enum HeaderError {
    /// The header segment is not strict base64url.
    Shape(CompactError),
    /// The decoded header is not a strict JSON object.
    Json(JsonError),
}

/// A header, cached or just parsed.
pub enum HeaderRef<'r> {
    /// A header from the cache.
    Known(&'r JoseHeader<'r>),
    /// A header parsed for this token only, because it was not cached.
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
    /// Uses the free slots of `cache`.
    pub fn new(cache: &'s HeaderCache) -> Self {
        Self { cache, known: Vec::new(), buffer: Vec::new() }
    }

    /// The header of a token.
    ///
    /// # Errors
    /// Not strict base64url, or not a strict JSON object.
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

    /// Caches the header in the buffer if it is valid and a slot is free; returns its index.
    fn keep(&mut self, segment: &[u8]) -> Option<usize> {
        let free = self.cache.0.iter().find(|place| place.get().is_none())?;
        let text = json::text(&self.buffer).ok().filter(|text| JoseHeader::parse(text).is_ok())?;
        let header = JoseHeader::parse(free.get_or_init(|| text.to_owned())).ok()?;
        // Another thread may have filled the slot first.
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
    fn cached_header_equals_parsed_header() {
        let cache = HeaderCache::default();
        let (mut one, mut other) = (CachedHeaderReader::new(&cache), CachedHeaderReader::new(&cache));
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
    fn invalid_header_is_rejected_each_time() {
        let cache = HeaderCache::default();
        let mut headers = CachedHeaderReader::new(&cache);
        for token in [token("{\"alg\":1,\"alg\":2}"), token("[]"), token("\u{feff}{}"), "e30=.e30.AA".to_owned()] {
            let segments = Segments::cut(token.as_bytes(), 1000).unwrap();
            assert!(headers.read(&segments).is_err() && headers.read(&segments).is_err());
        }
        assert!(headers.known.is_empty());
    }
}
