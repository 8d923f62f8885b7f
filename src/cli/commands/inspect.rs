//! `authkit inspect`: explains one token, key, certificate or cookie. It never decrypts, inflates or verifies, and
//! fetches only keys that the user names.

use super::RunCommand;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::network_args::NetworkArgs;
use crate::cli::number_format::format_share;
use crate::cli::outcome::Outcome;
use crate::cli::output::LineSink;
use crate::cli::rule_config_args::RuleConfigArgs;
use crate::cli::time_zone::TimeZone;
use crate::cli::{config_file, first_line, input, token_argument, verification_keys};
use authkit::cookie::description;
use authkit::encoding::bounds::as_u64;
use authkit::finding::{Finding, format_count};
use authkit::identify::{InputKind, identify};
use authkit::inspect::token::{Cost, MemberDescription, TokenDescription, describe};
use authkit::inspect::{cookie, key};
use authkit::key::detect;
use authkit::report::{Block, Report, Tone, Verdict, fields};
use authkit::rule::token::TokenLocation;
use authkit::rule_config::RuleConfig;
use authkit::secret::Secret;
use authkit::time::UnixTime;
use authkit::token::compact;
use authkit::token::jws_json::JwsJson;
use authkit::token::keyring::Keyring;
use clap::Args;

#[derive(Args)]
pub struct InspectCommand {
    /// Inspect a token, key, JWKS, certificate or Set-Cookie line
    ///
    /// INPUT is the text, a file, @FILE or - [default: standard input].
    #[arg(value_name = "INPUT")]
    input: Option<String>,

    /// Choose among several tokens in a text, by number or name
    #[arg(long, value_name = "N|NAME")]
    pick: Option<String>,

    /// Check whether this key matches the token (repeatable)
    #[arg(short, long, value_name = "SPEC", allow_hyphen_values = true)]
    key: Vec<String>,

    /// Check the keys of [policy.NAME] in the config file
    #[arg(long, value_name = "NAME", conflicts_with = "key", hide_short_help = true)]
    policy: Option<String>,

    /// Show dates in this time zone: utc, local or a name [default: utc]
    ///
    /// local is the zone of TZ, or else of the system; a name is one such as Europe/Berlin.
    #[arg(long, value_name = "ZONE", hide_short_help = true)]
    tz: Option<String>,

    #[command(flatten)]
    rule_config_args: RuleConfigArgs,

    #[command(flatten)]
    network: NetworkArgs,
}

/// Assumptions about the response, which the Set-Cookie line alone does not state.
const ASSUMED: &str = " (assumed: received over https, for path /, from the host in Domain)";

/// `data` of inspect; the member of the detected input kind is present.
#[derive(serde::Serialize, schemars::JsonSchema, Default)]
pub struct InspectOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenDescription>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<key::KeyDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie: Option<description::CookieDescription>,
    /// Number of signatures of a JWS JSON serialization.
    #[serde(skip_serializing_if = "Option::is_none")]
    signatures: Option<usize>,
}

impl RunCommand for InspectCommand {
    const NAME: &'static str = "inspect";
    const ABOUT: &'static str = "Explain a token, a key, a certificate or a Set-Cookie line";
    const EXAMPLES: &'static str = "
        authkit issue --sub alice | authkit inspect
        authkit inspect jwks.json
        authkit inspect token.jwt -k key.pem
        echo 'Set-Cookie: id=1; Secure; HttpOnly' | authkit inspect";
    const JUDGES: bool = true;
    type Data = InspectOutput;

