//! The ledger next to the store: its public state, so that restoring a backup of the store alone revives no key.
//!
//! The store is always written first. A ledger with a higher sequence therefore indicates a restored store: dates and
//! tombstones are then taken from the ledger, and only private parts from the store.

use super::dates::Dates;
use super::key_store::KeyStore;

/// Results of reconciling store and ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReconcileNote {
    /// The store is older than its ledger.
    Restored,
    /// The store had a key that has a tombstone in the ledger.
    TombstonedKey {
        /// `kid` of the dropped key; empty if it has none.
        kid: String,
    },
    /// The ledger has a live key whose private part is missing.
    PrivatePartMissing {
        /// `kid` of the key, which can no longer sign; empty if it has none.
        kid: String,
    },
}

impl KeyStore {
    /// Reconciles the store with its ledger.
    pub fn reconcile(&mut self, ledger: Self) -> Vec<ReconcileNote> {
        let mut notes = Vec::new();
        let restored = ledger.meta.sequence > self.meta.sequence;
        let mut tombstones = ledger.meta.tombstones.clone();
        for own in std::mem::take(&mut self.meta.tombstones) {
            match tombstones.iter_mut().find(|known| known.is_same(&own)) {
                Some(known) => {
                    known.dates.revoked = known.dates.revoked.take().or(own.dates.revoked);
                    known.removed_at = known.removed_at.or(own.removed_at);
                    known.secret_digest = known.secret_digest.take().or(own.secret_digest);
                }
                None => tombstones.push(own),
            }
        }
        if restored {
            notes.push(ReconcileNote::Restored);
            self.meta = ledger.meta;
        }
        self.meta.tombstones = tombstones;
        let meta = &self.meta;
        self.keys.retain(|key| {
            let dead = meta.tombstone(key).is_some();
            if dead {
                notes.push(ReconcileNote::TombstonedKey { kid: key.kid.clone().unwrap_or_default() });
            }
            !dead
        });
        if restored {
            for known in ledger.keys {
                match self.keys.iter_mut().find(|own| own.same_key(&known)) {
                    Some(own) => Dates::read(&known).write(own),
                    None if self.meta.tombstone(&known).is_some() => {}
                    None => {
                        notes.push(ReconcileNote::PrivatePartMissing { kid: known.kid.clone().unwrap_or_default() });
                        self.keys.push(known);
                    }
                }
            }
        }
        notes
    }
}
