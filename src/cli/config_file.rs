//! Which `authkit.toml` counts, and how far it is trusted.
//!
//! A file that is found by walking up comes with a repository that may be hostile: it may say how strictly
//! to judge, and nothing that names a key or changes a verdict on a token.

use super::context::Context;
use super::failure::Failure;
use super::input;
use super::ownership;
use super::system;
use authkit::settings::Settings;
use authkit::settings::policy_section::NamedPolicy;
use authkit::settings::probe_target::ProbeTarget;
use clap::Args;
use std::path::{Path, PathBuf};

/// The most that is read of an authkit.toml.
pub const MAX_BYTES: usize = 1024 * 1024;

const NAMES: [&str; 2] = ["authkit.toml", ".authkit.toml"];

#[derive(Args, Clone)]
#[command(next_help_heading = "Settings")]
pub struct ConfigArgs {
    /// The settings file [env: AUTHKIT_CONFIG] [default: authkit.toml, up to the repository's root]
    ///
    /// A discovered file counts for lint and audit alone, and not when another user could have written it.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    config: Option<PathBuf>,

    /// Read no settings file
    #[arg(long, conflicts_with_all = ["config", "trust_config"], hide_short_help = true)]
    no_config: bool,

    /// Obey keys and policies of the file that was found, as if --config had named it
    #[arg(long, hide_short_help = true)]
    trust_config: bool,
}

/// A settings file, read.
pub struct LoadedSettings {
    pub settings: Settings,
    path: PathBuf,
    /// It was named or trusted by the user.
    trusted: bool,
}

impl ConfigArgs {
    /// Reads only settings that the user vouches for. `None` when there are none.
    ///
    /// # Errors
    /// A named file that is missing, or any that is broken.
    pub fn named(&self, context: &Context) -> Result<Option<LoadedSettings>, Failure> {
        if self.config.is_some() || self.trust_config || system::variable("AUTHKIT_CONFIG").is_some() {
            return self.read(context);
        }
        // Looking costs system calls, and only -v tells.
        if !self.no_config
            && context.is_verbose()
            && let Some(path) = discover(false).path
        {
            let shown = path.display();
            context.note_origin(
                "settings",
                &format!("{shown} was discovered and is not used here; --config FILE names one"),
            );
        }
        Ok(None)
    }

    /// Reads the settings that were named, or else those that are found. `None` when there are none.
    ///
    /// # Errors
    /// A named file that is missing, or any that is broken.
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
            None => discover(self.trust_config).decided(context)?.map(|path| (path, how)),
        };
        let Some((path, how)) = place else { return Ok(None) };
        let shown = path.display().to_string();
        let input = input::read_file(&path, MAX_BYTES)?;
        // Judged again on what is open: the path may have come to lead elsewhere.
        if !trusted && !ownership::is_trusted(input.exposure) {
            return Err(not_read(&format!("{shown} can be changed by another user")));
        }
        let bytes = input.bytes;
        let text = std::str::from_utf8(bytes.expose()).map_err(|_| Failure::usage(format!("{shown} is not UTF-8")))?;
        let mut settings = Settings::parse(text).map_err(|error| {
            Failure::usage(format!("{shown}:{error}")).hint("authkit schema config describes the file")
        })?;
        for map in &mut settings.map {
            map.place = format!("{shown}:{}", map.place);
        }
        context.note_origin("settings", &format!("{shown} ({how})"));
        Ok(Some(LoadedSettings { settings, path, trusted }))
    }
}

/// What walking up finds.
#[derive(Default)]
struct Discovery {
    path: Option<PathBuf>,
    /// Files that do not count, each with the reason.
    passed_over: Vec<String>,
}

impl Discovery {
    /// The file that counts. Where only a file of another user was found, the run ends: what it asks for may be stricter
    /// than what holds without it.
    ///
    /// # Errors
    /// Every file that was found is passed over.
    fn decided(self, context: &Context) -> Result<Option<PathBuf>, Failure> {
        if let (None, Some(reason)) = (&self.path, self.passed_over.first()) {
            return Err(not_read(reason));
        }
        for reason in &self.passed_over {
            context.warn(format!("{reason}; name it with --config FILE to use it"));
        }
        Ok(self.path)
    }
}

