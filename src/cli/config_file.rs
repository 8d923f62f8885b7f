//! Discovery of `authkit.toml`, and the decision how far it is trusted.
//!
//! A discovered file belongs to a repository that may be hostile: it may configure rules, but neither name a key nor
//! change the verdict on a token.

use super::context::Context;
use super::failure::Failure;
use super::input;
use super::ownership;
use super::system;
use authkit::settings::Settings;
use authkit::settings::policy_section::NamedPolicy;
use authkit::settings::probe_target::ProbeTarget;
use authkit::suggest::did_you_mean;
use clap::Args;
use std::path::{Path, PathBuf};

/// Size limit of an authkit.toml, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

const NAMES: [&str; 2] = ["authkit.toml", ".authkit.toml"];

/// `--config`, `--no-config` and `--trust-config`.
#[derive(Args, Clone)]
#[command(next_help_heading = "Config file")]
pub struct ConfigArgs {
    /// Use this config file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository root]
    ///
    /// A discovered file applies to lint and audit only, and only if no other user can write it.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    config: Option<PathBuf>,

    /// Do not read a config file
    #[arg(long, conflicts_with_all = ["config", "trust_config"], hide_short_help = true)]
    no_config: bool,

    /// Trust keys and policies in a discovered config file
    #[arg(long, hide_short_help = true)]
    trust_config: bool,
}

/// A parsed config file.
pub struct LoadedSettings {
    pub settings: Settings,
    path: PathBuf,
    /// Named with `--config`, or trusted with `--trust-config`.
    trusted: bool,
}

impl ConfigArgs {
    /// Reads the config file only if the user named or trusts it. `None` without one.
    ///
    /// # Errors
    /// A named file that is missing, or an invalid file.
    pub fn named(&self, context: &Context) -> Result<Option<LoadedSettings>, Failure> {
        if self.config.is_some() || self.trust_config || system::variable("AUTHKIT_CONFIG").is_some() {
            return self.read(context);
        }
        // Discovery costs system calls, and only -v reports it.
        if !self.no_config
            && context.is_verbose()
            && let Some(path) = discover(false).path
        {
            let shown = path.display();
            context.note_origin(
                "config file",
                &format!("{shown} was discovered but is not used here; name it with --config FILE"),
            );
        }
        Ok(None)
    }

    /// Reads the named config file, or else a discovered one. `None` without one.
    ///
    /// # Errors
    /// A named file that is missing, or an invalid file.
    pub fn read(&self, context: &Context) -> Result<Option<LoadedSettings>, Failure> {
        if self.no_config {
            return Ok(None);
        }
        let variable = || system::variable("AUTHKIT_CONFIG").map(PathBuf::from);
        let named = self.config.clone().map(|path| (path, "--config"));
        let named = named.or_else(|| variable().map(|path| (path, "AUTHKIT_CONFIG")));
        let trusted = named.is_some() || self.trust_config;
        let how = if self.trust_config { "discovered, --trust-config" } else { "discovered" };
        let place = match named {
            Some(place) => Some(place),
            None => discover(self.trust_config).into_path(context)?.map(|path| (path, how)),
        };
        let Some((path, how)) = place else { return Ok(None) };
        let shown = path.display().to_string();
        let input = input::read_file(&path, MAX_BYTES)?;
        // Checked again on the open file: the path may resolve elsewhere by now.
        if !trusted && !ownership::is_trusted(input.exposure) {
            return Err(not_read(&format!("{shown} is writable by another user")));
        }
        let bytes = input.bytes;
        let text = std::str::from_utf8(bytes.expose()).map_err(|_| Failure::usage(format!("{shown} is not UTF-8")))?;
        let mut settings = Settings::parse(text).map_err(|error| {
            Failure::usage(format!("{shown}:{error}")).hint("authkit schema config describes the file")
        })?;
        for map in &mut settings.map {
            map.place = format!("{shown}:{}", map.place);
        }
        context.note_origin("config file", &format!("{shown} ({how})"));
        Ok(Some(LoadedSettings { settings, path, trusted }))
    }
}

/// Result of the search in the working directory and its parents.
#[derive(Default)]
struct Discovery {
    path: Option<PathBuf>,
    /// Reasons why files were skipped, one per file.
    skipped: Vec<String>,
}

impl Discovery {
    /// The file to use. If only files of other users were found, the run ends: their rules may be stricter than the
    /// defaults.
    ///
    /// # Errors
    /// Every file that was found is skipped.
    fn into_path(self, context: &Context) -> Result<Option<PathBuf>, Failure> {
        if let (None, Some(reason)) = (&self.path, self.skipped.first()) {
            return Err(not_read(reason));
        }
        for reason in &self.skipped {
            context.warn(format!("{reason}; name it with --config FILE to use it"));
        }
        Ok(self.path)
    }
}

