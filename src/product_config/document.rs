//! The input of a format: a whole document, or the environment of a service within one.

use super::field::NodeRef;
use super::syntax::dotenv_assignment;
use super::tree::{Entry, Node, NodeValue, escape_pointer_token};
use std::ops::Range;

/// One tree of values with the prefix of its JSON pointers (RFC 6901).
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// A map in most formats; in an environment always, of variable names to values.
    pub root: Node,
    /// The prefix of its JSON pointers: the number of a YAML document, or the pointer to an environment.
    pub prefix: String,
    /// Its entries are environment variables.
    pub environment: bool,
    head: Range<usize>,
}

impl Document {
    /// A reference to the root, from which a format reads its settings.
    pub fn spot(&self) -> NodeRef<'_> {
        NodeRef { node: &self.root, pointer: self.prefix.clone(), head: self.head.clone() }
    }
}

/// All documents of a file, including the service environments of a compose file.
pub fn documents(roots: Vec<Node>, text: &str, environment: bool) -> Vec<Document> {
    let many = roots.len() > 1;
    let mut all = Vec::new();
    for (n, root) in roots.into_iter().enumerate() {
        let prefix = if many { format!("/{n}") } else { String::new() };
        let head = first_line(text, &root);
        let services = root.get("services").map(|services| compose(services, &prefix)).unwrap_or_default();
        all.push(Document { root, prefix, environment, head });
        all.extend(services);
    }
    all
}

/// The first line of a document, for findings about the whole document.
fn first_line(text: &str, root: &Node) -> Range<usize> {
    let first = root.entries().first().map_or(root.bytes.start, |entry| entry.key_bytes.start);
    let rest = text.get(first..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().trim_end();
    first..first.saturating_add(line.len())
}

/// `environment:` of each service, a map or a list of `NAME=value` (compose specification, services).
fn compose(services: &Node, prefix: &str) -> Vec<Document> {
    let environment = |entry: &Entry| {
        let own = entry.node.entry("environment")?;
        let entries = match &own.node.value {
            NodeValue::Map(entries) => entries.clone(),
            NodeValue::List(items) => items.iter().filter_map(listed).collect(),
            _ => return None,
        };
        let root = Node { value: NodeValue::Map(entries), bytes: own.node.bytes.clone(), defined: None };
        let prefix = format!("{prefix}/services/{}/environment", escape_pointer_token(&entry.key));
        Some(Document { root, prefix, environment: true, head: own.key_bytes.clone() })
    };
    services.entries().iter().filter_map(environment).collect()
}

fn listed(item: &Node) -> Option<Entry> {
    let entry = dotenv_assignment(item.text()?)?;
    // The item may be quoted: only its bytes as a whole are known.
    Some(Entry {
        key_bytes: item.bytes.clone(),
        node: Node { bytes: item.bytes.clone(), defined: item.defined.clone(), ..entry.node },
        ..entry
    })
}
