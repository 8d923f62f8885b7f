//! Self-contained access tokens without refresh or revocation: a token is accepted until it expires.

use super::token::{self, TokenCheck};
use super::{CoupledForm, CredentialFormat, Scenario, Strategy, StrategyKind, User};
use crate::simulate::metrics::Metric;
use crate::simulate::scenario::units::{FOREVER, Nanos};
use crate::simulate::scenario::{DatePrecision, RequestsAfter, StolenCredential};
use crate::simulate::store_access::StoreAccess;

/// The kind `jwt_only`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "jwt_only",
    about: "Self-contained tokens without revocation",
    keys: &["access"],
    modes: &[],
    reads: &[],
    credential: CredentialFormat::Token,
    has_refresh_token: false,
    coupled: CoupledForm::UnsupportedToken,
    live: |user| token::live(user, &mut SignatureCheck { is_renewed: false }),
    expected,
    title: |strategy| format!("JWT {}", token::lifetime(strategy)),
};

/// Checks signature and dates only.
pub(super) struct SignatureCheck {
    /// Whether there is a refresh token, which can be stolen as well.
    pub is_renewed: bool,
}

impl TokenCheck for SignatureCheck {
    fn request(&mut self, _: &mut User<'_>, _: Nanos, _: Nanos, _: &mut StoreAccess) -> Nanos {
        0
    }

    fn waits(&mut self, user: &mut User<'_>, _: Nanos, left: Nanos) -> Vec<Nanos> {
        vec![left; usize::try_from(user.nodes()).unwrap_or(1)]
    }

    fn stolen(&mut self, user: &mut User<'_>, _: Nanos, left: Nanos) -> Option<Nanos> {
        match user.scenario().theft.target {
            StolenCredential::Access => Some(left),
            StolenCredential::Refresh if self.is_renewed => Some(FOREVER),
            StolenCredential::Refresh | StolenCredential::Session | StolenCredential::DpopProof => None,
        }
    }
}

/// Closed form of a metric for tokens that are accepted until they expire.
pub(super) fn expected(scenario: &Scenario, strategy: &Strategy, metric: Metric) -> Option<f64> {
    match metric {
        Metric::ExposureCredentialMean | Metric::ExposureAllNodesMean | Metric::ExposurePerNodeMean => {
            token::residual(scenario, strategy)
        }
        Metric::ExposureAcceptedRequestsMean if scenario.revoke.requests_after == RequestsAfter::SameRate => {
            token::residual(scenario, strategy).map(|seconds| seconds * scenario.rate())
        }
        Metric::StoreOpsPerRequest => token::expected(scenario, strategy, Metric::RefreshPerUserPerSecond)
            .map(|refreshes| refreshes / scenario.rate()),
        Metric::StoreOpsPerUserPerSecond => token::expected(scenario, strategy, Metric::RefreshPerUserPerSecond),
        Metric::RejectNbfMeanPerToken
            if strategy.nbf == Some(true)
                && scenario.clock.transit.0 == 0
                && scenario.clock.numeric_date == DatePrecision::Exact =>
        {
            let clock = &scenario.clock;
            let seconds = crate::simulate::scenario::units::seconds;
            Some(crate::simulate::closed_form::nbf_refused_seconds(seconds(clock.sigma.0), seconds(clock.leeway.0)))
        }
        _ => token::expected(scenario, strategy, metric),
    }
}
