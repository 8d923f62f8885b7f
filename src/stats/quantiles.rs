//! Quantiles of integers in bounded memory: log-linear buckets, 256 per power of two.
//!
//! Why not the crate hdrhistogram: it clamps its range, finds quantiles by floating point (one rank off
//! for some counts), and returns the edge of a bucket (3601 for 3600). Here each bucket stores its
//! smallest value, so the result is an observed value, and round numbers, such as lifetimes, are exact.

use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Values below 2^(BITS + 1) have a bucket each; above, each power of two has 2^BITS.
const BITS: u32 = 8;

/// A quantile is at most this share below the true one, and exact below 512.
pub const RELATIVE_ERROR: f64 = 1.0 / 256.0;

/// The values of one bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Bucket {
    count: u64,
    smallest: u64,
}

const EMPTY: Bucket = Bucket { count: 0, smallest: u64::MAX };

/// Buckets of a row: one row per power of two.
const ROW: usize = 1 << BITS;

/// A distribution of values: count, minimum and maximum are exact, quantiles within [`RELATIVE_ERROR`].
/// At most 14,592 buckets (228 KiB); only rows with values are allocated.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "QuantilesRecord", into = "QuantilesRecord")]
pub struct Quantiles {
    count: u64,
    max: u64,
    /// `None` for rows without values; the last row is present.
    rows: Vec<Option<Box<[Bucket; ROW]>>>,
}

/// The bucket of `value`. Monotone.
fn place(value: u64) -> usize {
    let shift = value.checked_ilog2().unwrap_or(0).saturating_sub(BITS);
    let row = u64::from(shift) << BITS;
    usize::try_from(row.saturating_add(value >> shift)).unwrap_or(usize::MAX)
}

impl Quantiles {
    /// Records one value.
    pub fn record(&mut self, value: u64) {
        self.record_times(value, 1);
    }

    /// Records a value that was observed `times` times.
    #[inline]
    pub fn record_times(&mut self, value: u64, times: u64) {
        if times > 0 {
            self.add(place(value), Bucket { count: times, smallest: value });
            self.count = self.count.saturating_add(times);
            self.max = self.max.max(value);
        }
    }

    #[inline]
    fn add(&mut self, place: usize, values: Bucket) {
        let (row, column) = (place >> BITS, place & (ROW - 1));
        if row >= self.rows.len() {
            self.rows.resize(row.saturating_add(1), None);
        }
        let Some(row) = self.rows.get_mut(row) else { return };
        if let Some(bucket) = row.get_or_insert_with(|| Box::new([EMPTY; ROW])).get_mut(column) {
            bucket.count = bucket.count.saturating_add(values.count);
            bucket.smallest = bucket.smallest.min(values.smallest);
        }
    }

    /// Adds the values of another distribution; the order does not matter.
    pub fn merge(&mut self, other: &Self) {
        for bucket in other.filled() {
            self.add(place(bucket.smallest), *bucket);
        }
        self.count = self.count.saturating_add(other.count);
        self.max = self.max.max(other.max);
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest value, exact; `None` if there is none.
    pub fn min(&self) -> Option<u64> {
        self.filled().next().map(|bucket| bucket.smallest)
    }

    /// The largest value, exact; `None` if there is none.
    pub fn max(&self) -> Option<u64> {
        (self.count > 0).then_some(self.max)
    }

    fn filled(&self) -> impl Iterator<Item = &Bucket> {
        self.rows.iter().flatten().flat_map(|row| row.iter()).filter(|bucket| bucket.count > 0)
    }

    /// The nearest-rank percentile: the value at rank ⌈percent/100 · count⌉ (at least
    /// 1), or the smallest value in its bucket. `None` without values.
    pub fn percentile(&self, percent: u8) -> Option<u64> {
        let hundredths = u128::from(self.count).saturating_mul(u128::from(percent.min(100)));
        let rank = hundredths.div_ceil(100).max(1);
        if rank >= u128::from(self.count) {
            return self.max();
        }
        let mut seen = 0_u128;
        self.filled()
            .find(|bucket| {
                seen = seen.saturating_add(u128::from(bucket.count));
                seen >= rank
            })
            .map(|bucket| bucket.smallest)
    }

    /// The 95 % confidence interval of the population quantile, for independent samples: the
    /// values at the ranks 1.96 standard deviations of a binomial from that of the percentile. `None` if so few
    /// values were drawn that the quantile may exceed the largest.
    pub fn confidence_interval(&self, percent: u8) -> Option<[f64; 2]> {
        let (count, share) = (self.count as f64, f64::from(percent) / 100.0);
        let reach = 1.96 * (count * share * (1.0 - share)).sqrt();
        let at = |rank: f64| self.interpolate(rank / count);
        let high = count * share + reach;
        if high > count {
            return None;
        }
        Some([at((count * share - reach).max(0.0))?, at(high)?])
    }

    /// An estimate of the quantile at `share` in (0, 1) for continuous values: interpolated between the smallest value
    /// of its bucket and that of the next, in proportion to the rank. For models whose times are all different;
    /// for observed round numbers use [`Self::percentile`]. `None` without values.
    pub fn interpolate(&self, share: f64) -> Option<f64> {
        let max = self.max()?;
        let rank = share.clamp(0.0, 1.0) * self.count as f64;
        let mut buckets = self.filled().peekable();
        let mut seen = 0.0;
        while let Some(bucket) = buckets.next() {
            let (low, count) = (bucket.smallest as f64, bucket.count as f64);
            if seen + count >= rank {
                let high = buckets.peek().map_or(max, |next| next.smallest) as f64;
                return Some(low + (high - low) * ((rank - seen) / count).max(0.0));
            }
            seen += count;
        }
        Some(max as f64)
    }

    /// At most `n` bins from the minimum to the maximum, of about equal width on a logarithmic scale,
    /// with the number of values in each. Bins without an integer are omitted; empty bins are kept.
    pub fn buckets(&self, n: u32) -> Vec<Bin> {
        let (Some(min), Some(max)) = (self.min(), self.max()) else { return Vec::new() };
        let mut bins = bins(min, max, n.max(1));
        let mut at = 0;
        for bucket in self.filled() {
            while bins.get(at).is_some_and(|bin| !bin.values.contains(&bucket.smallest)) {
                at = at.saturating_add(1);
            }
            if let Some(bin) = bins.get_mut(at) {
                bin.count = bin.count.saturating_add(bucket.count);
            }
        }
        bins
    }
}

/// A range of values and their number. A bucket that crosses an edge is counted in the bin of
/// its smallest value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bin {
    /// The range.
    pub values: RangeInclusive<u64>,
    /// The number of values in it.
    pub count: u64,
}

