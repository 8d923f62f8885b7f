//! Server state of one refresh token family.

use crate::simulate::scenario::Grace;
use crate::simulate::scenario::units::Nanos;

/// Time of the first use of a token, and the index of its successor.
type FirstUseRecord = Option<(Nanos, usize)>;

/// A refresh token family.
pub(super) struct TokenFamily {
    grace: Nanos,
    mode: Grace,
    /// By index; the first token was issued at sign-in.
    tokens: Vec<FirstUseRecord>,
    active: usize,
}

impl TokenFamily {
    /// A family with its first token, which has index 0.
    pub(super) fn new(grace: Nanos, mode: Grace) -> Self {
        Self { grace, mode, tokens: vec![None], active: 0 }
    }

    fn issue(&mut self) -> usize {
        self.tokens.push(None);
        self.tokens.len().saturating_sub(1)
    }

    /// Exchanges `token` and returns the index of its successor; `None` if reuse is detected.
    pub(super) fn present(&mut self, token: usize, now: Nanos) -> Option<usize> {
        match *self.tokens.get(token)? {
            None => {
                let next = self.issue();
                if let Some(own) = self.tokens.get_mut(token) {
                    *own = Some((now, next));
                }
                self.active = next;
                Some(next)
            }
            Some((at, next)) => {
                let in_grace = now.saturating_sub(at) < self.grace;
                match self.mode {
                    Grace::Same if in_grace => Some(next),
                    Grace::Branch if in_grace => Some(self.issue()),
                    Grace::ParentOfActive if in_grace || next == self.active => Some(self.active),
                    _ => None,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reused_token_is_answered_by_the_grace_mode() {
        let second = |mode, grace, gap: Nanos| {
            let mut family = TokenFamily::new(grace, mode);
            assert_eq!(family.present(0, 100), Some(1));
            family.present(0, 100 + gap)
        };
        assert_eq!(second(Grace::Strict, 0, 0), None);
        assert_eq!((second(Grace::Same, 30, 29), second(Grace::Same, 30, 30)), (Some(1), None));
        assert_eq!((second(Grace::Branch, 30, 29), second(Grace::Branch, 30, 30)), (Some(2), None));
        assert_eq!(second(Grace::ParentOfActive, 30, 10_000), Some(1));
        let mut family = TokenFamily::new(30, Grace::ParentOfActive);
        assert_eq!((family.present(0, 0), family.present(1, 100), family.present(0, 200)), (Some(1), Some(2), None));
        assert_eq!(family.present(7, 0), None, "an unknown token");
    }

    #[test]
    fn branches_are_renewed_independently() {
        let mut family = TokenFamily::new(30, Grace::Branch);
        let (a, b) = (family.present(0, 0).unwrap(), family.present(0, 10).unwrap());
        assert!(a != b && family.present(a, 500).is_some() && family.present(b, 900).is_some());
    }
}
