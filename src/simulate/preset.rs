//! Built-in scenarios (presets): common architectures, common mistakes and vendor defaults.

use super::metrics::Metric;

/// A built-in scenario.
pub struct Preset {
    /// Kebab case, unique; the same as `run.name` of the scenario.
    pub id: &'static str,
    /// One line, without a full stop.
    pub about: &'static str,
    /// The scenario as TOML.
    pub text: &'static str,
}

macro_rules! presets {
    ($($id:literal: $about:literal;)*) => {
        &[$(Preset { id: $id, about: $about, text: include_str!(concat!("preset/", $id, ".toml")) }),*]
    };
}

/// The preset that runs by default.
pub const DEFAULT: &str = "web-app";

/// All presets, sorted by id.
pub static PRESETS: &[Preset] = presets! {
    "antipattern-denylist-forgets-leeway": "Mistake: denylist entries expire at exp, verifiers grant a minute of leeway";
    "antipattern-fat-payload": "Mistake: a kilobyte of claims in each request";
    "antipattern-jwt-30-days": "Mistake: access tokens valid for 30 days";
    "antipattern-memory-two-servers": "Mistake: in-memory sessions on two servers without sticky routing";
    "antipattern-no-rotation": "Mistake: a stolen refresh token that never expires and never rotates";
    "antipattern-role-change": "Mistake: roles in tokens that are valid for a day";
    "antipattern-sliding-cache": "Mistake: a session cache whose entries are extended by each use";
    "banking-admin": "Few users with high privileges: logout must take effect at once";
    "clock-skew": "Clock skew, and tokens whose nbf is their time of issue";
    "denylist-filter": "A denylist as a Bloom filter, with and without confirmation of hits";
    "fail-open": "An outage in which verifiers fail open or serve stale answers";
    "m2m": "Machine-to-machine calls, all day";
    "microservices": "A request that six services check, one after another";
    "mobile": "An app that sends one request an hour";
    "monolith": "One server that renders pages";
    "multi-region": "Three regions with the store in one of them";
    "refresh-theft": "A stolen refresh token, and four responses to its reuse";
    "scale-out": "A ninth node for in-memory sessions that are routed by hash";
    "sign-out-everywhere": "A version or a cut-off date per user, looked up on each request";
    "signature-cost": "Cost of HS256, RS256, ES256 and EdDSA in time and bytes";
    "spa-mobile": "A single-page application and a mobile app with several APIs";
    "sticky-sessions": "In-memory sessions with sticky routing, a crash and a deployment";
    "stolen-proof": "A stolen sender-constrained token, and a replayed proof";
    "vendor-auth0": "Access tokens of one day, as issued by Auth0";
    "vendor-cognito": "Access tokens of an hour, rotation off, as issued by Cognito";
    "vendor-entra": "Access tokens of 60 to 90 minutes, or of a day with events, as issued by Entra ID";
    "vendor-firebase": "Tokens of an hour, with and without a revocation check, as issued by Firebase";
    "vendor-github": "Opaque tokens of eight hours, as issued to a GitHub App";
    "vendor-hydra": "Opaque tokens of an hour, as issued by Ory Hydra";
    "vendor-keycloak": "Access tokens of 5 minutes, as issued by Keycloak";
    "vendor-okta": "Access tokens of an hour, refresh token rotation with 30 s of grace, as in Okta";
    "vendor-supabase": "Access tokens of an hour, refreshed 90 seconds before expiry, as in Supabase";
    "web-app": "A web application with 100,000 users on eight servers";
};

