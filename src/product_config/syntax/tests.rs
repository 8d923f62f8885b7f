//! Tests of the parsers: byte positions, and hostile input.

use super::*;
use crate::product_config::tree::{Node, NodeValue};

fn at<'t>(syntax: Syntax, text: &'t str, path: &str) -> (&'t str, NodeValue) {
    let documents = syntax.read(text).unwrap();
    let node = documents.iter().find_map(|node| node.at(path)).unwrap_or_else(|| panic!("{path} in {text}"));
    (&text[node.bytes.clone()], node.value.clone())
}

#[test]
fn value_has_exact_byte_position() {
    let number = |text: &str| NodeValue::Number(text.to_owned());
    let text = |text: &str| NodeValue::Text(text.to_owned());
    let json = "{\"ä\": {\"b\": 300, \"c\": \"1h\"}, \"d\": [true]}";
    assert_eq!(at(Syntax::Json, json, "ä/b"), ("300", number("300")));
    assert_eq!(at(Syntax::Json, json, "ä/c"), ("\"1h\"", text("1h")));
    let toml = "# ä\n[auth]\r\njwt_expiry = 3_600 # x\nname = \"ö\"\n[auth.sessions]\ntimebox = \"24h\"\n";
    assert_eq!(at(Syntax::Toml, toml, "auth/jwt_expiry"), ("3_600", number("3600")));
    assert_eq!(at(Syntax::Toml, toml, "auth/sessions/timebox"), ("\"24h\"", text("24h")));
    let yaml = "ä:\n  b: 300 # x\n  c: \"1h\"\n  d: 010\n";
    assert_eq!(at(Syntax::Yaml, yaml, "ä/b"), ("300", number("300")));
    assert_eq!(at(Syntax::Yaml, yaml, "ä/c"), ("\"1h\"", text("1h")));
    assert_eq!(at(Syntax::Yaml, yaml, "ä/d"), ("010", text("010")));
    let hcl =
        "# ä\nresource \"a_b\" \"c\" {\n  v = 60 # x\n  s = \"1h\"\r\n  neg = -1\n  p = (5)\n  units { x = 1 }\n}\n";
    assert_eq!(at(Syntax::Hcl, hcl, "resource/a_b/c/v"), ("60", number("60")));
    assert_eq!(at(Syntax::Hcl, hcl, "resource/a_b/c/s"), ("\"1h\"", text("1h")));
    assert_eq!(at(Syntax::Hcl, hcl, "resource/a_b/c/neg"), ("-1", number("-1")));
    assert_eq!(at(Syntax::Hcl, hcl, "resource/a_b/c/p"), ("5", number("5")));
    assert_eq!(at(Syntax::Hcl, hcl, "resource/a_b/c/units/x"), ("1", number("1")));
    let env = "# A=1\nexport A = 'x y' \r\nB=http://h/#a # c\nC=\nno line\n";
    assert_eq!(at(Syntax::Dotenv, env, "A"), ("x y", text("x y")));
    assert_eq!(at(Syntax::Dotenv, env, "B"), ("http://h/#a", text("http://h/#a")));
    assert_eq!(at(Syntax::Dotenv, env, "C"), ("", text("")));
}

#[test]
fn alias_has_positions_of_use_and_definition() {
    let text = "base: &base\n  ttl: 1h\nuse: *base\nmerged:\n  <<: *base\n  other: 1\n";
    let documents = Syntax::Yaml.read(text).unwrap();
    let used = documents[0].at("use").unwrap();
    assert_eq!(&text[used.bytes.clone()], "*base");
    // Only the beginning of a map is known.
    assert!(text[used.defined.clone().unwrap().start..].starts_with("ttl"), "{used:?}");
    let merged = documents[0].at("merged/ttl").unwrap_or_else(|| panic!("{documents:#?}"));
    assert_eq!((merged.text(), &text[merged.bytes.clone()]), (Some("1h"), "*base"));
    assert_eq!(&text[merged.defined.clone().unwrap()], "1h");
}

