//! `authkit keys`: the commands for key material and the key store.

use super::{CommandEntry, CommandKind, entry, with};

mod check;
mod confirm;
mod convert;
mod generate;
mod import;
mod key_members_args;
mod list;
mod messages;
mod public;
mod published_jwks;
mod remove;
mod revoke;
mod rotate;
mod rotation_policy_args;
mod selection;
mod show;
mod thumbprint;
mod use_key;

/// The group of key commands.
pub(super) const ENTRY: CommandEntry = CommandEntry {
    name: "keys",
    about: "Generate, convert, show, check and rotate keys",
    define: |command| with(command, COMMANDS),
    define_with_help: |command| with(command, COMMANDS),
    kind: CommandKind::Group(COMMANDS),
};

/// All key commands, sorted by name.
static COMMANDS: &[CommandEntry] = &[
    entry::<check::KeysCheckCommand>(),
    entry::<convert::KeysConvertCommand>(),
    entry::<generate::KeysGenerateCommand>(),
    entry::<import::KeysImportCommand>(),
    entry::<list::KeysListCommand>(),
    entry::<public::KeysPublicCommand>(),
    entry::<remove::KeysRemoveCommand>(),
    entry::<revoke::KeysRevokeCommand>(),
    entry::<rotate::KeysRotateCommand>(),
    entry::<show::KeysShowCommand>(),
    entry::<thumbprint::KeysThumbprintCommand>(),
    entry::<use_key::KeysUseCommand>(),
];
