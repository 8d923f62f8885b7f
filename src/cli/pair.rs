//! Arguments of the form `NAME=VALUE`.

use super::failure::Failure;

/// Splits the argument of `option` at the first `=`; `form` is how the help writes it, `NAME=TEXT`.
///
/// # Errors
/// No `=`, or nothing before it.
pub fn split_pair<'t>(option: &str, form: &str, text: &'t str) -> Result<(&'t str, &'t str), Failure> {
    split(text).ok_or_else(|| Failure::usage(format!("{option}: \"{text}\" is not {form}")))
}

/// As [`split_pair`], for an argument that may be a secret: the message does not contain it.
///
/// # Errors
/// As [`split_pair`].
#[cfg(feature = "net")]
pub fn split_secret_pair<'t>(option: &str, form: &str, text: &'t str) -> Result<(&'t str, &'t str), Failure> {
    split(text).ok_or_else(|| Failure::usage(format!("{option}: the argument is not {form}")))
}

fn split(text: &str) -> Option<(&str, &str)> {
    text.split_once('=').filter(|(name, _)| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pair_is_split_at_the_first_equals_sign() {
        assert_eq!(split_pair("--claim", "NAME=TEXT", "a=b=c").unwrap(), ("a", "b=c"));
        assert_eq!(split_pair("--claim", "NAME=TEXT", "a=").unwrap(), ("a", ""));
    }

    #[test]
    fn argument_without_name_or_equals_sign_is_refused() {
        for text in ["", "a", "=b"] {
            let failure = split_pair("--claim", "NAME=TEXT", text).unwrap_err();
            assert_eq!(failure.message, format!("--claim: \"{text}\" is not NAME=TEXT"));
        }
    }

    #[cfg(feature = "net")]
    #[test]
    fn message_about_a_secret_pair_does_not_contain_it() {
        let failure = split_secret_pair("--form", "NAME=VALUE", "hunter2").unwrap_err();
        assert_eq!(failure.message, "--form: the argument is not NAME=VALUE");
    }
}
