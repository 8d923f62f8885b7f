//! From names to findings: every file is read, judged, and its findings sifted.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, Kind};
use crate::cli::input;
use crate::cli::sources;
use authkit::config::formats::Format;
use authkit::config::syntax::{MAX_BYTES, Syntax};
use authkit::lint::{Linted, Linter, inline};
use authkit::policy::Policy;
use authkit::settings::gate::Found;
use authkit::settings::ignores::Unused;
use authkit::settings::maps::Map;
use std::path::Path;

/// How files are judged.
pub struct Job<'s> {
    pub policy: &'s Policy,
    /// Comments in files may ignore findings.
    pub inline: bool,
    pub explicit_only: bool,
    pub maps: &'s [Map],
    pub as_format: Option<&'static Format>,
}

/// What came of it.
#[derive(Default)]
pub struct Files {
    /// Those that a format knows.
    pub files: Vec<(String, Linted)>,
    /// What was found in each, without what comments ignore.
    pub found: Vec<Found>,
    /// Files that were looked into.
    pub seen: usize,
    /// Files of a folder that were not, because they are larger than a configuration may be.
    pub too_large: usize,
    /// Findings that a comment ignores.
    pub ignored: u64,
    /// Comments that ignore nothing, each with its place.
    pub unused: Vec<Unused>,
}

impl<'s> Job<'s> {
    /// Judges all that `names` name; nothing is the working folder.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn run(&self, names: &[String], context: &Context) -> Result<Files, Failure> {
        let here = [".".to_owned()];
        let names = if names.is_empty() { &here[..] } else { names };
        let linter = self.linter();
        let mut files = Files::default();
        let (stdin, named): (Vec<String>, Vec<String>) = names.iter().cloned().partition(|name| name == "-");
        for _ in stdin {
            let bytes = input::stdin(context, "the configuration", MAX_BYTES)?.bytes;
            self.one(&linter, "standard input", bytes.expose(), true, &mut files, context);
        }
        let (found, problems) = sources::files(&named);
        for problem in problems {
            context.warn(format!("{}: {}", problem.name, problem.what));
            problem.kind.into_iter().for_each(|kind| context.ends_with(kind));
        }
        for (name, in_folder) in found {
            // Code is not even read.
            if in_folder && self.as_format.is_none() && !linter.reads(&name) {
                files.seen = files.seen.saturating_add(1);
                continue;
            }
            match input::file(Path::new(&name), MAX_BYTES) {
                Ok(read) => self.one(&linter, &name, read.bytes.expose(), !in_folder, &mut files, context),
                // Of a folder, what is too large for a configuration is none.
                Err(failure) if in_folder && failure.kind == Kind::Input => {
                    let counts = Syntax::of_name(&name).is_some();
                    files.too_large = files.too_large.saturating_add(usize::from(counts));
                    context.origin(&name, "larger than a configuration may be: not looked into");
                }
                Err(failure) => {
                    context.warn(failure.message);
                    context.ends_with(failure.kind);
                }
            }
        }
        Ok(files)
    }

    pub fn linter(&self) -> Linter<'s> {
        let mut linter = Linter::new(self.policy);
        linter.explicit_only = self.explicit_only;
        linter.maps = self.maps;
        linter
    }

    /// `named`: by the user, not met in a folder.
    fn one(&self, linter: &Linter<'_>, name: &str, bytes: &[u8], named: bool, files: &mut Files, context: &Context) {
        files.seen = files.seen.saturating_add(1);
        let text = std::str::from_utf8(bytes);
        let linted = match text {
            Ok(text) => linter.lint(text, name, self.as_format),
            Err(_) => linter.not_utf8(bytes, name, named),
        };
        let text = text.unwrap_or_default();
        if let Some(problem) = &linted.too_large {
            files.too_large = files.too_large.saturating_add(1);
            let what = format!("not checked: {problem}");
            if named { context.warn(format!("{name}: {what}")) } else { context.origin(name, &what) }
        }
        if linted.is_known() {
            self.take(name, text, linted, files, context);
        }
    }

    fn take(&self, name: &str, text: &str, mut linted: Linted, files: &mut Files, context: &Context) {
        let mut findings = std::mem::take(&mut linted.findings);
        if self.inline && linted.syntax.is_some_and(|syntax| syntax.comment().is_some()) {
            let (mut ignores, refused) = inline::ignores(text);
            for one in refused {
                context.warn(format!("{name}:{}: an ignore is not obeyed: {}", one.line, one.why));
            }
            let ignored = inline::apply(&mut ignores, &mut findings);
            files.ignored = files.ignored.saturating_add(ignored);
            files.unused.extend(ignores.into_iter().filter(|ignore| !ignore.used).map(|ignore| Unused {
                rule: ignore.rules.join(", "),
                reason: format!("{name}:{}: {}", ignore.line, ignore.reason),
            }));
        }
        for finding in &mut findings {
            finding.location.file = Some(name.to_owned());
        }
        files.found.push(Found { file: name.to_owned(), findings });
        files.files.push((name.to_owned(), linted));
    }
}
