//! Key rotation: the states of the keys in a store, and their transitions.
//!
//! A key goes `next` → `active` → `retiring` → `expired`, or is `revoked`. Two waits keep verifiers in step: a new
//! key signs only when every verifier has it, and an old one is withdrawn only when its last token has expired
//! ([`RotationPolicy::overlap`]). Everything here is a pure function of the store, the policy and the time.

mod dates;
mod key_store;
mod ledger;
mod plan;
mod policy;
mod promote;
mod revoke;
mod secret_digest;
mod timeline;

#[cfg(test)]
mod tests;

pub use dates::{Dates, KeyRevocation};
pub use key_store::{KeyState, KeyStore, KeyStoreError, Meta, Tombstone, public_jwk};
pub use ledger::ReconcileNote;
pub use plan::{PrematureSigner, RotationPlan, RotationPlanError, RotationStep, Wait, plan};
pub use policy::{Overlap, PolicyError, RotationPolicy, Term, arithmetic};
pub use promote::{PromotionOutcome, promote};
pub use revoke::{RevocationOutcome, RevocationReason, revoke, revoke_all};
pub use timeline::{KeyEvent, timeline};
