//! `authkit decode`: prints the header and claims of tokens without verifying them. Every output states that nothing is
//! verified.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::token_argument;
use authkit::time::Span;
use authkit::token::compact;
use clap::Args;
use decoded_token::DecodedToken;
use many::ManyTokens;
use output::DecodeOutput;

mod decoded_token;
mod many;
mod output;

#[derive(Args)]
pub struct DecodeCommand {
    /// Decode a token, file, @FILE or - [default: standard input]
    #[arg(value_name = "TOKEN")]
    token: Vec<String>,

    /// Choose among several tokens in a text, by number or name
    #[arg(long, value_name = "N|NAME", conflicts_with_all = ["scan", "lines"])]
    pick: Option<String>,

    /// Print one value: a.b.0, a JSON Pointer, or header:NAME
    ///
    /// A claim name, a path such as realm_access.roles.0, or a JSON Pointer such as /realm_access/roles/0. Strings are
    /// printed without quotes, hidden characters escaped. Exit code 1 if the value is absent, with --scan and --lines
    /// in any token.
    #[arg(long, value_name = "PATH")]
    get: Option<String>,

    /// Exit with 1 if exp is sooner than this or absent
    ///
    /// exp is not verified.
    #[arg(long, value_name = "DURATION", conflicts_with_all = ["scan", "lines"])]
    valid_for: Option<String>,

    /// Find every token in any text: logs, HAR files, headers
    #[arg(long)]
    scan: bool,

    /// Decode one token per line
    #[arg(long, conflicts_with = "scan")]
    lines: bool,

    /// Exit with 0 if --scan or --lines finds no token
    #[arg(long)]
    allow_empty: bool,
}

impl RunCommand for DecodeCommand {
    const NAME: &'static str = "decode";
    const ABOUT: &'static str = "Decode a token without verifying it";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice | authkit decode
        authkit issue --sub alice | authkit decode --get sub
        authkit issue --sub alice | authkit decode --valid-for 5m && echo still good
        authkit issue --sub alice | authkit decode --get header:kid
        authkit issue --sub alice --count 3 | authkit decode --lines --get jti
        authkit issue --sub alice | authkit decode --pick 1";
    type Data = DecodeOutput;

    fn run(self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        if self.scan || self.lines {
            return self.many(context, lines);
        }
        if self.allow_empty {
            return Err(Failure::usage("--allow-empty applies to --scan and --lines"));
        }
        let input = token_argument::read(context, &self.token, self.pick.as_deref())?;
        // Standard input may have blocked for hours: lifetimes are computed from the time after it was read.
        let now = context.current_time();
        let valid_for = self
            .valid_for
            .as_deref()
            .map(|text| Span::parse(text).map_err(|error| Failure::usage(format!("--valid-for: {error}"))))
            .transpose()?;
        let token = compact::trim(input.bytes.expose());
        let decoded = match compact::without_padding(token) {
            Some(bare) => {
                token_argument::warn_of_padding(context);
                DecodedToken::read(&bare)?
            }
            None => DecodedToken::read(token)?,
        };
        decoded.report(now, self.get.as_deref(), valid_for)
    }
}

impl DecodeCommand {
    /// Decodes every token of one text.
    fn many(&self, context: &Context, lines: &mut dyn LineSink) -> Result<Outcome, Failure> {
        let text = match self.token.as_slice() {
            [] => None,
            [text] => Some(text.as_str()),
            _ => {
                return Err(Failure::usage("--scan and --lines read one text")
                    .hint("join the files: cat A B | authkit decode --scan; audit reads any number of files"));
            }
        };
        let input = input::decode_text(context, input::read_argument(context, text, "the text")?);
        let (now, get) = (context.current_time(), self.get.as_deref());
        let many = ManyTokens { context, now, get, allow_empty: self.allow_empty };
        let text = input.bytes.expose();
        if self.scan { many.scan(text, lines) } else { many.lines(text, lines) }
    }
}