    fn run(self, context: &Context, _: &mut dyn LineSink) -> Result<Outcome, Failure> {
        self.network.allow(context)?;
        let zone = self.tz.as_deref().map(TimeZone::parse).transpose()?;
        let input = input::decode_text(context, input::read_argument(context, self.input.as_deref(), "the input")?);
        // A key, a cookie or a JWS in JSON may hold a token, and is not a wrapping of it.
        let input = match identify(compact::trim(input.bytes.expose())) {
            None | Some(InputKind::Key) if !holds_key(input.bytes.expose()) => {
                token_argument::without_wrapping(context, input, self.pick.as_deref())?
            }
            _ => input,
        };
        let unpadded = compact::without_padding(compact::trim(input.bytes.expose()));
        let input = match unpadded {
            Some(bare) if identify(&bare) == Some(InputKind::Jws) => {
                token_argument::warn_of_padding(context);
                input::Input { bytes: Secret::new(bare), ..input }
            }
            _ => input,
        };
        let bytes = compact::trim(input.bytes.expose());
        let policy = self
            .policy
            .as_deref()
            .map(|name| config_file::load_named_policy(name, self.rule_config_args.source(), context));
        let keys = policy.transpose()?.map_or(self.key, |saved| saved.key);
        let keyring = if keys.is_empty() {
            Keyring::default()
        } else {
            verification_keys::VerificationKeys::load(context, &keys)?.keyring
        };
        // Standard input may have blocked for hours: take the time after it was read.
        let now = context.current_time();
        let mut inspection = Inspection::new(self.rule_config_args.for_single_input(context)?, now);
        inspection.zone = zone;
        match identify(bytes) {
            Some(InputKind::Jws | InputKind::Jwe) => inspection.token(bytes, &keyring)?,
            Some(InputKind::JoseJson) => inspection.jose_json(bytes, &keyring)?,
            Some(InputKind::Key) => inspection.keys(input.bytes.expose())?,
            Some(InputKind::SetCookie) => inspection.cookie(bytes, &keyring)?,
            None => {
                let hint = describe(bytes, TokenLocation::Unknown, &keyring, now, &inspection.rule_config)
                    .err()
                    .map(|error| format!("as a token: {}", error.0));
                return Err(Failure::input("the input is not a token, key, certificate or Set-Cookie line")
                    .hint_if(hint)
                    .hint("use authkit decode --scan to find tokens in other text"));
            }
        }
        let report = Report::new(InspectCommand::NAME, Verdict::Done, &inspection.data)?;
        Ok(Outcome::new(Report { blocks: inspection.blocks, findings: inspection.findings, ..report }))
    }
}

/// Whether a text that may be a key names its type.
fn holds_key(bytes: &[u8]) -> bool {
    let has = |text: &[u8]| memchr::memmem::find(bytes, text).is_some();
    has(b"\"kty\"") || has(b"\"keys\"") || has(b"-----BEGIN") || bytes.contains(&0)
}

/// Collected data, human-readable blocks and findings of the input.
struct Inspection {
    data: InspectOutput,
    blocks: Vec<Block>,
    findings: Vec<Finding>,
    rule_config: RuleConfig,
    location: TokenLocation,
    now: UnixTime,
    /// The zone of `--tz`; dates are UTC without it.
    zone: Option<TimeZone>,
}

impl Inspection {
    fn new(rule_config: RuleConfig, now: UnixTime) -> Self {
        let (data, location) = (InspectOutput::default(), TokenLocation::default());
        Self { data, blocks: Vec::new(), findings: Vec::new(), rule_config, location, now, zone: None }
    }

    /// Describes a compact JWS or JWE.
    fn token(&mut self, token: &[u8], keyring: &Keyring) -> Result<(), Failure> {
        let (mut description, findings) = describe(token, self.location, keyring, self.now, &self.rule_config)
            .map_err(|error| Failure::input(format!("not a JWT: {}", error.0)))?;
        if let Some(zone) = &self.zone {
            for claim in &mut description.claims {
                let local = claim.date.map(|date| format!("{} ({})", zone.show(date), date.relative_to(self.now)));
                claim.words = local.or(claim.words.take());
            }
        }
        self.blocks.extend((!self.blocks.is_empty()).then_some(Block::Gap));
        self.blocks.extend(token_blocks(&description, self.now));
        self.findings.extend(findings);
        self.data.token = Some(description);
        Ok(())
    }

