//! Entry point of the `authkit` binary. Everything else is in `cli`.
mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