fn not_read(reason: &str) -> Failure {
    Failure::usage(reason)
        .hint("--config FILE names it, --trust-config takes what is discovered, --no-config goes on without")
}

/// The nearest file, from the working directory up to the root of its repository. Outside of one only that directory
/// counts. What another user could have written is passed over, unless the user trusts `all`.
fn discover(all: bool) -> Discovery {
    system::current_dir().map(|folder| nearest(&folder, all)).unwrap_or_default()
}

fn nearest(folder: &Path, all: bool) -> Discovery {
    let marked = || folder.ancestors().map(|above| above.join(".git")).filter(|mark| input::exists(mark));
    let foreign_owner = |mark: &Path| ownership::foreign_owner(mark).filter(|_| !all);
    let trusted = marked().find(|mark| foreign_owner(mark).is_none());
    let root = trusted.as_deref().and_then(Path::parent).unwrap_or(folder);
    // Whose repository it is, that user may say what is in it.
    let foreign = marked().next().and_then(|mark| Some((foreign_owner(&mark)?, mark)));
    let outer = foreign.as_ref().and_then(|(_, mark)| mark.parent()).unwrap_or(root);
    let mut found = Discovery::default();
    for above in folder.ancestors().take_while(|above| above.starts_with(root) || above.starts_with(outer)) {
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
            found.passed_over.push(reason);
        }
    }
    found
}

/// `--policy NAME` of commands that read nothing else from the file.
#[derive(Args)]
pub struct PolicyArg {
    /// Use the saved demands [policy.NAME] of the settings file; flags go before them
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    policy: Option<String>,

    #[command(flatten)]
    source: ConfigArgs,
}

impl PolicyArg {
    /// The saved demands that were asked for; the file is not looked for when none were.
    ///
    /// # Errors
    /// No settings file, one that is not trusted, or no such policy in it.
    pub fn saved(&self, context: &Context) -> Result<NamedPolicy, Failure> {
        self.policy
            .as_deref()
            .map_or_else(|| Ok(NamedPolicy::default()), |name| load_named_policy(name, &self.source, context))
    }
}

/// The endpoints `[probe.NAME]`.
///
/// # Errors
/// No settings file, one that is not trusted, or no such target in it.
pub fn load_probe_target(name: &str, source: &ConfigArgs, context: &Context) -> Result<ProbeTarget, Failure> {
    let found = source
        .read(context)?
        .ok_or_else(|| Failure::usage("--target: there is no authkit.toml here").hint("name it with --config FILE"))?;
    let shown = found.path.display();
    let Some(target) = found.settings.probe.get(name) else {
        let known: Vec<&str> = found.settings.probe.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failure::usage(format!("{shown} has no target \"{name}\"")).hint(format!("targets: {known}")));
    };
    if !found.trusted {
        return Err(Failure::usage(format!("{shown} was found, not named: its targets are not asked"))
            .hint("--trust-config obeys it, --config FILE names one"));
    }
    context.note_origin("target", &format!("[probe.{name}] in {shown}"));
    Ok(target.clone())
}

/// The saved demands `[policy.NAME]`.
///
/// # Errors
/// No settings file, one that is not trusted, or no such policy in it.
pub fn load_named_policy(name: &str, source: &ConfigArgs, context: &Context) -> Result<NamedPolicy, Failure> {
    let found = source
        .read(context)?
        .ok_or_else(|| Failure::usage("--policy: there is no authkit.toml here").hint("name it with --config FILE"))?;
    let shown = found.path.display();
    let Some(saved) = found.settings.policy.get(name) else {
        let known: Vec<&str> = found.settings.policy.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(Failure::usage(format!("{shown} has no policy \"{name}\"")).hint(format!("policies: {known}")));
    };
    if !found.trusted {
        return Err(Failure::usage(format!("{shown} was found, not named: its policies are not obeyed"))
            .hint("--trust-config obeys it, --config FILE names one"));
    }
    context.note_origin("policy", &format!("[policy.{name}] in {shown}"));
    Ok(saved.clone())
}
