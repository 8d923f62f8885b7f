//! Closed-form expectations that validate the simulator. Inputs and outputs are seconds, events per second and ratios;
//! `l` is the request rate of one user, `t` the lifetime of an access token. Each formula holds under the assumptions
//! stated with it.

/// Fraction of time in which a lazy client (refresh on the first request after expiry) holds an unexpired token.
pub fn lazy_live(l: f64, t: f64) -> f64 {
    if t.is_infinite() { 1.0 } else { l * t / (1.0 + l * t) }
}

/// Mean residual lifetime of a token at a random time: E\[T²\] / 2E\[T\], not E\[T\] / 2 (inspection paradox); for a
/// timer client with margin `m` and a fixed lifetime, (T + m) / 2.
pub fn timer_residual(mean: f64, square_mean: f64, margin: f64) -> f64 {
    // The cycle is T - m; at an age a, uniform over the length-biased cycle, the residual is T - a.
    let cycle = mean - margin;
    let square = square_mean - 2.0 * margin * mean + margin * margin;
    margin + square / (2.0 * cycle)
}

/// Mean residual lifetime of a lazy client's token; expired tokens count as 0.
pub fn lazy_residual(l: f64, t: f64) -> f64 {
    lazy_live(l, t) * t / 2.0
}

/// Mean time in which a fresh token is rejected by `nbf`, over all tokens; issuer and verifier each have a clock offset
/// of N(0, sigma²).
pub fn nbf_refused_seconds(sigma: f64, leeway: f64) -> f64 {
    let s = sigma * std::f64::consts::SQRT_2;
    if s <= 0.0 {
        return 0.0;
    }
    let density = (-0.5 * (leeway / s).powi(2)).exp() / (2.0 * std::f64::consts::PI).sqrt();
    s * density - leeway * normal_tail(leeway / s)
}

