//! Statistics in bounded memory: quantiles, distinct samples, smallest items and confidence intervals. All of it merges
//! exactly, so that shards and threads give the numbers of one run.

pub mod confidence;
pub mod distinct_sample;
pub mod hash;
pub mod quantiles;
pub mod smallest_k;
