//! A HAR entry, and the texts in it that may contain tokens.

use crate::extract::header;
use crate::rule::token::TokenLocation;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The maximum number of headers, cookies or parameters; an entry with more was not written by a browser.
const MAX_ITEMS: usize = 10_000;

/// The relevant members. Others are skipped, null means absent, and another type makes it an invalid entry.
#[derive(Deserialize)]
pub(super) struct HarEntry<'a> {
    #[serde(borrow)]
    request: Option<HarRequest<'a>>,
    #[serde(borrow)]
    response: Option<Response<'a>>,
    /// Extension of Chrome: WebSocket messages.
    #[serde(borrow, default, rename = "_webSocketMessages", deserialize_with = "list")]
    messages: Vec<HarMessage<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest<'a> {
    #[serde(borrow)]
    url: Option<Str<'a>>,
    #[serde(borrow, default, deserialize_with = "list")]
    headers: Vec<Pair<'a>>,
    #[serde(borrow, default, deserialize_with = "list")]
    query_string: Vec<Pair<'a>>,
    #[serde(borrow, default, deserialize_with = "list")]
    cookies: Vec<Pair<'a>>,
    #[serde(borrow)]
    post_data: Option<PostData<'a>>,
}

#[derive(Deserialize)]
struct PostData<'a> {
    #[serde(borrow)]
    text: Option<Str<'a>>,
    #[serde(borrow, default, deserialize_with = "list")]
    params: Vec<Pair<'a>>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow, default, deserialize_with = "list")]
    headers: Vec<Pair<'a>>,
    #[serde(borrow, default, deserialize_with = "list")]
    cookies: Vec<Pair<'a>>,
    #[serde(borrow)]
    content: Option<Content<'a>>,
    #[serde(borrow, rename = "redirectURL")]
    redirect_url: Option<Str<'a>>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    text: Option<Str<'a>>,
    #[serde(borrow)]
    encoding: Option<Str<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Pair<'a> {
    #[serde(borrow)]
    name: Option<Str<'a>>,
    #[serde(borrow)]
    value: Option<Str<'a>>,
}

#[derive(Deserialize)]
struct HarMessage<'a> {
    #[serde(borrow)]
    data: Option<Str<'a>>,
}

/// A string, borrowed from the entry unless it contains escapes.
#[derive(Deserialize)]
struct Str<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Str<'a> {
    fn bytes(&self) -> Cow<'a, [u8]> {
        match &self.0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.clone().into_bytes()),
        }
    }
}

/// A text of an entry that may contain tokens.
pub(super) struct EntryText<'s, 'a> {
    pub carrier: TokenLocation,
    pub header: Option<&'s str>,
    text: Cow<'a, [u8]>,
    /// Its location in the entry: a member, and for a list element its index and member.
    member: &'static str,
    element: Option<(usize, &'static str)>,
}

impl<'a> EntryText<'_, 'a> {
    pub(crate) fn tokens(&self) -> Vec<Cow<'a, [u8]>> {
        super::tokens(&self.text)
    }

    /// A JSON pointer relative to the entry, without the leading slash.
    pub(crate) fn pointer(&self) -> String {
        match self.element {
            Some((number, member)) => format!("{}/{number}/{member}", self.member),
            None => self.member.to_owned(),
        }
    }
}

impl<'a> HarEntry<'a> {
    pub(crate) fn url(&self) -> Option<&str> {
        self.request.as_ref()?.url.as_ref().map(|url| &*url.0)
    }

    /// The headers of request and response.
    pub(crate) fn headers(&self) -> (&[Pair<'a>], &[Pair<'a>]) {
        let request = self.request.as_ref().map(|request| request.headers.as_slice());
        let response = self.response.as_ref().map(|response| response.headers.as_slice());
        (request.unwrap_or_default(), response.unwrap_or_default())
    }

    /// The request body as sent, or the form parameters in order.
    pub(crate) fn posted(&self) -> Option<Vec<u8>> {
        let data = self.request.as_ref()?.post_data.as_ref()?;
        let text = data.text.as_ref().map(Str::bytes).filter(|text| !text.is_empty());
        Some(text.map_or_else(
            || {
                let pairs = data.params.iter().map(|pair| [pair.name().unwrap_or_default().as_bytes(), pair.value()]);
                pairs.map(|pair| pair.join(&b'=')).collect::<Vec<_>>().join(&b'&')
            },
            Cow::into_owned,
        ))
    }

