//! The store table of a scenario: latency, capacity and outages of the store that nodes share.

use super::units::{self, DurationDistribution, Nanos, SECOND, ScenarioSpan};
use super::{FailMode, ReadFrom};
use serde::Deserialize;

/// `[store]`: the shared store.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// Round-trip time.
    pub rtt: ScenarioSpan,
    /// Service time of an operation.
    pub service: DurationDistribution,
    /// Service time of a durable write; absent: same as `service`.
    pub write: Option<DurationDistribution>,
    /// Number of parallel servers.
    pub servers: u64,
    /// Arrival process of `store_queue`: `poisson 8000/s`.
    pub arrivals: Option<String>,
    /// Region of the store; users are spread evenly over all regions.
    pub region: u64,
    /// Staleness of reads from a replica.
    pub replica_lag: ScenarioSpan,
    /// The store instance that reads go to.
    pub read_from: ReadFrom,
    /// How verifiers handle requests during an outage.
    pub on_outage: FailMode,
    /// Outages of the store.
    pub outage: Vec<Outage>,
}

impl StoreConfig {
    /// The end of the outage that contains `at`, if any.
    pub fn out_until(&self, at: Nanos) -> Option<Nanos> {
        let begun = self.outage.iter().filter(|outage| outage.at.0 <= at);
        begun.map(|outage| outage.at.0.saturating_add(outage.length.0)).find(|end| at < *end)
    }

    /// Arrivals per second of `store_queue`.
    ///
    /// # Errors
    /// Returns why the text is not an arrival process.
    pub fn arrivals(&self) -> Result<Option<f64>, String> {
        let Some(text) = &self.arrivals else { return Ok(None) };
        let rate = text.strip_prefix("poisson ").map(units::parse_rate);
        match rate {
            Some(Ok(rate)) if rate > 0.0 => Ok(Some(rate)),
            Some(Err(error)) => Err(error),
            _ => Err(format!("\"{text}\" is not an arrival process; write poisson 8000/s")),
        }
    }
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            rtt: ScenarioSpan(500_000),
            service: DurationDistribution::Exp(25_000),
            write: None,
            servers: 1,
            arrivals: None,
            region: 0,
            replica_lag: ScenarioSpan(SECOND / 10),
            read_from: ReadFrom::Primary,
            on_outage: FailMode::Closed,
            outage: Vec::new(),
        }
    }
}

/// `[[store.outage]]`: the store is unavailable.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Time from the start of the run.
    pub at: ScenarioSpan,
    /// Length of the outage; the key `for`.
    #[serde(rename = "for")]
    pub length: ScenarioSpan,
}
