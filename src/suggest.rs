//! "Did you mean" suggestions: the known name that is most like an unknown one. The only place with a measure of
//! likeness, a threshold and the wording.

/// Jaro-Winkler similarity from which a name is suggested. It admits a missing, wrong or swapped letter, and a name
/// without its last part; below it, names of a list with common prefixes would be suggested for each other.
const THRESHOLD: f64 = 0.88;

/// The longest name that is compared, in bytes. A comparison takes time in proportion to the product of the lengths,
/// and a `kid` can be as long as its token.
const LONGEST: usize = 200;

/// Jaro-Winkler similarity from 0 to 1; 0 if a name is longer than 200 bytes.
pub fn similarity(one: &str, other: &str) -> f64 {
    if one.len().max(other.len()) > LONGEST { 0.0 } else { strsim::jaro_winkler(one, other) }
}

/// The known name most similar to `wrong`, without regard to ASCII case; the first one of equals. `None` if no name is
/// similar enough.
pub fn nearest_name<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_ascii_lowercase();
    let rated = known.into_iter().map(|name| (similarity(&wrong, &name.to_ascii_lowercase()), name));
    let best = rated.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 >= THRESHOLD).then_some(best.1)
}

/// The question after the nearest name: `did you mean "nodes"?`
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest_name(wrong, known).map(|near| format!("did you mean \"{near}\"?"))
}

/// Replaces the list of expected names in a message of serde by the question:
/// `` unknown field `nods`, expected one of `nodes`, … `` becomes `unknown field "nods"; did you mean "nodes"?`.
/// Types of Rust are named in words.
pub fn shorten_serde_message(message: &str) -> String {
    const TYPES: [(&str, &str); 5] = [
        ("expected u64", "expected a whole number"),
        ("expected u32", "expected a whole number"),
        ("expected u16", "expected a whole number"),
        ("expected usize", "expected a whole number"),
        ("expected f64", "expected a number"),
    ];
    if let Some((head, words)) = TYPES.iter().find_map(|(name, words)| Some((message.strip_suffix(name)?, words))) {
        return format!("{head}{words}");
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let question = message
        .starts_with("unknown ")
        .then(|| quoted.next().and_then(|wrong| did_you_mean(wrong, quoted)))
        .flatten()
        .zip(message.split_once(", expected"));
    match question {
        Some((question, (problem, _))) => format!("{}; {question}", problem.replace('`', "\"")),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        for (wrong, known, near) in [
            ("nods", &["lb", "nodes"][..], Some("nodes")),
            ("zebra", &["lb", "nodes"], None),
            ("exp-mising", &["exp-expired", "exp-missing", "typ-missing"], Some("exp-missing")),
            ("asvs", &["asvs-l1", "asvs-l2", "fapi2"], Some("asvs-l1")),
            ("es265", &["ES256", "ES384"], Some("ES256")),
            ("jwt_refesh", &["jwt_only", "jwt_refresh"], Some("jwt_refresh")),
            ("session.idle", &["auth.jwt.expires_in", "auth.jwt.issuer", "port"], None),
            ("none", &["ES256", "HS256"], None),
            ("", &["lb"], None),
            ("nodes", &[], None),
        ] {
            assert_eq!(nearest_name(wrong, known.iter().copied()), near, "{wrong}");
        }
    }

    #[test]
    fn overlong_name_is_not_compared() {
        let long = "a".repeat(LONGEST + 1);
        assert_eq!(nearest_name(&long, [long.as_str()]), None);
    }

    #[test]
    fn serde_message_with_a_near_name_is_shortened() {
        for (message, shown) in [
            ("unknown field `nods`, expected one of `nodes`, `lb`", "unknown field \"nods\"; did you mean \"nodes\"?"),
            ("unknown field `a`, expected `nodes`", "unknown field `a`, expected `nodes`"),
            ("missing field `reason`", "missing field `reason`"),
            ("invalid type: string \"a\", expected u64", "invalid type: string \"a\", expected a whole number"),
        ] {
            assert_eq!(shorten_serde_message(message), shown);
        }
    }
}
