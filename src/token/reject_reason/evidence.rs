//! Limits for values in messages: the author of a token must not control how much of a terminal or a log it fills.

use super::RejectReason;
use crate::encoding::escape;
use std::borrow::Cow;

/// Limit of characters of one value.
const VALUE: usize = 120;
/// Limit of characters of a sentence that contains values.
const SENTENCE: usize = 600;
/// Limit of entries of a list.
const ENTRIES: usize = 16;

/// A value, truncated if it is long.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    escape::cut(text, VALUE)
}

/// The first entries of a list, and the number of the others.
pub(crate) fn first<T: AsRef<str>>(all: &[T]) -> (Vec<String>, usize) {
    let listed: Vec<String> = all.iter().take(ENTRIES).map(|one| short(one.as_ref()).into_owned()).collect();
    let more = all.len().saturating_sub(listed.len());
    (listed, more)
}

fn value(text: &mut String) {
    if let Cow::Owned(cut) = short(text) {
        *text = cut;
    }
}

fn sentence(text: &mut String) {
    if let Cow::Owned(cut) = escape::cut(text, SENTENCE) {
        *text = cut;
    }
}

impl RejectReason {
    /// Truncates values from the token or a foreign key set. Lists are bounded where they are created.
    pub(super) fn cut(&mut self) {
        match self {
            Self::Malformed { problem, .. }
            | Self::HeaderInvalid { problem, .. }
            | Self::CritInvalid { problem }
            | Self::KeyWeak { problem, .. }
            | Self::ClaimInvalid { problem, .. }
            | Self::KindMismatch { problem, .. }
            | Self::NotCompact { problem } => sentence(problem),
            Self::AlgorithmNone { alg: text }
            | Self::AlgorithmUnknown { alg: text }
            | Self::AlgorithmNotAllowed { alg: text, .. }
            | Self::SignatureMissing { alg: text }
            | Self::Nested { cty: text }
            | Self::ExpNotSeconds { value: text, .. }
            | Self::IssuerMismatch { found: text, .. }
            | Self::SubjectMismatch { found: Some(text), .. }
            | Self::TypeMismatch { found: Some(text), .. } => value(text),
            Self::CritUnknown { names: texts }
            | Self::SignatureMismatch { tried: texts, .. }
            | Self::AudienceNotNamed { found: texts, .. }
            | Self::AudienceMismatch { found: texts, .. }
            | Self::ScopeMissing { found: texts, .. } => texts.iter_mut().for_each(value),
            Self::KidUnknown { kid, known, .. } => known.iter_mut().chain([kid]).for_each(value),
            Self::KidAmbiguous { kid, .. } => value(kid),
            Self::IssuerNotBound { iss, bound } => bound.iter_mut().chain(iss.as_mut()).for_each(value),
            Self::NoMatchingKey { keys, .. } => {
                keys.iter_mut().flat_map(|unfit| [&mut unfit.key, &mut unfit.why]).for_each(value);
            }
            Self::ClaimMismatch { expected, found, .. } => [expected, found].into_iter().for_each(value),
            Self::TooLarge { .. }
            | Self::EncryptedNotSigned
            | Self::AlgorithmMissing
            | Self::PayloadUnencoded
            | Self::NoKey
            | Self::KidRequired { .. }
            | Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::ExpiryMissing
            | Self::ClaimMissing { .. }
            | Self::ClaimForbidden { .. }
            | Self::AudienceMissing { .. }
            | Self::IssuerMissing { .. }
            | Self::SubjectMismatch { found: None, .. }
            | Self::TypeMismatch { found: None, .. }
            | Self::TooOld { .. }
            | Self::IssuedInFuture { .. } => {}
        }
    }
}
