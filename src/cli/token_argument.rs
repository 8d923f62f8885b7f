//! TOKEN on the command line: literal, file or standard input, alone or within what was pasted.

use super::context::Context;
use super::failure::Failure;
use super::input::{self, Input};
use authkit::encoding::escape;
use authkit::secret::Secret;
use authkit::token::paste::{self, PastedToken};

/// Characters of a disclosure that are shown.
const MAX_DISCLOSURE: usize = 200;
/// Tokens that an error lists.
const MAX_LISTED: usize = 8;

/// Reads TOKEN, which may be two words (`Bearer eyJ…`), and takes the token out of the text around it.
///
/// # Errors
/// Unreadable input, several words, several tokens without `pick`.
pub fn read(context: &Context, words: &[String], pick: Option<&str>) -> Result<Input, Failure> {
    let input = input::read_argument(context, word(words)?, "the token")?;
    without_wrapping(context, input::decode_text(context, input), pick)
}

/// The one word that is not an authentication scheme (RFC 6750 §2.1, RFC 9449 §7.1).
fn word(words: &[String]) -> Result<Option<&str>, Failure> {
    const SCHEMES: [&str; 3] = ["bearer", "dpop", "jwt"];
    let is_scheme = |word: &str| SCHEMES.iter().any(|scheme| word.eq_ignore_ascii_case(scheme));
    match words {
        [] => Ok(None),
        [scheme, token] if is_scheme(scheme) => Ok(Some(token)),
        [token] => Ok(Some(token)),
        _ => Err(Failure::usage("more than one token given")
            .hint("put a text with white space in quotes; verify --lines verifies one token per line")),
    }
}

/// Takes the token out of the text around it, and says so. A text without a token is returned unchanged, and so is a
/// JWS in JSON.
///
/// # Errors
/// There are several tokens and `pick` names none of them.
pub fn without_wrapping(context: &Context, input: Input, pick: Option<&str>) -> Result<Input, Failure> {
    let bytes = input.bytes.expose();
    if is_jose_json(bytes) {
        return Ok(input);
    }
    let found = paste::find(bytes);
    let token = match (found.as_slice(), pick) {
        // The text is the token.
        ([], None | Some("1")) => return Ok(input),
        ([one], None) => one,
        (several, Some(pick)) => picked(several, pick, &input.name)?,
        (several, None) => return Err(several_tokens(several, &input.name)),
    };
    context.note(format!("found the token {} (line {}, column {})", token.place, token.line, token.column));
    for disclosure in &token.disclosures {
        context.note(format!("disclosure, not verified: {}", escape::line(&escape::cut(disclosure, MAX_DISCLOSURE))));
    }
    Ok(Input { bytes: Secret::new(token.token.clone().into_bytes()), ..input })
}

/// Warns that the segments of a token are padded (RFC 7515 §2 forbids it).
pub fn warn_of_padding(context: &Context) {
    context.warn("the segments are padded with =, as AWS load balancers send them; verify needs --allow-padding");
}

/// A JWS or JWE in the JSON serialisation (RFC 7515 §7.2, RFC 7516 §7.2).
fn is_jose_json(bytes: &[u8]) -> bool {
    const MEMBERS: [&[u8]; 3] = [b"\"protected\"", b"\"signatures\"", b"\"ciphertext\""];
    bytes.trim_ascii_start().starts_with(b"{")
        && MEMBERS.iter().any(|member| memchr::memmem::find(bytes, member).is_some())
}

/// The token that `--pick` names: by its place in the list, from 1, or by the name before it.
fn picked<'t>(tokens: &'t [PastedToken], pick: &str, name: &str) -> Result<&'t PastedToken, Failure> {
    let place = pick.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let found = place.and_then(|place| tokens.get(place));
    found.or_else(|| tokens.iter().find(|token| token.name.as_deref() == Some(pick))).ok_or_else(|| {
        let failure = Failure::usage(format!("--pick {}: {name} has no such token", escape::line(pick)));
        failure.hint(if tokens.is_empty() { "the text holds no token".to_owned() } else { listed(tokens) })
    })
}

fn several_tokens(tokens: &[PastedToken], name: &str) -> Failure {
    Failure::input(format!("{name} holds {} tokens", tokens.len()))
        .hint(listed(tokens))
        .hint("choose one with --pick N or --pick NAME; decode --scan shows all")
}

/// `1 access_token (line 1, column 18), 2 id_token (line 1, column 90)`.
fn listed(tokens: &[PastedToken]) -> String {
    let one = |(index, token): (usize, &PastedToken)| {
        let name = token.name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
        format!("{}{name} (line {}, column {})", index.saturating_add(1), token.line, token.column)
    };
    let list: Vec<String> = tokens.iter().take(MAX_LISTED).enumerate().map(one).collect();
    let more = if tokens.len() > MAX_LISTED { ", …" } else { "" };
    format!("tokens: {}{more}", list.join(", "))
}