/// The preset with this id.
pub fn find(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

/// A design or trade-off of session management, and the preset and metric that demonstrate it.
#[derive(Clone, Copy, Debug)]
pub struct Demonstration {
    /// The design or trade-off, in lower case without a full stop.
    pub what: &'static str,
    /// Id of the preset, as [`find`] takes it.
    pub preset: &'static str,
    /// The metric to look at.
    pub metric: Metric,
}

macro_rules! demonstrations {
    ($($what:literal: $preset:literal, $metric:ident;)*) => {
        &[$(Demonstration { what: $what, preset: $preset, metric: Metric::$metric }),*]
    };
}

/// All demonstrations.
pub static SHOWN: &[Demonstration] = demonstrations! {
    "in-memory sessions": "antipattern-memory-two-servers", RejectNodeMissPerRequestRatio;
    "sticky sessions, node crash": "sticky-sessions", ForcedLogoutNodeLoss;
    "sticky sessions, deployment": "sticky-sessions", ForcedLogoutDeploy;
    "hash routing, one more node": "scale-out", SessionsRemappedRatio;
    "shared session store": "web-app", StoreOpsPerRequest;
    "store outage, fail closed": "web-app", OutageDeniedPerUserMean;
    "store outage, fail open": "fail-open", OutageUnauthorisedAccepted;
    "signature cost": "signature-cost", AddedLatencyMean;
    "short lifetime and refresh": "web-app", ExposureAllNodesP99;
    "lifetime of a month": "antipattern-jwt-30-days", ExposureCredentialMean;
    "refresh token rotation": "antipattern-no-rotation", TheftAttackerAccessMean;
    "theft detection": "refresh-theft", TheftDetectionMean;
    "theft detection with a grace period": "refresh-theft", TheftNeverDetectedRatio;
    "refresh race between tabs": "refresh-theft", ForcedLogoutRace;
    "denylist": "web-app", ExposureAllNodesMean;
    "denylist without leeway": "antipattern-denylist-forgets-leeway", ExposureResurrectedMean;
    "denylist as a Bloom filter": "denylist-filter", TokensFalselyRejected;
    "version counter": "sign-out-everywhere", StoreOpsPerRequest;
    "bloated payload": "antipattern-fat-payload", BytesPerUserPerDay;
    "sliding cache": "antipattern-sliding-cache", ExposureCredentialMean;
    "clock skew": "clock-skew", RejectNbfMeanPerToken;
    "role change": "antipattern-role-change", StaleRoleMean;
    "fan-out to services": "microservices", StoreOpsPerRequest;
    "multiple regions": "multi-region", AddedLatencyMean;
    "sender-constrained token": "stolen-proof", ReplaysAcceptedMax;
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::results::evaluate;
    use crate::simulate::scenario::Scenario;
    use crate::simulate::work_units;

    #[test]
    fn presets_are_sorted_valid_and_named_after_their_id() {
        assert!(PRESETS.is_sorted_by(|a, b| a.id < b.id), "sorted and unique");
        assert!(find(DEFAULT).is_some());
        for preset in PRESETS {
            assert!(!preset.about.ends_with('.'), "{}", preset.id);
            let scenario = Scenario::parse(preset.text).unwrap_or_else(|error| panic!("{}: {error}", preset.id));
            assert_eq!(scenario.run.name, preset.id, "run.name equals the id");
        }
    }

    #[test]
    fn demonstrated_metrics_exist_and_differ_between_strategies() {
        for Demonstration { what, preset, metric } in SHOWN {
            let preset = find(preset).unwrap_or_else(|| panic!("{what}: no preset {preset}"));
            let text = crate::simulate::scenario::edit::set(preset.text, "run.sample", "60", |_, _| false).unwrap();
            let scenario = Scenario::parse(&text).unwrap();
            let mut tallies: Vec<Vec<_>> = scenario.strategy.iter().map(|_| Vec::new()).collect();
            for cell in work_units::cells(&scenario) {
                tallies[cell.strategy].push(work_units::run(&scenario, cell));
            }
            let values: Vec<f64> = evaluate(&scenario, &tallies).iter().filter_map(|own| own.value(*metric)).collect();
            assert!(values.iter().any(|value| *value > 0.0), "{what}: {} has no {metric}: {values:?}", preset.id);
            // A single strategy cannot be compared, and a metric that some strategies lack may be equal for the rest.
            let differs = values.iter().any(|value| value.to_bits() != values[0].to_bits());
            assert!(differs || values.len() < scenario.strategy.len() || values.len() == 1, "{what}: {values:?}");
        }
    }
}
