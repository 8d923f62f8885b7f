//! Links the program so that it starts quickly: as a static PIE where the system has the archives for one, so that no
//! loader maps libraries and looks symbols up at each start. That is a third of the time of a start, and addresses are
//! as random as before.
//!
//! The standard library asks for `-lgcc_s -lm -lc` and a few more. Linker scripts of these names, found first, give it
//! the archives instead. Without all of them (glibc's are a package of their own on some systems), or with
//! `AUTHKIT_LINK=dynamic`, only the unwinder is linked in, which every GCC brings as `libgcc_eh.a`. Where that is not
//! so (another linker, a cross build without one, another system) nothing is changed.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a build script asks the compiler, writes a file and talks to cargo"
)]

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the standard library asks for on Linux with glibc, and the archives that hold it.
const LIBRARIES: [(&str, &[&str]); 7] = [
    ("gcc_s", &["libgcc_eh.a"]),
    ("util", &["libutil.a"]),
    ("rt", &["librt.a"]),
    ("pthread", &["libpthread.a"]),
    ("m", &["libm.a"]),
    ("dl", &["libdl.a"]),
    // The three need each other.
    ("c", &["libc.a", "libgcc_eh.a", "libgcc.a"]),
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC_LINKER");
    println!("cargo:rerun-if-env-changed=AUTHKIT_LINK");
    let (Some(linker), Some(folder)) = (linker(), env::var_os("OUT_DIR").map(PathBuf::from)) else { return };
    let is_dynamic = env::var("AUTHKIT_LINK").is_ok_and(|own| own == "dynamic");
    let all = folder.join("static");
    // The object that a static PIE begins with.
    if !is_dynamic && file(&linker, "rcrt1.o").is_some() && scripts(&linker, &all, &LIBRARIES).is_some() {
        // Tests and benches are not started often enough.
        println!("cargo:rustc-link-arg-bin=authkit=-L{}", all.display());
        println!("cargo:rustc-link-arg-bin=authkit=-static-pie");
    }
    let unwinder = folder.join("unwinder");
    if scripts(&linker, &unwinder, &LIBRARIES[..1]).is_some() {
        println!("cargo:rustc-link-search=native={}", unwinder.display());
    }
}

/// The program that links, when it is one of which this file knows how to ask.
fn linker() -> Option<OsString> {
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|own| own == value);
    let wanted = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("PROFILE", "release");
    let is_static = env::var("CARGO_CFG_TARGET_FEATURE").is_ok_and(|all| all.split(',').any(|one| one == "crt-static"));
    match env::var_os("RUSTC_LINKER") {
        _ if !wanted || is_static => None,
        Some(linker) => Some(linker),
        None if env::var_os("HOST") == env::var_os("TARGET") => Some("cc".into()),
        None => None,
    }
}

/// Writes a linker script for each library into `folder`; `None` when an archive is missing.
fn scripts(linker: &OsString, folder: &Path, libraries: &[(&str, &[&str])]) -> Option<()> {
    fs::create_dir_all(folder).ok()?;
    for (library, archives) in libraries {
        let mut text = String::from("/* GNU ld script */\nGROUP (");
        for archive in *archives {
            write!(text, " {}", file(linker, archive)?.display()).ok()?;
        }
        text.push_str(" )\n");
        fs::write(folder.join(format!("lib{library}.so")), text).ok()?;
    }
    Some(())
}

/// Where the compiler has a file of this name.
fn file(linker: &OsString, name: &str) -> Option<PathBuf> {
    let answer = Command::new(linker).arg(format!("-print-file-name={name}")).output().ok()?;
    // A compiler that has no such file repeats the name.
    let path = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
    (path.is_absolute() && path.is_file()).then_some(path)
}
