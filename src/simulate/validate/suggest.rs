//! "Did you mean" suggestions in error messages of serde.

pub use crate::settings::suggest::suggest;

/// Replaces the list of expected names in a serde message by the nearest one:
/// `` unknown field `nods`, expected one of `nodes`, … ``
pub fn add_suggestion(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((wrong, known)) if message.starts_with("unknown ") => suggest(wrong, known.iter().copied())
            .map_or_else(|| message.to_owned(), |near| format!("{}; did you mean `{near}`?", short(message))),
        _ => message.to_owned(),
    }
}

/// The message without the list of expected names.
fn short(message: &str) -> &str {
    message.split(", expected").next().unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_field_with_a_near_name_gets_a_suggestion() {
        let message = "unknown field `nods`, expected one of `nodes`, `lb`";
        assert_eq!(add_suggestion(message), "unknown field `nods`; did you mean `nodes`?");
    }
}
