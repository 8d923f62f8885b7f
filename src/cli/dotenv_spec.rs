//! `dotenv:FILE#NAME`: one variable of a file of `NAME=value` lines.

use super::failure::Failure;
use super::input::Input;
use authkit::encoding::escape;
use authkit::product_config::syntax::dotenv_assignment;
use authkit::secret::Secret;

/// Names that an error lists.
const MAX_LISTED: usize = 12;

/// Splits `FILE#NAME`; a file name may contain `#` itself.
///
/// # Errors
/// A part is missing.
pub fn split(rest: &str) -> Result<(&str, &str), Failure> {
    let parts = rest.rsplit_once('#').filter(|(file, name)| !file.is_empty() && !name.is_empty());
    parts.ok_or_else(|| {
        Failure::usage("the SPEC dotenv: names no variable").hint("name the file and the variable: dotenv:FILE#NAME")
    })
}

/// The value of `name` in the file `input`.
///
/// # Errors
/// The file is not text, or has no such variable; its names are listed, never its values.
pub fn value(input: &Input, name: &str) -> Result<Secret<Vec<u8>>, Failure> {
    let text = std::str::from_utf8(input.bytes.expose())
        .map_err(|_| Failure::input(format!("{}: not UTF-8, so not a file of NAME=value lines", input.name)))?;
    find(text, name).ok_or_else(|| {
        let failure = Failure::input(format!("{} has no variable {}", input.name, escape::line(name)));
        let names = names(text);
        failure.hint(if names.is_empty() {
            "the file has no NAME=value lines".to_owned()
        } else {
            format!("its variables: {names}")
        })
    })
}

/// The names in a file, a few of them.
fn names(text: &str) -> String {
    let names: Vec<String> = text.lines().filter_map(dotenv_assignment).map(|entry| entry.key).collect();
    let mut listed = names.iter().take(MAX_LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > MAX_LISTED {
        listed.push_str(", …");
    }
    listed
}

/// The last assignment of `name`, as shells read it. A value in quotes may have several lines.
fn find(text: &str, name: &str) -> Option<Secret<Vec<u8>>> {
    let mut found = None;
    let mut end = 0_usize;
    for line in text.split_inclusive('\n') {
        let at = end;
        end = at.saturating_add(line.len());
        let Some(entry) = dotenv_assignment(line.trim_end_matches(['\n', '\r'])).filter(|entry| entry.key == name)
        else {
            continue;
        };
        let value = text.split_at(at.saturating_add(entry.node.bytes.start)).1;
        let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.split_once(*quote));
        let value = match quoted {
            Some((value, _)) => value,
            None => value.split_at(entry.node.bytes.len()).0,
        };
        found = Some(Secret::new(value.as_bytes().to_vec()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variable_is_read_without_its_quotes() {
        let text = "# A=comment\nA=one\nexport B='two words'\nC=\"-----BEGIN X-----\nAA\n-----END X-----\"\nA=last # note\nD=a#b\n";
        for (name, value) in
            [("A", "last"), ("B", "two words"), ("C", "-----BEGIN X-----\nAA\n-----END X-----"), ("D", "a#b")]
        {
            assert_eq!(find(text, name).unwrap().expose(), value.as_bytes(), "{name}");
        }
        assert!(find(text, "E").is_none());
        assert_eq!(names(text), "A, B, C, A, D");
        assert!(split("a#b#C").is_ok_and(|parts| parts == ("a#b", "C")));
        assert!(split("file").is_err() && split("#A").is_err() && split("file#").is_err());
    }
}
