//! The path globs of authkit.toml. They may come from a hostile repository, so their size is limited before
//! compilation, and compilation returns an error where `Glob::compile_matcher` would panic.

use globset::{Glob, GlobSet};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// The maximum length of a glob, in bytes. Paths in a repository rarely have more than 200.
const MAX_BYTES: usize = 256;

/// The maximum nesting depth of `{a,{b,c}}`.
const MAX_DEPTH: usize = 4;

/// The maximum number of alternatives in one glob: nested repetitions multiply the size of the automaton.
const MAX_ALTERNATIVES: usize = 64;

/// The maximum number of entries of `[[ignore]]` and of `[[map]]`. Each may contain a glob, which is compiled.
const MAX_ENTRIES: usize = 1_000;

/// A compiled glob.
#[derive(Debug)]
pub(crate) struct PathGlob {
    matcher: GlobSet,
}

impl PathGlob {
    /// Compiles a glob.
    ///
    /// # Errors
    /// A glob that is too large or too deeply nested, or that is not a glob.
    pub(crate) fn parse(text: String) -> Result<Self, String> {
        check_size(&text)?;
        let glob = Glob::new(&text).map_err(|error| error.to_string())?;
        let matcher =
            GlobSet::new([glob]).map_err(|error| format!("glob \"{text}\" is too complex: {}", error.kind()))?;
        Ok(Self { matcher })
    }

    /// Whether it matches a path, with or without `./` at the start.
    pub(crate) fn is_match(&self, path: &str) -> bool {
        self.matcher.is_match(path.strip_prefix("./").unwrap_or(path))
    }
}

fn check_size(text: &str) -> Result<(), String> {
    if text.len() > MAX_BYTES {
        return Err(format!("glob of {} bytes is too long, at most {MAX_BYTES} are allowed", text.len()));
    }
    let (mut depth, mut deepest, mut alternatives) = (0_usize, 0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'{' => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
                alternatives = alternatives.saturating_add(1);
            }
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth > 0 => alternatives = alternatives.saturating_add(1),
            _ => {}
        }
    }
    if deepest > MAX_DEPTH {
        return Err(format!("glob nests {deepest} levels of braces, at most {MAX_DEPTH} are allowed"));
    }
    if alternatives > MAX_ALTERNATIVES {
        return Err(format!("glob has {alternatives} alternatives, at most {MAX_ALTERNATIVES} are allowed"));
    }
    Ok(())
}

impl<'de> Deserialize<'de> for PathGlob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for PathGlob {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Glob".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        generator.subschema_for::<String>()
    }
}

/// Deserialises an array of tables up to [`MAX_ENTRIES`]; further entries are never compiled.
pub(super) fn entries<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct Reader<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array of tables")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Vec<T>, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = array.next_element()? {
                if entries.len() == MAX_ENTRIES {
                    return Err(A::Error::custom(format!("more than {MAX_ENTRIES} entries")));
                }
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_seq(Reader(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_globs_match_their_paths() {
        for (glob, path) in [
            ("fixtures/**", "fixtures/a/b.txt"),
            ("**/*.{yml,yaml}", "./a/b.yaml"),
            ("https://shop.example/*", "https://shop.example/login"),
            ("a/{b,{c,d}}/[0-9]?.toml", "a/d/4x.toml"),
            ("config.toml", "config.toml"),
        ] {
            assert!(PathGlob::parse(glob.to_owned()).unwrap().is_match(path), "{glob}");
        }
        assert!(!PathGlob::parse("*.py".to_owned()).unwrap().is_match("a.toml"));
    }

    #[test]
    fn hostile_globs_are_rejected() {
        for glob in [
            format!("{}a{}", "{".repeat(250), "}".repeat(250)),
            format!("{}a{}", "{".repeat(5), "}".repeat(5)),
            "?".repeat(145_633),
            "{a,b}".repeat(40),
            "a,".repeat(200),
            format!("{{{}}}", "a,".repeat(100)),
            "[z-a]".to_owned(),
            "{a,b".to_owned(),
            "a}".to_owned(),
            "[".to_owned(),
            "\\".to_owned(),
        ] {
            assert!(PathGlob::parse(glob.clone()).is_err(), "{glob}");
        }
        // The worst case within the limits compiles.
        for glob in ["?".repeat(256), "[\u{80}-\u{10ffff}]".repeat(28), "{a,*}".repeat(32), "**/".repeat(85)] {
            let compiled = PathGlob::parse(glob.clone());
            assert!(compiled.is_ok(), "{glob}: {compiled:?}");
        }
    }
}
