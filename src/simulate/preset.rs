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
    "article-sliding-cache": "Mistake: a cache of sessions whose entries live on with each use";
    "banking-admin": "Few people, much at stake: a logout must count at once";
    "clock-skew": "Clocks that are off, and tokens that begin to be valid when they are issued";
    "m2m": "Machines that call machines, all day";
    "microservices": "A request that six services check, one after another";
    "mobile": "An app that asks once an hour";
    "monolith": "One server that renders pages";
    "multi-region": "Three regions, the store in one of them";
    "spa-mobile": "A single-page application and an app, several APIs";
    "vendor-auth0": "Access tokens of a day, as Auth0 issues them";
    "vendor-entra": "Access tokens of 60 to 90 minutes, as Entra ID issues them";
    "vendor-keycloak": "Access tokens of 5 minutes, as Keycloak issues them";
    "vendor-supabase": "Access tokens of an hour, refreshed 90 seconds ahead, as Supabase does";
    "web-app": "A web application of 100,000 users on eight servers";
};

pub fn find(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::scenario::Scenario;

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
}
