//! The store that nodes share: how far it is, how long it takes, and when it is out.

use super::units::{self, DurationDistribution, Nanos, SECOND, ScenarioSpan};
use super::{FailMode, ReadFrom};
use serde::Deserialize;

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    pub rtt: ScenarioSpan,
    pub service: DurationDistribution,
    /// What a write takes that must outlive a crash; absent: as long as `service`.
    pub write: Option<DurationDistribution>,
    pub servers: u64,
    /// `poisson 8000/s`: what arrives at the store of `store_queue`.
    pub arrivals: Option<String>,
    /// Where the store is; users are spread evenly over all regions.
    pub region: u64,
    pub replica_lag: ScenarioSpan,
    pub read_from: ReadFrom,
    pub on_outage: FailMode,
    pub outage: Vec<Outage>,
}

impl StoreConfig {
    /// The end of the outage in which `at` lies, if there is one.
    pub fn out_until(&self, at: Nanos) -> Option<Nanos> {
        let begun = self.outage.iter().filter(|outage| outage.at.0 <= at);
        begun.map(|outage| outage.at.0.saturating_add(outage.length.0)).find(|end| at < *end)
    }

    /// Arrivals a second at the store alone.
    ///
    /// # Errors
    /// How they are written.
    pub fn arrivals(&self) -> Result<Option<f64>, String> {
        let Some(text) = &self.arrivals else { return Ok(None) };
        let rate = text.strip_prefix("poisson ").map(units::parse_rate);
        match rate {
            Some(Ok(rate)) if rate > 0.0 => Ok(Some(rate)),
            Some(Err(error)) => Err(error),
            _ => Err(format!("\"{text}\" is no law of arrivals; write poisson 8000/s")),
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

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    pub at: ScenarioSpan,
    #[serde(rename = "for")]
    pub length: ScenarioSpan,
}
