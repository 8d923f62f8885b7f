//! How many requests may be under way at one host.

use reqwest::Url;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places at hosts. A chain holds one while it asks there, wherever redirects lead it.
pub struct HostLimiter {
    each: usize,
    places: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl HostLimiter {
    pub fn new(each: usize) -> Self {
        Self { each: each.max(1), places: Mutex::default() }
    }

    /// Waits for a place.
    pub async fn place(&self, url: &Url) -> Option<OwnedSemaphorePermit> {
        let host = host_and_port(url);
        let places = {
            let mut all = self.places.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.each))))
        };
        places.acquire_owned().await.ok()
    }
}

/// What a limit counts by.
pub fn host_and_port(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}
