//! Construction and signing of a token: an ordered JSON object whose members are kept as JSON text.

use crate::alg::{AlgError, Signer};
use crate::encoding::base64url;
use crate::encoding::json::{JsonObject, JsonValue};
use crate::secret::Secret;

/// An ordered JSON object under construction.
#[derive(Clone, Default, Debug)]
pub struct JsonObjectBuilder(Vec<(String, String)>);

/// A JSON Pointer leads through a value that is no object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAnObject;

impl JsonObjectBuilder {
    /// All members of `object`, as written.
    pub fn from_object(object: &JsonObject<'_>) -> Self {
        Self(object.iter().map(|(name, value)| (name.to_owned(), value.text().to_owned())).collect())
    }

    /// Sets a member to a strict JSON value; an existing member keeps its position.
    pub fn set(&mut self, name: &str, value: JsonValue<'_>) {
        self.put(name, value.text().to_owned());
    }

    /// Sets a member to a string, without interpreting it.
    pub fn set_text(&mut self, name: &str, text: &str) {
        self.put(name, quote(text));
    }

    /// Sets a member to an integer; an existing member keeps its position.
    pub fn set_number(&mut self, name: &str, number: i64) {
        self.put(name, number.to_string());
    }

    /// Sets a member to an array of strings.
    pub fn set_texts(&mut self, name: &str, texts: &[String]) {
        let all: Vec<String> = texts.iter().map(|text| quote(text)).collect();
        self.put(name, format!("[{}]", all.join(",")));
    }

    /// Sets the value at a JSON Pointer (RFC 6901) and creates the objects on its way.
    ///
    /// # Errors
    /// The pointer leads through a value that is no object; nothing is changed.
    pub fn set_at(&mut self, pointer: &str, value: JsonValue<'_>) -> Result<(), NotAnObject> {
        let mut path = pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"));
        let first = path.next().unwrap_or_default();
        let own = self.0.iter().find(|(name, _)| *name == first).and_then(|(_, json)| serde_json::from_str(json).ok());
        let mut root: serde_json::Value = own.unwrap_or(serde_json::Value::Null);
        let mut place = &mut root;
        for name in path {
            if place.is_null() {
                *place = serde_json::Value::Object(serde_json::Map::new());
            }
            place = place.as_object_mut().ok_or(NotAnObject)?.entry(name).or_insert(serde_json::Value::Null);
        }
        *place = serde_json::from_str(value.text()).map_err(|_| NotAnObject)?;
        self.put(&first, root.to_string());
        Ok(())
    }

    /// Removes the member `name`; without such a member, does nothing.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(own, _)| own != name);
    }

    /// Whether the object has a member `name`, also if its value is null.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    fn put(&mut self, name: &str, json: String) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, value)) => *value = json,
            None => self.0.push((name.to_owned(), json)),
        }
    }

    /// The object as compact JSON.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        for (n, (name, value)) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "," };
            json.extend([separator, &quote(name), ":", value]);
        }
        json.push('}');
        json
    }
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Signs header and claims into a compact token (RFC 7515 §5.1, §7.1).
///
/// # Errors
/// The primitive fails to sign.
pub fn sign(
    header: &JsonObjectBuilder,
    claims: &JsonObjectBuilder,
    signer: &Signer,
) -> Result<Secret<String>, AlgError> {
    let mut token = base64url::encode(header.to_json().as_bytes());
    token.push('.');
    token.push_str(&base64url::encode(claims.to_json().as_bytes()));
    let signature = signer.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&base64url::encode(&signature));
    Ok(Secret::new(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_member_is_always_a_string() {
        let mut members = JsonObjectBuilder::default();
        for (name, text) in [("a", "a\"b"), ("b", "DOM\\user"), ("c", "123"), ("d", "true")] {
            members.set_text(name, text);
        }
        assert_eq!(members.to_json(), r#"{"a":"a\"b","b":"DOM\\user","c":"123","d":"true"}"#);
    }

    #[test]
    fn pointer_creates_the_objects_on_its_way() {
        let mut members = JsonObjectBuilder::default();
        members.set_text("a", "x");
        let value = |text| JsonValue::parse(text).unwrap();
        members.set_at("/realm/tier", value("\"gold\"")).unwrap();
        members.set_at("/realm/a~1b", value("[1]")).unwrap();
        assert_eq!(members.set_at("/a/b", value("1")), Err(NotAnObject));
        assert_eq!(members.to_json(), r#"{"a":"x","realm":{"a/b":[1],"tier":"gold"}}"#);
    }

    #[test]
    fn members_keep_position_and_digits() {
        let mut members =
            JsonObjectBuilder::from_object(&JsonObject::parse(r#"{"n":123456789012345678901,"a":1}"#).unwrap());
        members.set_number("n2", 5);
        members.set_text("a", "x");
        assert_eq!(members.to_json(), r#"{"n":123456789012345678901,"a":"x","n2":5}"#);
        members.remove("n");
        assert!(!members.has("n") && members.has("a"));
    }
}
