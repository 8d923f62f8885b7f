//! From names to findings: every file is read, judged, and its findings sifted.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, Kind};
use crate::cli::input;
use crate::cli::sources;
use authkit::config::formats::Format;
use authkit::config::syntax::MAX_BYTES;
use authkit::finding::{Finding, Location};
use authkit::lint::{Linted, Linter, inline};
use authkit::policy::Policy;
use authkit::settings::baseline::Baseline;
use authkit::settings::ignores::{Ignore, Unused};
use authkit::settings::maps::Map;
use authkit::settings::sift::{Sieve, Tally};
use std::path::Path;

/// How files are judged.
pub struct Job<'s> {
    pub policy: &'s Policy,
    pub ignores: &'s [Ignore],
    /// Comments in files may ignore findings.
    pub inline: bool,
    pub tally: bool,
    pub explicit_only: bool,
    pub maps: &'s [Map],
    pub as_format: Option<&'static Format>,
}

/// What came of it.
#[derive(Default)]
pub struct Files<'s> {
    /// Those that a format knows.
    pub files: Vec<(String, Linted)>,
    /// The heaviest first.
    pub findings: Vec<Finding>,
    /// Files that were looked into.
    pub seen: usize,
    /// Findings that a comment ignores.
    ignored_inline: u64,
    unused_inline: Vec<Unused>,
    sieves: Vec<(String, Sieve<'s>)>,
}

impl<'s> Job<'s> {
    /// Judges all that `names` name; nothing is the working folder.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn run(&self, names: &[String], context: &Context) -> Result<Files<'s>, Failure> {
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
            context.ends_with(Kind::Surroundings);
        }
        for (name, in_folder) in found {
            match input::file(Path::new(&name), MAX_BYTES) {
                Ok(read) => self.one(&linter, &name, read.bytes.expose(), !in_folder, &mut files, context),
                // Of a folder, what is too large for a configuration is none.
                Err(failure) if in_folder && failure.kind == Kind::Input => {
                    files.seen = files.seen.saturating_add(1);
                    context.origin(&name, "larger than a configuration may be: not looked into");
                }
                Err(failure) => {
                    context.warn(failure.message);
                    context.ends_with(failure.kind);
                }
            }
        }
        files.findings.sort_by(|a, b| {
            let place = |finding: &Finding| {
                let at = &finding.location;
                (at.file.clone(), at.line, at.column)
            };
            b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(b.rule)).then_with(|| place(a).cmp(&place(b)))
        });
        Ok(files)
    }

    pub fn linter(&self) -> Linter<'s> {
        let mut linter = Linter::new(self.policy);
        linter.explicit_only = self.explicit_only;
        linter.maps = self.maps;
        linter
    }

    /// `named`: by the user, not met in a folder.
    fn one(
        &self,
        linter: &Linter<'_>,
        name: &str,
        bytes: &[u8],
        named: bool,
        files: &mut Files<'s>,
        context: &Context,
    ) {
        files.seen = files.seen.saturating_add(1);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) if !named => return,
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let valid = std::str::from_utf8(valid).unwrap_or_default();
                let linted = linter.not_utf8(valid);
                self.take(name, "", linted, files, context);
                return;
            }
        };
        let linted = linter.lint(text, name, self.as_format);
        if linted.is_known() {
            self.take(name, text, linted, files, context);
        }
    }

    fn take(&self, name: &str, text: &str, mut linted: Linted, files: &mut Files<'s>, context: &Context) {
        let mut findings = std::mem::take(&mut linted.findings);
        if self.inline && linted.syntax.is_some_and(|syntax| syntax.comment().is_some()) {
            let (mut ignores, refused) = inline::ignores(text);
            for one in refused {
                context.warn(format!("{name}:{}: an ignore is not obeyed: {}", one.line, one.why));
            }
            let ignored = inline::apply(&mut ignores, &mut findings);
            files.ignored_inline = files.ignored_inline.saturating_add(ignored);
            files.unused_inline.extend(ignores.into_iter().filter(|ignore| !ignore.used).map(|ignore| Unused {
                rule: ignore.rules.join(", "),
                reason: format!("{name}:{}: {}", ignore.line, ignore.reason),
            }));
        }
        let mut sieve = Sieve::new(self.ignores, name, self.tally);
        for finding in findings {
            let pointer = finding.location.pointer.clone().unwrap_or_default();
            if sieve.passes(finding.rule, &pointer) {
                let location = Location { file: Some(name.to_owned()), ..finding.location.clone() };
                files.findings.push(Finding { location, ..finding });
            }
        }
        files.sieves.push((name.to_owned(), sieve));
        files.files.push((name.to_owned(), linted));
    }
}

impl Files<'_> {
    pub fn tallies(&self) -> impl Iterator<Item = (&str, &Tally)> {
        self.sieves.iter().filter_map(|(file, sieve)| Some((file.as_str(), sieve.tally()?)))
    }

    /// Takes what a baseline knows off; the answer is how many.
    pub fn forget_known(&mut self, baseline: Baseline) -> u64 {
        let mut allowance = baseline.allowance();
        let before = self.findings.len();
        self.findings.retain(|finding| {
            let file = finding.location.file.as_deref().unwrap_or_default();
            !allowance.takes(file, finding.rule, finding.location.pointer.as_deref().unwrap_or_default())
        });
        u64::try_from(before.saturating_sub(self.findings.len())).unwrap_or(u64::MAX)
    }

    /// Findings that the settings or comments ignore.
    pub fn ignored(&self) -> u64 {
        self.sieves.iter().fold(self.ignored_inline, |sum, (_, sieve)| sum.saturating_add(sieve.ignored()))
    }

    /// Ignores that matched nothing, those of comments with their place.
    pub fn unused(&self) -> Vec<Unused> {
        let mut whole: Option<Sieve<'_>> = None;
        for (_, sieve) in &self.sieves {
            match &mut whole {
                None => whole = Some(sieve.clone()),
                Some(whole) => whole.merge(sieve.clone()),
            }
        }
        let mut unused = whole.map(|sieve| sieve.unused()).unwrap_or_default();
        unused.extend(self.unused_inline.iter().cloned());
        unused
    }
}
