//! The formats, as a list. To add one: a file with a `pub(super) static FORMAT: Format`, and two lines here, the `mod`
//! and the entry. Detection, `--as`, `--list-files` and the page of formats read the list.
//!
//! A format is tables of [`Field`]s (the path, what it decides, how it is written, what counts when it is absent, where
//! that was read) and a function that lays them over a document. What a table cannot say, an adapter works out and
//! adds with [`Group::set`] and [`Group::assume`]. It reports nothing: rules do, and they know no product.

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

/// One product's configuration.
pub struct Format {
    /// The value of `--as`; kebab-case.
    pub name: &'static str,
    /// The product whose defaults count.
    pub product: &'static str,
    /// The version or the commit that the tables were read in.
    pub version: &'static str,
    /// Which files it is.
    pub about: &'static str,
    /// What it is written in.
    pub syntaxes: &'static [Syntax],
    /// A file without any of these texts is not looked into: most files of a folder are something else.
    pub marks: &'static [&'static str],
    /// Says by which content a document is recognised, if it is.
    pub detect: fn(&Document) -> Option<&'static str>,
    pub read: fn(&Document) -> Vec<SettingGroup>,
    /// Its tables, each under the pointer of the place that it lies over. `*` is any member.
    pub tables: &'static [(&'static str, &'static [FieldSpec])],
}

/// What `[[map]]` of authkit.toml reads. It is in no list: only a mapping can ask for it.
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

pub fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}

#[cfg(test)]
mod tests;