/// P(Z > x) of the standard normal for x ≥ 0: a series below 3, a continued fraction in the tail.
pub fn normal_tail(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if x < 3.0 {
        let (mut term, mut sum, mut k) = (x, x, 1.0);
        while term > 1e-17 * sum && k < 400.0 {
            k += 2.0;
            term *= x * x / k;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    let fraction = (1..=60).rev().fold(0.0, |below, k| f64::from(k) / (x + below));
    density / (x + fraction)
}

/// Fraction of requests that miss when a session is stored on one of `n` nodes and routing is random.
pub fn node_miss(n: f64) -> f64 {
    (n - 1.0) / n
}

/// Mean number of requests up to and including the first miss; infinite for one node.
pub fn first_miss(n: f64) -> f64 {
    n / (n - 1.0)
}

/// Fraction of sessions remapped by scaling from `n` to `n + 1` nodes, hash modulo n.
pub fn remapped_by_remainder(n: f64) -> f64 {
    n / (n + 1.0)
}

/// Fraction of sessions remapped by scaling from `n` to `n + 1` nodes, rendezvous or consistent hashing.
pub fn remapped_by_rendezvous(n: f64) -> f64 {
    1.0 / (n + 1.0)
}

/// Hit ratio of a fixed-TTL cache on each of `n` nodes.
pub fn cache_hits(l: f64, ttl: f64, n: f64) -> f64 {
    let x = l * ttl / n;
    x / (1.0 + x)
}

/// Mean time for which one node accepts from its fixed-TTL cache after a revocation.
pub fn cache_per_node(l: f64, ttl: f64, n: f64) -> f64 {
    cache_hits(l, ttl, n) * ttl / 2.0
}

/// Mean time after a revocation until no node accepts.
pub fn cache_all_nodes(l: f64, ttl: f64, n: f64) -> f64 {
    let p = cache_hits(l, ttl, n);
    if p <= 0.0 { 0.0 } else { ttl * (1.0 - (1.0 - (1.0 - p).powf(n + 1.0)) / (p * (n + 1.0))) }
}

/// Mean number of requests that caches accept after a revocation: each node receives requests at rate l/n and holds
/// the entry for a fraction of the time.
pub fn cache_accepted(l: f64, ttl: f64, n: f64) -> f64 {
    l * (ttl / 2.0) * l * ttl / (n + l * ttl)
}

/// Mean time until the entry of a sliding cache expires after a request; active users keep it indefinitely.
pub fn idle_cache_after_request(l: f64, ttl: f64) -> f64 {
    ((l * ttl).exp() - 1.0) / l
}

/// Mean time until the entry of a sliding cache expires from a random time; 0 without an entry.
pub fn idle_cache_at_random(l: f64, ttl: f64) -> f64 {
    ((l * ttl).exp() - 1.0 - l * ttl) / l
}

/// Mean wait for the next poll, capped by the residual lifetime of a token of lifetime `t`.
pub fn polled(poll: f64, t: f64) -> f64 {
    if t.is_infinite() {
        poll / 2.0
    } else if poll <= t {
        poll / 2.0 - poll * poll / (6.0 * t)
    } else {
        t / 2.0 - t * t / (6.0 * poll)
    }
}

/// Mean wait until all of `n` nodes with independent phases have polled.
pub fn polled_all_nodes(poll: f64, n: f64) -> f64 {
    n * poll / (n + 1.0)
}

/// Mean wait for a status list that is published every `publish` and cached for `ttl`.
pub fn status_list(publish: f64, ttl: f64) -> f64 {
    (publish + ttl) / 2.0
}

/// Probability that a message reaches all of `n` nodes.
pub fn all_reached(loss: f64, n: f64) -> f64 {
    (1.0 - loss).powf(n)
}

/// Mean time to the first of two renewals uniform over `t`: the start of the conflict.
pub fn first_renewal(t: f64) -> f64 {
    t / 3.0
}

/// Mean time to the second of two renewals uniform over `t`: the detection.
pub fn second_renewal(t: f64) -> f64 {
    2.0 * t / 3.0
}

/// Mean time to detection if the attacker renews at once and the victim is lazy: residual lifetime plus next request.
pub fn detection_by_lazy_victim(l: f64, t: f64) -> f64 {
    lazy_residual(l, t) + 1.0 / l
}

/// Probability that two renewals uniform over `t` are within `grace` of each other.
pub fn within_grace(t: f64, grace: f64) -> f64 {
    let x = (grace / t).min(1.0);
    2.0 * x - x * x
}

/// Probability that `tabs` which refresh within `spread` present one token twice during a round trip `rtt`.
pub fn race(tabs: f64, spread: f64, rtt: f64) -> f64 {
    1.0 - (1.0 - (rtt / spread).min(1.0)).powf(tabs)
}

/// Mean seconds without a credential in an outage of `d`, for timer clients that refresh `m` before expiry and retry.
pub fn outage_denied_timer(d: f64, t: f64, m: f64) -> f64 {
    let cycle = t - m;
    if t.is_infinite() || d <= m {
        0.0
    } else if d <= t {
        (d - m).powi(2) / (2.0 * cycle)
    } else {
        // Every token expires before the outage ends: the residual lifetime at its start is uniform over (m, T).
        d - (t + m) / 2.0
    }
}

/// Mean seconds without a credential in an outage of `d`, for lazy clients, which may have no token at its start.
pub fn outage_denied_lazy(d: f64, t: f64, l: f64) -> f64 {
    let p = lazy_live(l, t);
    p * outage_denied_timer(d, t, 0.0) + (1.0 - p) * d
}

/// Fraction of timer clients that are without a credential for some time.
pub fn outage_hit_timer(d: f64, t: f64, m: f64) -> f64 {
    if t.is_infinite() { 0.0 } else { ((d - m) / (t - m)).clamp(0.0, 1.0) }
}

/// Requests with revoked tokens that verifiers of a central list accept while they fail open.
pub fn outage_unauthorised(d: f64, revocations: f64, t: f64, l: f64) -> f64 {
    d * revocations * t / 2.0 * l
}

/// Quantile of the sojourn time in an M/M/1 queue, which is exponential.
pub fn mm1_sojourn_quantile(arrivals: f64, services: f64, quantile: f64) -> f64 {
    -(1.0 - quantile).ln() / (services - arrivals)
}

/// Mean wait in an M/D/1 queue (Pollaczek-Khinchine).
pub fn md1_wait(arrivals: f64, services: f64) -> f64 {
    let rho = arrivals / services;
    rho / (2.0 * services * (1.0 - rho))
}

/// Mean wait in an M/M/c queue (Erlang C).
pub fn mmc_wait(arrivals: f64, services: f64, servers: u32) -> f64 {
    let (a, c) = (arrivals / services, f64::from(servers));
    // Erlang B by recursion, then C from B.
    let b = (1..=servers).fold(1.0, |b, k| a * b / (f64::from(k) + a * b));
    let waits = b / (1.0 - (a / c) * (1.0 - b));
    waits / (c * services - arrivals)
}

/// Mean latency added by a store in one of `regions` if users are spread evenly.
pub fn region_latency(regions: f64, rtt: f64) -> f64 {
    (regions - 1.0) / regions * rtt
}

/// Bytes of a compact JWS (RFC 7515 §7.1) from the bytes of its parts: base64url without padding, and two dots.
pub const fn compact_bytes(header: u64, payload: u64, signature: u64) -> u64 {
    const fn encoded(bytes: u64) -> u64 {
        bytes.saturating_mul(4).div_ceil(3)
    }
    encoded(header).saturating_add(encoded(payload)).saturating_add(encoded(signature)).saturating_add(2)
}

/// Bytes of credentials that a user sends per day.
pub fn bytes_per_day(bytes: f64, l: f64) -> f64 {
    l * 86_400.0 * bytes
}

/// The number of hashes that minimises the size of a Bloom filter with this false positive rate.
pub fn bloom_hashes(false_positives: f64) -> u32 {
    (1..=64).find(|hashes| false_positives >= 0.5_f64.powf(f64::from(*hashes) + 0.5)).unwrap_or(64)
}

/// Bits per entry of a Bloom filter with this false positive rate and number of hashes: a fraction
/// 1 − e^(−hashes / bits) of the bits is set.
pub fn bloom_bits_with(false_positives: f64, hashes: f64) -> f64 {
    -hashes / (-false_positives.powf(1.0 / hashes)).ln_1p()
}

#[cfg(test)]
pub mod tests;
