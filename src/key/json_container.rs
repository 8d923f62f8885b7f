//! Keys within the JSON of products: each is recognised by its members, and becomes a JWK Set with the `kid` and `alg`
//! that the container states.

use super::set::KeySourceNote;
use super::{Key, MAX_MEMBERS, Material, der, describe, jwk, pem};
use crate::encoding::json::{JsonObject, JsonValue};
use crate::secret::Secret;
use zeroize::Zeroizing;

/// The keys of a JSON object that is neither a JWK nor a JWK Set, as a JWK Set; `None` if it is no known container, or
/// its keys cannot be read.
pub(super) fn unwrap(text: &str) -> Option<(Zeroizing<Vec<u8>>, KeySourceNote)> {
    let object = JsonObject::parse(text).ok()?;
    if object.get("kty").is_some() || object.get("keys").is_some() {
        return None;
    }
    let (what, keys) = service_account(&object)
        .map(|keys| ("a Google service account", keys))
        .or_else(|| Some(("a Hasura JWT secret", hasura(&object)?)))
        .or_else(|| Some(("a Keycloak realm", keycloak(&object)?)))
        .or_else(|| Some(("a map of certificates", certificates(&object)?)))
        .map(|(what, keys)| (what, jwk::set_to_json(&keys, true).expose().clone()))
        .or_else(|| Some(("its member jwks", nested_set(&object)?)))?;
    Some((Zeroizing::new(keys.into_bytes()), KeySourceNote::Container(what)))
}

/// A JSON array of JWKs as a JWK Set.
pub(super) fn unwrap_array(text: &str) -> Option<(Zeroizing<Vec<u8>>, KeySourceNote)> {
    let set = Zeroizing::new(format!("{{\"keys\":{text}}}"));
    let object = JsonObject::parse(&set).ok()?;
    let members = object.get("keys").and_then(JsonValue::as_array)?;
    let is_jwk = |member: &JsonValue<'_>| member.as_object().is_some_and(|member| member.get("kty").is_some());
    let is_set = !members.is_empty() && members.iter().all(is_jwk);
    is_set.then(|| (Zeroizing::new(set.as_bytes().to_vec()), KeySourceNote::Container("an array of JWKs")))
}

fn text<'a>(object: &JsonObject<'a>, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    object.get(name).and_then(JsonValue::as_str)
}

/// The first key of a PEM text, or of the body of one.
fn key(text: &str) -> Option<Key> {
    if pem::is_pem(text.as_bytes()) {
        return pem::read(text.as_bytes(), None).ok()?.0.into_iter().next();
    }
    let lines = pem::reflow(text);
    if let Some(lines) = lines.filter(|lines| pem::is_pem(lines)) {
        return pem::read(&lines, None).ok()?.0.into_iter().next();
    }
    der::read(&describe::base64(text.as_bytes())?, None).ok()
}

/// The key file of a Google service account: `private_key` in PEM, `private_key_id` as its kid.
fn service_account(object: &JsonObject<'_>) -> Option<Vec<Key>> {
    let kid = text(object, "private_key_id").map(std::borrow::Cow::into_owned);
    Some(vec![Key { kid, ..key(&text(object, "private_key")?)? }])
}

/// `HASURA_GRAPHQL_JWT_SECRET`: `type` is the algorithm, `key` a secret or a public key in PEM.
fn hasura(object: &JsonObject<'_>) -> Option<Vec<Key>> {
    let (alg, value) = (text(object, "type")?, text(object, "key")?);
    let alg = crate::alg::find(&alg)?;
    let key = if alg.name.starts_with("HS") {
        if describe::describe(value.as_bytes()).is_some() {
            return None;
        }
        Key::new(Material::Secret(Secret::new(value.as_bytes().to_vec())))
    } else {
        key(&value)?
    };
    Some(vec![Key { alg: Some(alg.name.to_owned()), ..key }])
}

/// What Keycloak serves at `/realms/NAME`: `public_key` is the body of a PEM file.
fn keycloak(object: &JsonObject<'_>) -> Option<Vec<Key>> {
    text(object, "realm")?;
    Some(vec![key(&text(object, "public_key")?)?])
}

/// The certificates of Firebase and of Google: each member is a kid and its certificate in PEM.
fn certificates(object: &JsonObject<'_>) -> Option<Vec<Key>> {
    if object.is_empty() || object.len() > MAX_MEMBERS {
        return None;
    }
    let named = |(kid, value): (&str, JsonValue<'_>)| Some(Key { kid: Some(kid.to_owned()), ..key(&value.as_str()?)? });
    object.iter().map(named).collect()
}

/// A JWK Set in a member `jwks`, as in client metadata (RFC 7591 §2).
fn nested_set(object: &JsonObject<'_>) -> Option<String> {
    let set = object.get("jwks")?;
    set.as_object()?.get("keys").map(|_| set.text().to_owned())
}
