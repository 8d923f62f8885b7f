//! Edits of the TOML text of a scenario: `--set key=value`, `--strategy` and the values of a `--sweep`.

use super::ScenarioError;
use super::units::{Nanos, parse_duration};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

/// Sets `table.key`, or a strategy key (without a table) in every strategy that `takes` it.
///
/// # Errors
/// Returns a syntax error of the text, or why the key cannot be set.
pub fn set(text: &str, key: &str, value: &str, takes: impl Fn(&str, &str) -> bool) -> Result<String, ScenarioError> {
    let error = |problem: String| ScenarioError { line: 1, column: 1, key: Some(key.to_owned()), problem };
    let mut document = document(text)?;
    let value = parse_value(value);
    match key.strip_prefix("strategy.").or(if key.contains('.') { None } else { Some(key) }) {
        Some(own) => {
            let strategies = document.get_mut("strategy").and_then(Item::as_array_of_tables_mut);
            let mut done = false;
            for strategy in strategies.into_iter().flat_map(|tables| tables.iter_mut()) {
                let kind = strategy.get("kind").and_then(Item::as_str).unwrap_or_default().to_owned();
                if takes(&kind, own) {
                    strategy.insert(own, Item::Value(value.clone()));
                    done = true;
                }
            }
            if !done {
                return Err(error(
                    "no strategy of the scenario takes this key; write a table key with its table, as in run.users"
                        .into(),
                ));
            }
        }
        None => {
            let mut path: Vec<&str> = key.split('.').collect();
            let last = path.pop().unwrap_or_default();
            let mut table = document.as_table_mut();
            for name in path {
                let item = table.entry(name).or_insert_with(|| Item::Table(Table::new()));
                table = item.as_table_mut().ok_or_else(|| error(format!("{name} is not a table")))?;
            }
            table.insert(last, Item::Value(value));
        }
    }
    Ok(document.to_string())
}

/// Keeps only the strategies of these kinds, in this order; adds a kind that the scenario lacks.
///
/// # Errors
/// Returns a syntax error of the text.
pub fn only(text: &str, kinds: &[String]) -> Result<String, ScenarioError> {
    let mut document = document(text)?;
    let own = match document.remove("strategy") {
        None => ArrayOfTables::new(),
        Some(Item::ArrayOfTables(tables)) => tables,
        Some(_) => {
            let problem = "strategies must be an array of tables; write [[strategy]]".to_owned();
            return Err(ScenarioError { line: 1, column: 1, key: Some("strategy".to_owned()), problem });
        }
    };
    let mut chosen = ArrayOfTables::new();
    for kind in kinds {
        let of_kind = own.iter().filter(|own| own.get("kind").and_then(Item::as_str) == Some(kind));
        let before = chosen.len();
        of_kind.for_each(|own| chosen.push(own.clone()));
        if chosen.len() == before {
            let mut table = Table::new();
            table.insert("kind", Item::Value(Value::from(kind)));
            chosen.push(table);
        }
    }
    // The position in the old text no longer applies.
    chosen.iter_mut().for_each(|table| table.set_position(None));
    document.insert("strategy", Item::ArrayOfTables(chosen));
    Ok(document.to_string())
}

fn document(text: &str) -> Result<DocumentMut, ScenarioError> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let (line, column) = crate::encoding::line_index::place(text, error.span().map_or(0, |span| span.start));
        ScenarioError { line, column, key: None, problem: error.message().to_owned() }
    })
}

/// A TOML value, or else a string; `inf` is an infinite duration, not a number.
fn parse_value(text: &str) -> Value {
    if text == "inf" { Value::from(text) } else { text.parse().unwrap_or_else(|_| Value::from(text)) }
}

/// The values of a sweep: a range `1m..24h` in logarithmic steps, or a list `1m,5m,1h`.
///
/// # Errors
/// Returns why the range is invalid.
pub fn sweep(text: &str, steps: u32) -> Result<Vec<String>, String> {
    let Some((low, high)) = text.split_once("..") else {
        return Ok(text.split(',').map(|value| value.trim().to_owned()).collect());
    };
    let (low, high) = (parse_duration(low)?, parse_duration(high)?);
    if low == 0 || low >= high || high == Nanos::MAX {
        return Err(format!("\"{text}\" is not an ascending range of finite durations above 0"));
    }
    let steps = steps.max(2);
    let factor = (high as f64 / low as f64).powf(1.0 / f64::from(steps.saturating_sub(1)));
    let value = |step: u32| {
        let seconds = low as f64 / 1e9 * factor.powi(i32::try_from(step).unwrap_or(0));
        if seconds >= 10.0 { format!("{}s", seconds.round()) } else { format!("{seconds:.3}s") }
    };
    Ok((0..steps).map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_set_in_its_table_and_in_strategies_that_take_it() {
        let text = "[run]\nusers = 5\n\n[[strategy]]\nkind = \"a\"\n\n[[strategy]]\nkind = \"b\"\n";
        let only_b = |kind: &str, _: &str| kind == "b";
        let changed = set(text, "run.users", "7", only_b).unwrap();
        assert!(changed.contains("users = 7"));
        let changed = set(&changed, "access", "5m", only_b).unwrap();
        assert!(
            changed.contains("kind = \"b\"\naccess = \"5m\"") && !changed.contains("kind = \"a\"\naccess"),
            "{changed}"
        );
        assert!(set(text, "topology.nodes", "4", only_b).unwrap().contains("[topology]\nnodes = 4"));
        assert!(set(text, "poll", "5m", |_, _| false).is_err());
        assert!(set("a = [", "run.users", "7", only_b).is_err());
    }

    #[test]
    fn only_keeps_and_adds_the_given_strategies() {
        let text =
            "[run]\nusers = 5\n\n[[strategy]]\nkind = \"a\"\nx = 1\n\n[[strategy]]\nkind = \"b\"\n\n[slo]\ny = 2\n";
        let chosen = |kinds: &[&str]| only(text, &kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>());
        let kinds = |text: String| {
            let document: DocumentMut = text.parse().unwrap();
            assert!(document.get("slo").is_some() && document.get("run").is_some());
            let tables = document["strategy"].as_array_of_tables().unwrap().clone();
            tables.iter().map(|own| own["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(chosen(&["b"]).unwrap()), ["b"]);
        assert_eq!(kinds(chosen(&["c", "a"]).unwrap()), ["c", "a"]);
        assert!(chosen(&["a"]).unwrap().contains("x = 1"));
        assert!(only("strategy = [1]", &["a".to_owned()]).is_err());
    }

    #[test]
    fn sweep_range_has_logarithmic_steps() {
        assert_eq!(sweep("1m..24h", 3).unwrap(), ["60s", "2277s", "86400s"]);
        assert_eq!(sweep("1m,5m", 9).unwrap(), ["1m", "5m"]);
        assert!(sweep("5m..1m", 3).is_err() && sweep("0s..1m", 3).is_err());
    }
}
