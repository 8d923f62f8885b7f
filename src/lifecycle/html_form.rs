//! Extracts forms, hidden fields and CSRF tokens from the tags of a login page. It builds no tree and executes nothing.

use crate::http::url::HttpUrl;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// The maximum number of hidden fields of one form.
const MAX_HIDDEN: usize = 32;

/// The forms of a page, and its other CSRF tokens.
#[derive(Default)]
pub(crate) struct Page {
    forms: Vec<Form>,
    /// The content of a `meta` element named `csrf-token` or similar.
    pub meta: Option<String>,
}

/// A form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Form {
    /// The target of the form, if it has one.
    action: Option<String>,
    /// Names of its fields.
    names: Vec<String>,
    /// Hidden fields, names and values.
    pub hidden: Vec<(String, String)>,
}

impl Page {
    /// Reads a page, as browsers tokenize it (WHATWG HTML §13.2.5): a tag that the page ends in is ignored.
    pub(crate) fn read(page: &[u8]) -> Self {
        let mut read = Self::default();
        let mut current: Option<Form> = None;
        let mut emitter = DefaultEmitter::default();
        // There are no tags inside of script, style, title and textarea.
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(page, emitter) {
            match &token {
                Token::StartTag(tag) => read.add(tag, &mut current),
                Token::EndTag(tag) if tag.name == b"form" => read.forms.extend(current.take()),
                _ => {}
            }
        }
        // An unclosed form ends with the page.
        read.forms.extend(current);
        read
    }

    /// Adds one start tag. `current` is the open form.
    fn add(&mut self, tag: &StartTag<()>, current: &mut Option<Form>) {
        match tag.name.as_slice() {
            b"form" => {
                self.forms.extend(current.take());
                *current = Some(Form { action: attribute(tag, b"action"), ..Form::default() });
            }
            b"input" => {
                let (Some(form), Some(name)) = (current, attribute(tag, b"name")) else { return };
                let hidden = attribute(tag, b"type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
                if hidden && form.hidden.len() < MAX_HIDDEN {
                    form.hidden.push((name.clone(), attribute(tag, b"value").unwrap_or_default()));
                }
                form.names.push(name);
            }
            b"meta" => {
                let name = attribute(tag, b"name").unwrap_or_default().to_ascii_lowercase();
                if matches!(name.as_str(), "csrf-token" | "_csrf" | "csrf_token" | "xsrf-token") {
                    self.meta = self.meta.take().or_else(|| attribute(tag, b"content"));
                }
            }
            _ => {}
        }
    }

    /// The first form with a field of one of these names.
    pub(crate) fn with_field(&self, names: &[&str]) -> Option<&Form> {
        self.forms.iter().find(|form| form.names.iter().any(|own| names.contains(&own.as_str())))
    }

    /// The first form of the page at `page` whose target is `target`.
    pub(crate) fn leading_to(&self, page: &HttpUrl, target: &HttpUrl) -> Option<&Form> {
        let is_there = |url: &HttpUrl| url.origin() == target.origin() && url.path == target.path;
        self.forms.iter().find(|form| form.target(page).as_ref().is_some_and(is_there))
    }
}

impl Form {
    /// The target of the form on the page at `page`, if it has one.
    pub(crate) fn target(&self, page: &HttpUrl) -> Option<HttpUrl> {
        page.join(self.action.as_ref().filter(|action| !action.trim().is_empty())?)
    }
}

/// The value of an attribute, with character references decoded and invalid UTF-8 replaced.
fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned())
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
        let open = Page::read(b"<form><input type=hidden name=a value=1><input name=password>");
        assert_eq!(open.with_field(&["password"]).map(|form| form.hidden.len()), Some(1));
    }

    #[test]
    fn tags_in_text_of_an_element_are_not_read() {
        for text in ["<title>", "<textarea>", "<style>", "<script>", "<!--"] {
            let page = format!("{text}<form><input name=password></form>");
            assert_eq!(Page::read(page.as_bytes()).with_field(&["password"]), None, "{text}");
        }
    }

    #[test]
    fn first_of_duplicate_attributes_is_read() {
        let page = Page::read(b"<form action=/a action=/b><input name=password name=x>");
        assert_eq!(page.with_field(&["password"]).and_then(|form| form.action.as_deref()), Some("/a"));
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn arbitrary_page_is_parsed_without_panic(page in "[<>/= \"'&;#a-c!-]{0,80}") {
            Page::read(page.as_bytes());
        }
    }
}