#[test]
fn local_and_default_have_positions_of_use_and_definition() {
    let text = "locals {\n  ttl = 12\n  same = local.ttl\n  loop = local.pool\n  pool = local.loop\n}\n\
                variable \"days\" { default = 30 }\nvariable \"open\" {}\nvariable \"null\" { default = null }\n\
                variable \"urls\" { default = [\"https://a/*\", \"b\"] }\nx {\n  a = local.same\n  b = \"${var.days}\"\n\
                \x20 c = var.open\n  d = var.null\n  e = local.loop\n  f = local.ttl * 2\n  g = \"${var.days}d\"\n\
                \x20 h = var.urls\n  i = var.urls[0]\n}\n";
    let documents = Syntax::Hcl.read(text).unwrap();
    let node = |path: &str| documents[0].at(path).unwrap();
    let places =
        |node: &Node| (text[node.bytes.clone()].to_owned(), node.defined.clone().map(|at| text[at].to_owned()));
    assert_eq!(node("x/a").value, NodeValue::Number("12".to_owned()));
    assert_eq!(places(node("x/a")), ("local.same".to_owned(), Some("12".to_owned())));
    assert_eq!(places(node("x/b")), ("\"${var.days}\"".to_owned(), Some("30".to_owned())));
    for path in ["x/c", "x/d", "x/e", "x/f", "x/g", "x/i"] {
        assert!(matches!(node(path).value, NodeValue::Computed(_)), "{path}: {:?}", node(path));
    }
    let first = &node("x/h").items()[0];
    assert_eq!(places(first), ("var.urls".to_owned(), Some("\"https://a/*\"".to_owned())));
}

#[test]
fn repeated_blocks_become_a_list() {
    let text = "a \"b\" \"c\" {}\na \"b\" \"d\" {\n x {\n y = 1\n}\nx {\n y = 2\n}\n}\na \"e\" \"c\" {}\n";
    let documents = Syntax::Hcl.read(text).unwrap();
    assert_eq!(duplicates(&documents[0]), []);
    let blocks = documents[0].at("a/b/d/x").unwrap();
    assert_eq!(
        blocks.items().iter().map(|item| &text[item.at("y").unwrap().bytes.clone()]).collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert!(documents[0].has("a/b/c") && documents[0].has("a/e/c"));
}

#[test]
fn computed_value_is_not_text() {
    let text = "a: !Ref Minutes\nb: !Sub 'x${y}'\nc: !!str 5\nd: [!Ref X, z]\n";
    let documents = Syntax::Yaml.read(text).unwrap();
    let value = |path: &str| documents[0].at(path).unwrap().value.clone();
    assert_eq!(value("a"), NodeValue::Computed("!Ref Minutes".to_owned()));
    assert!(matches!(value("b"), NodeValue::Computed(_)));
    assert_eq!(value("c"), NodeValue::Text("5".to_owned()));
    assert!(matches!(documents[0].at("d").unwrap().items()[0].value, NodeValue::Computed(_)));
}

#[test]
fn syntax_error_has_its_position() {
    for (syntax, text, line) in [
        (Syntax::Json, "{\n \"a\": 1,\n}", 3),
        (Syntax::Json, "{\"a\": 1", 1),
        (Syntax::Json, "", 1),
        (Syntax::Json, "{\n// comment\n}", 2),
        (Syntax::Toml, "a = 1\nb = [\n", 3),
        (Syntax::Toml, "a = 1\na = 2\n", 2),
        (Syntax::Hcl, "a = 1\nb = [\n", 3),
        (Syntax::Hcl, "a = 1\na = 2\n", 2),
        (Syntax::Hcl, "a {\n b = 1 c = 2\n}\n", 2),
        (Syntax::Yaml, "a: 1\nb: [1, 2\n", 2),
        (Syntax::Yaml, "a: 1\n\tb: 2\n", 2),
        (Syntax::Yaml, "a: *nobody\n", 1),
    ] {
        let error = syntax.read(text).unwrap_err();
        let found = text[..error.bytes.start].matches('\n').count() + 1;
        assert!(found.abs_diff(line) <= 1 && !error.problem.contains('\n'), "{text:?}: {error:?}");
    }
}

#[test]
fn expansion_bombs_are_rejected() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let before = format!("*a{}", n - 1);
        laughs += &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 9].join(", "));
    }
    assert!(Syntax::Yaml.read(&laughs).is_err());
    for syntax in [Syntax::Json, Syntax::Yaml] {
        assert!(syntax.read(&"[".repeat(100_000)).is_err());
        let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
        assert!(syntax.read(&deep).is_err());
    }
    for (open, close) in
        [("[", "]"), ("{a=", "}"), ("f(", ")"), ("\"${", "}\""), ("x ? ", " : 1"), ("!", ""), ("1 + ", "")]
    {
        assert!(
            Syntax::Hcl.read(&format!("a = {}1{}\n", open.repeat(100_000), close.repeat(100_000))).is_err(),
            "{open}"
        );
    }
    assert!(Syntax::Hcl.read(&format!("{}{}", "a {\n".repeat(100_000), "}\n".repeat(100_000))).is_err());
    assert_eq!(Syntax::Hcl.read(&format!("a {}{{}}\n", "b ".repeat(100_000))).unwrap()[0].entries(), []);
    // Inlining stops long before memory is exhausted.
    let list = format!("locals {{\n l = [{}]\n}}\n{}", "1,".repeat(1 << 16), "x { y = local.l }\n".repeat(1 << 10));
    let read = &Syntax::Hcl.read(&list).unwrap()[0];
    let taken = read.at("x").unwrap().items().iter().filter(|item| !item.get("y").unwrap().items().is_empty()).count();
    assert!((1..20).contains(&taken), "{taken}");
    assert!(Syntax::Toml.read(&format!("a = {}1{}", "[".repeat(10_000), "]".repeat(10_000))).is_err());
    assert!(Syntax::Toml.read(&format!("{} = 1", vec!["a"; 10_000].join("."))).is_err());
}

