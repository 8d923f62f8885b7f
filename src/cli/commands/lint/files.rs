//! The lint run: finds the files, reads and lints each of them, and applies ignore comments to the findings.

use crate::cli::context::Context;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::input;
use crate::cli::sources::{self, LeftOut};
use authkit::encoding::bounds::head;
use authkit::lint::{LintResult, Linter, inline};
use authkit::product_config::formats::Format;
use authkit::product_config::marks::MarkSearch;
use authkit::product_config::syntax::{MAX_BYTES, Syntax};
use authkit::rule_config::RuleConfig;
use authkit::settings::gate::FileFindings;
use authkit::settings::ignores::UnusedIgnore;
use authkit::settings::maps::SettingMapping;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The options of one lint run.
pub struct LintRun<'s> {
    pub rule_config: &'s RuleConfig,
    /// Apply ignore comments in files.
    pub inline: bool,
    pub explicit_only: bool,
    pub maps: &'s [SettingMapping],
    pub as_format: Option<&'static Format>,
    /// Keep the names of the files that ignore files exclude, for `--list-files`.
    pub lists: bool,
}

/// Bytes of an oversized file that are searched for configuration keys. A file that is larger still is taken for a
/// configuration, unless it is JSON, the usual format of large data files.
const MAX_SEARCHED: u64 = 256 * 1024 * 1024;

/// Bytes at the start of a file in which a zero byte marks it as binary.
const HEAD: usize = 512;

/// Whether a file above the size limit is a configuration file that should have been checked.
///
/// # Errors
/// The file cannot be read to its end.
fn is_meant(mut search: MarkSearch, path: &Path) -> Result<bool, Failure> {
    let name = path.display().to_string();
    let mut reader = input::file_stream(path)?.take(MAX_SEARCHED);
    let (mut chunk, mut is_head) = (vec![0; 1024 * 1024], true);
    while !search.is_meant() {
        match reader.read(&mut chunk) {
            Ok(0) => return Ok(reader.limit() == 0 && Syntax::from_file_name(&name) != Some(Syntax::Json)),
            Ok(read) => {
                let chunk = head(&chunk, read);
                // Binary files have zero bytes early; a later one may be padding that disguises a configuration.
                let beginning = head(chunk, HEAD.min(read));
                if std::mem::take(&mut is_head) && memchr::memchr(0, beginning).is_some() {
                    return Ok(false);
                }
                search.feed(chunk);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::environment(format!("cannot read {name}: {error}"))),
        }
    }
    Ok(true)
}

/// A file with a known format, and its result.
pub struct LintedFile {
    /// The display name; the path may not be UTF-8.
    pub name: String,
    /// `None`: standard input.
    pub path: Option<PathBuf>,
    pub linted: LintResult,
}

/// The result of a run.
#[derive(Default)]
pub struct Files {
    /// Files with a known format.
    pub files: Vec<LintedFile>,
    /// The findings of each file, without those that comments ignore.
    pub found: Vec<FileFindings>,
    /// Files that were checked, recognised or not.
    pub seen: usize,
    /// Files that were not checked because they exceed the size limit for configuration files.
    pub too_large: usize,
    /// Files and directories that could not be read.
    pub unreadable: usize,
    /// Files and directories that ignore files exclude.
    pub left_out: LeftOut,
    /// Findings that a comment ignores.
    pub ignored: u64,
    /// Comments that ignore no finding, each with its location.
    pub unused: Vec<UnusedIgnore>,
    /// The last failure to read a file, for the exit code.
    pub ending: Option<FailureKind>,
}

impl Files {
    /// Counts a file that cannot be read.
    fn add_unreadable(&mut self, failure: Failure, context: &Context) {
        self.unreadable = self.unreadable.saturating_add(1);
        self.ending = Some(failure.kind);
        context.warn(failure.message);
    }
}

