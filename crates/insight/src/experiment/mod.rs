//! Whether a change made a difference: effects of experiments and how sure they are.
//!
//! Answers agree with GrowthBook's `gbstats` to five decimals ([`effect`], [`mod@test`], [`bayes`]).

pub mod assign;
pub mod bayes;
pub mod correct;
pub mod effect;
pub mod group;
pub mod plan;
pub mod quantile;
pub mod simulate;
pub mod srm;
pub mod test;
#[cfg(test)]
mod tests;
