//! Generators of hostile inputs of any size.

use base64_simd::URL_SAFE_NO_PAD;
use std::fmt::Write as _;

/// `count` distinct pieces.
pub fn many(count: usize, separator: &str, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().join(separator)
}

pub fn token(header: &str, claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode_to_string(text);
    format!("{}.{}.{}", part(header), part(claims), part(&"s".repeat(32)))
}

pub fn tokens(count: usize) -> String {
    many(count, "\n", |n| {
        token("{\"alg\":\"HS256\"}", &format!("{{\"sub\":\"user {n}\",\"iat\":1,\"exp\":{}}}", 901 + n))
    })
}

pub fn har(count: usize) -> String {
    let entry = |n: usize| {
        format!(
            "{{\"startedDateTime\":\"2026-01-01T00:00:00.000Z\",\"request\":{{\"method\":\"GET\",\"url\":\
             \"https://a.test/p{n}\",\"headers\":[{{\"name\":\"Cookie\",\"value\":\"sid={n}\"}}],\"queryString\":[],\
             \"cookies\":[]}},\"response\":{{\"status\":200,\"headers\":[{{\"name\":\"Set-Cookie\",\"value\":\
             \"c{n}={n}; Path=/; Secure; HttpOnly\"}}],\"cookies\":[],\"content\":{{\"size\":3,\"mimeType\":\
             \"text/html\",\"text\":\"abc\"}}}}}}"
        )
    };
    let entries = many(count, ",\n", entry);
    format!(
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"x\",\"version\":\"1\"}},\"entries\":[{entries}]}}}}"
    )
}

pub fn recording(count: usize) -> String {
    let exchange = |n: usize| {
        format!(
            "{{\"purpose\":\"visit\",\"method\":\"GET\",\"url\":\"https://a.test/p{n}\",\"request\":[[\"Cookie\",\
             \"sid={n}\"]],\"status\":200,\"headers\":[[\"Set-Cookie\",\"c{n}={n}; Path=/; Secure\"]],\"body\":\"\",\
             \"cut\":false,\"hop\":0,\"time\":1}}"
        )
    };
    let exchanges = many(count, ",", exchange);
    format!(
        "{{\"schema\":\"authkit/recording/v1\",\"insecure\":false,\"partial\":false,\"exchanges\":[{exchanges}],\
         \"failures\":[]}}"
    )
}

/// Headers of `count` responses.
pub fn dump(count: usize) -> String {
    many(count, "", |n| format!("HTTP/1.1 200 OK\r\nSet-Cookie: c{n}={n}; Path=/; Secure\r\nContent-Length: 0\r\n\r\n"))
}

/// A JWKS of secrets with distinct kids.
pub fn jwks(count: usize) -> String {
    let key = |n: usize| {
        let secret = URL_SAFE_NO_PAD.encode_to_string(format!("{n:064}"));
        format!("{{\"kty\":\"oct\",\"kid\":\"k{n}\",\"alg\":\"HS256\",\"k\":\"{secret}\"}}")
    };
    format!("{{\"keys\":[{}]}}", many(count, ",", key))
}

/// PEM blocks that are not keys, and one that is.
pub fn pem(count: usize) -> String {
    let noise = base64_simd::STANDARD.encode_to_string([7; 48]);
    let noise = many(count, "", |_| format!("-----BEGIN NOTHING-----\n{noise}\n-----END NOTHING-----\n"));
    format!("{}{noise}", include_str!("../keys/p256.spki.pem"))
}

pub fn dotenv(count: usize) -> String {
    let variables = many(count, "", |n| format!("A{n}=\n"));
    format!("GOTRUE_JWT_EXP=3600\nGOTRUE_JWT_AUD=a\n{variables}")
}

pub fn toml(count: usize) -> String {
    format!(
        "[auth]\njwt_expiry = 3600\nenable_refresh_token_rotation = true\n{}",
        many(count, "\n", |n| format!("a{n} = 1"))
    )
}

pub fn json(count: usize) -> String {
    let clients = many(count, ",", |n| format!("{{\"clientId\":\"a{n}\"}}"));
    format!("{{\"realm\":\"a\",\"accessTokenLifespan\":60,\"ssoSessionIdleTimeout\":60,\"clients\":[{clients}]}}")
}

/// A JSON file that repeats one key; each repetition is a finding.
pub fn duplicates(count: usize) -> String {
    format!("{{\"realm\":\"a\",\"accessTokenLifespan\":60{}}}", ",\"a\":1".repeat(count))
}

pub fn yaml(count: usize) -> String {
    format!("realm: a\naccessTokenLifespan: 60\nclients:\n{}", many(count, "", |n| format!("- clientId: a{n}\n")))
}

pub fn hcl(count: usize) -> String {
    let mut text = String::from("resource \"aws_cognito_user_pool_client\" \"x\" {\n access_token_validity = 1\n}\n");
    (0..count).for_each(|n| writeln!(text, "x \"a{n}\" {{\n a = 1\n}}").unwrap());
    text
}
