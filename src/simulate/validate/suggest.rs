//! "Did you mean" in messages of serde.

pub use crate::settings::suggest::suggest;

/// Adds the nearest of the expected names to a message of serde: `` unknown field `nods`, expected one of `nodes`, … ``
pub fn add_suggestion(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((wrong, known)) if message.starts_with("unknown ") => suggest(wrong, known.iter().copied())
            .map_or_else(|| message.to_owned(), |near| format!("{}; did you mean `{near}`?", short(message))),
        _ => message.to_owned(),
    }
}

/// The message without its list of everything that is known.
fn short(message: &str) -> &str {
    message.split(", expected").next().unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_said_instead_of_all() {
        let message = "unknown field `nods`, expected one of `nodes`, `lb`";
        assert_eq!(add_suggestion(message), "unknown field `nods`; did you mean `nodes`?");
    }
}
