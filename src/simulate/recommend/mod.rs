//! Recommendation of a session or token strategy. The inputs become one scenario, in which all applicable candidates
//! are simulated with common random numbers, and the results decide.

pub mod candidates;
pub mod criteria;
pub mod decision;
pub mod inputs;
pub mod recommended_settings;
pub mod rule_of_thumb;

pub use decision::{Recommendation, decide};
pub use inputs::RecommendInputs;

/// The scenario of a recommendation, with each applicable candidate as a strategy.
pub fn scenario(inputs: &RecommendInputs) -> String {
    let mut text = inputs.scenario();
    for (candidate, keys) in decision::offers(inputs).0 {
        text += &format!("\n[[strategy]]\nname = \"{}\"\n{keys}\n", candidate.name);
    }
    text
}

#[cfg(test)]
mod tests;
