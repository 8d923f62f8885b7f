//! The list of configuration formats. To add one: a file with a `pub(super) static FORMAT: Format`, and two lines here,
//! the `mod` and the entry. Detection, `--as`, `--list-files` and the list of formats in the manual use it.
//!
//! A format consists of tables of [`FieldSpec`]s (path, role, grammar, meaning when absent, source) and a function that
//! applies them to a document. Settings that do not fit into a table are computed by an adapter and added with
//! [`SettingGroup::set`] and [`SettingGroup::assume`]. A format reports no findings: rules do, and they are independent
//! of products.

use super::document::Document;
use super::field::FieldSpec;
use super::setting::SettingGroup;
use super::syntax::Syntax;

mod cognito;
mod envoy;
mod envoy_gateway;
mod gotrue;
mod hasura;
mod hydra;
mod istio;
mod keycloak;
mod kong;
mod kratos;
mod oauth2_proxy;
mod postgrest;
mod supabase;
mod token_sources;

/// The configuration format of a product.
pub struct Format {
    /// The value of `--as`; kebab-case.
    pub name: &'static str,
    /// The product whose defaults apply.
    pub product: &'static str,
    /// The version or commit from which the tables were derived.
    pub version: &'static str,
    /// The files of this format.
    pub about: &'static str,
    /// The syntaxes in which it is written.
    pub syntaxes: &'static [Syntax],
    /// Texts of which a file of this format contains at least one: most files of a directory are skipped by them.
    pub marks: &'static [&'static str],
    /// Returns the content by which a document is recognised, if it is.
    pub detect: fn(&Document) -> Option<&'static str>,
    /// Reads the settings of a document, explicit and default.
    pub read: fn(&Document) -> Vec<SettingGroup>,
    /// Its tables, each with the pointer of the node that it applies to. `*` matches any member.
    pub tables: &'static [(&'static str, &'static [FieldSpec])],
}

/// The format of `[[map]]` in authkit.toml. It is not listed: only a mapping can select it.
pub static MAPPED: Format = Format {
    name: "map",
    product: "your mapping",
    version: "",
    about: "any file that [[map]] of authkit.toml names",
    syntaxes: &[Syntax::Json, Syntax::Toml, Syntax::Yaml, Syntax::Dotenv],
    marks: &[],
    detect: |_| None,
    read: |_| Vec::new(),
    tables: &[],
};

/// All formats, sorted by name.
pub static FORMATS: &[&Format] = &[
    &cognito::FORMAT,
    &envoy::FORMAT,
    &envoy_gateway::FORMAT,
    &gotrue::FORMAT,
    &hasura::FORMAT,
    &hydra::FORMAT,
    &istio::FORMAT,
    &keycloak::FORMAT,
    &kong::FORMAT,
    &kratos::FORMAT,
    &oauth2_proxy::FORMAT,
    &postgrest::FORMAT,
    &supabase::FORMAT,
];

/// The format with this name, as in `--as`; `None`: the name is unknown, or that of [`MAPPED`].
pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}

#[cfg(test)]
mod tests;
