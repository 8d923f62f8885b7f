//! The limit of concurrent requests per host.

use reqwest::Url;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Limits concurrent requests per host, including those of redirects.
pub struct HostLimiter {
    each: usize,
    places: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl HostLimiter {
    /// At most `each` requests per host.
    pub fn new(each: usize) -> Self {
        Self { each: each.max(1), places: Mutex::default() }
    }

    /// Waits for a permit for the host of `url`.
    pub async fn place(&self, url: &Url) -> Option<OwnedSemaphorePermit> {
        let host = host_and_port(url);
        let places = {
            let mut all = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        places.acquire_owned().await.ok()
    }
}

/// The host and port that a limit applies to.
pub fn host_and_port(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}
