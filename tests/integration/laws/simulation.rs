//! Ids of the simulation: production code names a metric or a kind of strategy by its value, not by its id, so that a
//! misspelt one does not compile.

use super::code;
use super::source::source;
use authkit::simulate::metrics::Metric;
use authkit::simulate::strategies::STRATEGIES;
use std::path::Path;

/// String literals that are no ids, although they are equal to one.
const LABELS: &[(&str, &str)] = &[("simulate/recommend/recommended_settings.rs", "rotation")];

/// Whether a file belongs to the simulation or to a command that runs it.
fn is_of_simulation(path: &Path) -> bool {
    ["simulate", "cli/commands/simulate", "cli/commands/recommend"].iter().any(|directory| path.starts_with(directory))
}

#[test]
fn metric_ids_stand_in_their_registry_only() {
    let mut found = Vec::new();
    for file in source().iter().filter(|file| file.path != Path::new("simulate/metrics.rs")) {
        let code = code(file).concat();
        let ids = Metric::ALL.iter().map(|metric| metric.id()).filter(|id| code.contains(&format!("\"{id}\"")));
        found.extend(ids.map(|id| format!("{}: {id}", file.path.display())));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn strategy_ids_stand_in_the_file_of_their_kind_only() {
    let mut found = Vec::new();
    for file in source().iter().filter(|file| is_of_simulation(&file.path)) {
        let (code, path) = (code(file).concat(), file.path.display().to_string());
        let is_allowed =
            |id: &str| path == format!("simulate/strategies/{id}.rs") || LABELS.contains(&(path.as_str(), id));
        let ids = STRATEGIES.iter().map(|kind| kind.id).filter(|id| code.contains(&format!("\"{id}\"")));
        found.extend(ids.filter(|id| !is_allowed(id)).map(|id| format!("{path}: {id}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}
