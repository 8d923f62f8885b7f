//! Scenarios that come with the program: usual shapes, usual mistakes, and what vendors ship.

/// A scenario by name.
pub struct Preset {
    pub id: &'static str,
    /// One line, without a full stop.
    pub about: &'static str,
    pub text: &'static str,
}

macro_rules! presets {
    ($($id:literal: $about:literal;)*) => {
        &[$(Preset { id: $id, about: $about, text: include_str!(concat!("preset/", $id, ".toml")) }),*]
    };
}

/// The preset of a run that names none.
pub const DEFAULT: &str = "web-app";

/// All presets, sorted by id.
pub static PRESETS: &[Preset] = presets! {
    "article-denylist-forgets-leeway": "Mistake: entries of a denylist die at exp, verifiers allow a minute more";
    "article-fat-payload": "Mistake: a kilobyte of claims in each request";
    "article-jwt-30-days": "Mistake: access tokens that live for 30 days";
    "article-memory-two-servers": "Mistake: sessions in memory behind two servers";
    "article-no-rotation": "Mistake: a refresh token that works for ever, in the hands of a thief";
    "article-role-change": "Mistake: roles in tokens that live for a day";
    "article-sliding-cache": "Mistake: a cache of sessions whose entries live on with each use";
    "banking-admin": "Few people, much at stake: a logout must count at once";
    "clock-skew": "Clocks that are off, and tokens that begin to be valid when they are issued";
    "denylist-filter": "A denylist as a Bloom filter, with and without asking about its hits";
    "fail-open": "An outage in which verifiers go on without their list";
    "m2m": "Machines that call machines, all day";
    "microservices": "A request that six services check, one after another";
    "mobile": "An app that asks once an hour";
    "monolith": "One server that renders pages";
    "multi-region": "Three regions, the store in one of them";
    "refresh-theft": "A stolen refresh token, and four answers to one that was used before";
    "scale-out": "A ninth node for sessions in memory, found by a hash";
    "sign-out-everywhere": "A version or a date for each user, asked about in each request";
    "signature-cost": "What HS256, RS256, ES256 and EdDSA cost in time and bytes";
    "spa-mobile": "A single-page application and an app, several APIs";
    "sticky-sessions": "Sessions in memory that the balancer finds, a crash and a deployment";
    "stolen-proof": "A stolen token that is bound to a key, and a proof that is sent again";
    "vendor-auth0": "Access tokens of a day, as Auth0 issues them";
    "vendor-cognito": "Access tokens of an hour, rotation off, as Cognito issues them";
    "vendor-entra": "Access tokens of 60 to 90 minutes, or of a day with events, as Entra ID issues them";
    "vendor-firebase": "Tokens of an hour, checked for revocation or not, as Firebase issues them";
    "vendor-github": "Opaque tokens of eight hours, as a GitHub App has them";
    "vendor-hydra": "Opaque tokens of an hour, as Ory Hydra issues them";
    "vendor-keycloak": "Access tokens of 5 minutes, as Keycloak issues them";
    "vendor-okta": "Access tokens of an hour, refresh tokens that rotate with a leeway of 30 s, as Okta has them";
    "vendor-supabase": "Access tokens of an hour, refreshed 90 seconds ahead, as Supabase does";
    "web-app": "A web application of 100,000 users on eight servers";
};

pub fn find(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

/// A system or a trade-off of sessions and tokens, and where its number is.
#[derive(Clone, Copy, Debug)]
pub struct Demonstration {
    pub what: &'static str,
    pub preset: &'static str,
    /// The metric that says it.
    pub row: &'static str,
}

macro_rules! shown {
    ($($what:literal: $preset:literal, $row:literal;)*) => {
        &[$(Demonstration { what: $what, preset: $preset, row: $row }),*]
    };
}

/// What shows what.
pub static SHOWN: &[Demonstration] = shown! {
    "sessions in memory": "article-memory-two-servers", "reject_node_miss_per_request_ratio";
    "sticky balancing, a crash": "sticky-sessions", "forced_logout_node_loss_per_user_per_day";
    "sticky balancing, a deployment": "sticky-sessions", "forced_logout_deploy_per_user_per_day";
    "sticky balancing, a node more": "scale-out", "sessions_remapped_ratio";
    "a shared store": "web-app", "store_ops_per_request";
    "an outage of the store": "web-app", "outage_denied_s_per_user_mean";
    "an outage, left open": "fail-open", "outage_unauthorised_accepted_total";
    "what HS256 and RS256 cost": "signature-cost", "added_latency_mean_us";
    "short expiry and refresh": "web-app", "exposure_all_nodes_p99_s";
    "a lifetime of a month": "article-jwt-30-days", "exposure_credential_mean_s";
    "rotation": "article-no-rotation", "theft_attacker_access_mean_s";
    "detection of a theft": "refresh-theft", "theft_detection_mean_s";
    "theft, and a grace": "refresh-theft", "theft_never_detected_ratio";
    "tabs that race": "refresh-theft", "forced_logout_race_per_user_per_day";
    "a denylist": "web-app", "exposure_all_nodes_mean_s";
    "a denylist that forgets": "article-denylist-forgets-leeway", "exposure_resurrected_mean_s";
    "a denylist as a filter": "denylist-filter", "tokens_falsely_rejected_count";
    "a version counter": "sign-out-everywhere", "store_ops_per_request";
    "a bloated payload": "article-fat-payload", "bytes_per_user_per_day";
    "a sliding cache": "article-sliding-cache", "exposure_credential_mean_s";
    "clock skew": "clock-skew", "reject_nbf_mean_s_per_token";
    "a change of role": "article-role-change", "stale_role_mean_s";
    "fan-out to services": "microservices", "store_ops_per_request";
    "many regions": "multi-region", "added_latency_mean_us";
    "a bound token": "stolen-proof", "replays_accepted_max";
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::results::evaluate;
    use crate::simulate::scenario::Scenario;
    use crate::simulate::work_units;

    #[test]
    fn laws_of_the_list() {
        assert!(PRESETS.is_sorted_by(|a, b| a.id < b.id), "sorted and unique");
        assert!(find(DEFAULT).is_some());
        for preset in PRESETS {
            assert!(!preset.about.ends_with('.'), "{}", preset.id);
            let scenario = Scenario::parse(preset.text).unwrap_or_else(|error| panic!("{}: {error}", preset.id));
            assert_eq!(scenario.run.name, preset.id, "each says its own name");
        }
    }

    #[test]
    fn what_is_shown_is_there_and_tells_strategies_apart() {
        for Demonstration { what, preset, row } in SHOWN {
            let preset = find(preset).unwrap_or_else(|| panic!("{what}: no preset {preset}"));
            let text = crate::simulate::scenario::edit::set(preset.text, "run.sample", "60", |_, _| false).unwrap();
            let scenario = Scenario::parse(&text).unwrap();
            let mut tallies: Vec<Vec<_>> = scenario.strategy.iter().map(|_| Vec::new()).collect();
            for cell in work_units::cells(&scenario) {
                tallies[cell.strategy].push(work_units::run(&scenario, cell));
            }
            let values: Vec<f64> = evaluate(&scenario, &tallies).iter().filter_map(|own| own.value(row)).collect();
            assert!(values.iter().any(|value| *value > 0.0), "{what}: {} has no {row}: {values:?}", preset.id);
            // One strategy alone has nothing to be compared with, and what all lack is no trade-off.
            let differs = values.iter().any(|value| value.to_bits() != values[0].to_bits());
            assert!(differs || values.len() < scenario.strategy.len() || values.len() == 1, "{what}: {values:?}");
        }
    }
}
