//! Random streams keyed by (seed, replication, user, purpose). All strategies draw the same numbers for the same
//! purpose (common random numbers), and results depend neither on the order of execution nor on the number of threads.
//!
//! The generator is SplitMix64 with a separate increment per stream (Steele, Lea, Flood 2014, "Fast splittable
//! pseudorandom number generators"). The logarithm uses only +, ×, ÷ and bit operations, for identical draws on every
//! platform.

/// The purpose of a random stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Request times of the user.
    Activity = 1,
    /// The node of each request and of the sign-in.
    Balancing = 2,
    /// Initial ages of tokens, sessions and caches.
    Start = 3,
    /// Times of interventions: revocation, role change, theft.
    Intervention = 4,
    /// Token lifetimes and refresh jitter.
    Renewal = 5,
    /// Renewal times of the attacker.
    Attacker = 6,
    /// Service times of the store.
    Store = 7,
    /// Clock offsets.
    Clock = 8,
    /// Lost bus messages and lost responses.
    Loss = 9,
    /// Refresh times of browser tabs.
    Tabs = 10,
    /// Phases of nodes, shared by all users of a replication.
    Nodes = 11,
    /// Draws of an intervention after its start.
    Fork = 12,
    /// Arrival times at the store.
    Arrivals = 13,
    /// Salts and entries of a Bloom filter.
    Filter = 14,
    /// Token ids.
    Tokens = 15,
    /// Time at which the DPoP replay cache is counted.
    Proofs = 16,
    /// Revocations before and during an outage.
    Outage = 17,
}

/// A stream of random bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stream {
    state: u64,
    step: u64,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// David Stafford's mix 13, the finaliser of SplitMix64.
pub const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Stream {
    /// The stream of this key.
    pub const fn new(seed: u64, replication: u64, user: u64, purpose: Purpose) -> Self {
        let key = mix(seed.wrapping_add(GOLDEN));
        let key = mix(key ^ replication.wrapping_mul(GOLDEN).wrapping_add(0x5851_f42d_4c95_7f2d));
        let key = mix(key ^ mix(user.wrapping_add(0x1405_7b7e_f767_814f)));
        let key = mix(key.wrapping_add((purpose as u64).wrapping_mul(0xda94_2042_e4dd_58b5)));
        Self { state: key, step: mix(key ^ GOLDEN) | 1 }
    }

    /// 64 random bits.
    #[inline]
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(self.step);
        mix(self.state)
    }

    /// Uniform in (0, 1): never 0, never 1.
    #[inline]
    pub const fn unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }

    /// Uniform in [0, count); 0 if `count` is 0. The bias is below count / 2^64.
    #[inline]
    pub const fn below(&mut self, count: u64) -> u64 {
        ((self.bits() as u128).wrapping_mul(count as u128) >> 64) as u64
    }

    /// True with this probability.
    pub const fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Exponential with this mean, by inverse transform.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -ln(self.unit()) * mean
    }

    /// Exponential with this mean in nanoseconds, rounded down; saturates at 2^64 − 1 ns (no arrival).
    #[inline]
    pub fn gap(&mut self, mean: f64) -> u64 {
        whole(self.exponential(mean))
    }

    /// Uniform in [0, span).
    #[inline]
    pub fn within(&mut self, span: u64) -> u64 {
        self.below(span)
    }

    /// Normal with mean 0 and this standard deviation. Marsaglia's polar method: no sine, therefore portable.
    pub fn normal(&mut self, deviation: f64) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return x * (-2.0 * ln(s) / s).sqrt() * deviation;
            }
        }
    }
}

/// Nanoseconds as an integer: NaN and negative numbers become 0, numbers out of range `u64::MAX`.
#[inline]
pub const fn whole(nanoseconds: f64) -> u64 {
    nanoseconds as u64
}

/// Natural logarithm of a positive, normal number: x = m · 2^e with m in [√½, √2), and the series of the inverse
/// hyperbolic tangent for m. Relative error about 1e-15.
#[inline]
pub const fn ln(x: f64) -> f64 {
    let (e, m) = halved(x);
    ln_of(e, m)
}

/// The exponent and the mantissa in [√½, √2) of a positive, normal number.
#[inline]
const fn halved(x: f64) -> (f64, f64) {
    // The bits of √½, which centre the mantissa on 1.
    let shifted = x.to_bits().wrapping_sub(0x3fe6_a09e_667f_3bcd);
    let m = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(0x3fe6_a09e_667f_3bcd));
    (((shifted as i64) >> 52) as f64, m)
}

/// ln(m · 2^e).
#[inline]
const fn ln_of(e: f64, m: f64) -> f64 {
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let tail = 1.0 / 13.0 + z * (1.0 / 15.0 + z * (1.0 / 17.0 + z * (1.0 / 19.0 + z * (1.0 / 21.0))));
    let series = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * tail)))));
    e * LN_2_HIGH + (2.0 * s + (2.0 * s * series + e * LN_2_LOW))
}

/// Exponential draws per batch.
const BATCH: usize = 8;

/// A stream that makes its exponential draws in batches, so that consecutive logarithms do not wait for each other.
/// It returns the same numbers as the plain stream.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BufferedExponential {
    /// State after the last draw of the batch.
    stream: Stream,
    /// Draws with mean 1; the next one is at index `left` − 1.
    drawn: [f64; BATCH],
    left: usize,
}

