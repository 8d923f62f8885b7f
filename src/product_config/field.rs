//! Setting tables: the path of each setting of a product, its grammar, and its meaning when absent.

use super::grammar::Grammar;
use super::setting::{
    ProductSetting, SettingGroup, SettingLocation, SettingOrigin, SettingRole, SettingValue, UnitPlacement,
};
use super::tree::{Node, NodeValue, escape_pointer_token};

/// A setting of a product.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// Keys relative to the group's node, separated by `/`.
    pub path: &'static str,
    /// The product-independent meaning of its value.
    pub role: SettingRole,
    /// The notation of its value and default, with the unit of a bare number.
    pub grammar: Grammar,
    /// Applied to a missing key and to null.
    pub absent: AbsentMeaning,
    /// The source of its meaning and default.
    pub source: &'static str,
}

/// A row of a table.
pub const fn field(
    path: &'static str,
    role: SettingRole,
    grammar: Grammar,
    absent: AbsentMeaning,
    source: &'static str,
) -> FieldSpec {
    FieldSpec { path, role, grammar, absent, source }
}

/// The behaviour of a product when a setting is absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AbsentMeaning {
    /// As if this value were set.
    Default(&'static str),
    /// No limit.
    Forever,
    /// Another setting applies, or the behaviour is unknown: the setting is not checked.
    Unjudged,
}

/// A node with its JSON pointer and its bytes.
#[derive(Clone, Debug)]
pub struct NodeRef<'n> {
    /// The value with its position in the text.
    pub node: &'n Node,
    /// JSON pointer (RFC 6901), with the prefix of its document.
    pub pointer: String,
    /// The bytes of its key; for a whole file, its first line.
    pub head: std::ops::Range<usize>,
}

impl<'n> NodeRef<'n> {
    /// A reference to a child.
    pub fn child(&self, key: &str) -> Option<Self> {
        let entry = self.node.entry(key)?;
        let pointer = format!("{}/{}", self.pointer, escape_pointer_token(key));
        Some(Self { node: &entry.node, pointer, head: entry.key_bytes.clone() })
    }

    /// A reference to the node at a path of keys separated by `/`.
    pub fn at(&self, path: &str) -> Option<Self> {
        path.split('/').try_fold(self.clone(), |spot, key| spot.child(key))
    }

    /// References to all children of a map.
    pub fn children(&self) -> Vec<(&'n str, Self)> {
        let child = |entry: &'n super::tree::Entry| {
            let pointer = format!("{}/{}", self.pointer, escape_pointer_token(&entry.key));
            (entry.key.as_str(), Self { node: &entry.node, pointer, head: entry.key_bytes.clone() })
        };
        self.node.entries().iter().map(child).collect()
    }

    /// References to all items of a list.
    pub fn items(&self) -> Vec<Self> {
        let item = |(n, node): (usize, &'n Node)| {
            let head = node.entries().first().map_or_else(|| node.bytes.clone(), |first| first.key_bytes.clone());
            Self { node, pointer: format!("{}/{n}", self.pointer), head }
        };
        self.node.items().iter().enumerate().map(item).collect()
    }

    /// The deepest existing node on the way to `path`: the location of absent settings below it.
    fn nearest(&self, path: &str) -> Self {
        let mut spot = self.clone();
        for key in path.split('/') {
            match spot.child(key) {
                Some(child) if child.node.is_map() => spot = child,
                _ => break,
            }
        }
        spot
    }

    /// The location of absent settings below this node.
    fn around(&self) -> SettingLocation {
        let (bytes, key) = (self.head.clone(), self.head.clone());
        SettingLocation { pointer: self.pointer.clone(), bytes, key, defined: None }
    }

    fn place(&self) -> SettingLocation {
        let (bytes, defined) = (self.node.bytes.clone(), self.node.defined.clone());
        SettingLocation { pointer: self.pointer.clone(), bytes, key: self.head.clone(), defined }
    }
}

impl SettingGroup {
    /// Adds the settings of a table from the values under `spot`.
    pub fn fill(&mut self, spot: &NodeRef<'_>, fields: &[FieldSpec]) {
        for field in fields {
            self.settings.extend(field.read(spot));
        }
    }

    /// Removes all settings that are not explicit.
    pub fn forget_defaults(&mut self) {
        self.settings.retain(|setting| setting.origin == SettingOrigin::Explicit);
    }

    /// Adds a setting with a value computed by the adapter.
    pub fn set(&mut self, role: SettingRole, value: SettingValue, spot: &NodeRef<'_>, name: &str) {
        let (place, name) = (spot.place(), name.to_owned());
        self.settings.push(ProductSetting {
            role,
            value,
            origin: SettingOrigin::Explicit,
            place,
            name,
            implied_unit: None,
            bare: None,
        });
    }

    /// Adds a setting as written at `spot`.
    pub fn add(&mut self, role: SettingRole, grammar: Grammar, spot: &NodeRef<'_>, name: &str) {
        let (place, name, implied_unit) = (spot.place(), name.to_owned(), implied(grammar));
        let (value, bare) = (grammar.read(spot.node), grammar.bare(spot.node).map(UnitPlacement::Suffix));
        self.settings.push(ProductSetting {
            role,
            value,
            origin: SettingOrigin::Explicit,
            place,
            name,
            implied_unit,
            bare,
        });
    }

    /// Adds the default of an absent setting; `spot` is the parent.
    pub fn assume(&mut self, role: SettingRole, value: SettingValue, spot: &NodeRef<'_>, name: &str) {
        let place = spot.around();
        let name = name.to_owned();
        self.settings.push(ProductSetting {
            role,
            value,
            origin: SettingOrigin::Default,
            place,
            name,
            implied_unit: None,
            bare: None,
        });
    }
}

impl FieldSpec {
    /// The setting under `spot`, explicit or default.
    pub fn read(&self, spot: &NodeRef<'_>) -> Option<ProductSetting> {
        let implied_unit = implied(self.grammar);
        let name = self.path.to_owned();
        let found = spot.at(self.path).filter(|found| found.node.value != NodeValue::Null);
        if let Some(found) = found {
            let (value, bare, place) = (
                self.grammar.read(found.node),
                self.grammar.bare(found.node).map(UnitPlacement::Suffix),
                found.place(),
            );
            return Some(ProductSetting {
                role: self.role,
                value,
                origin: SettingOrigin::Explicit,
                place,
                name,
                implied_unit,
                bare,
            });
        }
        let value = match self.absent {
            AbsentMeaning::Default(text) => self.grammar.parse(text),
            AbsentMeaning::Forever => SettingValue::Unlimited,
            AbsentMeaning::Unjudged => return None,
        };
        let parent = spot.nearest(self.path);
        let place = parent.around();
        Some(ProductSetting {
            role: self.role,
            value,
            origin: SettingOrigin::Default,
            place,
            name,
            implied_unit,
            bare: None,
        })
    }
}

/// The unit that a grammar implies for a bare number.
const fn implied(grammar: Grammar) -> Option<&'static str> {
    match grammar {
        Grammar::Milliseconds => Some("milliseconds"),
        Grammar::Seconds | Grammar::SecondsOrForever => Some("seconds"),
        Grammar::Minutes => Some("minutes"),
        Grammar::Hours => Some("hours"),
        Grammar::Days => Some("days"),
        _ => None,
    }
}
