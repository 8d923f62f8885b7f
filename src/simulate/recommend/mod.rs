//! Sessions, tokens, or both? Answers to eight questions become a world; what fits it is simulated in that one world
//! (the same users, the same requests), and the numbers choose.

pub mod candidates;
pub mod criteria;
pub mod decision;
pub mod inputs;
pub mod recommended_settings;
pub mod rule_of_thumb;

pub use decision::{Recommendation, decide};
pub use inputs::RecommendInputs;

/// The scenario that is run: the world, and each candidate that fits it as a strategy under its name.
pub fn scenario(situation: &RecommendInputs) -> String {
    let mut text = situation.scenario();
    for (candidate, keys) in decision::offers(situation).0 {
        text += &format!("\n[[strategy]]\nname = \"{}\"\n{keys}\n", candidate.name);
    }
    text
}

#[cfg(test)]
mod tests;