/// Fractional bits of [`scale`].
const POINT: u32 = 20;

/// log2 as a fixed-point number, linear between powers of two: without floating point, so that the
/// result is identical on every machine. 0 counts as 1. Monotone.
fn scale(value: u64) -> u64 {
    let value = u128::from(value.max(1));
    let power = value.ilog2();
    let fraction = ((value << POINT) >> power) & ((1 << POINT) - 1);
    (u64::from(power) << POINT) | u64::try_from(fraction).unwrap_or(0)
}

/// The largest value whose [`scale`] is not above `position`.
fn unscale(position: u64) -> u64 {
    let power = position >> POINT;
    let mantissa = (1 << POINT) | u128::from(position & ((1 << POINT) - 1));
    let value = mantissa.saturating_add(1).checked_shl(u32::try_from(power).unwrap_or(64)).unwrap_or(u128::MAX);
    u64::try_from((value.saturating_sub(1)) >> POINT).unwrap_or(u64::MAX)
}

fn bins(min: u64, max: u64, n: u32) -> Vec<Bin> {
    let (low, high) = (scale(min), scale(max));
    let mut bins: Vec<Bin> = Vec::new();
    let mut from = min;
    for step in 1..=n {
        let width = u128::from(high.saturating_sub(low)).saturating_mul(u128::from(step));
        let end = low.saturating_add(u64::try_from(width.checked_div(u128::from(n)).unwrap_or(0)).unwrap_or(u64::MAX));
        let to = if step == n { max } else { unscale(end).min(max) };
        if to >= from {
            bins.push(Bin { values: from..=to, count: 0 });
            let Some(next) = to.checked_add(1) else { break };
            from = next;
        }
    }
    bins
}

/// The serialised form: the non-empty buckets as `[smallest, count]`, ascending.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuantilesRecord {
    count: u64,
    max: Option<u64>,
    values: Vec<(u64, u64)>,
}

impl From<Quantiles> for QuantilesRecord {
    fn from(quantiles: Quantiles) -> Self {
        let values = quantiles.filled().map(|bucket| (bucket.smallest, bucket.count)).collect();
        Self { count: quantiles.count, max: quantiles.max(), values }
    }
}

impl TryFrom<QuantilesRecord> for Quantiles {
    type Error = &'static str;

    fn try_from(stored: QuantilesRecord) -> Result<Self, Self::Error> {
        let QuantilesRecord { count, max, values } = stored;
        if !values.is_sorted_by(|(a, _), (b, _)| place(*a) < place(*b)) {
            return Err("the values of a distribution are not sorted");
        }
        if values.iter().any(|(_, count)| *count == 0) {
            return Err("a value of a distribution has a count of zero");
        }
        if values.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count)) != count {
            return Err("the counts of a distribution do not add up to its total");
        }
        let agrees = match (values.last(), max) {
            (None, None) => true,
            (Some((last, 1)), Some(max)) => *last == max,
            (Some((last, _)), Some(max)) => place(*last) == place(max) && *last <= max,
            _ => false,
        };
        if !agrees {
            return Err("the maximum of a distribution is not one of its values");
        }
        let mut quantiles = Self { count, max: max.unwrap_or(0), rows: Vec::new() };
        for (smallest, count) in values {
            quantiles.add(place(smallest), Bucket { count, smallest });
        }
        Ok(quantiles)
    }
}

#[cfg(test)]
mod tests;
