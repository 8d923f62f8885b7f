//! Problems that people reported in public about JWT tools, rebuilt one by one: what they handed over, and the answer
//! that helps them.

use crate::harness::{NOW, RunOutput, Sandbox};
use crate::tokens::{GOOD, b64, claims, fixture, hs256_by, signed};
use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

const PRIVATE: &str = "rsa2048.pkcs8.pem";
const PUBLIC: &str = "rsa2048.spki.pem";

/// A directory with a private key, its public key, and a token of it.
struct Case {
    room: Sandbox,
    token: String,
}

impl Case {
    fn new() -> Self {
        let room = Sandbox::new();
        fixture(&room, PRIVATE);
        fixture(&room, PUBLIC);
        Self { room, token: rs256(r#"{"alg":"RS256","kid":"k"}"#, &claims(r#""sub":"alice","#)) }
    }

    #[track_caller]
    fn verify(&self, key: &str, token: &str) -> RunOutput {
        self.room.run(&["verify", "-k", key, token])
    }

    /// Asserts that the key that `name` holds verifies the token.
    #[track_caller]
    fn verifies(&self, name: &str, text: impl AsRef<[u8]>) -> RunOutput {
        self.room.write(name, text);
        self.verify(name, &self.token).ok()
    }

    /// Asserts that the key that `name` holds signs RS256.
    #[track_caller]
    fn signs(&self, name: &str, text: impl AsRef<[u8]>) {
        self.room.write(name, text);
        let ran = self.room.run(&["issue", "-k", name, "--sub", "alice"]).ok();
        let header = self.room.run(&["decode", "--json", ran.stdout.trim()]).ok().json()["data"]["header"].clone();
        assert_eq!(header["alg"], "RS256", "{name}: {ran:?}");
    }

    fn jwk(&self) -> Value {
        self.room.run(&["keys", "convert", PUBLIC, "--encoding", "jwk"]).ok().json()
    }

    /// The public key as the only member of a set, with some parameters.
    fn set(&self, parameters: &[(&str, Value)]) -> String {
        let mut jwk = self.jwk();
        jwk["kid"] = "k".into();
        parameters.iter().for_each(|(name, value)| jwk[*name] = value.clone());
        json!({ "keys": [jwk] }).to_string()
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.room.read(name)).expect("text")
    }
}

fn rs256(header: &str, claims: &str) -> String {
    signed(PRIVATE, "RS256", header, claims)
}

/// Both streams of a run.
fn said(ran: &RunOutput) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

/// Asserts the exit code, and that the output says each of `words`.
#[track_caller]
fn says(ran: &RunOutput, code: i32, words: &[&str]) {
    assert_eq!(ran.code, code, "{ran:?}");
    let text = said(ran);
    for word in words {
        assert!(text.contains(word), "{word}: {ran:?}");
    }
}

#[test]
fn base64_of_a_private_key_signs_with_its_algorithm() {
    let case = Case::new();
    let pem = case.text(PRIVATE);
    case.signs("key.b64", Base64::encode_string(pem.as_bytes()));
    case.room.write("key", Base64::encode_string(pem.as_bytes()));
    let ran = case.room.run(&["issue", "-k", "base64:file:key", "--sub", "alice"]).ok();
    says(&case.room.run(&["verify", "-k", PUBLIC, ran.stdout.trim()]), 0, &[]);
    case.signs("quoted", format!("\"{}\"", pem.replace('\n', "\\n")));
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    case.signs("body", body);
}

#[test]
fn missing_token_file_is_no_verdict() {
    let case = Case::new();
    for name in ["./token.jwt", "/var/run/none/token", "token.jwt", "nowhere/token.txt", "@token"] {
        for command in [&["verify", "-k", PUBLIC][..], &["decode"], &["inspect"]] {
            let ran = case.room.run(&[command, &[name]].concat());
            assert_eq!(ran.code, 4, "{command:?} {name}: {ran:?}");
        }
    }
}

#[test]
fn kid_that_stands_twice_is_resolved_by_use_and_alg() {
    let case = Case::new();
    let with = |usage: &str, alg: &str| {
        let mut jwk = case.jwk();
        (jwk["kid"], jwk["use"], jwk["alg"]) = ("k".into(), usage.into(), alg.into());
        jwk
    };
    let set = json!({ "keys": [with("enc", "RSA-OAEP"), with("sig", "RS256")] });
    case.verifies("set.json", set.to_string());
}

#[test]
fn broken_x5c_and_null_parameters_cost_a_warning() {
    let case = Case::new();
    for parameters in [
        &[("x5c", json!([Base64::encode_string(case.text(PUBLIC).as_bytes())]))][..],
        &[("alg", json!(null)), ("x5c", json!(null))],
    ] {
        let ran = case.verifies("set.json", case.set(parameters));
        assert!(ran.stderr.contains("warning"), "{ran:?}");
    }
}

#[test]
fn spiffe_bundle_verifies_its_tokens() {
    let case = Case::new();
    case.verifies("bundle.json", case.set(&[("use", json!("jwt-svid"))]));
}

#[test]
fn text_with_two_tokens_is_not_called_encrypted() {
    let case = Case::new();
    let other = rs256(r#"{"alg":"RS256"}"#, &claims(r#""sub":"bob","#));
    case.room.write("response.json", json!({ "access_token": case.token, "id_token": other }).to_string());
    for command in [&["verify", "-k", PUBLIC][..], &["decode"]] {
        let ran = case.room.run(&[command, &["response.json"]].concat());
        assert!(ran.code != 0 && !said(&ran).contains("JWE"), "{ran:?}");
        says(&ran, ran.code, &["access_token", "id_token", "--pick"]);
    }
    for pick in ["id_token", "2"] {
        says(&case.room.run(&["verify", "-k", PUBLIC, "response.json", "--pick", pick]), 0, &["bob"]);
    }
    let ran = case.verify(PUBLIC, "a.b.c.d.e");
    assert!(ran.code != 0 && !said(&ran).contains("JWE"), "{ran:?}");
}

#[test]
fn token_is_found_in_what_people_paste() {
    let case = Case::new();
    let token = &case.token;
    let folded = token.as_bytes().chunks(60).map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>();
    for paste in [
        format!("Authorization: Bearer {token}"),
        format!("authorization: DPoP {token}"),
        format!("Bearer {token}"),
        format!("JWT {token}"),
        format!("Bearer%20{token}"),
        format!("\"{token}\""),
        format!("'{token}',"),
        format!("token={token}"),
        format!("Cookie: theme=dark; session={token}; a=b"),
        format!("curl -H 'Authorization: Bearer {token}' https://api.example/v1/users"),
        json!({ "access_token": token, "token_type": "Bearer", "expires_in": 900 }).to_string(),
        json!({ "access_token": token, "iss": "https://a.b.example.com" }).to_string(),
        format!("https://app.example.com/callback#access_token={token}&state=x"),
        format!("\u{200b}{token}"),
        format!("{token}\u{a0}"),
        format!("{token}\\n"),
        folded.join("\n"),
        folded.join("\r\n  "),
        folded.join("=\n"),
        Base64::encode_string(token.as_bytes()),
        token.replace('.', "%2E"),
    ] {
        for command in [&["verify", "-k", PUBLIC][..], &["decode"], &["inspect"]] {
            let ran = case.room.run(&[command, &[paste.as_str()]].concat());
            assert!(ran.code == 0 && ran.stdout.contains("alice"), "{command:?} {paste:?}: {ran:?}");
            let ran = case.room.run_with(&[command, &["-"]].concat(), &paste);
            assert!(ran.code == 0 && ran.stdout.contains("alice"), "{command:?} - {paste:?}: {ran:?}");
        }
    }
    says(&case.room.run(&["decode", "Bearer", token]), 0, &["alice"]);
    says(&case.room.run(&["verify", "-k", PUBLIC, "Bearer", token]), 0, &["alice"]);
}

#[test]
fn public_key_without_its_frame_verifies() {
    let case = Case::new();
    let pem = case.text(PUBLIC);
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    case.verifies("realm.key", &body);
    case.verifies("one-line", pem.replace('\n', " "));
    case.verifies("joined", pem.replace('\n', ""));
    case.verifies("escaped", pem.replace('\n', "\\n"));
    case.verifies("realm.json", json!({ "realm": "main", "public_key": body }).to_string());
}

#[test]
fn wrong_label_is_read_by_content_and_never_as_a_secret() {
    let case = Case::new();
    case.signs("label.pem", case.text(PRIVATE).replace(" PRIVATE", " RSA PRIVATE"));
    case.verifies("label.pub", case.text(PUBLIC).replace(" PUBLIC", " RSA PUBLIC"));
    case.room.write("broken.pem", "-----BEGIN RSA PRIVATE KEY-----\nMAMCAQA=\n-----END RSA PRIVATE KEY-----\n");
    let ran = case.room.run(&["issue", "-k", "broken.pem", "--sub", "a"]);
    assert!(ran.code == 3 && !said(&ran).contains("raw:"), "{ran:?}");
}

#[test]
fn keys_in_the_json_of_products_are_read() {
    let case = Case::new();
    let account = json!({ "type": "service_account", "private_key_id": "ab", "private_key": case.text(PRIVATE) });
    case.signs("account.json", account.to_string());
    case.verifies("hasura.json", json!({ "type": "RS256", "key": case.text(PUBLIC) }).to_string());
    let jwks: Value = serde_json::from_str(&case.set(&[])).expect("JSON");
    case.verifies("inside.json", json!({ "jwks": jwks }).to_string());
    case.verifies("array.json", jwks["keys"].to_string());
    case.room.write("other.json", json!({ "name": "x", "version": 1 }).to_string());
    says(&case.verify("other.json", &case.token), 3, &["name", "version"]);
    case.room.write(
        "discovery.json",
        json!({ "issuer": "https://id.example", "jwks_uri": "https://id.example/j" }).to_string(),
    );
    says(&case.verify("discovery.json", &case.token), 3, &["oidc:https://id.example"]);
}

/// AWS load balancers pad the segments and sign the padded text (against RFC 7515 §2).
#[test]
fn padded_segments_are_shown_and_verified_on_request() {
    let case = Case::new();
    let padded = |text: &str| base64ct::Base64Url::encode_string(text.as_bytes());
    let input = format!("{}.{}", padded(r#"{"alg":"RS256","client":"4f"}"#), padded(&claims(r#""sub":"alice","#)));
    assert!(input.contains('='));
    let signer = crate::tokens::key(PRIVATE).signer(authkit::alg::find("RS256").expect("RS256")).expect("a signer");
    let signature = signer.sign(input.as_bytes()).expect("a signature");
    let token = format!("{input}.{}", base64ct::Base64Url::encode_string(&signature));
    says(&case.room.run(&["decode", &token]), 0, &["alice"]);
    says(&case.room.run(&["inspect", &token]), 0, &["alice"]);
    says(&case.verify(PUBLIC, &token), 1, &["padd", "AWS"]);
    says(&case.room.run(&["verify", "-k", PUBLIC, "--allow-padding", &token]), 0, &["alice"]);
}

#[test]
fn crit_names_that_the_caller_understands_are_accepted() {
    let case = Case::new();
    let header = r#"{"alg":"RS256","crit":["http://openbanking.org.uk/iat"],"http://openbanking.org.uk/iat":1}"#;
    let token = rs256(header, &claims(""));
    let run = |more: &[&str]| {
        case.room.run(&[&["verify", "-k", PUBLIC, "--signature-only"], more, &[token.as_str()]].concat())
    };
    let ran = run(&[]);
    assert!(ran.code == 1 && !said(&ran).contains("does not verify"), "{ran:?}");
    says(&ran, 1, &["http://openbanking.org.uk/iat", "--crit"]);
    says(&run(&["--crit", "http://openbanking.org.uk/iat"]), 0, &[]);
}

#[test]
fn token_for_microsoft_graph_is_explained() {
    let case = Case::new();
    let claims = claims(r#""aud":"https://graph.microsoft.com","#);
    let token = rs256(r#"{"alg":"RS256","kid":"k","nonce":"hashed"}"#, &claims);
    let sent =
        format!("{}.{}", b64(r#"{"alg":"RS256","kid":"k","nonce":"AQAB"}"#), token.split_once('.').expect("a dot").1);
    says(&case.room.run(&["verify", "-k", PUBLIC, "--any-aud", &sent]), 1, &["signature-mismatch", "Microsoft Graph"]);
}

#[test]
fn id_token_tells_what_was_not_checked() {
    let case = Case::new();
    let verify = |more: &str| {
        let claims = claims(&format!(r#""iss":"https://op","sub":"a","aud":["rp","b"],"iat":{NOW},{more}"#));
        let token = rs256(r#"{"alg":"RS256"}"#, &claims);
        case.room.run(&["verify", "-k", PUBLIC, "--kind", "id-token", "--iss", "https://op", "--aud", "rp", &token])
    };
    let ran = verify(r#""azp":"rp","at_hash":"AAAAAAAAAAAAAAAAAAAAAA","#);
    says(&ran, 0, &["at_hash", "azp"]);
    says(&verify(""), 0, &[]);
    let ran = verify(r#""azp":"other","#);
    assert!(ran.code == 1 || ran.stderr.contains("azp"), "{ran:?}");
}

#[test]
fn detached_payload_is_one_reason_with_the_way_on() {
    let case = Case::new();
    let (front, signature) = case.token.rsplit_once('.').expect("a dot");
    let detached = format!("{}..{signature}", front.split_once('.').expect("a dot").0);
    let ran = case.room.run(&["verify", "-k", PUBLIC, &detached, "--json"]);
    assert_eq!((ran.code, ran.reasons().len()), (1, 1), "{ran:?}");
    says(&case.verify(PUBLIC, &detached), 1, &["detached", "--signature-only --payload"]);
    says(&case.room.run(&["decode", &detached]), 0, &["RS256"]);
}

#[test]
fn swapped_key_and_token_are_told() {
    let case = Case::new();
    case.room.write("t.jwt", &case.token);
    let ran = case.room.run(&["verify", PUBLIC, "-k", "t.jwt"]);
    says(&ran, 3, &["token"]);
    assert_eq!(case.room.run(&["issue", "-k", "t.jwt", "--sub", "a"]).code, 3);
}

#[test]
fn json_serialisation_is_decoded() {
    let case = Case::new();
    let parts: Vec<&str> = case.token.split('.').collect();
    let flattened = json!({ "protected": parts[0], "payload": parts[1], "signature": parts[2] });
    case.room.write("jws.json", flattened.to_string());
    says(&case.room.run(&["decode", "jws.json"]), 0, &["alice", "RS256"]);
}

#[test]
fn sd_jwt_is_shown_with_its_disclosures() {
    let case = Case::new();
    let token = rs256(r#"{"alg":"RS256","typ":"dc+sd-jwt"}"#, &claims(r#""iss":"https://i","_sd_alg":"sha-256","#));
    let sd = format!("{token}~{}~", b64(r#"["salt","given_name","Ada"]"#));
    for command in ["decode", "inspect"] {
        says(&case.room.run(&[command, &sd]), 0, &["given_name", "Ada"]);
    }
    let ran = case.verify(PUBLIC, &sd);
    assert!(!said(&ran).contains("JWE") && said(&ran).contains("SD-JWT"), "{ran:?}");
}

#[test]
fn compressed_payload_is_named_not_printed() {
    let case = Case::new();
    let payload = [0xAB, 0x56, 0xCA, 0x2C, 0x2E, 0x56, 0xB2, 0x52, 0xCA, 0x28, 0xFF, 0x00];
    let token = format!("{}.{}.AAAA", b64(r#"{"alg":"ES256","zip":"DEF"}"#), b64(payload));
    let ran = case.room.run(&["decode", &token]);
    assert!(said(&ran).contains("compress") && !ran.stdout.contains('\u{fffd}'), "{ran:?}");
}

#[test]
fn signature_of_impossible_length_is_told() {
    let case = Case::new();
    let (front, signature) = case.token.rsplit_once('.').expect("a dot");
    let hex: String = authkit::encoding::base64url::decode(signature.as_bytes())
        .expect("base64url")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    says(&case.verify(PUBLIC, &format!("{front}.{}", b64(hex))), 1, &["512", "256"]);
}

#[test]
fn policy_with_a_pointer_issues_what_it_verifies() {
    let case = Case::new();
    case.room.write("authkit.toml", "[policy.p]\n[policy.p.claim]\n\"/realm/tier\" = \"gold\"\n");
    let config = ["--policy", "p", "--config", "authkit.toml"];
    let token = case.room.run(&[&["issue", "-k", PRIVATE, "--sub", "a"], &config[..]].concat()).ok().stdout;
    let shown = case.room.run(&["decode", "--json", token.trim()]).ok().json();
    assert_eq!(shown["data"]["claims"]["realm"]["tier"], "gold");
    says(&case.room.run(&[&["verify", "-k", PUBLIC, token.trim()], &config[..]].concat()), 0, &[]);
    // A flag overrides the claim of the policy, also by its other name.
    let issue = ["issue", "-k", PRIVATE, "--claim-json", "realm={\"tier\":\"tin\"}"];
    let token = case.room.run(&[&issue[..], &config[..]].concat()).ok().stdout;
    says(&case.room.run(&[&["verify", "-k", PUBLIC, token.trim()], &config[..]].concat()), 1, &["tin", "gold"]);
}

#[test]
fn claim_set_by_two_flags_is_refused_under_any_name() {
    let case = Case::new();
    for flags in [
        &["--claim", "sub=1", "--sub", "2"][..],
        &["--claim", "/sub=1", "--sub", "2"],
        &["--claim", "/aud/0=1", "--aud", "2"],
        &["--claim", "/a=1", "--claim", "a=2"],
        &["--claim", "/a/b=1", "--claim-json", "a={\"b\":2}"],
        &["--claim", "/a/b=1", "--claim", "/a/b=2"],
        &["--claim-json", "exp=9999999999", "--ttl", "5m"],
        &["--claim-json", "exp=9999999999", "--exp", "5m"],
        &["--claim-json", "iat=1", "--iat", "now"],
        &["--claim-json", "nbf=1", "--nbf", "now"],
        &["--claim", "jti=1", "--jti=2"],
    ] {
        let ran = case.room.run(&[&["issue", "-k", PRIVATE], flags].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{flags:?}: {ran:?}");
    }
    // Neighbours are not the same: a member of the one object, a name that begins with the other.
    let ran = case.room.run(&["issue", "-k", PRIVATE, "--claim", "/a/b=1", "--claim", "/a/c=2", "--claim", "ab=3"]);
    let shown = case.room.run(&["decode", "--json", ran.ok().stdout.trim()]).ok().json();
    assert_eq!(
        shown["data"]["claims"]["a"].to_string() + &shown["data"]["claims"]["ab"].to_string(),
        "{\"b\":\"1\",\"c\":\"2\"}\"3\""
    );
}

#[test]
fn named_config_file_that_is_missing_or_broken_is_never_passed_over() {
    let case = Case::new();
    case.room.write("bad.toml", "not toml [");
    for command in [&["verify", "-k", PUBLIC, case.token.as_str()][..], &["issue", "-k", PRIVATE, "--sub", "a"]] {
        for (config, code) in [("none.toml", 4), ("bad.toml", 2)] {
            let ran = case.room.run(&[command, &["--config", config]].concat());
            assert_eq!(ran.code, code, "{config}: {ran:?}");
        }
    }
}

#[test]
fn base64_of_a_token_is_found_in_manifests() {
    let case = Case::new();
    let manifest = format!("kind: Secret\ndata:\n  token: {}\n", Base64::encode_string(case.token.as_bytes()));
    case.room.write("secret.yaml", manifest);
    says(&case.room.run(&["decode", "--scan", "secret.yaml"]), 0, &["alice"]);
    let ran = case.room.run(&["audit", "secret.yaml", "--json", "--fail-on", "never"]).ok();
    assert_eq!(ran.json()["data"]["totals"]["tokens"], 1);
}

/// What the flags allow, a policy allows, too.
#[test]
fn policy_allows_critical_names_and_padding() {
    let case = Case::new();
    case.room.write("authkit.toml", "[policy.p]\ncrit = [\"x\"]\nallow-padding = true\n");
    let config = ["--policy", "p", "--config", "authkit.toml"];
    let segments: Vec<&str> = case.token.split('.').collect();
    let padded = |text: &str| format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4));
    let token = segments.iter().map(|segment| padded(segment)).collect::<Vec<_>>().join(".");
    let reasons =
        |more: &[&str]| case.room.run(&[&["verify", "-k", PUBLIC, "--json", &token][..], more].concat()).reasons();
    assert_ne!(reasons(&config), reasons(&[]), "the padding is no reason any more");
    let signed = hs256_by(b"0123456789abcdef0123456789abcdef", r#"{"alg":"HS256","crit":["x"],"x":1}"#, GOOD);
    case.room.write("secret", "0123456789abcdef0123456789abcdef");
    let crit = |more: &[&str]| case.room.run(&[&["verify", "-k", "secret", "--json", &signed][..], more].concat());
    assert_eq!((crit(&[]).code, crit(&config).code), (1, 0));
    let ran = case.room.run(&[&["verify", "-k", PUBLIC, "--signature-only", &token][..], &config].concat());
    assert!(ran.code == 2 && ran.stderr.contains("allow-padding"), "{ran:?}");
}
