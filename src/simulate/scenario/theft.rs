//! The theft table of a scenario: which credential is stolen, when, and how the attacker uses it.

use super::units::{DurationDistribution, ScenarioSpan};
use super::words;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

words! {
    /// The stolen credential.
    StolenCredential {
        /** The refresh token. */ #[default] Refresh,
        /** The access token. */ Access,
        /** The session identifier. */ Session,
        /** One DPoP proof (RFC 9449). */ DpopProof
    }
    /// The time of an intervention.
    EventTiming { /** Uniform over the run. */ #[default] Random, /** Right after a request. */ AtRequest }
    /// How the attacker renews after the first renewal.
    AttackerBehaviour {
        /** No further renewal. */ #[default] Never,
        /** When the access token has expired. */ WhenNeeded,
        /** Periodically, like a client. */ Period,
        /** Continuously. */ Greedy
    }
}

/// `[theft]`: a credential is copied.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Theft {
    /// The stolen credential; strategies without such a credential record no theft.
    pub target: StolenCredential,
    /// Time of the theft within the run.
    pub when: EventTiming,
    /// First use and later renewals by the attacker.
    pub attacker: Attacker,
}

/// `theft.attacker`: how the attacker uses the copy.
#[derive(Clone, PartialEq, Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Attacker {
    /// Time from the theft to the first renewal.
    pub first: FirstUse,
    /// Later renewals. A stolen DPoP proof is sent to one node if `never`, to all nodes otherwise.
    pub then: AttackerBehaviour,
    /// Renewal cycles are multiplied by a factor uniform over 1 ± jitter.
    pub jitter: f64,
}

/// Time from the theft to the first use.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum FirstUse {
    /// After a time of this distribution; the default is at once.
    After(DurationDistribution),
    /// `uniform(0,access)`: uniform over one access token lifetime.
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
        DurationDistribution::parse(&text).map(Self::After).map_err(|error| {
            D::Error::custom(format!("{error}, or uniform(0,access) for any time within one lifetime"))
        })
    }
}