    /// The response body, as far as it was saved.
    pub(crate) fn body(&self) -> Option<Cow<'a, [u8]>> {
        self.response.as_ref()?.content.as_ref()?.bytes()
    }

    /// Calls `then` with every text, in the order of request and response.
    pub(crate) fn texts(&self, then: &mut dyn FnMut(EntryText<'_, 'a>)) {
        if let Some(request) = &self.request {
            one("request/url", request.url.as_ref(), TokenLocation::Url, then);
            headers("request/headers", &request.headers, then);
            pairs("request/queryString", &request.query_string, TokenLocation::Url, then);
            pairs("request/cookies", &request.cookies, TokenLocation::Cookie, then);
            if let Some(data) = &request.post_data {
                one("request/postData/text", data.text.as_ref(), TokenLocation::Body, then);
                pairs("request/postData/params", &data.params, TokenLocation::Body, then);
            }
        }
        if let Some(response) = &self.response {
            headers("response/headers", &response.headers, then);
            pairs("response/cookies", &response.cookies, TokenLocation::Cookie, then);
            one("response/redirectURL", response.redirect_url.as_ref(), TokenLocation::Url, then);
            if let Some(text) = response.content.as_ref().and_then(Content::bytes) {
                let member = "response/content/text";
                then(EntryText { carrier: TokenLocation::Body, header: None, text, member, element: None });
            }
        }
        for (number, message) in self.messages.iter().enumerate() {
            element(("_webSocketMessages", number, "data"), message.data.as_ref(), TokenLocation::Body, None, then);
        }
    }
}

impl Pair<'_> {
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|name| &*name.0)
    }

    pub(crate) fn value(&self) -> &[u8] {
        self.value.as_ref().map(|value| value.0.as_bytes()).unwrap_or_default()
    }
}

impl<'a> Content<'a> {
    /// The body, decoded if it is marked as base64 and valid.
    fn bytes(&self) -> Option<Cow<'a, [u8]>> {
        let text = self.text.as_ref()?.bytes();
        let coded = self.encoding.as_ref().is_some_and(|encoding| encoding.0.eq_ignore_ascii_case("base64"));
        match coded.then(|| base64_simd::STANDARD.decode_to_vec(&text)) {
            Some(Ok(body)) => Some(Cow::Owned(body)),
            _ => Some(text),
        }
    }
}

fn one<'a>(
    member: &'static str,
    text: Option<&Str<'a>>,
    carrier: TokenLocation,
    then: &mut dyn FnMut(EntryText<'_, 'a>),
) {
    if let Some(text) = text {
        then(EntryText { carrier, header: None, text: text.bytes(), member, element: None });
    }
}

fn headers<'a>(member: &'static str, list: &[Pair<'a>], then: &mut dyn FnMut(EntryText<'_, 'a>)) {
    for (number, pair) in list.iter().enumerate() {
        let name = pair.name.as_ref().map(|name| &*name.0).filter(|name| name.len() <= header::MAX_NAME);
        let carrier = name.map_or(TokenLocation::Header, header::carrier);
        element((member, number, "value"), pair.value.as_ref(), carrier, name, then);
    }
}

fn pairs<'a>(member: &'static str, list: &[Pair<'a>], carrier: TokenLocation, then: &mut dyn FnMut(EntryText<'_, 'a>)) {
    for (number, pair) in list.iter().enumerate() {
        element((member, number, "name"), pair.name.as_ref(), carrier, None, then);
        element((member, number, "value"), pair.value.as_ref(), carrier, None, then);
    }
}

fn element<'a>(
    (member, number, part): (&'static str, usize, &'static str),
    text: Option<&Str<'a>>,
    carrier: TokenLocation,
    header: Option<&str>,
    then: &mut dyn FnMut(EntryText<'_, 'a>),
) {
    if let Some(text) = text {
        then(EntryText { carrier, header, text: text.bytes(), member, element: Some((number, part)) });
    }
}

/// A list of at most [`MAX_ITEMS`], or null.
fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(reader: D) -> Result<Vec<T>, D::Error> {
    struct List<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_unit<E>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element()? {
                if items.len() == MAX_ITEMS {
                    return Err(A::Error::custom("the list is too long"));
                }
                items.push(item);
            }
            Ok(items)
        }
    }
    reader.deserialize_any(List(PhantomData))
}
