//! `authkit keys …`: key material and the key store.

use super::{Entry, Kind, entry, with};

mod check;
mod confirm;
mod convert;
mod generate;
mod import;
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

pub(super) const ENTRY: Entry = Entry {
    name: "keys",
    about: "Make, convert, show and keep keys",
    define: |command| with(command, COMMANDS),
    kind: Kind::Group(COMMANDS),
};

/// All key commands, sorted by name.
static COMMANDS: &[Entry] = &[
    entry::<check::Check>(),
    entry::<convert::Convert>(),
    entry::<generate::Generate>(),
    entry::<import::Import>(),
    entry::<list::List>(),
    entry::<public::Public>(),
    entry::<remove::Remove>(),
    entry::<revoke::Revoke>(),
    entry::<rotate::Rotate>(),
    entry::<show::Show>(),
    entry::<thumbprint::Thumbprint>(),
];