impl BufferedExponential {
    /// A buffered view of `stream`, with an empty buffer.
    pub const fn new(stream: Stream) -> Self {
        Self { stream, drawn: [0.0; BATCH], left: 0 }
    }

    /// Whether the next draw fills the buffer.
    #[inline]
    pub const fn is_used_up(&self) -> bool {
        self.left == 0
    }

    /// [`Stream::gap`].
    #[inline]
    pub fn gap(&mut self, mean: f64) -> u64 {
        if self.left == 0 {
            self.draw();
        }
        self.left = self.left.saturating_sub(1);
        whole(self.drawn.get(self.left).copied().unwrap_or(0.0) * mean)
    }

    /// The plain stream, rewound to the draws already returned; discards the buffer.
    pub const fn stream(&mut self) -> &mut Stream {
        let rewind = self.stream.step.wrapping_mul(self.left as u64);
        self.stream.state = self.stream.state.wrapping_sub(rewind);
        self.left = 0;
        &mut self.stream
    }

    #[inline(never)]
    fn draw(&mut self) {
        let mut exponents = [0.0; BATCH];
        for (drawn, e) in self.drawn.iter_mut().zip(&mut exponents).rev() {
            (*e, *drawn) = halved(self.stream.unit());
        }
        // A separate loop, which the compiler auto-vectorises.
        for (drawn, e) in self.drawn.iter_mut().zip(exponents) {
            *drawn = -ln_of(e, *drawn);
        }
        self.left = BATCH;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn logarithm_of_unit_draws_matches_the_standard_library() {
        let mut stream = Stream::new(1, 0, 0, Purpose::Start);
        for _ in 0..200_000 {
            let x = stream.unit();
            assert!((ln(x) - x.ln()).abs() <= 2e-15 * x.ln().abs().max(1e-12), "{x}");
        }
        assert_eq!(ln(1.0), 0.0);
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn logarithm_of_any_magnitude_matches_the_standard_library(x in 1e-300_f64..1e300) {
            prop_assert!((ln(x) - x.ln()).abs() <= 1e-14 * x.ln().abs().max(1.0));
        }
    }

    #[test]
    fn first_draws_of_a_seed_never_change() {
        // Reproducible on every platform and in every version: a seed identifies a run.
        let mut stream = Stream::new(42, 3, 7, Purpose::Activity);
        let drawn = [stream.bits(), stream.bits(), stream.bits()];
        assert_eq!(drawn, FIRST);
    }

    const FIRST: [u64; 3] = [12_029_043_701_709_273_465, 17_113_729_031_715_808_019, 11_677_476_627_112_478_767];

    #[test]
    fn buffered_draws_equal_those_of_the_plain_stream() {
        let mut plain = Stream::new(3, 1, 4, Purpose::Store);
        let mut ahead = BufferedExponential::new(plain);
        for step in 0..500 {
            assert_eq!(ahead.gap(3e9), plain.gap(3e9), "{step}");
            // Plain draws in between, at every position of a batch.
            if step % 7 == 0 {
                assert_eq!(ahead.stream().bits(), plain.bits(), "{step}");
            }
        }
    }

    /// Mean and variance of `draw` over many users, one draw each: correlation of neighbouring keys would show here.
    fn moments(draw: impl Fn(&mut Stream) -> f64) -> (f64, f64) {
        const COUNT: u64 = 400_000;
        let values: Vec<f64> = (0..COUNT).map(|user| draw(&mut Stream::new(9, 1, user, Purpose::Start))).collect();
        let mean = values.iter().sum::<f64>() / COUNT as f64;
        (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / COUNT as f64)
    }

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let near = |value: f64, expected: f64, sd: f64| (value - expected).abs() < 5.0 * sd / 400_000_f64.sqrt();
        let (mean, variance) = moments(Stream::unit);
        assert!(near(mean, 0.5, 0.289) && near(variance, 1.0 / 12.0, 0.075), "{mean} {variance}");
        let (mean, variance) = moments(|stream| stream.exponential(3.0));
        assert!(near(mean, 3.0, 3.0) && near(variance, 9.0, 26.0), "{mean} {variance}");
        let (mean, variance) = moments(|stream| stream.normal(2.0));
        assert!(near(mean, 0.0, 2.0) && near(variance, 4.0, 5.7), "{mean} {variance}");
        let (mean, _) = moments(|stream| stream.below(10) as f64);
        assert!(near(mean, 4.5, 2.88), "{mean}");
    }

    #[test]
    fn streams_of_one_user_are_uncorrelated() {
        const COUNT: u64 = 200_000;
        for (a, b) in [(Purpose::Activity, Purpose::Balancing), (Purpose::Start, Purpose::Intervention)] {
            let product = |user| {
                let draw = |purpose| Stream::new(5, 0, user, purpose).unit() - 0.5;
                draw(a) * draw(b)
            };
            let mean = (0..COUNT).map(product).sum::<f64>() / COUNT as f64;
            assert!(mean.abs() < 5.0 / 12.0 / (COUNT as f64).sqrt(), "{a:?} {b:?}: {mean}");
        }
    }
}