fn not_read(reason: &str) -> Failure {
    Failure::usage(reason).hint("name it with --config FILE, trust it with --trust-config, or skip it with --no-config")
}

/// The nearest file, from the working directory up to the root of its repository; outside a repository, the working
/// directory only. Files that another user could have written are skipped, unless the user trusts `all`.
fn discover(all: bool) -> Discovery {
    system::current_dir().map(|directory| nearest(&directory, all)).unwrap_or_default()
}

fn nearest(directory: &Path, all: bool) -> Discovery {
    let marked = || directory.ancestors().map(|above| above.join(".git")).filter(|mark| input::exists(mark));
    let foreign_owner = |mark: &Path| ownership::foreign_owner(mark).filter(|_| !all);
    let trusted = marked().find(|mark| foreign_owner(mark).is_none());
    let root = trusted.as_deref().and_then(Path::parent).unwrap_or(directory);
    // The owner of a repository controls its files, so files below a foreign `.git` are foreign too.
    let foreign = marked().next().and_then(|mark| Some((foreign_owner(&mark)?, mark)));
    let outer = foreign.as_ref().and_then(|(_, mark)| mark.parent()).unwrap_or(root);
    let mut found = Discovery::default();
    for above in directory.ancestors().take_while(|above| above.starts_with(root) || above.starts_with(outer)) {
        for path in NAMES.map(|name| above.join(name)).into_iter().filter(|path| input::exists(path)) {
            let shown = path.display();
            let reason = match (ownership::distrust(&path).filter(|_| !all), &foreign) {
                (Some(why), _) => format!("{shown} {why} and is not read"),
                (None, Some((why, mark))) if !above.starts_with(root) => {
                    format!("{shown} is not read: {} {why}", mark.display())
                }
                (None, _) => {
                    found.path = Some(path);
                    return found;
                }
            };
            found.skipped.push(reason);
        }
    }
    found
}

/// `--policy NAME`, for commands that use nothing else from the config file.
#[derive(Args)]
pub struct PolicyArg {
    /// Apply [policy.NAME] from the config file
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    policy: Option<String>,

    #[command(flatten)]
    source: ConfigArgs,
}

impl PolicyArg {
    /// The selected policy, an empty one without `--policy`. A config file that is named is read in any case: one that is
    /// missing or broken must not go unnoticed.
    ///
    /// # Errors
    /// No config file, an untrusted or broken one, or no such policy in it.
    pub fn saved(&self, context: &Context) -> Result<NamedPolicy, Failure> {
        match self.policy.as_deref() {
            Some(name) => load_named_policy(name, &self.source, context),
            None => self.source.named(context).map(|_| NamedPolicy::default()),
        }
    }
}

/// Loads the endpoints `[probe.NAME]`.
///
/// # Errors
/// No config file, an untrusted one, or no such target in it.
pub fn load_probe_target(name: &str, source: &ConfigArgs, context: &Context) -> Result<ProbeTarget, Failure> {
    let found = source
        .read(context)?
        .ok_or_else(|| Failure::usage("--target: no authkit.toml found").hint("name it with --config FILE"))?;
    let shown = found.path.display();
    let Some(target) = found.settings.probe.get(name) else {
        let known: Vec<&str> = found.settings.probe.keys().map(String::as_str).collect();
        let near = did_you_mean(name, known.iter().copied());
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failure::usage(format!("{shown} has no target \"{name}\""))
            .hint_if(near)
            .hint(format!("targets: {known}")));
    };
    if !found.trusted {
        return Err(Failure::usage(format!(
            "{shown} was discovered, not named with --config: its targets are not trusted"
        ))
        .hint(format!("pass --config {shown} or --trust-config")));
    }
    context.note_origin("target", &format!("[probe.{name}] in {shown}"));
    Ok(target.clone())
}

/// Loads the verification policy `[policy.NAME]`.
///
/// # Errors
/// No config file, an untrusted one, or no such policy in it.
pub fn load_named_policy(name: &str, source: &ConfigArgs, context: &Context) -> Result<NamedPolicy, Failure> {
    let found = source
        .read(context)?
        .ok_or_else(|| Failure::usage("--policy: no authkit.toml found").hint("name it with --config FILE"))?;
    let shown = found.path.display();
    let Some(saved) = found.settings.policy.get(name) else {
        let known: Vec<&str> = found.settings.policy.keys().map(String::as_str).collect();
        let near = did_you_mean(name, known.iter().copied());
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failure::usage(format!("{shown} has no policy \"{name}\""))
            .hint_if(near)
            .hint(format!("policies: {known}")));
    };
    if !found.trusted {
        return Err(Failure::usage(format!(
            "{shown} was discovered, not named with --config: its policies are not trusted"
        ))
        .hint(format!("pass --config {shown} or --trust-config")));
    }
    context.note_origin("policy", &format!("[policy.{name}] in {shown}"));
    Ok(saved.clone())
}
