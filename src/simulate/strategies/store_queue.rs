//! The bare store queue without users, for comparison with queueing theory. Runs in coupled mode, see
//! [`crate::simulate::coupled`].

use super::{CoupledForm, CredentialFormat, ScenarioKey, StrategyKind};
use crate::simulate::closed_form;
use crate::simulate::metrics::Metric;
use crate::simulate::scenario::units::DurationDistribution;
use crate::simulate::scenario::{Scenario, Strategy};

/// The kind `store_queue`.
pub(super) const KIND: StrategyKind = StrategyKind {
    id: "store_queue",
    about: "The bare store queue under store.arrivals, for queueing theory",
    keys: &[],
    modes: &[],
    reads: &[ScenarioKey::StoreArrivals],
    credential: CredentialFormat::Token,
    has_refresh_token: false,
    coupled: CoupledForm::Queue,
    live: |_| {},
    expected,
    title: |_| "store queue".to_owned(),
};

/// Closed forms for exponential service, and for constant service with one server. Times in microseconds.
fn expected(scenario: &Scenario, _: &Strategy, metric: Metric) -> Option<f64> {
    let store = &scenario.store;
    let arrivals = store.arrivals().ok()??;
    let services = 1.0 / store.service.mean_s();
    let servers = u32::try_from(store.servers).ok()?;
    if arrivals >= services * f64::from(servers) {
        return None;
    }
    let wait = match (store.service, servers) {
        (DurationDistribution::Exp(_), _) => closed_form::mmc_wait(arrivals, services, servers),
        (DurationDistribution::Const(_), 1) => closed_form::md1_wait(arrivals, services),
        _ => return None,
    };
    match metric {
        Metric::StoreWaitMean => Some(wait * 1e6),
        Metric::StoreSojournMean => Some((wait + 1.0 / services) * 1e6),
        Metric::StoreWaitRatio if matches!(store.service, DurationDistribution::Exp(_)) => {
            Some(wait * (services * f64::from(servers) - arrivals))
        }
        Metric::StoreSojournP99 if matches!(store.service, DurationDistribution::Exp(_)) && servers == 1 => {
            Some(closed_form::mm1_sojourn_quantile(arrivals, services, 0.99) * 1e6)
        }
        _ => None,
    }
}