    /// Describes the keys and certificates of a key file.
    fn keys(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let set = match detect::read(bytes, None) {
            Err(error) if error.needs_passphrase() => {
                self.blocks.push(Block::Heading("Encrypted private key (PKCS#8)".to_owned()));
                self.blocks
                    .push(Block::Paragraph("run authkit keys show FILE --passphrase prompt: to decrypt it".to_owned()));
                return Ok(());
            }
            other => other.map_err(|error| Failure::key("the key", &error))?,
        };
        let count = set.keys.len().saturating_add(set.skipped.len());
        if count > 1 {
            self.blocks.push(Block::Paragraph(format!("{count} keys ({})", set.form.name())));
        }
        for one in &set.keys {
            let (description, findings) = key::describe(one, self.now, &self.rule_config);
            self.blocks.push(Block::Heading(description.title()));
            self.blocks.push(fields(description.fields(self.now)));
            self.findings.extend(findings);
            self.data.keys.push(description);
        }
        for skipped in &set.skipped {
            self.blocks.push(Block::Paragraph(format!("member {} is unusable: {}", skipped.index, skipped.reason)));
        }
        Ok(())
    }

    /// Describes a Set-Cookie line, and the token in its value if it has one.
    fn cookie(&mut self, line: &[u8], keyring: &Keyring) -> Result<(), Failure> {
        let (description, verdict, value) = cookie::describe(line, self.now);
        self.blocks
            .push(Block::Heading(format!("Cookie {} (value of {} bytes)", description.name, description.value_bytes)));
        let rows = description
            .attributes
            .iter()
            .map(|attribute| {
                vec![
                    attribute.name.clone(),
                    attribute.value.clone().unwrap_or_default(),
                    attribute.meaning.unwrap_or("unknown").to_owned(),
                    if attribute.meaning.is_some() { attribute.status } else { "" }.to_owned(),
                ]
            })
            .collect();
        self.blocks.push(Block::Table {
            head: vec!["ATTRIBUTE", "VALUE", "MEANING", "STATUS"],
            numbers: Vec::new(),
            rows,
        });
        let tone = match description.outcome {
            "stored" => Tone::Good,
            _ => Tone::Bad,
        };
        let rest = format!("{verdict}{ASSUMED}");
        self.blocks.push(Block::Status { tone, word: "a browser:".to_owned(), rest });
        self.data.cookie = Some(description);
        if matches!(identify(value.as_bytes()), Some(InputKind::Jws | InputKind::Jwe)) {
            self.location = TokenLocation::Cookie;
            self.token(value.as_bytes(), keyring)?;
        }
        Ok(())
    }

    /// Describes a JWS JSON serialization: every header, and the first signature as a compact token.
    fn jose_json(&mut self, bytes: &[u8], keyring: &Keyring) -> Result<(), Failure> {
        let text = String::from_utf8_lossy(bytes);
        let jws =
            JwsJson::parse(&text).map_err(|error| Failure::input(format!("not a JWS JSON serialization: {error}")))?;
        let form = if jws.general { "general" } else { "flattened" };
        let count = jws.signatures.len();
        self.data.signatures = Some(count);
        let signatures = format_count(count, "signature");
        self.blocks.push(Block::Heading(format!("JWS in {form} JSON serialization, {signatures} (not verified)")));
        for one in &jws.signatures {
            self.blocks.push(Block::Json(one.header.clone()));
        }
        match (jws.signatures.first(), &jws.payload) {
            (Some(first), Some(payload)) if !first.protected.is_empty() => {
                let signature = authkit::encoding::base64url::encode(&first.signature);
                self.token(format!("{}.{payload}.{signature}", first.protected).as_bytes(), keyring)
            }
            _ => Ok(()),
        }
    }
}

/// `signed token (JWS), not verified, 349 bytes, expired 45 min ago`
fn token_line(token: &TokenDescription, now: UnixTime) -> Block {
    let what = if token.form == "jwe" { "encrypted token (JWE)" } else { "signed token (JWS), not verified" };
    let mut spans = vec![first_line::plain(format!("{what}, {} bytes", token.size.bytes))];
    if !token.claims.is_empty() {
        let is_malformed = token.lifetime.is_none() && token.claims.iter().any(|claim| claim.name == "exp");
        let expiry = match is_malformed {
            true => (Tone::Bad, "exp is malformed".to_owned()),
            false => first_line::expiry(token.lifetime.as_ref().map(|lifetime| UnixTime(lifetime.ends)), now),
        };
        spans.extend([first_line::plain(", "), expiry]);
    }
    Block::FirstLine(spans)
}