#[test]
fn duplicate_keys_are_found() {
    for (syntax, text) in [
        (Syntax::Json, "{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}}"),
        (Syntax::Yaml, "a: 1\nb:\n  c: 1\n  c: 2\n"),
        (Syntax::Dotenv, "c=1\nc=2\n"),
    ] {
        let documents = syntax.read(text).unwrap();
        let found = duplicates(&documents[0]);
        assert_eq!(found.len(), 1, "{text}: {documents:?}");
        assert_eq!(found[0].0, "c");
        assert!(text[found[0].1.clone()].contains('c'));
    }
}

/// The parsers allocate some hundred bytes for a value of two bytes: values are counted first.
#[test]
fn values_beyond_limit_are_rejected_with_the_limit() {
    let json = |count: usize| format!("[{}1]", "1,".repeat(count));
    assert!(Syntax::Json.read(&json(1_000)).is_ok());
    let objects = format!("{{\"a\":1{}}}", ",\"a\":1".repeat(MAX_VALUES));
    let texts = format!("[\"{}\"]", ",[{".repeat(MAX_VALUES));
    assert!(Syntax::Json.read(&texts).is_ok(), "what stands in a text is no value");
    for (syntax, text) in [
        (Syntax::Json, json(MAX_VALUES)),
        (Syntax::Json, objects),
        (Syntax::Toml, format!("a = [{}]", "1,".repeat(MAX_VALUES))),
        (Syntax::Toml, "a=1\n".repeat(MAX_VALUES + 1)),
        (Syntax::Toml, format!("a{} = 1", ".a".repeat(MAX_VALUES))),
        (Syntax::Dotenv, "A=\n".repeat(MAX_VALUES + 1)),
        (Syntax::Hcl, format!("a = [{}]", "1,".repeat(MAX_HCL_TOKENS / 2))),
        (Syntax::Hcl, format!("a {}{{}}\n", "b ".repeat(MAX_HCL_TOKENS))),
        (Syntax::Hcl, format!("a = 1{}\n", "+1".repeat(MAX_HCL_TOKENS / 2))),
        (Syntax::Yaml, format!("a: [{}1]", "1,".repeat(MAX_VALUES))),
    ] {
        let error = syntax.read(&text).unwrap_err();
        let limit = if syntax == Syntax::Hcl { MAX_HCL_TOKENS } else { MAX_VALUES };
        assert!(error.too_large && error.problem.contains(&limit.to_string()), "{syntax:?}: {error:?}");
    }
}

/// An export of a realm with thousands of clients has 34 bytes per value.
#[test]
fn hcl_operand_nesting_beyond_limit_is_rejected() {
    // Twelve levels, if unclosed, are read four thousand times: sixty would never end.
    for deep in ["a%b==(", "a%b==c[", "\"${a%b==(", "a && b == (c || d && ("] {
        let error = Syntax::Hcl.read(&format!("x = {}\n", deep.repeat(60))).unwrap_err();
        assert!(error.too_large, "{deep}: {error:?}");
    }
    let lines = |value: &str| (0..100).map(|n| format!("x{n} = {value}\n")).collect::<String>();
    let (wide, prose) = (lines("(a - (b)) + (c * (d))"), lines("\"see (this) - or (that) - [x-y]\""));
    let deep = format!("x = {}1{}\n", "a + (".repeat(12), ")".repeat(12));
    let values = format!("x = {}1{}\n", "{ a-b = [".repeat(20), "] }".repeat(20));
    for text in [wide, prose, deep, values] {
        assert!(Syntax::Hcl.read(&text).is_ok(), "{text}");
    }
}

#[test]
fn realm_of_five_megabytes_is_accepted() {
    let realm = include_str!("../../../tests/lint/keycloak/1.json");
    let many = format!("[{}]", vec![realm; 5_000_000 / realm.len() + 1].join(","));
    assert!(many.len() >= 5_000_000 && Syntax::Json.read(&many).is_ok());
}
