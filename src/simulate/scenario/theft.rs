//! Who steals what, and what they do with it.

use super::units::{DurationDistribution, ScenarioSpan};
use super::words;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

words! {
    StolenCredential { #[default] Refresh, Access, Session, DpopProof }
    /// When something befalls a user.
    EventTiming { #[default] Random, /** Right after a request. */ AtRequest }
    /// What the thief does after the first renewal.
    AttackerBehaviour {
        /** Renews no more. */ #[default] Never,
        /** Renews when the access token has ended. */ WhenNeeded,
        /** Renews like a client. */ Period,
        /** Renews all the time. */ Greedy
    }
}

#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Theft {
    pub target: StolenCredential,
    pub when: EventTiming,
    pub attacker: Attacker,
}

#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Attacker {
    /// From the theft to the first renewal.
    pub first: FirstUse,
    pub then: AttackerBehaviour,
    /// Its cycles are spread over 1 ± jitter.
    pub jitter: f64,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum FirstUse {
    After(DurationDistribution),
    /// `uniform(0,access)`: at any time of one lifetime.
    WithinLifetime,
}

impl Default for FirstUse {
    fn default() -> Self {
        Self::After(DurationDistribution::Const(ScenarioSpan::default().0))
    }
}

impl<'de> Deserialize<'de> for FirstUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.replace(' ', "") == "uniform(0,access)" {
            return Ok(Self::WithinLifetime);
        }
        DurationDistribution::parse(&text)
            .map(Self::After)
            .map_err(|error| D::Error::custom(format!("{error}, or uniform(0,access) for any time of one lifetime")))
    }
}
