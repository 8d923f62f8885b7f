//! Token locations in Envoy, Istio and Envoy Gateway, which share their semantics.

use crate::product_config::field::NodeRef;
use crate::product_config::grammar::Grammar;
use crate::product_config::setting::{SettingGroup, SettingRole, SettingValue};

/// Without explicit sources, the Authorization header and the parameter `access_token` are accepted; otherwise only the
/// listed ones.
pub(super) fn address(group: &mut SettingGroup, spot: &NodeRef<'_>, params: &[&str], sources: &[&str]) {
    let named = params.iter().find_map(|key| spot.child(key));
    if let Some(found) = named.filter(|found| !found.node.items().is_empty()) {
        group.set(SettingRole::TokenInUrl, Grammar::Texts.read(found.node), &found, "fromParams");
    } else if !sources.iter().any(|key| spot.child(key).is_some_and(|found| !found.node.items().is_empty())) {
        group.assume(SettingRole::TokenInUrl, SettingValue::Text("access_token".to_owned()), spot, "fromParams");
    }
}
