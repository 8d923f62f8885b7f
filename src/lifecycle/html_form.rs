//! Extracts forms, hidden fields and CSRF tokens from a login page. It parses just enough HTML to find the tags of
//! forms, and executes nothing.

use crate::http::url::HttpUrl;

/// The maximum number of hidden fields of one form.
const MAX_HIDDEN: usize = 32;

/// The forms of a page, and its other CSRF tokens.
#[derive(Default)]
pub struct Page {
    forms: Vec<Form>,
    /// The content of a `meta` element named `csrf-token` or similar.
    pub meta: Option<String>,
}

/// A form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form {
    /// The target of the form, if it has one.
    action: Option<String>,
    /// Names of its fields.
    names: Vec<String>,
    /// Hidden fields, names and values.
    pub hidden: Vec<(String, String)>,
}

impl Page {
    pub fn read(page: &[u8]) -> Self {
        let text = String::from_utf8_lossy(page);
        let mut read = Self::default();
        let mut current: Option<Form> = None;
        for tag in tags(&text) {
            match tag.name.as_str() {
                "form" => {
                    read.forms.extend(current.take());
                    current = Some(Form { action: tag.get("action"), ..Form::default() });
                }
                "/form" => read.forms.extend(current.take()),
                "input" => {
                    let (Some(form), Some(name)) = (&mut current, tag.get("name")) else { continue };
                    let hidden = tag.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
                    if hidden && form.hidden.len() < MAX_HIDDEN {
                        form.hidden.push((name.clone(), tag.get("value").unwrap_or_default()));
                    }
                    form.names.push(name);
                }
                "meta" => {
                    let name = tag.get("name").unwrap_or_default().to_ascii_lowercase();
                    if matches!(name.as_str(), "csrf-token" | "_csrf" | "csrf_token" | "xsrf-token") {
                        read.meta = read.meta.or_else(|| tag.get("content"));
                    }
                }
                _ => {}
            }
        }
        // An unclosed form ends with the page.
        read.forms.extend(current);
        read
    }

    /// The first form with a field of one of these names.
    pub fn with_field(&self, names: &[&str]) -> Option<&Form> {
        self.forms.iter().find(|form| form.names.iter().any(|own| names.contains(&own.as_str())))
    }

    /// The first form of the page at `page` whose target is `target`.
    pub fn leading_to(&self, page: &HttpUrl, target: &HttpUrl) -> Option<&Form> {
        let is_there = |url: &HttpUrl| url.origin() == target.origin() && url.path == target.path;
        self.forms.iter().find(|form| form.target(page).as_ref().is_some_and(is_there))
    }
}

impl Form {
    /// The target of the form on the page at `page`, if it has one.
    pub fn target(&self, page: &HttpUrl) -> Option<HttpUrl> {
        page.join(self.action.as_ref().filter(|action| !action.trim().is_empty())?)
    }
}

struct Tag {
    /// In lower case, with the slash of an end tag.
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }
}

/// The tags of a page, without comments and the content of scripts.
fn tags(text: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('<') {
        if let Some(comment) = behind.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let begins = behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        if !begins {
            rest = behind;
            continue;
        }
        let (tag, behind) = tag(behind);
        rest = behind;
        if matches!(tag.name.as_str(), "script" | "style") {
            let is_end = |(at, _): &(usize, &str)| {
                let name = rest.get(at.saturating_add(2)..).and_then(|name| name.get(..tag.name.len()));
                name.is_some_and(|name| name.eq_ignore_ascii_case(&tag.name))
            };
            rest = rest.match_indices("</").find(is_end).and_then(|(at, _)| rest.get(at..)).unwrap_or_default();
        }
        found.push(tag);
    }
    found
}

/// A tag, starting after its `<`, and the rest of the text.
fn tag(text: &str) -> (Tag, &str) {
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    let (name, mut rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let name = name.strip_suffix('/').unwrap_or(name).to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(behind) = rest.strip_prefix('>') {
            return (Tag { name, attributes }, behind);
        }
        if rest.is_empty() {
            return (Tag { name, attributes }, "");
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        // A lone `=` is part of a name: every step must consume something.
        let end = if end == 0 { 1 } else { end };
        let (attribute, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (value, behind) = match behind.trim_ascii_start().strip_prefix('=') {
            Some(behind) => value(behind.trim_ascii_start()),
            None => ("", behind),
        };
        attributes.push((attribute.to_ascii_lowercase(), unescaped(value)));
        rest = behind;
    }
}

/// The value of an attribute, quoted or not, and the rest of the text.
fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Decodes the character references that are common in forms.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let reference = behind.bytes().take(9).position(|byte| byte == b';').and_then(|at| behind.split_at_checked(at));
        let decoded = reference.and_then(|(name, behind)| Some((character(name)?, behind.strip_prefix(';')?)));
        match decoded {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn login_form_is_found_by_its_fields() {
        let page = br#"<html><head><meta content='m&amp;1' name=csrf-token></head>
            <form action=/search><input name=q><input type=hidden name=s value=1></form>
            <!-- <form><input name=password><input type=hidden name=no></form> -->
            <script>document.write("<form><input name=password>")</script>
            <FORM method=post action="/do-login?a=1&amp;b=2">
              <input type="hidden" name="csrf" value="a&quot;b&#x2F;c&#43;&unknown;"/>
              <input type=hidden name='next' value><input name=user value="">
              <input type=password name=password required>
            </FORM>"#;
        let base = HttpUrl::parse("https://a.example/login").unwrap();
        let page = Page::read(page);
        let form = page.with_field(&["user", "password"]).unwrap();
        let target = form.target(&base).unwrap();
        assert_eq!(target.to_string(), "https://a.example/do-login?a=1&b=2");
        assert_eq!(page.leading_to(&base, &target), Some(form));
        let hidden: Vec<_> = form.hidden.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(hidden, [("csrf", "a\"b/c+&unknown;"), ("next", "")]);
        assert_eq!(page.meta.as_deref(), Some("m&1"));
    }

    #[test]
    fn page_without_login_has_no_matching_form() {
        assert_eq!(Page::read(b"<form><input type=hidden name=a>").with_field(&["password"]), None);
        let open = Page::read(b"<form><input type=hidden name=a value=1><input name=password");
        assert_eq!(open.with_field(&["password"]).map(|form| form.hidden.len()), Some(1));
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn arbitrary_page_is_parsed_without_panic(page in "[<>/= \"'&;#a-c!-]{0,80}") {
            Page::read(page.as_bytes());
        }
    }
}