fn token_blocks(token: &TokenDescription, now: UnixTime) -> Vec<Block> {
    let mut blocks = vec![token_line(token, now), members(&token.header)];
    if !token.claims.is_empty() {
        blocks.push(Block::Heading("Claims".to_owned()));
        blocks.push(members(&token.claims));
    }
    if let Some(problem) = &token.payload_problem {
        blocks.push(Block::Paragraph(problem.clone()));
    }
    if let Some(lifetime) = &token.lifetime {
        blocks.push(Block::Heading("Lifetime".to_owned()));
        let share = lifetime.share_left.filter(|_| lifetime.seconds_left > 0).unwrap_or(0.0);
        let tone = if lifetime.seconds_left > 0 { Tone::Good } else { Tone::Bad };
        blocks.push(Block::Bar { share, tone, rest: lifetime.words() });
    }
    blocks.push(Block::Heading("Size".to_owned()));
    blocks.extend(size_blocks(token));
    if !token.keys.is_empty() {
        blocks.push(Block::Heading("Keys".to_owned()));
        let rows = token.keys.iter().map(|fit| {
            let reason = fit.why_not.clone().unwrap_or_else(|| "can verify it".to_owned());
            vec![fit.key.clone(), if fit.fits { "match" } else { "mismatch" }.to_owned(), reason]
        });
        blocks.push(Block::Table { head: vec!["KEY", "RESULT", "REASON"], numbers: Vec::new(), rows: rows.collect() });
    }
    blocks.push(Block::Gap);
    blocks
}

fn members(members: &[MemberDescription]) -> Block {
    let meaning = |member: &MemberDescription| {
        let thumbprint = member.thumbprint.as_ref().map(|thumbprint| format!("thumbprint {thumbprint}"));
        let meaning = member.words.clone().or(thumbprint).or(member.meaning.map(str::to_owned));
        std::iter::once(meaning.unwrap_or_default()).chain(std::iter::repeat(String::new()))
    };
    let rows = members
        .iter()
        .flat_map(|member| member.rows().into_iter().zip(meaning(member)))
        .map(|((path, value), meaning)| vec![path, value, meaning])
        .collect();
    // Not VALUE, whose long words are shortened: these are printed whole.
    Block::Table { head: vec!["NAME", "JSON", "MEANING"], numbers: Vec::new(), rows }
}

fn size_blocks(token: &TokenDescription) -> Vec<Block> {
    const SHOWN: usize = 10;
    let share = |cost: &Cost| format_share(as_u64(cost.bytes), as_u64(token.size.bytes));
    let percent = |cost: &Cost| vec![cost.name.clone(), cost.bytes.to_string(), share(cost)];
    let rows: Vec<_> = token.size.parts.iter().map(percent).collect();
    let claims: Vec<_> = token.size.claims.iter().take(SHOWN).map(percent).collect();
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        blocks.push(Block::Table { head: vec!["PART", "BYTES", "SHARE"], numbers: vec![1, 2], rows });
    }
    if !claims.is_empty() {
        blocks.push(Block::Table { head: vec!["CLAIM", "BYTES", "SHARE"], numbers: vec![1, 2], rows: claims });
        let rest = token.size.claims.get(SHOWN..).unwrap_or_default();
        let bytes = rest.iter().fold(0, |sum: usize, cost| sum.saturating_add(cost.bytes));
        let more = rest.len();
        blocks.extend((more > 0).then(|| Block::Paragraph(format!("and {more} more, {bytes} bytes in total"))));
    }
    for room in &token.size.room {
        let text = if room.left < 0 {
            format!("exceeds {} ({} bytes) by {} bytes", room.limit, room.limit_bytes, room.left.unsigned_abs())
        } else {
            format!("headroom below {} ({} bytes): {}", room.limit, room.limit_bytes, room.left)
        };
        blocks.push(Block::Paragraph(text));
    }
    blocks
}