impl<'s> LintRun<'s> {
    /// Lints all files that `names` name; no names mean the working directory.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn run(&self, names: &[PathBuf], context: &Context) -> Result<Files, Failure> {
        let working_directory = [PathBuf::from(".")];
        let names = if names.is_empty() { &working_directory[..] } else { names };
        let linter = self.linter();
        let mut files = Files::default();
        let (stdin, named): (Vec<PathBuf>, _) = names.iter().cloned().partition(|name| name.as_os_str() == "-");
        for _ in stdin {
            let bytes = input::read_stdin(context, "the configuration", MAX_BYTES)?.bytes;
            self.lint_one(&linter, None, bytes.expose(), true, &mut files, context);
        }
        files.left_out = if self.lists { LeftOut::with_names() } else { LeftOut::default() };
        let (found, problems) = sources::files(&named, &mut files.left_out);
        for reason in &files.left_out.not_applied {
            context.warn(reason.clone());
        }
        for problem in problems {
            // A problem without a kind is an ignore file that is not applied: nothing is unread.
            files.unreadable = files.unreadable.saturating_add(usize::from(problem.kind.is_some()));
            context.warn(format!("{}: {}", problem.name, problem.what));
            files.ending = problem.kind.or(files.ending);
        }
        for (path, in_directory) in found {
            let name = path.display().to_string();
            // Files that no format can match, such as source code, are not read.
            if in_directory && self.as_format.is_none() && !linter.reads(&name) {
                files.seen = files.seen.saturating_add(1);
                continue;
            }
            match input::read_file(&path, MAX_BYTES) {
                Ok(read) => {
                    self.lint_one(&linter, Some(&path), read.bytes.expose(), !in_directory, &mut files, context)
                }
                Err(failure) if in_directory && failure.kind == FailureKind::Input => {
                    self.too_large(&linter, &path, &mut files, context);
                }
                Err(failure) => files.add_unreadable(failure, context),
            }
        }
        Ok(files)
    }

    /// Handles an oversized file found in a directory. It is most likely data; a finding is reported if it has the
    /// keys of a product, because padding must not exempt a file from the check.
    fn too_large(&self, linter: &Linter<'_>, path: &Path, files: &mut Files, context: &Context) {
        let name = path.display().to_string();
        let Some(search) = MarkSearch::for_name(&name) else { return };
        files.too_large = files.too_large.saturating_add(1);
        context.note_origin(&name, "not checked: exceeds the size limit for configuration files");
        match is_meant(search, path) {
            Ok(true) => {
                files.seen = files.seen.saturating_add(1);
                let linted = linter.too_large(&name);
                self.take(LintedFile { name, path: Some(path.to_owned()), linted }, "", files, context);
            }
            Ok(false) => {}
            Err(failure) => files.add_unreadable(failure, context),
        }
    }

    pub fn linter(&self) -> Linter<'s> {
        let mut linter = Linter::new(self.rule_config);
        linter.explicit_only = self.explicit_only;
        linter.maps = self.maps;
        linter
    }

    /// Lints one file. `named`: the user named it; it was not found in a directory.
    fn lint_one(
        &self,
        linter: &Linter<'_>,
        path: Option<&Path>,
        bytes: &[u8],
        named: bool,
        files: &mut Files,
        context: &Context,
    ) {
        let name = &path.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
        files.seen = files.seen.saturating_add(1);
        let text = std::str::from_utf8(bytes);
        let linted = match text {
            Ok(text) => linter.lint(text, name, self.as_format),
            Err(_) => linter.not_utf8(bytes, name, named),
        };
        let text = text.unwrap_or_default();
        if let Some(problem) = &linted.too_large {
            files.too_large = files.too_large.saturating_add(1);
            let message = format!("not checked: {problem}");
            if named { context.warn(format!("{name}: {message}")) } else { context.note_origin(name, &message) }
        }
        if linted.is_known() {
            let file = LintedFile { name: name.clone(), path: path.map(Path::to_owned), linted };
            self.take(file, text, files, context);
        }
    }

    fn take(&self, mut file: LintedFile, text: &str, files: &mut Files, context: &Context) {
        let LintedFile { name, linted, .. } = &mut file;
        let mut findings = std::mem::take(&mut linted.findings);
        if self.inline && linted.syntax.is_some_and(|syntax| syntax.comment().is_some()) {
            let (mut ignores, refused) = inline::ignores(text);
            for refusal in refused {
                context.warn(format!("{name}:{}: ignore comment is not applied: {}", refusal.line, refusal.why));
            }
            let ignored = inline::apply(&mut ignores, &mut findings);
            files.ignored = files.ignored.saturating_add(ignored);
            files.unused.extend(ignores.into_iter().filter(|ignore| !ignore.used).map(|ignore| UnusedIgnore {
                rule: ignore.rules.join(", "),
                reason: format!("{name}:{}: {}", ignore.line, ignore.reason),
            }));
        }
        for finding in &mut findings {
            finding.location.file = Some(name.clone());
        }
        files.found.push(FileFindings { file: name.clone(), findings });
        files.files.push(file);
    }
}
